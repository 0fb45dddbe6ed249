"""Five areas and their rooms."""

from collections.abc import Sequence
from random import Random
from zoneinfo import ZoneInfo

from portal.demo.words import Words
from portal.rooms import keeping
from portal.rooms.models import Room

CAPACITIES = (6, 8, 12, 4, 20, 10, 16, 8, 30, 60)


def build(words: Words, rng: Random, zone: ZoneInfo, rooms: int) -> Sequence[Room]:
    """Add the areas and spread so many rooms evenly over them; answers the rooms."""
    built: list[Room] = []
    for position, (name, pattern) in enumerate(words.areas):
        area = keeping.add_area(None, name, zone.key, position)
        share = (rooms + len(words.areas) - 1 - position) // len(words.areas)
        for number in range(1, share + 1):
            capacity = CAPACITIES[(number - 1) % len(CAPACITIES)]
            features = words.between.join(_features(words, rng, capacity))
            built.append(keeping.add_room(None, area, pattern.format(number=number), capacity, features))
    return built


def _features(words: Words, rng: Random, capacity: int) -> list[str]:
    """Bigger rooms have more in them."""
    count = 1 + (capacity >= 10) + (capacity >= 20) + (capacity >= 60)
    chosen = set(rng.sample(words.features, min(count, len(words.features))))
    return [feature for feature in words.features if feature in chosen]

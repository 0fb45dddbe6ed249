"""When people, a room and equipment are free together. Pure: nothing here asks the database.

Time is counted in steps of a quarter of an hour from a first midnight on; a set of steps is a whole number of which
bit n says whether step n is in it. So a search over weeks takes a few operations on numbers for each person.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.rooms.availability import Span
from portal.rooms.models import Resource

STEP = timedelta(minutes=15)
MOST = 10

Steps = int


class Stock(NamedTuple):
    """So many units are wanted of something: for each of its units the steps in which that is held."""

    wanted: int
    units: Sequence[Steps]


class Place(NamedTuple):
    """A room, the steps in which it is held, those in which one may be there, and what its rules say of a time."""

    room: Resource
    held: Steps
    hours: Steps
    permits: Callable[[datetime, datetime], bool]


class Question(NamedTuple):
    """All that decides. Without `places` no room is wanted, and people meet within `hours`.

    `places` with the best first. Nobody who is required may be busy; of the optional, the fewer the better.
    """

    begins_at: datetime
    steps: int
    length: int
    required: Iterable[Steps]
    optional: Mapping[int, Steps]
    hours: Steps
    places: Sequence[Place] | None
    stocks: Iterable[Stock]


class Slot(NamedTuple):
    """A time, the best room that is free then, and which of the optional people are busy, by id."""

    starts_at: datetime
    ends_at: datetime
    room: Resource | None
    busy: Sequence[int]


def steps_of(spans: Iterable[Span], begins_at: datetime, steps: int) -> Steps:
    """The steps that these spans touch."""
    found = 0
    for first, last in spans:
        start = max((first - begins_at) // STEP, 0)
        end = min(-((begins_at - last) // STEP), steps)
        if start < end:
            found |= ((1 << end - start) - 1) << start
    return found


def starts_free(held: Steps, length: int) -> Steps:
    """From which steps on `length` of them in a row are not held; those past the end count as free."""
    return ~_reached(held, length)


def _reached(held: Steps, length: int) -> Steps:
    """The steps from which on one of the next `length` is held. Doubles the reach each time."""
    reach = 1
    while reach * 2 <= length:
        held |= held >> reach
        reach *= 2
    return held | held >> length - reach


def enough(stock: Stock, length: int) -> Steps:
    """From which steps on as many units as wanted are each free for `length` steps."""
    # at_least[n]: n of the units looked at so far are free.
    at_least = [-1] + [0] * stock.wanted
    for held in stock.units:
        free = starts_free(held, length)
        for number in range(stock.wanted, 0, -1):
            at_least[number] |= at_least[number - 1] & free
    return at_least[stock.wanted]


def best_slots(question: Question) -> list[Slot]:
    """The ten best: fewer of the optional people busy, then earlier, each with the best room that is free.

    Of slots that overlap only the best is among them: ten that differ are a choice.
    """
    found: list[Slot] = []
    for slot in _ranked(question):
        if not any(slot.starts_at < other.ends_at and other.starts_at < slot.ends_at for other in found):
            found.append(slot)
            if len(found) == MOST:
                break
    return found


def _ranked(question: Question) -> Iterator[Slot]:
    """Every slot, best first."""
    length = question.length
    starts = (1 << max(question.steps - length + 1, 0)) - 1
    for held in question.required:
        starts &= starts_free(held, length)
    for stock in question.stocks:
        starts &= enough(stock, length)
    rooms = _rooms(question)
    starts &= _any_of(free for _place, free in rooms) if rooms is not None else _within(question.hours, length)
    away = {person: _reached(held, length) for person, held in question.optional.items()}
    for starting in _by_number(starts, list(away.values())):
        for step in _bits(starting):
            if slot := _slot(question, step, rooms, away):
                yield slot


def _rooms(question: Question) -> list[tuple[Place, Steps]] | None:
    """Each room with the steps from which on it is free and one may be there; None if none is wanted."""
    if question.places is None:
        return None
    return [
        (place, starts_free(place.held, question.length) & _within(place.hours, question.length))
        for place in question.places
    ]


def _within(hours: Steps, length: int) -> Steps:
    """From which steps on all of the next `length` are among these."""
    return starts_free(~hours, length)


def _any_of(sets: Iterable[Steps]) -> Steps:
    found = 0
    for one in sets:
        found |= one
    return found


def _by_number(starts: Steps, sets: Sequence[Steps]) -> Iterator[Steps]:
    """The starts that are in none of the sets, then those that are in one, and so on."""
    exactly = [starts] + [0] * len(sets)
    for one in sets:
        for number in range(len(sets), 0, -1):
            exactly[number] = exactly[number] & ~one | exactly[number - 1] & one
        exactly[0] &= ~one
    yield from exactly


def _bits(steps: Steps) -> Iterator[int]:
    while steps:
        lowest = steps & -steps
        yield lowest.bit_length() - 1
        steps ^= lowest


def _slot(
    question: Question, step: int, rooms: list[tuple[Place, Steps]] | None, away: Mapping[int, Steps]
) -> Slot | None:
    starts_at = question.begins_at + step * STEP
    ends_at = starts_at + question.length * STEP
    busy = [person for person, starts in away.items() if starts >> step & 1]
    if rooms is None:
        return Slot(starts_at, ends_at, None, busy)
    free = (place for place, starts in rooms if starts >> step & 1 and place.permits(starts_at, ends_at))
    best = next(free, None)
    return Slot(starts_at, ends_at, best.room, busy) if best else None

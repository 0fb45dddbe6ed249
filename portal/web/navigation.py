"""The main navigation: each slice adds its places."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. The reader is there on all pages of its blueprint, or on those of `only`.

    `count` says how much waits for them there.
    """

    order: int
    endpoint: str
    label: Any
    icon: str
    shown_to: Callable[[Any], bool] = lambda person: True
    only: tuple[str, ...] = ()
    count: Callable[[Any], int] = lambda person: 0

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        if self.only:
            return request.endpoint in self.only
        home = _homes.get(request.endpoint or "") or _homes.get(request.blueprint or "", request.blueprint)
        return home == self.endpoint.partition(".")[0]


_places: dict[str, Place] = {}
# Blueprints, or single pages of one, that belong to the places of another.
_homes: dict[str, str] = {}


def put_under(home: str, *pages: str) -> None:
    """Let the pages of blueprints, or single ones by their endpoints, count to the place of another blueprint, `home`.
    """
    _homes.update(dict.fromkeys(pages, home))


def add_place(place: Place) -> None:
    _places[place.endpoint] = place


def places_for(person: Any) -> list[Place]:
    return sorted((place for place in _places.values() if place.shown_to(person)), key=lambda place: place.order)

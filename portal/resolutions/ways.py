"""The pages around resolutions, side by side: each slice adds its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.accounts.models import Person


@dataclass(frozen=True)
class Way:
    """One page of all resolutions. `also` are endpoints that belong under it."""

    order: int
    endpoint: str
    label: Any
    shown_to: Callable[[Person], bool] = lambda person: True
    also: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        return request.endpoint in {self.endpoint, *self.also}


_ways: dict[str, Way] = {}


def add_way(way: Way) -> None:
    """Let the page stand among them; adding it twice replaces the first."""
    _ways[way.endpoint] = way


def ways_for(person: Person) -> list[Way]:
    """The pages that this person may open, in order."""
    return sorted((way for way in _ways.values() if way.shown_to(person)), key=lambda way: way.order)

"""Pages of one place side by side, as a strip below their heads: each slice adds its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for


@dataclass(frozen=True)
class Way:
    """One page of a strip. `also` are endpoints that belong under it."""

    order: int
    endpoint: str
    label: Any
    shown_to: Callable[[Any], bool] = lambda person: True
    also: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        return request.endpoint in {self.endpoint, *self.also}


_strips: dict[str, dict[str, Way]] = {}


def add_way_to(strip: str, way: Way) -> None:
    """Let the page stand in that strip; adding it twice replaces the first."""
    _strips.setdefault(strip, {})[way.endpoint] = way


def ways_at(strip: str, person: Any) -> list[Way]:
    """The pages of the strip that this person may open, in order."""
    return sorted((way for way in _strips.get(strip, {}).values() if way.shown_to(person)), key=lambda way: way.order)

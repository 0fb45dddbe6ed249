"""The pages of one meeting, side by side: each slice adds its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.accounts.models import Person
from portal.meetings.models import Meeting
from portal.meetings.policy import may_see


@dataclass(frozen=True)
class Tab:
    """One page of a meeting; its endpoint takes `meeting_id`. `also` are endpoints that belong under it."""

    order: int
    endpoint: str
    label: Any
    may_open: Callable[[Person, Meeting], bool] = lambda person, meeting: True
    also: tuple[str, ...] = ()

    def address(self, meeting: Meeting) -> str:
        return url_for(self.endpoint, meeting_id=meeting.id)

    @property
    def is_here(self) -> bool:
        return request.endpoint in {self.endpoint, *self.also}


_tabs: dict[str, Tab] = {}


def add_tab(tab: Tab) -> None:
    _tabs[tab.endpoint] = tab


def tabs_of(meeting: Meeting, person: Person) -> list[Tab]:
    """The pages of the meeting that this person may open, in order.

    None for who may not see it: they were given something of it, such as a copy of its minutes.
    """
    if not may_see(person, meeting):
        return []
    return sorted((tab for tab in _tabs.values() if tab.may_open(person, meeting)), key=lambda tab: tab.order)

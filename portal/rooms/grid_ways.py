"""Addresses of the grids that lie near each other: another day, area, sort or view, the rest as it is."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from portal.rooms.models import Sort


@dataclass
class Way:
    """Where the reader is: the addresses around it keep everything that they do not change.

    A page has a dozen of them, so that the parts which stay are built once.
    """

    on: date
    area_id: int | None = None
    sort: Sort = Sort.ROOM
    view: str | None = None

    def __post_init__(self) -> None:
        self.rooms = url_for("rooms.today") + "/"

    def day(self, on: date | None = None, *, sort: Sort | None = None, view: str | None = None) -> str:
        """The day grid; `view` is "grid" or "list", as it is if none is named."""
        view = view or self.view
        glue = "&" if self.area_id or (sort or self.sort) != Sort.ROOM else "?"
        shown = f"{glue}view=list" if view == "list" else ""
        return f"{self.rooms}day/{on or self.on}{self._query(sort)}{shown}"

    def month(self, on: date | None = None, *, sort: Sort | None = None) -> str:
        """The month that the day lies in."""
        return f"{self.rooms}month/{on or self.on:%Y-%m}" + self._query(sort)

    def week(self, room_id: int, on: date | None = None) -> str:
        """The week of one room that the day lies in (ISO 8601)."""
        year, week, _weekday = (on or self.on).isocalendar()
        shown = "?view=list" if self.view == "list" else ""
        return f"{self.rooms}{room_id}/week/{year:04}-W{week:02}{shown}"

    def _query(self, sort: Sort | None) -> str:
        sort = sort or self.sort
        parts = [f"area={self.area_id}"] if self.area_id else []
        if sort != Sort.ROOM:
            parts.append(f"kind={sort}")
        return f"?{'&'.join(parts)}" if parts else ""

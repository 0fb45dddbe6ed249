"""What the booking form offers: everything in use, and how a room can be furnished."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, case, select

from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.rooms.models import Area, Layout, Resource, Sort

# What is booked besides rooms, under these headings and in this order.
HEADINGS = {Sort.EQUIPMENT: _l("Equipment"), Sort.VEHICLE: _l("Vehicles"), Sort.INTERPRETER: _l("Interpreters")}


class Choice(NamedTuple):
    """What a form offers of a resource."""

    id: int
    kind: Sort
    name: str
    area_name: str
    quantity: int

    @property
    def heading(self) -> str:
        """Under what it stands: rooms under their area, the rest under what they are."""
        return self.area_name if self.kind == Sort.ROOM else str(HEADINGS[self.kind])


class LayoutChoice(NamedTuple):
    """A way to furnish what is chosen, and for how many."""

    id: int
    name: str
    capacity: int | None

    @property
    def label(self) -> str:
        return f"{self.name} · {_('%(count)s seats', count=self.capacity)}" if self.capacity else self.name


_RANK = case({kind.value: rank for rank, kind in enumerate(Sort)}, value=Resource.kind)
# Built once: building a statement takes longer than running it.
_CHOICES = (
    select(Resource.id, Resource.kind, Resource.name, Area.name, Resource.quantity)
    .join(Area, Area.id == Resource.area_id)
    .where(Resource.retired_at.is_(None))
    .order_by(_RANK, Area.position, Area.id, Resource.name)
)
_LAYOUTS = (
    select(Layout.id, Layout.name, Layout.capacity)
    .where(Layout.resource_id == bindparam("resource_id"))
    .order_by(Layout.id)
)


def choices() -> list[Choice]:
    """Everything in use: rooms in the order of the house, then the rest by kind. One statement."""
    return [Choice(row[0], Sort(row[1]), *row[2:]) for row in db.session.execute(_CHOICES)]


def grouped(offered: Iterable[Choice]) -> dict[str, list[Choice]]:
    """The choices under their headings, in order."""
    groups: dict[str, list[Choice]] = {}
    for choice in offered:
        groups.setdefault(choice.heading, []).append(choice)
    return groups


def layouts_of(resource_id: int | None) -> list[LayoutChoice]:
    """How it can be furnished. One statement, none without an id."""
    if resource_id is None:
        return []
    return [LayoutChoice(*row) for row in db.session.execute(_LAYOUTS, {"resource_id": resource_id})]

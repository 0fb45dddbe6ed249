"""Taking hold of resources: who comes first, which units, and what is said when they are taken."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, contains_eager

from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.rooms.models import LONGEST, OVERLAP, Area, BookingPolicy, Hold, Resource


class RoomTaken(DomainError):
    """The room is already held for part of that time."""


class TooFewFree(DomainError):
    """Of something that is booked besides the room, not as many are free as are wanted."""


# Built once: building a statement takes longer than running it.
_own, _shared = aliased(BookingPolicy), aliased(BookingPolicy)
_IN_LINE = (
    select(Resource)
    .join(Resource.area)
    .outerjoin(_shared, _shared.area_id == Area.id)
    .outerjoin(_own, _own.resource_id == Resource.id)
    .options(
        contains_eager(Resource.area).contains_eager(Area.policy.of_type(_shared)),
        contains_eager(Resource.policy.of_type(_own)),
    )
    .where(Resource.id.in_(bindparam("resource_ids", expanding=True)), Resource.retired_at.is_(None))
    .order_by(Resource.id)
    .with_for_update(key_share=True, of=Resource)
)


def in_line(*resource_ids: int) -> dict[int, Resource]:
    """The resources by id with their rules, while those who would book them wait in line.

    Raises Missing if one is not in use.

    The exclusion constraint alone is right, but lets two who write at once wait for each other until PostgreSQL
    breaks the deadlock; in line, the second finds the slot taken. Always in the order of ids, for the same reason.
    """
    resources = db.session.scalars(_IN_LINE, {"resource_ids": sorted(set(resource_ids))}).all()
    if len(resources) < len(set(resource_ids)):
        raise Missing(_("There is no such room."))
    return {resource.id: resource for resource in resources}


class Slot(NamedTuple):
    """A unit of a resource, and from when until when it is to be held."""

    resource: Resource
    unit: int
    starts_at: datetime
    ends_at: datetime

    def hold(self) -> Hold:
        return Hold(
            resource_id=self.resource.id, unit=self.unit, starts_at=self.starts_at, ends_at=self.ends_at
        )


def slots_for(
    room: Resource, extras: Mapping[Resource, int], starts_at: datetime, ends_at: datetime, moving: int | None = None,
    *, quantity: int = 1,
) -> list[Slot]:
    """What to hold for a booking of that time: the room, or `quantity` units of it, then so many of each extra.

    `room` and `extras` come from `in_line`. `moving` is the booking whose own holds are not in the way. Whether
    the room is free is left to the database. Raises TooFewFree for extras, DomainError for a time that is too long
    with what goes before and after. No statement without extras or units to choose from, else one.
    """
    check_extent(room, starts_at, ends_at)
    several = room.quantity > 1 or quantity > 1
    wanted = {**({room: quantity} if several else {}), **extras}
    taken = _taken_units(wanted, starts_at, ends_at, moving) if wanted else {}
    slots = [] if room in wanted else [_slot(room, 0, starts_at, ends_at)]
    for resource, count in wanted.items():
        free = [unit for unit in range(resource.quantity) if unit not in taken.get(resource.id, ())]
        if len(free) < count:
            raise _too_few(resource, len(free), is_room=resource is room)
        slots += [_slot(resource, unit, starts_at, ends_at) for unit in free[:count]]
    return slots


def check_extent(resource: Resource, starts_at: datetime, ends_at: datetime) -> None:
    """Raise DomainError if the booking with what goes before and after is longer than a hold can be."""
    if not can_hold(resource, starts_at, ends_at):
        words = _("With the time to get %(room)s ready, a booking lasts a day at most.", room=resource.name)
        raise DomainError(words, "ends_at")


def can_hold(resource: Resource, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a hold can be as long as the booking with what goes before and after."""
    return resource.kept_until(ends_at) - resource.kept_from(starts_at) <= LONGEST


def _slot(resource: Resource, unit: int, starts_at: datetime, ends_at: datetime) -> Slot:
    return Slot(resource, unit, resource.kept_from(starts_at), resource.kept_until(ends_at))


def _taken_units(
    resources: Iterable[Resource], starts_at: datetime, ends_at: datetime, moving: int | None
) -> dict[int, set[int]]:
    by_id = {resource.id: resource for resource in resources}
    first = min(resource.kept_from(starts_at) for resource in by_id.values())
    last = max(resource.kept_until(ends_at) for resource in by_id.values())
    held = db.session.execute(
        select(Hold.resource_id, Hold.unit, Hold.starts_at, Hold.ends_at).where(
            Hold.resource_id.in_(by_id), Hold.released_at.is_(None), Hold.starts_at < last,
            Hold.starts_at > first - LONGEST, Hold.ends_at > first, Hold.booking_id.is_distinct_from(moving),
        )
    )
    taken: dict[int, set[int]] = defaultdict(set)
    for resource_id, unit, held_from, held_until in held:
        resource = by_id[resource_id]
        if held_from < resource.kept_until(ends_at) and held_until > resource.kept_from(starts_at):
            taken[resource_id].add(unit)
    return taken


def _too_few(resource: Resource, free: int, *, is_room: bool) -> DomainError:
    if is_room or not free:
        words = _("%(room)s is already booked for part of that time.", room=resource.name)
    else:
        words = ngettext(
            "Only one of %(name)s is free at that time.", "Only %(num)s of %(name)s are free at that time.", free,
            name=resource.name,
        )
    return RoomTaken(words) if is_room else TooFewFree(words, "extras")


def flush_or_say_taken(room: Resource) -> None:
    """Write what is pending; raises RoomTaken if the database refuses an overlap."""
    # Worded first: a failed flush expires the room and its name with it.
    taken = RoomTaken(_("%(room)s is already booked for part of that time.", room=room.name))
    try:
        db.session.flush()
    except IntegrityError as refusal:
        raise (taken if OVERLAP in str(refusal.orig) else refusal) from None

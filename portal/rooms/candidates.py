"""What can be booked: what is in use and open to somebody, with its rules, and what holds it.

Whatever the portal offers comes from here, so that it can be booked: nobody is offered a room that is kept for
others, or a time that the rules of the room refuse.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Boolean, ColumnElement, Integer, Select, bindparam, exists, or_, select
from sqlalchemy.orm import aliased, contains_eager

from portal.accounts.models import Person
from portal.core.db import db
from portal.rooms import limits, policy
from portal.rooms.availability import WHOLE_MINUTES, Span, Steps, midnight
from portal.rooms.holding import can_hold
from portal.rooms.models import LONGEST, Area, BookingPolicy, Hold, Keeper, Resource, Right
from portal.rooms.rules import rules_of

# Nothing is kept for longer than that before or after a booking.
LONGEST_PAUSE = timedelta(minutes=240)

_own, _shared = aliased(BookingPolicy), aliased(BookingPolicy)
_people: BindParameter[int] = bindparam("person_ids", expanding=True)
# A condition for statements that are run with `reach_of`.
IS_OPEN_TO_THEM = or_(
    bindparam("keeps_all", type_=Boolean),
    Resource.is_restricted.is_(False),
    exists().where(
        Right.resource_id == Resource.id,
        or_(Right.person_id.in_(_people), Right.department_id.in_(bindparam("department_ids", expanding=True))),
    ),
    exists().where(
        or_(Keeper.resource_id == Resource.id, Keeper.area_id == Resource.area_id), Keeper.person_id.in_(_people)
    ),
)


def reach_of(*people: Person) -> dict[str, Any]:
    """What `IS_OPEN_TO_THEM` asks for: what one of these people may book (`policy.may_book`), in SQL."""
    return {
        "keeps_all": any(policy.may_manage_rooms(person) for person in people),
        "person_ids": [person.id for person in people],
        "department_ids": [person.department_id for person in people if person.department_id],
    }


def in_use(*conditions: ColumnElement[bool]) -> Select[Resource]:
    """What is in use and fulfils these, with areas and rules, in the order of the house."""
    return (
        select(Resource)
        .join(Resource.area)
        .outerjoin(_shared, _shared.area_id == Area.id)
        .outerjoin(_own, _own.resource_id == Resource.id)
        .options(
            contains_eager(Resource.area).contains_eager(Area.policy.of_type(_shared)),
            contains_eager(Resource.policy.of_type(_own)),
        )
        .where(Resource.retired_at.is_(None), *conditions)
        .order_by(Area.position, Area.id, Resource.name)
    )


_EVERYTHING = in_use(IS_OPEN_TO_THEM)


def open_to(person: Person) -> Sequence[Resource]:
    """Everything that the person may book, with areas and rules, in the order of the house. One statement."""
    return db.session.scalars(_EVERYTHING, reach_of(person)).all()


# Naming the resources lets the index on (resource, start) be used for each. Of the table itself, not of the class:
# that makes nothing but tuples, of which there may be thousands.
_hold = Hold.__table__.c
_HELD = (
    select(_hold.resource_id, _hold.unit, _hold.starts_at, _hold.ends_at, _hold.booking_id)
    .where(
        _hold.resource_id.in_(bindparam("resource_ids", expanding=True)), _hold.released_at.is_(None),
        _hold.starts_at < bindparam("until"), _hold.starts_at > bindparam("a_day_before"),
        _hold.ends_at > bindparam("starts_at"),
        _hold.booking_id.is_distinct_from(bindparam("moving", type_=Integer)),
    )
    .order_by(_hold.resource_id, _hold.starts_at)
)


class Held(NamedTuple):
    """A unit of a resource is held by a booking, and none may be there between these instants.

    A booking keeps the resource longer than it lasts, to get it ready and put it in order. What is held is widened
    here by as much, so that a search need not know of that: it looks for the booking's own time.
    """

    unit: int
    starts_at: datetime
    ends_at: datetime
    booking_id: int

    @property
    def span(self) -> Span:
        return self.starts_at, self.ends_at


_HELD_NEAR = _HELD.where(
    or_(_hold.resource_id.in_(bindparam("all_along", expanding=True)), _hold.starts_at < bindparam("near"))
)


def held(
    resources: Iterable[Resource], starts_at: datetime, until: datetime, *, moving: int | None = None,
    near: datetime | None = None, all_along: Iterable[int] = (),
) -> dict[int, list[Held]]:
    """What keeps bookings of these resources away in that time, by resource and start, but for what is `moving`.

    With `near`, only what begins before that, but for the resources with these ids. One statement; none without
    resources.
    """
    pauses = {
        one.id: (timedelta(minutes=one.cleanup_minutes), timedelta(minutes=one.setup_minutes)) for one in resources
    }
    if not pauses:
        return {}
    first, last = starts_at - LONGEST_PAUSE, until + LONGEST_PAUSE
    span = {"resource_ids": list(pauses), "starts_at": first, "until": last, "a_day_before": first - LONGEST}
    rows: Iterable[Any] = db.session.execute(
        _HELD_NEAR if near else _HELD, {**span, "moving": moving, "near": near, "all_along": list(all_along)}
    )
    found: dict[int, list[Held]] = {resource_id: [] for resource_id in pauses}
    for resource_id, unit, taken_from, taken_to, booking_id in rows:
        before, after = pauses[resource_id]
        found[resource_id].append(Held(unit, taken_from - before, taken_to + after, booking_id))
    return found


def permits(resource: Resource, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether its rules let a booking of that time pass, as far as they need not count bookings."""
    if not can_hold(resource, starts_at, ends_at):
        return False
    return not any(limits.fixed_breaches(rules_of(resource), resource, starts_at, ends_at, now))


class Frame(NamedTuple):
    """Within what a resource's rules let a booking begin: not before, not after, on which steps, when it is open."""

    earliest: datetime
    until: datetime
    steps: Steps
    only_open: bool


def frame_of(
    resource: Resource, earliest: datetime, length: timedelta, until: datetime, now: datetime
) -> Frame:
    """The part of that time in which the rules of the resource let a booking of that length begin and end."""
    rules = rules_of(resource)
    steps = Steps(rules.slot_minutes, resource.area.zone) if rules.slot_minutes else WHOLE_MINUTES
    if rules.lead_minutes:
        earliest = max(earliest, now + timedelta(minutes=rules.lead_minutes))
    if rules.days_ahead is not None:
        today = now.astimezone(resource.area.zone).date()
        until = min(until, midnight(today + timedelta(days=rules.days_ahead + 1), resource.area) + length)
    return Frame(steps.up(earliest), until, steps, bool(rules.within_hours))


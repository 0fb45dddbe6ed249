"""Reading areas and resources with all that is said of them, for their own pages."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import reader
from portal.core.workdays import is_holiday, is_worked_weekend
from portal.rooms import hours, policy
from portal.rooms.models import Area, Booking, Hold, Keeper, Kind, Resource, Right, Sort

_KEEPERS = selectinload(Resource.keepers).joinedload(Keeper.person)
_AREA_KEEPERS = selectinload(Area.keepers).joinedload(Keeper.person)
_RULES = (joinedload(Resource.policy), joinedload(Resource.area).joinedload(Area.policy))
_WHOLE = (
    *_RULES, _KEEPERS, joinedload(Resource.area).options(_AREA_KEEPERS), selectinload(Resource.layouts),
    selectinload(Resource.rights).options(joinedload(Right.person), joinedload(Right.department)),
)


def whole(resource_id: int) -> Resource:
    """The resource with area, rules, keepers, rights, layouts and opening hours; raises Missing if there is none.

    Six statements.
    """
    found = db.session.scalars(
        select(Resource).where(Resource.id == resource_id).options(*_WHOLE).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise Missing(_("There is no such room."))
    hours.load_hours([found])
    return found


def area(area_id: int) -> Area:
    """The area; raises Missing if there is none."""
    found = db.session.get(Area, area_id)
    if found is None:
        raise Missing(_("There is no such area."))
    return found


class KeptArea(NamedTuple):
    """An area, what of its resources somebody keeps, and whether they keep all of it."""

    area: Area
    resources: Sequence[Resource]
    is_whole: bool


def kept_by(actor: Person) -> list[KeptArea]:
    """What the actor keeps, in the order of the house, retired resources last. Four statements."""
    areas = db.session.scalars(select(Area).options(_AREA_KEEPERS).order_by(Area.position, Area.id)).all()
    resources = db.session.scalars(
        select(Resource)
        .options(*_RULES, _KEEPERS)
        .order_by(Resource.retired_at.is_not(None), Resource.kind != Sort.ROOM, Resource.kind, Resource.name)
    ).all()
    found = [
        KeptArea(one, [it for it in resources if it.area_id == one.id and policy.keeps(actor, it)],
                 policy.keeps_area(actor, one))
        for one in areas
    ]
    return [kept for kept in found if kept.is_whole or kept.resources]


def keeps_anything(actor: Person) -> bool:
    """Whether there is an area or a resource that the actor keeps. One statement, none for room managers."""
    if policy.may_manage_rooms(actor):
        return True
    return bool(db.session.scalars(select(exists().where(Keeper.person_id == actor.id))).one())


def closed_now() -> set[int]:
    """The ids of what a closure holds at this moment. One statement."""
    now = clock.now()
    return set(
        db.session.scalars(
            select(Hold.resource_id)
            .join(Hold.booking)
            .where(
                Booking.kind == Kind.CLOSURE, Hold.released_at.is_(None), Hold.starts_at <= now, Hold.ends_at > now,
            )
        )
    )


def other_resources() -> dict[Sort, list[Resource]]:
    """What is in use besides rooms, by sort, in the order of the house. One statement."""
    found = db.session.scalars(
        select(Resource)
        .join(Resource.area)
        .options(joinedload(Resource.area))
        .where(Resource.kind != Sort.ROOM, Resource.retired_at.is_(None))
        .order_by(Area.position, Area.id, Resource.name)
    ).all()
    sorts = (sort for sort in Sort if any(one.kind == sort for one in found))
    return {sort: [one for one in found if one.kind == sort] for sort in sorts}


class DayHours(NamedTuple):
    """When something is open on a day; `note` says why it is not, or that a weekend is worked."""

    day: date
    times: tuple[time, time] | None
    note: str
    is_today: bool


def this_week(resource: Resource, now: datetime) -> list[DayHours]:
    """Monday to Sunday of this week, on the area's calendar."""
    today = now.astimezone(resource.area.zone).date()
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=shift) for shift in range(7))
    return [
        DayHours(day, hours.hours_on(resource, day), _note(resource.area, day), day == today) for day in days
    ]


def _note(of: Area, day: date) -> str:
    if is_holiday(of.holidays, day):
        return hours.holiday_on(of, day, reader().locale) or _("Public holiday")
    return _("Worked in exchange for a holiday") if is_worked_weekend(of.holidays, day) else ""


def keepers_of(resource: Resource) -> list[Person]:
    """Who is named for it or its area, by name, without those who have left."""
    named: Iterable[Keeper] = (*resource.keepers, *resource.area.keepers)
    people = {keeper.person for keeper in named if keeper.person.is_active}
    return sorted(people, key=lambda person: person.name)

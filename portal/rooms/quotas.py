"""The limits for which bookings have to be counted. One statement for each that is set, none for one that is not."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, or_, select

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.epochs import epoch
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.rooms import limits, words
from portal.rooms.availability import on_clock
from portal.rooms.limits import Breach
from portal.rooms.models import LONGEST, Booking, Hold, Kind, Resource
from portal.rooms.queries import count_ahead
from portal.rooms.rules import Rules

A_WEEK = timedelta(days=7)


class Wanted(NamedTuple):
    """What is to be booked for whom. `moving` is the booking that is moved there; it does not count against itself."""

    owner: Person
    resource: Resource
    starts_at: datetime
    ends_at: datetime
    moving: Booking | None = None

    @property
    def week(self) -> tuple[datetime, datetime]:
        """The week that it begins in, from Monday to Sunday on the area's clock."""
        zone = self.resource.area.zone
        day = self.starts_at.astimezone(zone).date()
        monday = day - timedelta(days=day.weekday())
        return on_clock(monday, time(), zone), on_clock(monday + A_WEEK, time(), zone)

    @property
    def minutes(self) -> int:
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)

    @property
    def takes_no_more(self) -> bool:
        """Whether it moves within its area and week without becoming longer: it adds nothing to what is booked."""
        old, (monday, next_monday) = self.moving, self.week
        return (
            old is not None and old.room.area_id == self.resource.area_id
            and monday <= old.starts_at < next_monday and old.ends_at - old.starts_at >= self.ends_at - self.starts_at
        )


def breaches(rules: Rules, wanted: Wanted, *, one_more: bool) -> Iterator[Breach]:
    """Every such limit that the booking would break; `one_more` says whether it is one more ahead in its area."""
    if rules.most_ahead and one_more:
        yield from limits.too_many(rules, count_ahead(wanted.owner.id, wanted.resource.area_id))
    if rules.most_at_once:
        yield from _at_once(rules.most_at_once, wanted)
    if (rules.week_minutes_person or rules.week_minutes_department) and not wanted.takes_no_more:
        yield from _in_the_week(rules, wanted)


_STANDS = and_(
    Booking.kind == Kind.BOOKING, Booking.cancelled_at.is_(None),
    Booking.id.is_distinct_from(bindparam("moving", type_=Integer)),
)


def _at_once(most: int, wanted: Wanted) -> Iterator[Breach]:
    if _count_at_once(wanted) >= most:
        said = ngettext(
            "One person may have one booking at a time.",
            "One person may have %(num)s bookings at the same time.", most,
        )
        yield Breach("most_at_once", said, "starts_at")


# Built once: building a statement takes longer than running it.
_AT_ONCE = select(func.count()).where(
    Booking.owner_id == bindparam("owner_id"), _STANDS, Booking.starts_at < bindparam("ends_at"),
    Booking.starts_at > bindparam("a_day_before"), Booking.ends_at > bindparam("starts_at"),
)


def _count_at_once(wanted: Wanted) -> int:
    """How many bookings the owner has, anywhere, that meet that time."""
    span = {"starts_at": wanted.starts_at, "ends_at": wanted.ends_at, "a_day_before": wanted.starts_at - LONGEST}
    return db.session.scalars(_AT_ONCE, {"owner_id": wanted.owner.id, **span, **_moving(wanted)}).one()


def _moving(wanted: Wanted) -> dict[str, int | None]:
    return {"moving": wanted.moving.id if wanted.moving else None}


def _in_the_week(rules: Rules, wanted: Wanted) -> Iterator[Breach]:
    own, whole = _booked_minutes(wanted)
    most = rules.week_minutes_person
    if most and own + wanted.minutes > most:
        said = _(
            "One person books %(most)s a week here at most; %(booked)s are booked already.",
            most=words.lasting(most), booked=words.lasting(own),
        )
        yield Breach("week_minutes_person", said, "ends_at")
    most = rules.week_minutes_department
    if most and wanted.owner.department_id and whole + wanted.minutes > most:
        said = _(
            "A department books %(most)s a week here at most; %(booked)s are booked already.",
            most=words.lasting(most), booked=words.lasting(whole),
        )
        yield Breach("week_minutes_department", said, "ends_at")


def _minutes(condition: ColumnElement[bool] | None = None) -> ColumnElement[Any]:
    seconds = epoch(Booking.ends_at) - epoch(Booking.starts_at)
    counted = seconds if condition is None else case((condition, seconds), else_=0)
    return func.coalesce(func.sum(counted), 0) / 60


_IS_OWNERS = Booking.owner_id == bindparam("owner_id")
_OF_DEPARTMENT = select(Person.id).where(Person.department_id == bindparam("department_id", type_=Integer))
_IN_AREA = (
    select(Hold.id)
    .join(Hold.resource)
    .where(Hold.booking_id == Booking.id, Resource.area_id == bindparam("area_id"))
    .exists()
)
_IN_THE_WEEK = select(_minutes(_IS_OWNERS), _minutes()).where(
    or_(_IS_OWNERS, Booking.owner_id.in_(_OF_DEPARTMENT)), _STANDS,
    Booking.starts_at >= bindparam("monday"), Booking.starts_at < bindparam("next_monday"), _IN_AREA,
)


def _booked_minutes(wanted: Wanted) -> tuple[int, int]:
    """How long the owner, and their department with them, have booked in the area for that week. One statement."""
    owner, (monday, next_monday) = wanted.owner, wanted.week
    whose = {"owner_id": owner.id, "department_id": owner.department_id, "area_id": wanted.resource.area_id}
    week = {"monday": monday, "next_monday": next_monday}
    own, whole = db.session.execute(_IN_THE_WEEK, {**whose, **week, **_moving(wanted)}).one()
    return int(own), int(whole)

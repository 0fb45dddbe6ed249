"""Recurring meetings: every coming date of a series of bookings a meeting of its own, with its own agenda.

In calendars they are one series (`MeetingSeries`), whose rule is that of the bookings when they were made.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy
from portal.meetings.changing import revise_series
from portal.meetings.commands import make_meeting
from portal.meetings.copying import Source
from portal.meetings.details import PLAIN, Details
from portal.meetings.models import Meeting, MeetingSeries
from portal.rooms.models import Booking
from portal.series.models import Series


def coming_dates(booking: Booking) -> list[int]:
    """The ids of the standing bookings of its series that are ahead and no meeting yet, in the order of ids."""
    if booking.series_id is None:
        return []
    free = select(Booking.id).outerjoin(Meeting, Meeting.booking_id == Booking.id).where(
        Booking.series_id == booking.series_id, Booking.cancelled_at.is_(None), Booking.ends_at > clock.now(),
        Meeting.id.is_(None),
    )
    return list(db.session.scalars(free.order_by(Booking.id)))


def make_meetings(
    actor: Person, booking: Booking, *, subject: str, purpose: str = "", agenda: Iterable[str] = (),
    details: Details = PLAIN, source: Source | None = None,
) -> list[Meeting]:
    """Make a draft of each coming date of the booking's series, as `make_meeting` does, and answer them by date.

    Two or more are one series in calendars; so are those that are made of the same bookings later. Answers are due as
    long before each as before the booking's own. Raises what `make_meeting` raises, and then makes none.
    """
    allow(policy.may_make(actor, booking))
    lines, ids = list(agenda), coming_dates(booking)
    if not ids:
        raise DomainError(_("Every date of this series is a meeting already."))
    # Locked at once in the order of ids, so that two who do this never wait for each other.
    dates = db.session.scalars(
        select(Booking).where(Booking.id.in_(ids)).order_by(Booking.id).with_for_update(key_share=True)
    ).all()
    made = [
        make_meeting(
            actor, date, subject=subject, purpose=purpose, agenda=lines, source=source,
            details=details._replace(answer_by=_answer_by(details.answer_by, booking, date)),
        )
        for date in dates
    ]
    _join(made, booking)
    return sorted(made, key=lambda meeting: meeting.starts_at)


def _answer_by(answer_by: datetime | None, first: Booking, date: Booking) -> datetime | None:
    if answer_by is None:
        return None
    due = answer_by + (date.starts_at - first.starts_at)
    return due if due > clock.now() else None


# --- What they are in calendars ---


def _join(made: Sequence[Meeting], booking: Booking) -> None:
    """Make these one series, or dates of the one that others of the same bookings are; a single one stays alone."""
    bookings = db.session.get_one(Series, booking.series_id)
    known = _series_of(bookings)
    taken = set(_dates_of(known)) if known else set()
    joining = [
        meeting for meeting in made
        if meeting.booking and meeting.booking.recurrence_id and meeting.booking.recurrence_id not in taken
    ]
    if known is None and len(joining) < 2:
        return
    series = known or _copy_of(bookings)
    for meeting in joining:
        assert meeting.booking is not None
        meeting.series, meeting.recurrence_id = series, meeting.booking.recurrence_id
    db.session.flush()
    if known and joining:
        revise_series(joining[0])


def _series_of(bookings: Series) -> MeetingSeries | None:
    """What meetings on these bookings recur in, if the rule is still the same."""
    return db.session.scalars(
        select(MeetingSeries)
        .join(Meeting, Meeting.series_id == MeetingSeries.id)
        .join(Booking, Booking.id == Meeting.booking_id)
        .where(
            Booking.series_id == bookings.id, MeetingSeries.rule == bookings.rule,
            MeetingSeries.timezone == bookings.timezone, MeetingSeries.starts_at == bookings.starts_at,
        )
        .order_by(MeetingSeries.id)
        .limit(1)
    ).first()


def _dates_of(series: MeetingSeries) -> Sequence[datetime | None]:
    return db.session.scalars(select(Meeting.recurrence_id).where(Meeting.series_id == series.id)).all()


def _copy_of(bookings: Series) -> MeetingSeries:
    series = MeetingSeries(
        uid=str(uuid.uuid4()), rule=bookings.rule, timezone=bookings.timezone, starts_at=bookings.starts_at,
        minutes=bookings.minutes, sequence=0, created_at=clock.now(),
    )
    db.session.add(series)
    return series

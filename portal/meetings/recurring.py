"""Recurring meetings: every coming date of a series of bookings a meeting of its own, with its own agenda."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy
from portal.meetings.commands import make_meeting
from portal.meetings.copying import Source
from portal.meetings.details import PLAIN, Details
from portal.meetings.models import Meeting
from portal.rooms.models import Booking


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

    Answers are due as long before each as before the booking's own. Raises what `make_meeting` raises, and then makes
    none.
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
    return sorted(made, key=lambda meeting: meeting.starts_at)


def _answer_by(answer_by: datetime | None, first: Booking, date: Booking) -> datetime | None:
    if answer_by is None:
        return None
    due = answer_by + (date.starts_at - first.starts_at)
    return due if due > clock.now() else None

"""The numbers of meetings: one after the other per beginning and year, without gaps."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.meetings.kinds import kind_of
from portal.meetings.models import Meeting, MeetingNumber
from portal.meetings.telling import zone_of


def next_number(meeting: Meeting) -> str:
    """The next number for a meeting of its kind in its year, such as M2026-007.

    """
    return number_in(kind_of(meeting).prefix, meeting.starts_at.astimezone(zone_of(meeting)).year)


def number_in(prefix: str, year: int) -> str:
    """The next number with that beginning in that year.

    Whoever asks at the same time waits until this transaction ends, so that none is left out.
    """
    return f"{prefix}{year}-{_raise(prefix, year) or _begin(prefix, year):03d}"


def _raise(prefix: str, year: int) -> int | None:
    return db.session.scalars(
        update(MeetingNumber)
        .where(MeetingNumber.prefix == prefix, MeetingNumber.year == year)
        .values(last=MeetingNumber.last + 1)
        .returning(MeetingNumber.last)
        .execution_options(synchronize_session=False)
    ).one_or_none()


def _begin(prefix: str, year: int) -> int:
    """The first number of a year, unless somebody else was quicker."""
    try:
        with db.session.begin_nested():
            db.session.add(MeetingNumber(prefix=prefix, year=year, last=1))
    except IntegrityError:
        return _raise(prefix, year) or 1
    return 1

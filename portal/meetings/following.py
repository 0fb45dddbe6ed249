"""What becomes of a meeting when something becomes of its booking, whoever did it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.meetings import words
from portal.meetings.changing import changed, revise, tell_the_told
from portal.meetings.details import location_of
from portal.meetings.models import Attendee, Meeting, Phase
from portal.meetings.moving import ask_again, call_off, go_to
from portal.meetings.signals import many_changed
from portal.rooms.models import LONGEST, Booking, Hold, Resource


def follow_move(booking: Booking, actor: Person) -> None:
    """Take the meeting of a moved booking along, and ask its people again (RFC 5546 §3.2.2.1)."""
    meeting = _meeting_in(booking)
    if meeting is not None and meeting.cancelled_at is None:
        meeting.timezone = booking.room.area.timezone
        go_to(actor, meeting, words.Where(booking.starts_at, booking.ends_at, location_of(booking)))


def follow_cancellation(booking: Booking, actor: Person) -> None:
    """Call off the meeting of a cancelled booking, unless it has been held already."""
    meeting = _meeting_in(booking)
    if meeting is None or meeting.phase(clock.now()) in {Phase.CANCELLED, Phase.HELD, Phase.CLOSED}:
        return
    # The very instant of the booking: by it a restoration knows which meeting fell with it.
    call_off(meeting, actor, booking.cancelled_at or clock.now())


def follow_restoration(booking: Booking, cancelled_at: datetime, actor: Person) -> None:
    """Put on again the meeting that fell with its booking at that instant, and ask its people again."""
    meeting = _meeting_in(booking)
    if meeting is None or meeting.cancelled_at != cancelled_at:
        return
    meeting.cancelled_at, meeting.off_reason = None, ""
    revise(meeting)
    ask_again(meeting)
    changed(meeting)
    record(actor, "meeting.restored", meeting, title=meeting.subject)
    tell_the_told(actor, meeting, "meeting.restored", lambda: words.restored(meeting), asks=True)


def _meeting_in(booking: Booking) -> Meeting | None:
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.booking_id == booking.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def follow_renaming(room_ids: Sequence[int], owner_ids: Sequence[int]) -> None:
    """Say the rooms' new names in the meetings ahead; SEQUENCE and answers stay, for the rooms are the same ones.

    The statements do not grow with the number of meetings.
    """
    now = clock.now()
    held = select(Hold.booking_id).where(
        Hold.resource_id.in_(room_ids), Hold.released_at.is_(None), Hold.starts_at > now - LONGEST, Hold.ends_at > now
    )
    meetings = _locked(Meeting.booking_id.in_(held), Meeting.cancelled_at.is_(None))
    for meeting in meetings:
        assert meeting.booking is not None
        meeting.location, meeting.changed_at = location_of(meeting.booking), now
    db.session.flush()
    many_changed.send(None, people=sorted({*_all_people(meetings), *owner_ids}))


def make_ready(bookings: Sequence[Booking]) -> None:
    """Lock the meetings of bookings that will move or be cancelled together, and then the calendars of their people."""
    meetings = _locked(Meeting.booking_id.in_([booking.id for booking in bookings]))
    many_changed.send(None, people=sorted({*_all_people(meetings), *(booking.owner_id for booking in bookings)}))


def with_meetings(bookings: Sequence[Booking]) -> list[Booking]:
    """Those of the bookings that a meeting stands on, locked as `make_ready` locks them. Two statements."""
    meetings = _locked(Meeting.booking_id.in_([booking.id for booking in bookings]))
    having = {meeting.booking_id for meeting in meetings}
    return [booking for booking in bookings if booking.id in having]


def _locked(*conditions: ColumnElement[bool]) -> Sequence[Meeting]:
    """Those meetings with bookings and rooms as they are now, locked in the order of ids."""
    rooms_of = selectinload(Meeting.booking).selectinload(Booking.holds).joinedload(Hold.resource)
    return db.session.scalars(
        select(Meeting)
        .where(*conditions)
        .options(rooms_of.joinedload(Resource.area))
        .order_by(Meeting.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _all_people(meetings: Sequence[Meeting]) -> set[int]:
    ids = [meeting.id for meeting in meetings]
    of_these = select(Attendee.person_id).where(Attendee.meeting_id.in_(ids), Attendee.person_id.is_not(None))
    attending = db.session.scalars(of_these.distinct())
    return {*(person_id for person_id in attending if person_id), *(meeting.organizer_id for meeting in meetings)}

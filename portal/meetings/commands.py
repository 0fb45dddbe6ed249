"""Everything that can be done to meetings. Each change locks its meeting first, so that changes come one by one."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy, words
from portal.meetings.changing import (
    changed,
    everyone,
    insist_not_over,
    insist_standing,
    lock,
    one_line,
    take,
    tell_the_told,
)
from portal.meetings.models import AgendaItem, Answer, Attendee, Meeting, Phase
from portal.meetings.numbers import next_number
from portal.meetings.signals import many_changed, meeting_changed
from portal.meetings.telling import tell_attendees
from portal.notifications.commands import mark_read
from portal.rooms import commands as rooms
from portal.rooms import policy as rooms_policy
from portal.rooms.models import LONGEST, Booking, Hold, Resource

LONGEST_LINE = 200
MOST_LINES = 100
LONGEST_COMMENT = 500


def make_meeting(
    actor: Person, booking: Booking, *, subject: str, purpose: str = "", agenda: Iterable[str] = ()
) -> Meeting:
    """Make a draft of a meeting in the room and at the time of the booking; the actor organizes it.

    `agenda` holds one title for each item. Raises NotAllowed, or DomainError if the booking is cancelled or is
    a meeting already.
    """
    allow(policy.may_make(actor, booking))
    db.session.refresh(booking, with_for_update={"key_share": True})
    if not booking.is_standing:
        raise DomainError(_("This booking is cancelled already."))
    if db.session.scalars(select(Meeting.id).where(Meeting.booking_id == booking.id)).first():
        raise DomainError(_("This booking is a meeting already."))
    now = clock.now()
    meeting = Meeting(
        uid=str(uuid.uuid4()), booking=booking, organizer=actor, subject=one_line(subject), purpose=purpose,
        starts_at=booking.starts_at, ends_at=booking.ends_at, location=_location(booking),
        created_at=now, changed_at=now, agenda=[], attendees=[],
    )
    _write_agenda(meeting, agenda)
    db.session.add(meeting)
    db.session.flush()
    record(
        actor, "meeting.created", meeting, title=meeting.subject, location=meeting.location,
        starts_at=meeting.starts_at, ends_at=meeting.ends_at,
    )
    meeting_changed.send(meeting, people=everyone(meeting))
    return meeting


def change_meeting(
    actor: Person, meeting: Meeting, *, subject: str, purpose: str, agenda: Iterable[str], seen: str | None = None
) -> Meeting:
    """Give the meeting other words; its SEQUENCE stays, for nobody has to answer anew (RFC 5546 §2.1.4).

    `seen` is the version that the actor looked at; if somebody has changed the words since, it is refused.
    """
    take(actor, meeting)
    if seen not in (None, meeting.version):
        raise DomainError(_("Somebody else has changed this meeting meanwhile. Look at it again before you save."))
    meeting.subject, meeting.purpose = one_line(subject), purpose
    _write_agenda(meeting, agenda)
    changed(meeting)
    record(actor, "meeting.changed", meeting, title=meeting.subject)
    return meeting


def send_notice(actor: Person, meeting: Meeting) -> int:
    """Announce the meeting to its people who have not been told yet; answers how many that were.

    Sending it again tells nobody twice. Raises DomainError if nobody is invited, or it is cancelled or over.
    """
    take(actor, meeting)
    insist_not_over(meeting)
    if not meeting.attendees:
        raise DomainError(_("Nobody is invited yet. Add people first."))
    untold = [attendee for attendee in meeting.attendees if attendee.invited_at is None]
    if not untold:
        return 0
    now = clock.now()
    meeting.number = meeting.number or next_number(meeting)
    meeting.announced_at = meeting.announced_at or now
    for attendee in untold:
        attendee.invited_at = now
    changed(meeting)
    told = tell_attendees(meeting, untold, "meeting.invitation", lambda: words.invitation(meeting))
    record(actor, "meeting.announced", meeting, people=[attendee.name for attendee in untold])
    return told


def answer(
    actor: Person, meeting: Meeting, answer: Answer, comment: str = "", *, seen: int | None = None
) -> Attendee:
    """Say whether the actor comes. SEQUENCE stays as it is.

    `seen` is the SEQUENCE that the actor had before their eyes: an answer to a time or room that has changed since
    is refused. Raises NotAllowed for whoever was not told, and DomainError if the meeting is cancelled or over.
    """
    lock(meeting)
    allow(policy.may_answer(actor, meeting))
    insist_standing(meeting)
    insist_not_over(meeting)
    _check_answer(meeting, answer, comment, seen)
    part = policy.told_part(actor, meeting)
    assert part is not None
    part.answer, part.comment, part.answered_at = answer, comment, clock.now()
    db.session.flush()
    record(actor, "meeting.answered", meeting, answer=answer.value, comment=comment)
    mark_read(actor, "meeting", meeting.id)
    meeting_changed.send(meeting, people=[actor.id])
    return part


def _check_answer(meeting: Meeting, answer: Answer, comment: str, seen: int | None) -> None:
    if answer == Answer.NONE:
        raise DomainError(_("Please choose an answer."), "answer")
    if len(comment) > LONGEST_COMMENT:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_COMMENT), "comment")
    if seen is not None and seen != meeting.sequence:
        raise DomainError(
            _("The meeting was moved since you opened this page. Look at time and room, then answer again.")
        )


def cancel_meeting(actor: Person, meeting: Meeting) -> None:
    """Call the meeting off, give its room back if the actor may, and tell those who had been told."""
    allow(policy.may_edit(actor, meeting))
    # The booking first, as whoever cancels or moves the booking locks them: else two would wait for each other.
    if meeting.booking and meeting.booking.is_standing and rooms_policy.may_change(actor, meeting.booking):
        insist_standing(meeting)
        insist_not_over(meeting)
        rooms.cancel(actor, meeting.booking)
        return
    take(actor, meeting)
    insist_not_over(meeting)
    _call_off(meeting, actor, clock.now())


def follow_move(booking: Booking, actor: Person) -> None:
    """Take the meeting of a moved booking along, and ask its people again (RFC 5546 §3.2.2.1)."""
    meeting = _meeting_in(booking)
    if meeting is None or meeting.cancelled_at is not None:
        return
    before = words.Where(meeting.starts_at, meeting.ends_at, meeting.location)
    after = words.Where(booking.starts_at, booking.ends_at, _location(booking))
    if before == after:
        return
    meeting.starts_at, meeting.ends_at, meeting.location = after
    meeting.sequence += 1
    _ask_again(meeting)
    changed(meeting)
    record(
        actor, "meeting.moved", meeting, location=after.location, starts_at=after.starts_at, ends_at=after.ends_at
    )
    tell_the_told(actor, meeting, "meeting.moved", lambda: words.moved(meeting, before), asks=True)


def follow_cancellation(booking: Booking, actor: Person) -> None:
    """Call off the meeting of a cancelled booking, unless it has been held already."""
    meeting = _meeting_in(booking)
    if meeting is None or meeting.phase(clock.now()) in {Phase.CANCELLED, Phase.HELD}:
        return
    # The very instant of the booking: by it a restoration knows which meeting fell with it.
    _call_off(meeting, actor, booking.cancelled_at or clock.now())


def follow_restoration(booking: Booking, cancelled_at: datetime, actor: Person) -> None:
    """Put on again the meeting that fell with its booking at that instant, and ask its people again."""
    meeting = _meeting_in(booking)
    if meeting is None or meeting.cancelled_at != cancelled_at:
        return
    meeting.cancelled_at = None
    meeting.sequence += 1
    _ask_again(meeting)
    changed(meeting)
    record(actor, "meeting.restored", meeting, title=meeting.subject)
    tell_the_told(actor, meeting, "meeting.restored", lambda: words.restored(meeting), asks=True)


def _ask_again(meeting: Meeting) -> None:
    for attendee in meeting.attendees:
        attendee.answer, attendee.comment, attendee.answered_at = Answer.NONE, "", None


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
        meeting.location, meeting.changed_at = _location(meeting.booking), now
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


def _call_off(meeting: Meeting, actor: Person, at: datetime) -> None:
    meeting.cancelled_at = at
    meeting.sequence += 1
    changed(meeting)
    record(actor, "meeting.cancelled", meeting, title=meeting.subject)
    tell_the_told(actor, meeting, "meeting.cancelled", lambda: words.cancelled(meeting))


def _location(booking: Booking) -> str:
    return f"{booking.room.name} · {booking.room.area.name}"


def _meeting_in(booking: Booking) -> Meeting | None:
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.booking_id == booking.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _write_agenda(meeting: Meeting, titles: Iterable[str]) -> None:
    """Make the agenda these lines. An item stays the same record by its words, else by its place; else it is removed.

    Resolutions refer to items, and keep referring to one whose words are corrected.
    """
    lines = [line for line in (title.strip() for title in titles) if line]
    _check_agenda(lines)
    old = list(meeting.agenda)
    by_words = {item.title: item for item in reversed(old)}
    kept = [by_words.pop(line, None) for line in lines]
    free = {item: item for item in old if item not in kept}
    for place, line in enumerate(lines):
        same_place = old[place] if place < len(old) else None
        item = kept[place] or (free.pop(same_place, None) if same_place else None) or AgendaItem()
        item.title, item.position = line, place
        kept[place] = item
    for item in free:
        item.removed_at = clock.now()
    meeting.agenda.extend(item for item in kept if item and item not in old)
    if old:
        db.session.flush()
        db.session.expire(meeting, ["agenda"])


def _check_agenda(lines: list[str]) -> None:
    if len(lines) > MOST_LINES:
        raise DomainError(_("An agenda has at most %(count)s items.", count=MOST_LINES), "agenda")
    if any(len(line) > LONGEST_LINE for line in lines):
        raise DomainError(_("An item of the agenda has at most %(count)s characters.", count=LONGEST_LINE), "agenda")

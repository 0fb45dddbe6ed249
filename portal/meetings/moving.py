"""Other times and places, and none for now: a meeting is moved, postponed, taken up again or called off."""

from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import details, phase_words, policy, secrecy, words
from portal.meetings.approving import give_up, lapse
from portal.meetings.changing import (
    changed,
    insist_not_over,
    insist_timed,
    revise,
    take,
    tell_the_told,
)
from portal.meetings.models import Answer, Meeting
from portal.meetings.signals import meeting_moved
from portal.rooms import commands as rooms
from portal.rooms import policy as rooms_policy
from portal.rooms.models import LATE, Booking

LONGEST_REASON = 500


def move_meeting(
    actor: Person, meeting: Meeting, starts_at: datetime, ends_at: datetime, *, venue: str, online_url: str = "",
    seen: int | None = None,
) -> bool:
    """Give a meeting without a booking another time or place, and ask its people again; answers whether it moved.

    A meeting in a room goes where its booking goes. `seen` is the SEQUENCE that the actor looked at. Raises
    NotAllowed, or DomainError for a time or place that cannot be, or if somebody was quicker.
    """
    take(actor, meeting)
    insist_not_over(meeting)
    insist_timed(meeting)
    if meeting.booking_id is not None:
        raise DomainError(_("This meeting has a room. Move its booking, and it goes along."))
    if seen not in (None, meeting.sequence):
        raise DomainError(_("Somebody else has changed this meeting meanwhile. Look at it again before you save."))
    _check_new_time(actor, meeting, starts_at, ends_at)
    before, old_url = where(meeting), meeting.online_url
    details.put(meeting, None, venue, online_url)
    after = words.Where(starts_at, ends_at, meeting.location)
    if after != before:
        meeting.location = before.location
        return go_to(actor, meeting, after)
    if old_url != meeting.online_url:
        tell_of_link(actor, meeting, old_url)
    return False


def where(meeting: Meeting) -> words.Where:
    return words.Where(meeting.starts_at, meeting.ends_at, meeting.location)


def go_to(actor: Person, meeting: Meeting, after: words.Where) -> bool:
    """Take a locked meeting to another time or place and ask its people again; answers whether that is another one."""
    before = where(meeting)
    if before == after:
        return False
    _settle(meeting, after)
    lapse(actor, meeting, reopens=True)
    changed(meeting)
    record(
        actor, "meeting.moved", meeting, location=after.location, starts_at=after.starts_at, ends_at=after.ends_at
    )
    tell_the_told(actor, meeting, "meeting.moved", lambda: words.moved(meeting, before), asks=True)
    return True


def _settle(meeting: Meeting, after: words.Where) -> None:
    """SEQUENCE rises, answers no longer count, and are due as long before the meeting as they were."""
    later, before = after.starts_at - meeting.starts_at, where(meeting)
    meeting.starts_at, meeting.ends_at, meeting.location = after
    revise(meeting)
    if meeting.answer_by is not None:
        meeting.answer_by = meeting.answer_by + later if meeting.answer_by + later > clock.now() else None
    ask_again(meeting)
    meeting_moved.send(meeting, before=before)


def ask_again(meeting: Meeting) -> None:
    """Forget what its people have answered; but whom somebody comes for still does not come."""
    for attendee in meeting.attendees:
        if attendee.answer == Answer.DELEGATED:
            continue
        attendee.answer, attendee.comment, attendee.answered_at, attendee.noted_by = Answer.NONE, "", None, ""


def tell_of_link(actor: Person, meeting: Meeting, before: str) -> None:
    """Tell another address for taking part online, and the old one; answers stay."""
    changed(meeting)
    record(actor, "meeting.link_changed", meeting)
    tell_the_told(actor, meeting, "meeting.link_changed", lambda: words.link_changed(meeting, before))


def _check_new_time(actor: Person, meeting: Meeting, starts_at: datetime, ends_at: datetime) -> None:
    details.check_time(starts_at, ends_at)
    check_ahead(actor, starts_at, meeting.starts_at)


def check_ahead(actor: Person, starts_at: datetime, was: datetime | None = None) -> None:
    """Raise DomainError for a time that is past, but for those who enter what has taken place."""
    if starts_at != was and starts_at < clock.now() - LATE and not rooms_policy.may_book_the_past(actor):
        raise DomainError(_("That time is past."), "starts_at")


# --- No time for now ---


def postpone(actor: Person, meeting: Meeting, reason: str = "") -> None:
    """Put the meeting off until it is given a new time, give its room back, and tell those who know of it.

    Raises NotAllowed, or DomainError if it is cancelled, over or postponed already.
    """
    allow(policy.may_edit(actor, meeting))
    booking = lock_booking(meeting.booking_id)
    take(actor, meeting)
    insist_not_over(meeting)
    insist_timed(meeting)
    meeting.postponed_at, meeting.off_reason, meeting.booking = clock.now(), fitting_reason(reason), None
    meeting.started_at = None
    give_up(actor, meeting)
    revise(meeting)
    changed(meeting)
    record(actor, "meeting.postponed", meeting, reason=meeting.off_reason)
    tell_the_told(actor, meeting, "meeting.postponed", lambda: words.postponed(meeting))
    if booking is not None and booking.is_standing and rooms_policy.may_change(actor, booking):
        rooms.cancel(actor, booking)


def resume(
    actor: Person, meeting: Meeting, *, booking: Booking | None = None, starts_at: datetime | None = None,
    ends_at: datetime | None = None, venue: str = "", online_url: str = "",
) -> None:
    """Take a postponed meeting up again: in the room and at the time of a booking, or elsewhere at a time of its own.

    Its people are asked again. Raises NotAllowed, or DomainError for a booking or time that cannot be.
    """
    allow(policy.may_edit(actor, meeting))
    if booking is not None:
        take_booking(actor, booking)
    take(actor, meeting)
    if meeting.postponed_at is None:
        raise DomainError(_("This meeting is not postponed."))
    if booking is not None:
        starts_at, ends_at = booking.starts_at, booking.ends_at
    if starts_at is None or ends_at is None:
        raise DomainError(_("Choose a booking, or give a time of its own."), "starts_at")
    _check_new_time(actor, meeting, starts_at, ends_at)
    before = where(meeting)
    details.put(meeting, booking, venue, online_url)
    meeting.booking, meeting.postponed_at, meeting.off_reason = booking, None, ""
    _settle(meeting, words.Where(starts_at, ends_at, meeting.location))
    lapse(actor, meeting, reopens=True)
    changed(meeting)
    record(
        actor, "meeting.resumed", meeting, location=meeting.location, starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
    )
    secrecy.guard(actor, meeting)
    tell_the_told(actor, meeting, "meeting.resumed", lambda: phase_words.resumed(meeting, before), asks=True)


def take_booking(actor: Person, booking: Booking) -> None:
    """Lock a booking that is to become a meeting; raises NotAllowed, or DomainError if it is cancelled or one already.

    The booking first, then the meeting, as whoever cancels or moves a booking locks them: else two would wait for
    each other.
    """
    allow(policy.may_make(actor, booking))
    db.session.refresh(booking, with_for_update={"key_share": True})
    if not booking.is_standing:
        raise DomainError(_("This booking is cancelled already."))
    if db.session.scalars(select(Meeting.id).where(Meeting.booking_id == booking.id)).first():
        raise DomainError(_("This booking is a meeting already."))


def lock_booking(booking_id: int | None) -> Booking | None:
    """The booking as it is now, kept from others."""
    if booking_id is None:
        return None
    return db.session.get(Booking, booking_id, with_for_update={"key_share": True}, populate_existing=True)


def fitting_reason(reason: str) -> str:
    """Raises DomainError for one that is too long."""
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")
    return reason.strip()


# --- No more ---


def cancel_meeting(actor: Person, meeting: Meeting, reason: str = "") -> None:
    """Call the meeting off, give its room back if the actor may, and tell those who had been told, and why."""
    allow(policy.may_edit(actor, meeting))
    booking = lock_booking(meeting.booking_id)
    take(actor, meeting)
    insist_not_over(meeting)
    meeting.off_reason = fitting_reason(reason)
    if booking is not None and booking.is_standing and rooms_policy.may_change(actor, booking):
        # The meeting follows its booking.
        db.session.flush()
        rooms.cancel(actor, booking)
    else:
        call_off(meeting, actor, clock.now())


def call_off(meeting: Meeting, actor: Person, at: datetime) -> None:
    """Cancel a locked meeting as of that instant."""
    meeting.cancelled_at, meeting.postponed_at = at, None
    give_up(actor, meeting)
    revise(meeting)
    changed(meeting)
    record(actor, "meeting.cancelled", meeting, title=meeting.subject, reason=meeting.off_reason)
    tell_the_told(actor, meeting, "meeting.cancelled", lambda: words.cancelled(meeting))

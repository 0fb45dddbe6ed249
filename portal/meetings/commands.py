"""Everything that can be done to meetings. Each change locks its meeting first, so that changes come one by one."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy, secrecy, words
from portal.meetings.agenda_lines import write_agenda
from portal.meetings.approving import lapse
from portal.meetings.changing import (
    changed,
    everyone,
    one_line,
    take,
    tell_the_told,
)
from portal.meetings.copying import Source, pour
from portal.meetings.details import PLAIN, Details, check_time, fill
from portal.meetings.kinds import kind_of
from portal.meetings.models import Answer, Attendee, Meeting, Part
from portal.meetings.moving import (
    cancel_meeting,
    check_ahead,
    go_to,
    lock_booking,
    take_booking,
    tell_of_link,
    where,
)
from portal.meetings.signals import meeting_changed
from portal.rooms.models import Booking

__all__ = ("cancel_meeting", "change_meeting", "make_meeting", "make_meeting_elsewhere")


def make_meeting(
    actor: Person, booking: Booking, *, subject: str, purpose: str = "", agenda: Iterable[str] = (),
    details: Details = PLAIN, source: Source | None = None,
) -> Meeting:
    """Make a draft of a meeting in the room and at the time of the booking; the actor organizes it.

    `agenda` holds one title for each item; `source` gives people, and what its lines of the same words were. The
    booking says no more of it than its confidentiality allows. Raises NotAllowed, or DomainError if the booking is
    cancelled or is a meeting already, or naming a field.
    """
    take_booking(actor, booking)
    meeting = _new(actor, booking, booking.starts_at, booking.ends_at)
    return _make(actor, meeting, subject, purpose, agenda, details, source)


def make_meeting_elsewhere(
    actor: Person, starts_at: datetime, ends_at: datetime, *, subject: str, purpose: str = "",
    agenda: Iterable[str] = (), details: Details, source: Source | None = None,
) -> Meeting:
    """Make a draft of a meeting outside or online, which `details` say where; the actor organizes it.

    Raises NotAllowed, or DomainError for a time or place that cannot be.
    """
    allow(policy.may_make_elsewhere(actor))
    check_time(starts_at, ends_at)
    check_ahead(actor, starts_at)
    return _make(actor, _new(actor, None, starts_at, ends_at), subject, purpose, agenda, details, source)


def _new(actor: Person, booking: Booking | None, starts_at: datetime, ends_at: datetime) -> Meeting:
    now = clock.now()
    return Meeting(
        uid=str(uuid.uuid4()), booking=booking, organizer=actor, starts_at=starts_at, ends_at=ends_at,
        created_at=now, changed_at=now, agenda=[], attendees=[],
    )


def _make(
    actor: Person, meeting: Meeting, subject: str, purpose: str, agenda: Iterable[str], details: Details,
    source: Source | None,
) -> Meeting:
    meeting.subject, meeting.purpose = _fitting_subject(subject), purpose
    with db.session.no_autoflush:
        fill(meeting, details)
        write_agenda(meeting, agenda)
        for person, part in ((details.chair, Part.CHAIR), (details.recorder, Part.RECORDER)):
            if person is not None:
                _seat(meeting, person, part)
    db.session.add(meeting)
    db.session.flush()
    if source is not None:
        meeting.copied_from_id = source.meeting_id
        pour(meeting, source.content)
        if source.made is not None:
            source.made(actor, meeting)
    record(
        actor, "meeting.created", meeting, title=meeting.subject, location=meeting.location,
        starts_at=meeting.starts_at, ends_at=meeting.ends_at, confidentiality=meeting.confidentiality,
    )
    secrecy.guard(actor, meeting)
    meeting_changed.send(meeting, people=everyone(meeting))
    return meeting


def _fitting_subject(subject: str) -> str:
    line = one_line(subject)
    if not line:
        raise DomainError(_("Please fill this in."), "subject")
    return line


def _seat(meeting: Meeting, person: Person, part: Part) -> None:
    if not person.is_active:
        raise DomainError(_("There is no such person."), part.value)
    if any(attendee.person is person for attendee in meeting.attendees):
        raise DomainError(_("Choose two people: one chairs, another keeps the record."), part.value)
    meeting.attendees.append(Attendee(person=person, part=part, answer=Answer.NONE))


def change_meeting(
    actor: Person, meeting: Meeting, *, subject: str, purpose: str, agenda: Iterable[str] | None = None,
    details: Details | None = None, seen: str | None = None,
) -> Meeting:
    """Give the meeting other words, and other details unless there are none; without an agenda it keeps its own.

    SEQUENCE stays, for nobody has to answer anew (RFC 5546 §2.1.4), unless the place is another; people hear of
    another subject, under which it is in their calendars. `seen` is the version that the actor looked at; if somebody
    has changed the words since, it is refused. What was approved as something else has to be approved again.
    """
    allow(policy.may_edit(actor, meeting))
    lock_booking(meeting.booking_id)
    take(actor, meeting)
    if seen not in (None, meeting.version):
        raise DomainError(_("Somebody else has changed this meeting meanwhile. Look at it again before you save."))
    called = meeting.subject
    meeting.subject, meeting.purpose = _fitting_subject(subject), purpose
    if agenda is not None:
        write_agenda(meeting, agenda)
    have_heard = details is not None and _change_details(actor, meeting, details)
    lapse(actor, meeting, reopens=True)
    changed(meeting)
    record(actor, "meeting.changed", meeting, title=meeting.subject, confidentiality=meeting.confidentiality)
    secrecy.guard(actor, meeting)
    if called != meeting.subject and not have_heard:
        tell_the_told(actor, meeting, "meeting.renamed", lambda: words.renamed(meeting, called))
    return meeting


def _change_details(actor: Person, meeting: Meeting, details: Details) -> bool:
    """People hear of another place or link, with the old one; answers whether they did."""
    before, old_url, profile = where(meeting), meeting.online_url, kind_of(meeting).profile
    fill(meeting, details)
    if meeting.announced_at is not None and kind_of(meeting).profile != profile:
        # Else it would go round what either regulation asks for before the notice or after it.
        raise DomainError(_("Its notice was sent: it stays under the regulation that it was prepared by."), "kind_id")
    after = where(meeting)
    if after != before:
        meeting.location = before.location
        return go_to(actor, meeting, after)
    if old_url != meeting.online_url:
        tell_of_link(actor, meeting, old_url)
        return True
    return False

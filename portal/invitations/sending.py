"""Sending a meeting's notice, and sending again what did not arrive."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from portal.accounts.models import Person
from portal.agenda.queries import notice_papers
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.invitations import lead_time
from portal.invitations.attaching import attachments_of
from portal.invitations.models import MeetingNotice
from portal.invitations.writing import Writer
from portal.meetings import words
from portal.meetings.changing import (
    changed,
    insist_belongs,
    insist_not_over,
    insist_timed,
    one_line,
    revise_series,
    take,
)
from portal.meetings.gates import pass_gates
from portal.meetings.models import Attendee, Meeting
from portal.meetings.numbers import next_number
from portal.meetings.phases import insist_approved
from portal.meetings.queries import people_in
from portal.meetings.telling import Manner, tell_attendees
from portal.notifications.commands import send_anew
from portal.notifications.queries import given_up_mail
from portal.regulations.profiles import Act

LONGEST_REASON = 300


def send_notice(actor: Person, meeting: Meeting, *, reason: str = "") -> int:
    """Announce the meeting to its people who have not been told yet; answers how many that were.

    Sending it again tells nobody twice. Raises DomainError if nobody is invited, if it waits for approval, is
    postponed, cancelled or over, or if it goes out later than the kind wants and no `reason` says why.
    """
    take(actor, meeting)
    insist_not_over(meeting)
    insist_timed(meeting)
    insist_approved(meeting)
    people = people_in(meeting.id)
    if not people:
        raise DomainError(_("Nobody is invited yet. Add people first."))
    untold = [attendee for attendee in people if attendee.invited_at is None]
    if not untold:
        return 0
    reason = checked_reason(meeting, reason)
    is_first = meeting.announced_at is None
    if is_first:
        pass_gates(actor, meeting, Act.ANNOUNCE)
    announce(actor, meeting, untold, reason, revision=revise_series(meeting))
    return _tell(meeting, people, untold, is_first=is_first)


def announce(
    actor: Person, meeting: Meeting, untold: Sequence[Attendee], reason: str, *, revision: int | None
) -> None:
    """Write down that these are told of a locked meeting now, and log it; whoever calls tells them.

    `revision` is the SEQUENCE that the series of the meeting has with that, if it is in one: a reply to the series as
    it was before does not answer a date that is new in it.
    """
    if meeting.announced_at is None and revision is not None:
        meeting.sequence = revision
    meeting.number = meeting.number or next_number(meeting)
    meeting.announced_at = meeting.announced_at or clock.now()
    _note_told(meeting, untold)
    changed(meeting)
    record(actor, "meeting.announced", meeting, people=[attendee.name for attendee in untold], reason=reason)


def _note_told(meeting: Meeting, untold: Sequence[Attendee]) -> None:
    """In one statement, and not by the session, which would compare each of a thousand."""
    now = clock.now()
    db.session.execute(
        update(Attendee)
        .where(Attendee.meeting_id == meeting.id, Attendee.invited_at.is_(None))
        .values(invited_at=now)
        .execution_options(synchronize_session=False)
    )
    for attendee in untold:
        set_committed_value(attendee, "invited_at", now)


def checked_reason(meeting: Meeting, reason: str) -> str:
    """Why the notice goes out late, or nothing if it does not; raises DomainError if it does and nothing says why."""
    if not lead_time.is_late(meeting):
        return ""
    line = one_line(reason)
    if not line:
        raise DomainError(_("The notice is late. Please say why it goes out all the same."), "reason")
    if len(line) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")
    return line


def _tell(meeting: Meeting, people: Sequence[Attendee], untold: Sequence[Attendee], *, is_first: bool) -> int:
    """Tell the untold in the meeting's own words, or in the portal's; robots hear of the first notice only."""
    notice = db.session.get(MeetingNotice, meeting.id)
    carried = attachments_of(notice_papers(meeting.id))
    writer = Writer(meeting, people, notice, notice.fields, carried.note) if notice else None

    def usual() -> tuple[str, str]:
        subject, body = words.invitation(meeting) if is_first else words.added(meeting)
        return subject, "\n\n".join(part for part in (body, carried.note(meeting)) if part)

    manner = Manner(
        asks=True, public=is_first, personal=writer.for_attendee if writer else None,
        layout=notice.layout if notice else None, attachments=carried.files,
    )
    return tell_attendees(meeting, untold, "meeting.invitation", usual, manner)


def send_again(actor: Person, meeting: Meeting, attendee: Attendee) -> None:
    """Put a mail that was given up on its way again, to the address that the attendee has by now.

    Raises DomainError if no mail to them was given up.
    """
    take(actor, meeting)
    insist_belongs(attendee, meeting)
    mail = given_up_mail("meeting", meeting.id, attendee.person_id, attendee.id)
    if mail is None and meeting.series_id is not None:
        mail = given_up_mail("meeting_series", meeting.series_id, attendee.person_id, attendee.id)
    if mail is None:
        raise DomainError(_("No mail to %(person)s was given up.", person=attendee.name))
    send_anew(mail, attendee.party.email)
    record(actor, "meeting.sent_again", meeting, person=attendee.name)

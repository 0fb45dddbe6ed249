"""Putting somebody on the list in place of another, and taking them off again, with whoever is to be told.

Whoever calls holds the lock of the meeting and has asked whether the actor may.
"""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.accounts.models import Person
from portal.agenda.queries import notice_papers
from portal.answers import words
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.invitations.attaching import attachments_of
from portal.meetings.admission import Invitee, admit
from portal.meetings.changing import changed, revise_series
from portal.meetings.models import Answer, Attendee, Meeting, Part
from portal.meetings.telling import Manner, tell_attendees

SEATED = frozenset({Answer.ACCEPTED, Answer.WAITING})


def substitute_of(absent: Attendee) -> Attendee | None:
    """Who comes in the attendee's place. One statement."""
    return db.session.scalars(select(Attendee).where(Attendee.substitutes_id == absent.id)).one_or_none()


def insist_can_replace(meeting: Meeting, absent: Attendee, person: Person) -> None:
    """Raise DomainError if the person cannot go in place of the absent one."""
    if absent.person_id is None:
        raise DomainError(_("Nobody of the house goes in place of a guest."))
    if absent.substitutes_id is not None:
        raise DomainError(_("You come in somebody’s place. Decline, and they can ask somebody else."))
    if not person.is_active:
        raise DomainError(_("There is no such person."), "person_id")
    if any(attendee.person_id == person.id for attendee in meeting.attendees):
        raise DomainError(_("%(person)s is in this meeting already.", person=person.name), "person_id")
    # Nobody can waive a rule here: whoever edits the meeting can, by adding the person.
    admit(meeting, [Invitee(person, Part(absent.part), absent.duty)], "")
    there = substitute_of(absent)
    if there is not None and there.answer != Answer.DECLINED:
        raise DomainError(_("%(person)s goes in this place already.", person=there.name))


def put_in(actor: Person | None, meeting: Meeting, absent: Attendee, person: Person) -> Attendee:
    """Put the person on the list in place of the absent one, whose part and seat they get, and tell both."""
    insist_can_replace(meeting, absent, person)
    if substitute_of(absent) is not None:
        take_out(actor, meeting, absent)
    seated = meeting.capacity is not None and absent.answer in SEATED
    now = clock.now()
    comes = Attendee(
        person=person, part=absent.part, duty=absent.duty, substitutes=absent, invited_at=now,
        answer=absent.answer if seated else Answer.NONE, answered_at=absent.answered_at if seated else None,
    )
    meeting.attendees.append(comes)
    absent.answer, absent.comment, absent.answered_at, absent.noted_by = Answer.DELEGATED, "", now, ""
    revise_series(meeting)
    changed(meeting)
    record(actor, "meeting.replaced", meeting, person=absent.name, substitute=person.name)
    _tell_of_their_part(meeting, comes, absent.name)
    tell_attendees(meeting, [absent], "meeting.replaced", lambda: words.replaced(meeting, person.name))
    return comes


def _tell_of_their_part(meeting: Meeting, comes: Attendee, absent: str) -> None:
    """The substitute is told what the notice said, with the papers that went with it."""
    carried = attachments_of(notice_papers(meeting.id))

    def said() -> words.Told:
        subject, body = words.substitute(meeting, absent)
        return subject, "\n\n".join(part for part in (body, carried.note(meeting)) if part)

    tell_attendees(meeting, [comes], "meeting.substitute", said, Manner(asks=True, attachments=carried.files))


def take_out(actor: Person | None, meeting: Meeting, absent: Attendee) -> None:
    """Take the substitute off the list, if there is one, and tell them; their seat goes back to the absent one."""
    comes = substitute_of(absent)
    seated = comes is not None and meeting.capacity is not None and comes.answer in SEATED
    absent.answer = comes.answer if comes and seated else Answer.NONE
    absent.answered_at = comes.answered_at if comes and seated else None
    if comes is None:
        db.session.flush()
        return
    tell_attendees(meeting, [comes], "meeting.withdrawn", lambda: words.not_needed(meeting, absent.name))
    record(actor, "meeting.taken_back", meeting, person=absent.name, substitute=comes.name)
    meeting.attendees.remove(comes)
    revise_series(meeting)
    changed(meeting, *([comes.person_id] if comes.person_id else []))


def ask_the_deserted(meeting: Meeting) -> None:
    """Ask those again whose substitute somebody has taken off the list. One statement, if there are none."""
    comes = aliased(Attendee)
    deserted = db.session.scalars(
        select(Attendee).where(
            Attendee.meeting_id == meeting.id, Attendee.answer == Answer.DELEGATED,
            ~select(comes.id).where(comes.substitutes_id == Attendee.id).exists(),
        )
    ).all()
    for absent in deserted:
        absent.answer, absent.answered_at = Answer.NONE, None
    if deserted and meeting.cancelled_at is None:
        revise_series(meeting)
        asks = Manner(asks=True)
        tell_attendees(meeting, deserted, "meeting.substitute_gone", lambda: words.substitute_gone(meeting), asks)

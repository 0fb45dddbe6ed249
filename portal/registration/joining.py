"""Whoever is accepted becomes one of the meeting's people: the person of the house with that address, else a guest."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from portal.accounts.models import Person
from portal.answers import leave, seats
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.admission import Invitee
from portal.meetings.changing import changed, revise_series
from portal.meetings.guests import Facts, Visitor, enter_guests
from portal.meetings.models import Answer, Attendee, Meeting, Part
from portal.meetings.people import enter_people
from portal.meetings.telling import tell_attendees
from portal.registration import words
from portal.registration.models import Decision, Registrant
from portal.registration.queries import attendees_with

# Whoever comes of their own accord is missed by no quorum.
PART = Part.OPTIONAL
# Who has said so stays so: one more registration changes nothing for them.
STAYING = frozenset({Answer.ACCEPTED, Answer.WAITING, Answer.DELEGATED})


def join(actor: Person | None, meeting: Meeting, registrants: Sequence[Registrant]) -> list[Attendee]:
    """Accept these, by the page's own rule if by nobody, and tell them; each counts as having accepted.

    Who comes when all seats are taken waits for one. The caller has locked the meeting and asked for the right.
    Raises what `enter_people` and `enter_guests` raise. Statements do not grow with the number of registrants.
    """
    by_email = _entered(actor, meeting, registrants)
    _insist_free(meeting, registrants, by_email)
    now = clock.now()
    for registrant in registrants:
        registrant.attendee = by_email[registrant.email]
        registrant.decision, registrant.decided_at, registrant.words = Decision.ACCEPTED, now, ""
        registrant.decided_by = actor
    attendees = [by_email[registrant.email] for registrant in registrants]
    _let_answer(meeting, attendees)
    revise_series(meeting)
    record(actor, "meeting.registrants_accepted", meeting, people=[registrant.name for registrant in registrants])
    changed(meeting)
    _tell(meeting, attendees)
    return attendees


def _entered(actor: Person | None, meeting: Meeting, registrants: Sequence[Registrant]) -> dict[str, Attendee]:
    """The part that each has in the meeting from now on, by their address."""
    emails = [registrant.email for registrant in registrants]
    there = attendees_with(meeting.id, emails)
    new = [registrant for registrant in registrants if registrant.email not in there]
    ours = {
        person.email: person
        for person in db.session.scalars(select(Person).where(Person.email.in_(emails), Person.left_at.is_(None)))
    }
    enter_people(
        actor, meeting, [Invitee(ours[one.email], PART) for one in new if one.email in ours]
    )
    enter_guests(
        actor, meeting,
        [
            Visitor(Facts(one.name, one.unit, one.post, one.email, one.locale), PART)
            for one in new if one.email not in ours
        ],
    )
    return attendees_with(meeting.id, emails)


def _insist_free(meeting: Meeting, registrants: Sequence[Registrant], by_email: dict[str, Attendee]) -> None:
    """Raise DomainError if another registration has one of these parts: somebody's address was changed meanwhile."""
    taken = db.session.scalars(
        select(Registrant).where(
            Registrant.meeting_id == meeting.id,
            Registrant.attendee_id.in_([attendee.id for attendee in by_email.values()]),
            Registrant.id.not_in([registrant.id for registrant in registrants]),
        )
    ).first()
    if taken is not None:
        raise DomainError(_("%(person)s is in the meeting by another registration.", person=taken.name))


def _let_answer(meeting: Meeting, attendees: Iterable[Attendee]) -> None:
    now = clock.now()
    left = None if meeting.capacity is None else seats.free_seats(meeting, meeting.capacity)
    for attendee in attendees:
        attendee.invited_at = attendee.invited_at or now
        if attendee.answer in STAYING:
            continue
        if attendee.answer == Answer.NONE and attendee.person_id and (asked := leave.open_request(attendee)):
            leave.end_request(asked)
        needs_seat = left is not None and attendee.part not in seats.WITHOUT_SEAT
        attendee.answer = Answer.WAITING if needs_seat and left is not None and left < 1 else Answer.ACCEPTED
        attendee.answered_at, attendee.comment, attendee.noted_by = now, "", ""
        if needs_seat and left is not None:
            left -= 1


def _tell(meeting: Meeting, attendees: Sequence[Attendee]) -> None:
    line = [one for one in attendees if one.answer == Answer.WAITING]
    seated = [one for one in attendees if one.answer != Answer.WAITING]
    tell_attendees(meeting, seated, "meeting.registration_accepted", lambda: words.accepted(meeting))
    tell_attendees(meeting, line, "meeting.registration_waits", lambda: words.waits(meeting))

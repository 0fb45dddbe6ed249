"""Adding a whole list of people and guests to a meeting, after a look at who is meant."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import reader
from portal.invitations.lists import Line
from portal.invitations.matching import Match, State, match
from portal.meetings.admission import Invitee, Objection, objections_to
from portal.meetings.guests import EMAIL, Facts, Visitor, add_guests
from portal.meetings.models import Attendee, Guest, Meeting, Part
from portal.meetings.people import invite_all

GUEST = "guest"


class Preview(NamedTuple):
    """What adding the list would do; `objections` are by the person's id, `guests` the e-mails of those in it.

    `there` are the ids of the persons in it.
    """

    matches: Sequence[Match]
    objections: Mapping[int, Objection]
    guests: frozenset[str]
    there: frozenset[int]

    def in_state(self, state: State) -> list[Match]:
        return [match for match in self.matches if match.state == state]

    def may_be_guest(self, match: Match) -> bool:
        """Whether the line has the e-mail of somebody who is not in the meeting."""
        email = match.line.email.lower()
        return bool(EMAIL.fullmatch(email)) and email not in self.guests


class Added(NamedTuple):
    """How many were added."""

    people: int
    guests: int


def preview(meeting: Meeting, lines: Sequence[Line], part: Part) -> Preview:
    """Who is meant by the lines, and what speaks against them in that part. Five statements at most."""
    persons = select(Attendee.person_id).where(Attendee.meeting_id == meeting.id)
    there = frozenset(person_id for person_id in db.session.scalars(persons) if person_id)
    emails = db.session.scalars(select(Guest.email).join(Attendee).where(Attendee.meeting_id == meeting.id)).all()
    matches = match(lines, there)
    sure = [_invitee(one.person, one.line, part) for one in matches if one.state == State.FOUND]
    against = {objection.person.id: objection for objection in objections_to(meeting, sure)}
    return Preview(matches, against, frozenset(email for email in emails if email), there)


def _invitee(person: Person, line: Line, part: Part) -> Invitee:
    wanted = line.wanted_part or part
    return Invitee(person, wanted, line.duty if wanted == Part.STAFF else "")


def add_list(
    actor: Person, meeting: Meeting, lines: Sequence[Line], part: Part, *, picks: Mapping[int, str],
    waiver: str = "",
) -> Added:
    """Add those whom the lines mean, all or none. `picks` say by row who is meant in doubt, or `GUEST`.

    Whom a rule keeps out is left out, or admitted with the waiver. Raises DomainError for a second chair, for an
    e-mail that is in the meeting already, and if nobody is left to add.
    """
    seen = preview(meeting, lines, part)
    invitees = [_invitee(one.person, one.line, part) for one in seen.in_state(State.FOUND)]
    invitees += [one for one in _picked(seen.in_state(State.DOUBT), picks, part) if one.person.id not in seen.there]
    if not waiver:
        against = {objection.person.id for objection in objections_to(meeting, invitees)}
        invitees = [invitee for invitee in invitees if invitee.person.id not in against]
    guests = [
        _visitor(one.line, part) for one in seen.matches
        if one.state in {State.DOUBT, State.UNKNOWN} and picks.get(one.line.number) == GUEST and seen.may_be_guest(one)
    ]
    if not invitees and not guests:
        raise DomainError(_("Nobody of this list can be added."))
    added = invite_all(actor, meeting, invitees, waiver=waiver) if invitees else []
    return Added(len(added), len(add_guests(actor, meeting, guests)) if guests else 0)


def _picked(doubts: Iterable[Match], picks: Mapping[int, str], part: Part) -> list[Invitee]:
    """Those in doubt of whom one was chosen from the candidates of the line."""
    chosen = (
        (one, next((person for person in one.people if str(person.id) == picks.get(one.line.number)), None))
        for one in doubts
    )
    return [_invitee(person, one.line, part) for one, person in chosen if person]


def _visitor(line: Line, part: Part) -> Visitor:
    wanted = line.wanted_part or part
    name = line.name or line.anything or line.email.partition("@")[0]
    facts = Facts(name, line.department, line.post, line.email, line.locale or reader().locale)
    return Visitor(facts, wanted, line.duty)


def whole_people(ids: Iterable[int]) -> Sequence[Person]:
    """Those of the ids who have not left, with departments. One statement."""
    return db.session.scalars(
        select(Person)
        .options(joinedload(Person.department))
        .where(Person.id.in_(list(ids)), Person.left_at.is_(None))
        .order_by(Person.id)
    ).all()

"""Meetings under each regulation: Alice organizes, and the bodies have members enough to agree."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.approvals import commands as approvals
from portal.approvals.models import ApprovalCase, Verdict
from portal.approvals.policy import rights
from portal.approvals.queries import last_case
from portal.bodies.models import Body, Membership
from portal.core import clock
from portal.core.db import db
from portal.meetings import commands as meetings
from portal.meetings.details import Details
from portal.meetings.models import Confidentiality, Meeting, MeetingKind
from portal.proposals.commands import Draft
from portal.proposals.models import Heading
from tests.conftest import at

BODIES = (
    "foreign_office", "review_hr", "review_finance", "review_security", "review_it", "review_publicity",
    "leading_group",
)
NIL = {heading: (Decimal(0), "") for heading in Heading}


def full(**other: Any) -> Draft:
    """A draft that lacks nothing under any profile; the hall costs a thousand."""
    said = dict.fromkeys(
        ("theme", "circle", "publicity", "site_risk", "people_risk", "information_risk", "venue_reason"), "Said"
    )
    budget = {**NIL, Heading.VENUE: (Decimal(1000), "The hall")}
    return Draft(**{**said, "size": 30, "budget": budget, **other})


def spending(**amounts: int) -> Draft:
    """The same with other amounts by heading."""
    return full(budget={**NIL, **{Heading(name): (Decimal(amount), "") for name, amount in amounts.items()}})


@pytest.fixture
def bodies(add_person: Callable[..., Person], alice: Person) -> dict[str, Person]:
    """One member of each body that the foreign-related profile asks; Alice drafts."""
    members = {key: add_person(key.replace("_", "").title()) for key in BODIES[1:]}
    for key in BODIES:
        body = Body(key=key, created_at=clock.now())
        person = members.get(key, alice)
        db.session.add(Membership(body=body, person=person, starts_on=date(2026, 1, 1)))
    db.session.commit()
    return members


@pytest.fixture
def make_regulated(alice: Person, helen: Person, olive: Person, leo: Person, bodies: object) -> Callable[..., Meeting]:
    """A draft of Alice's on another Thursday in the town hall, under the profile of that key."""

    def make(profile: str, *, organizer: Person = alice, **details: Any) -> Meeting:
        kind = MeetingKind(
            name=f"Kind {profile}", prefix=profile.upper()[:6], profile=profile,
            confidentiality=Confidentiality.INTERNAL,
        )
        db.session.add(kind)
        db.session.flush()
        usual = {"venue": "Town hall", "outcome": "Friends", "kind_id": kind.id, "chair": helen}
        made = meetings.make_meeting_elsewhere(
            organizer, at(9, days=45), at(11, days=45), subject="Forum", purpose="To meet", agenda=["Welcome", "Talks"],
            details=Details(**{**usual, **details}),
        )
        db.session.commit()
        return made

    return make


def case_of(meeting: Meeting) -> ApprovalCase:
    case = last_case("meeting", meeting.id)
    assert case is not None
    return case


def agree_all(meeting: Meeting) -> None:
    """Let everybody agree who is asked, step by step, each once."""
    for _seat in range(12):
        case = case_of(meeting)
        if case.current is None:
            return
        asked = [one.person for seat in case.current.seats if seat.verdict is None for one in seat.asked]
        able = next(person for person in asked if rights(person, case))
        approvals.decide(able, case, Verdict.AGREED, "Fine")
    raise AssertionError("nobody is left to agree")

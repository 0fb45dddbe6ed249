"""Who knows of which meetings, said by the policy for one and by a condition for many: the same."""

from itertools import product

import pytest
from sqlalchemy import select

from portal.accounts import commands as accounts
from portal.accounts.models import Role
from portal.core.db import db
from portal.meetings import policy
from portal.meetings.listing import Wanted, found
from portal.meetings.models import Attendee, Confidentiality, Meeting, MeetingKind
from portal.meetings.seeing import hidden_from, seen_by
from tests.conftest import NOW, at

STATES = {
    "draft": {}, "submitted": {"submitted_at": NOW}, "approved": {"submitted_at": NOW, "approved_at": NOW},
    "announced": {"announced_at": NOW}, "cancelled": {"announced_at": NOW, "cancelled_at": NOW},
    "postponed": {"announced_at": NOW, "postponed_at": NOW}, "closed": {"announced_at": NOW, "closed_at": NOW},
}


@pytest.fixture
def people(request, add_person, works):
    """The cast, two who are in every meeting of which one was told, and one of the office who is in it untold."""
    names = ("alice", "bob", "rita", "helen", "leo", "audrey", "adam", "olive")
    cast = {name: request.getfixturevalue(name) for name in names}
    return cast | {
        "told": add_person("Told"), "untold": add_person("Untold"), "clerk": add_person("Clerk", Role.MEETING_OFFICE),
        "colleague": add_person("Colleague", department=works),
    }


@pytest.fixture
def meetings(people, leo):
    """One of every confidentiality in every state, of Alice's department or another, of either kind; some of Leo's."""
    other = accounts.add_department(None, "Other")
    kind = MeetingKind(name="Formal", prefix="F", needs_approval=True)
    db.session.add(kind)
    made = []
    for number, (degree, state, department, organizer) in enumerate(
        product(Confidentiality, STATES, (None, other), (people["alice"], leo))
    ):
        values = dict(STATES[state])
        if "approved_at" in values:
            values["approved_by_id"] = people["adam"].id
        made.append(Meeting(
            uid=str(number), number=f"N{number}", organizer=organizer, subject="S", confidentiality=degree, kind=kind,
            department=department, starts_at=at(9), ends_at=at(10), created_at=NOW, changed_at=NOW, location="",
            attendees=[
                Attendee(person=people["told"], invited_at=NOW), Attendee(person=people["untold"]),
                Attendee(person=people["clerk"]),
            ], **values,
        ))
    db.session.add_all(made)
    db.session.commit()
    return made


def test_the_condition_says_what_the_policy_says(people, meetings):
    ids = {meeting.id for meeting in meetings}
    for name, person in people.items():
        allowed = {meeting.id for meeting in meetings if policy.may_see(person, meeting)}
        assert set(db.session.scalars(select(Meeting.id).where(seen_by(person)))) == allowed, name
        assert hidden_from(person, ids) == ids - allowed, name
        assert allowed, "else the table proves nothing"
        assert len(allowed) < len(ids) or name in ("told", "clerk")


def test_the_lists_hold_nothing_else(people, meetings):
    for name, person in people.items():
        for which in ("mine", "all", "drafts", "approvals"):
            listed = db.session.scalars(found(person, Wanted(which=which, when="any"))).all()
            assert all(policy.may_see(person, meeting) for meeting in listed), (name, which)
        waiting = db.session.scalars(found(person, Wanted(which="approvals", when="any"))).all()
        assert all(policy.may_decide(person, meeting) for meeting in waiting), name
    drafts = db.session.scalars(found(people["alice"], Wanted(which="drafts", when="any"))).all()
    assert len(drafts) == 4 * 3 * 2

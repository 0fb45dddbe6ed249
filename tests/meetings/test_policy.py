"""Who may do what: people against answers."""

import pytest

from portal.core.db import db
from portal.core.errors import NotAllowed
from portal.invitations.sending import send_notice
from portal.meetings import commands, policy
from portal.meetings.models import Part
from portal.meetings.people import change_part, invite, uninvite

# Bob was told, Rita is in the meeting but was not told, Helen has nothing to do with it.
PEOPLE = ("alice", "bob", "rita", "helen", "olive", "leo", "audrey", "adam")


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in PEOPLE}


@pytest.fixture
def meeting(cast, make_meeting):
    """Announced to Bob; Rita was added afterwards."""
    meeting = make_meeting([cast["bob"]])
    invite(cast["alice"], meeting, [cast["rita"]])
    db.session.commit()
    return meeting


def allowed(predicate, cast, record):
    return {name for name, person in cast.items() if predicate(person, record)}


def test_an_announced_meeting(cast, meeting):
    assert allowed(policy.may_see, cast, meeting) == {"alice", "bob", "olive", "leo", "audrey", "adam"}
    assert allowed(policy.may_edit, cast, meeting) == {"alice", "olive"}
    assert allowed(policy.may_answer, cast, meeting) == {"bob"}
    assert allowed(policy.may_record, cast, meeting) == {"alice", "olive"}


def test_a_draft_is_seen_by_those_who_prepare_it(cast, draft):
    invite(cast["alice"], draft, [cast["bob"]], Part.RECORDER)
    assert allowed(policy.may_see, cast, draft) == {"alice", "olive"}
    assert allowed(policy.may_record, cast, draft) == {"alice", "olive"}


@pytest.mark.parametrize("part", [Part.CHAIR, Part.RECORDER])
def test_chair_and_recorder_record(cast, meeting, part):
    change_part(cast["alice"], meeting, meeting.attendees[0], part)
    assert allowed(policy.may_record, cast, meeting) == {"alice", "bob", "olive"}


def test_who_makes_a_meeting_of_a_booking(cast, make_booking):
    assert allowed(policy.may_make, cast, make_booking()) == {"alice", "olive"}


def test_commands_ask_the_policy(cast, meeting):
    bob, attendee = cast["bob"], meeting.attendees[0]
    for act in (
        lambda: commands.change_meeting(bob, meeting, subject="Mine", purpose="", agenda=[]),
        lambda: invite(bob, meeting, [cast["helen"]]),
        lambda: uninvite(bob, meeting, attendee),
        lambda: change_part(bob, meeting, attendee, Part.CHAIR),
        lambda: send_notice(bob, meeting),
        lambda: commands.make_meeting(bob, meeting.booking, subject="Mine"),
    ):
        with pytest.raises(NotAllowed):
            act()

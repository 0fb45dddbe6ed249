"""Who may do what: every command of meetings against every role, for one's own meeting, another's and a secret one."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations.sending import send_notice
from portal.meetings import commands, kind_commands, moving, people, phases, recurring, templates
from portal.meetings.details import Details
from portal.meetings.kind_commands import Settings
from portal.meetings.models import Confidentiality, Meeting, MeetingKind, Part
from portal.rooms import commands as rooms
from tests.conftest import at

CAST = ("bob", "amy", "carl", "rita", "helen", "leo", "audrey", "adam", "olive")
# Bob is nobody in particular; Amy was told of the meetings, Carl chairs them, Olive is the meeting office.
OFFICE, KEEPERS = {"olive"}, {"olive", "adam"}
EVERYBODY = {"alice", *CAST}

EDITING: dict[str, Callable[..., Any]] = {
    "change_meeting": lambda who, meeting: commands.change_meeting(who, meeting, subject="S", purpose=""),
    "move_meeting": lambda who, meeting: moving.move_meeting(who, meeting, at(9), at(10), venue="V"),
    "cancel_meeting": commands.cancel_meeting,
    "postpone": moving.postpone,
    "resume": lambda who, meeting: moving.resume(who, meeting, starts_at=at(9), ends_at=at(10), venue="V"),
    "submit": phases.submit,
    "send_notice": send_notice,
    "invite": lambda who, meeting: people.invite(who, meeting, [who]),
    "uninvite": lambda who, meeting: people.uninvite(who, meeting, meeting.attendees[0]),
    "change_part": lambda who, meeting: people.change_part(who, meeting, meeting.attendees[0], Part.OPTIONAL),
}
DECIDING = {"approve": phases.approve, "return_for_change": lambda who, m: phases.return_for_change(who, m, "Why")}
RUNNING = {"start": phases.start, "end": phases.end, "close": phases.close, "reopen": phases.reopen}


@pytest.fixture
def cast(request, add_person):
    found = {"amy": add_person("Amy"), "carl": add_person("Carl")}
    return {name: found.get(name) or request.getfixturevalue(name) for name in ("alice", *CAST)}


@pytest.fixture
def make(cast, make_booking):
    """A meeting that Amy is in and Carl chairs; it is cancelled, so that no command gets further than that."""

    def make(organizer: str, degree: Confidentiality, hour: int) -> Meeting:
        who = cast[organizer]
        booking = make_booking(actor=who, starts_at=at(hour), ends_at=at(hour + 1))
        meeting = commands.make_meeting(who, booking, subject="S", details=Details(confidentiality=degree))
        people.invite(who, meeting, [cast["amy"]])
        people.invite(who, meeting, [cast["carl"]], Part.CHAIR)
        send_notice(who, meeting)
        commands.cancel_meeting(who, meeting)
        db.session.commit()
        return meeting

    return make


def allowed(command, *arguments):
    """Whether the command gets past the policy, whatever it says then; nothing of it stays."""
    try:
        with db.session.begin_nested() as point:
            command(*arguments)
            point.rollback()
    except NotAllowed:
        return False
    except DomainError:
        return True
    return True


def may(cast, command, *arguments):
    return {name for name, person in cast.items() if allowed(command, person, *arguments)}


def test_commands_on_a_meeting(cast, make):
    other, secret = make("alice", Confidentiality.INTERNAL, 9), make("alice", Confidentiality.SECRET, 11)
    for meeting, office, deciders in ((other, OFFICE, {"olive", "leo"}), (secret, set(), set())):
        table = ((EDITING, {"alice", *office}), (DECIDING, deciders), (RUNNING, {"alice", "carl", *office}))
        for listed, people_allowed in table:
            for name, command in listed.items():
                assert may(cast, command, meeting) == people_allowed, (name, meeting.confidentiality)


def test_commands_on_ones_own_meeting(cast, make):
    formal = MeetingKind(name="Formal", prefix="F", needs_approval=True)
    db.session.add(formal)
    for hour, name in enumerate(CAST, 9):
        if name in ("amy", "carl"):
            continue
        own = make(name, Confidentiality.SECRET, hour)
        for command in (*EDITING.values(), *RUNNING.values()):
            assert allowed(command, cast[name], own), name
        assert allowed(phases.approve, cast[name], own) == (name in ("leo", "olive"))
        own.kind = formal
        assert not allowed(phases.approve, cast[name], own), "nobody approves what they organize"


def test_making_meetings(cast, make_booking, room):
    theirs = make_booking(starts_at=at(9, days=1), ends_at=at(10, days=1))
    private = make_booking(starts_at=at(11, days=1), ends_at=at(12, days=1), visibility="private")

    def make(who, booking):
        commands.make_meeting(who, booking, subject="S")

    assert may(cast, make, theirs) == {"alice", *OFFICE}
    assert may(cast, make, private) == {"alice"}
    assert may(cast, lambda who, one: recurring.make_meetings(who, one, subject="S"), theirs) == {"alice", *OFFICE}
    own = rooms.book(cast["bob"], room.id, "B", at(14, days=1), at(15, days=1))
    assert may(cast, make, own) == {"bob", *OFFICE}
    elsewhere = Details(venue="Town hall")
    assert may(
        cast, lambda who: commands.make_meeting_elsewhere(who, at(9), at(10), subject="S", details=elsewhere)
    ) == EVERYBODY


def test_kinds_and_templates(cast, make):
    meeting, secret = make("alice", Confidentiality.INTERNAL, 9), make("alice", Confidentiality.SECRET, 11)
    kind = kind_commands.add_kind(cast["olive"], Settings("Formal", "F"))
    template = templates.save_template(cast["olive"], meeting, "Usual")
    for command, arguments in (
        (kind_commands.add_kind, (Settings("Other", "O"),)), (kind_commands.change_kind, (kind, Settings("New", "N"))),
        (kind_commands.retire_kind, (kind,)), (kind_commands.reopen_kind, (kind,)),
        (templates.save_template, (meeting, "Another")), (templates.rename_template, (template, "Called")),
        (templates.retire_template, (template,)), (templates.reopen_template, (template,)),
    ):
        assert may(cast, command, *arguments) == KEEPERS, command.__name__
    assert may(cast, templates.save_template, secret, "None") == set()

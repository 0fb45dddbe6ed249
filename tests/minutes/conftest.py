"""Oscar's meeting of two lines that Cora chairs and Rosa records, with Tom in it, from nine to ten; it is ten."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal.accounts.models import Department, Person
from portal.core import clock
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings import commands as meetings
from portal.meetings.details import Details
from portal.meetings.kind_commands import Settings, add_kind
from portal.meetings.models import Confidentiality, Meeting, MeetingKind, Part
from portal.meetings.people import invite
from portal.minutes import commands, reviewing
from portal.minutes.commands import Typed, mark_of
from portal.minutes.models import Minutes, MinutesLine
from portal.notifications.models import Notice
from portal.resolutions import commands as resolutions
from portal.resolutions.commands import Duty
from portal.resolutions.models import Resolution
from portal.rooms.models import Booking
from tests.conftest import at


@pytest.fixture
def oscar(add_person: Callable[..., Person]) -> Person:
    return add_person("Oscar")


@pytest.fixture
def cora(add_person: Callable[..., Person]) -> Person:
    return add_person("Cora")


@pytest.fixture
def rosa(add_person: Callable[..., Person]) -> Person:
    return add_person("Rosa")


@pytest.fixture
def tom(add_person: Callable[..., Person]) -> Person:
    return add_person("Tom")


@pytest.fixture
def kind(olive: Person) -> MeetingKind:
    """A kind whose minutes keep votes, and whose resolutions are approved first."""
    made = add_kind(olive, Settings("Board", "B", has_votes=True, resolutions_need_approval=True))
    db.session.commit()
    return made


@pytest.fixture
def make_meeting(
    oscar: Person, cora: Person, rosa: Person, tom: Person, make_booking: Callable[..., Booking]
) -> Callable[..., Meeting]:
    def make(
        *, kind_id: int | None = None, confidentiality: Confidentiality = Confidentiality.INVITED,
        chair: Person | None = cora, **booking: Any,
    ) -> Meeting:
        meeting = meetings.make_meeting(
            oscar, make_booking(actor=oscar, **booking), subject="Hall review", agenda=["The hall", "The roof"],
            details=Details(kind_id=kind_id, confidentiality=confidentiality),
        )
        if chair is not None:
            invite(oscar, meeting, [chair], Part.CHAIR)
        invite(oscar, meeting, [rosa], Part.RECORDER)
        invite(oscar, meeting, [tom])
        send_notice(oscar, meeting)
        db.session.commit()
        return meeting

    return make


@pytest.fixture
def meeting(make_meeting: Callable[..., Meeting]) -> Iterator[Meeting]:
    made = make_meeting()
    with clock.standing_at(at(10)):
        yield made


@pytest.fixture
def minutes(meeting: Meeting, rosa: Person) -> Minutes:
    made = commands.open_minutes(rosa, meeting)
    db.session.commit()
    return made


@pytest.fixture
def lines(minutes: Minutes) -> list[MinutesLine]:
    return list(minutes.lines)


@pytest.fixture
def write(minutes: Minutes, rosa: Person) -> Callable[..., MinutesLine]:
    """Let Rosa write what was said on a line, over what stands there."""

    def write(line: MinutesLine, actor: Person | None = None, **texts: str) -> MinutesLine:
        typed = {name: Typed(text, mark_of(getattr(line, name))) for name, text in texts.items()}
        written = commands.write_line(actor or rosa, minutes, line.id, typed)
        db.session.commit()
        return written

    return write


@pytest.fixture
def make_resolution(oscar: Person, alice: Person, works: Department) -> Callable[..., Resolution]:
    """Let the meeting resolve that Alice paints the hall; it waits for the minutes."""

    def make(meeting: Meeting, *, text: str = "Paint the hall", item: int | None = None) -> Resolution:
        duty = Duty(text=text, department_id=works.id, owner_id=alice.id, due_on=at(9, days=14).date())
        made = resolutions.resolve(oscar, meeting, duty, agenda_item_id=item, at_once=False)
        db.session.commit()
        return made

    return make


@pytest.fixture
def finish(rosa: Person, cora: Person) -> Callable[[Minutes], None]:
    """Let Rosa submit them and Cora make them final."""

    def finish(minutes: Minutes) -> None:
        reviewing.submit(rosa, minutes)
        reviewing.make_final(cora, minutes)
        db.session.commit()

    return finish


@pytest.fixture
def told(app: object) -> Callable[[str], list[str]]:
    """Who was told something of that kind."""
    return lambda kind: sorted(one.recipient.name for one in db.session.query(Notice).filter_by(kind=kind))

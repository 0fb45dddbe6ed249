"""A meeting of Alice's under the regulation of operations, in E101 on the 14th of December, 9 to 10."""

from collections.abc import Callable

import pytest

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings.models import Attendee, Meeting, Part
from portal.meetings.people import invite
from portal.meetings.signals import meeting_approved
from portal.readiness import sheets
from portal.readiness.models import Condition, Form, Sheet
from portal.readiness.sheets import Found
from portal.rooms import commands as rooms
from portal.tasks.laying import tasks_of
from portal.tasks.models import Task
from tests.conftest import at
from tests.deadlines.conftest import (  # noqa: F401  (fixtures)
    kind,
    make_kind,
    make_meeting,
    make_regulated,
    regulated,
    sue,
    told,
)


def approve(meeting: Meeting, actor: Person) -> Meeting:
    """What follows when the last agreement is given."""
    meeting.approved_at, meeting.approved_by = clock.now(), actor
    db.session.flush()
    meeting_approved.send(meeting, actor=actor)
    db.session.commit()
    return meeting


@pytest.fixture
def approved(make_regulated: Callable[..., Meeting], leo: Person, rita: Person) -> Meeting:  # noqa: F811
    return approve(make_regulated(agenda=["Budget"]), leo)


@pytest.fixture
def move(approved: Meeting, alice: Person) -> Callable[[int, int], None]:
    """Move the meeting's booking to that hour, so many days after the Monday of the tests."""

    def move(hour: int, days: int) -> None:
        booking = approved.booking
        assert booking is not None
        rooms.move(
            alice, booking, room_id=booking.room.id, title=booking.title, starts_at=at(hour, days=days),
            ends_at=at(hour + 1, days=days),
        )
        db.session.commit()

    return move


@pytest.fixture
def tasks(approved: Meeting) -> Callable[[], dict[str, Task]]:
    """The tasks of the approved meeting by their keys."""
    return lambda: {task.key or "": task for task in tasks_of("meeting", approved.id)}


@pytest.fixture
def put_in(approved: Meeting) -> Callable[..., None]:
    """Give the meeting somebody in a part."""

    def put_in(person: Person, part: Part) -> None:
        approved.attendees.append(Attendee(person=person, part=part))
        db.session.commit()

    return put_in


@pytest.fixture
def fill(approved: Meeting, rita: Person) -> Callable[..., Sheet]:
    """Let Rita fill in a form and sign it: all is in order but for what is named with words."""

    def fill(form: Form = Form.EQUIPMENT_TEST, **faulty: str) -> Sheet:
        sheet = sheets.open_sheet(rita, approved, form)
        found = {
            line.key: Found(Condition.FAULTY, faulty[line.key]) if line.key in faulty else Found(Condition.OK)
            for line in sheet.lines
        }
        sheets.sign(rita, sheets.fill(rita, sheet, found))
        db.session.commit()
        return sheet

    return fill


@pytest.fixture
def complete(
    approved: Meeting, alice: Person, helen: Person, bob: Person, put_in: Callable[..., None],
    tasks: Callable[[], dict[str, Task]], fill: Callable[..., Sheet],
) -> Meeting:
    """Everything is in place: people told, the form signed, tasks due before the meeting done."""
    put_in(helen, Part.CHAIR)
    put_in(bob, Part.RECORDER)
    invite(alice, approved, [])
    send_notice(alice, approved)
    fill()
    for task in tasks().values():
        if task.due_at <= approved.starts_at and task.is_open:
            task.done_at, task.done_by = clock.now(), alice
    db.session.commit()
    return approved

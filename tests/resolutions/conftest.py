"""A meeting that Oscar holds and Rosa records, with Tom in it, and what it resolves for Alice of the Works."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.accounts.models import Department, Person, Role
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings import commands as meetings
from portal.meetings.models import Meeting, Part
from portal.meetings.people import invite
from portal.resolutions import commands, nodes, reporting
from portal.resolutions.models import ProgressReport, Resolution
from portal.rooms.models import Booking
from tests.conftest import at

TODAY = date(2026, 11, 23)


@pytest.fixture
def oscar(add_person: Callable[..., Person]) -> Person:
    return add_person("Oscar")


@pytest.fixture
def rosa(add_person: Callable[..., Person]) -> Person:
    return add_person("Rosa")


@pytest.fixture
def tom(add_person: Callable[..., Person]) -> Person:
    return add_person("Tom")


@pytest.fixture
def carl(add_person: Callable[..., Person], works: Department) -> Person:
    """A colleague of Alice's who heads nothing."""
    return add_person("Carl", department=works)


@pytest.fixture
def draft(oscar: Person, make_booking: Callable[..., Booking]) -> Meeting:
    """Oscar's meeting from 9 to 10, of which nobody has been told."""
    booking = make_booking(actor=oscar)
    meeting = meetings.make_meeting(oscar, booking, subject="Hall review", agenda=["The hall", "The roof"])
    db.session.commit()
    return meeting


@pytest.fixture
def meeting(oscar: Person, rosa: Person, tom: Person, draft: Meeting) -> Meeting:
    """The same, announced to Rosa, who records, and to Tom."""
    invite(oscar, draft, [rosa], Part.RECORDER)
    invite(oscar, draft, [tom])
    send_notice(oscar, draft)
    db.session.commit()
    return draft


@pytest.fixture
def make_resolution(meeting: Meeting, oscar: Person, alice: Person, works: Department) -> Callable[..., Resolution]:
    """Let the meeting resolve that Alice paints the hall, due in a fortnight unless said otherwise."""

    def make(**values: Any) -> Resolution:
        usual = {
            "text": "Paint the hall", "department_id": works.id, "owner_id": alice.id, "due_on": date(2026, 12, 7)
        }
        how = {name: values.pop(name) for name in ("agenda_item_id", "at_once") if name in values}
        actor, of = values.pop("actor", oscar), values.pop("meeting", meeting)
        resolution = commands.resolve(actor, of, commands.Duty(**{**usual, **values}), **how)
        db.session.commit()
        return resolution

    return make


@pytest.fixture
def resolution(make_resolution: Callable[..., Resolution]) -> Resolution:
    return make_resolution()


@pytest.fixture
def report(alice: Person) -> Callable[..., ProgressReport]:
    """Let Alice report half of it done, unless said otherwise."""

    def report(resolution: Resolution, **values: Any) -> ProgressReport:
        values = {"actor": alice, "percent": 50, "done": "The north wall", **values}
        made = reporting.report(values.pop("actor"), resolution, **values)
        db.session.commit()
        return made

    return report


@pytest.fixture
def held(meeting: Meeting) -> Meeting:
    """The meeting as it was held last Friday, so that what it resolved may be due by now."""
    meeting.starts_at, meeting.ends_at = at(9, days=-3), at(10, days=-3)
    db.session.commit()
    return meeting


@pytest.fixture
def sue(add_person: Callable[..., Person]) -> Person:
    """A supervisor."""
    return add_person("Sue", Role.SUPERVISOR)


@pytest.fixture
def close(report: Callable[..., ProgressReport], olive: Person, sue: Person) -> Callable[[Resolution], None]:
    """Let Alice report it done, Olive review it and Sue close it."""

    def close(resolution: Resolution) -> None:
        report(resolution, percent=100)
        nodes.review(olive, resolution)
        nodes.close(sue, resolution)
        db.session.commit()

    return close

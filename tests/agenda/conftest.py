"""Alice's meeting of three lines, 9 to 10, that Bob and Leo were told of; Olive is the office."""

import io
import zipfile
from collections.abc import Callable, Sequence

import pytest

from portal.accounts.models import Person
from portal.agenda import papers
from portal.core.db import db
from portal.core.uploads import Upload
from portal.invitations.sending import send_notice
from portal.meetings import commands
from portal.meetings.models import Confidentiality, Meeting
from portal.meetings.people import invite
from portal.rooms.models import Booking

PDF = b"%PDF-1.7\n1 0 obj\n"


def zipped(*names: str) -> bytes:
    """A ZIP archive with files of these names."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return written.getvalue()


def titles(meeting: Meeting) -> list[str]:
    db.session.expire(meeting, ["agenda"])
    return [item.title for item in meeting.agenda]


@pytest.fixture
def make_meeting(alice: Person, make_booking: Callable[..., Booking]) -> Callable[..., Meeting]:
    """A meeting of Alice's that these people were told of; a draft without people."""

    def make(people: Sequence[Person] = (), *, agenda: Sequence[str] = (), **more: object) -> Meeting:
        confidentiality = more.pop("confidentiality", Confidentiality.INVITED)
        meeting = commands.make_meeting(alice, make_booking(**more), subject="Planning", agenda=agenda)
        meeting.confidentiality = confidentiality
        db.session.commit()
        if people:
            invite(alice, meeting, people)
            send_notice(alice, meeting)
        db.session.commit()
        return meeting

    return make


@pytest.fixture
def meeting(make_meeting: Callable[..., Meeting], bob: Person, leo: Person) -> Meeting:
    return make_meeting([bob, leo], agenda=["Budget", "Rooms", "Plans"])


@pytest.fixture
def paper(alice: Person, meeting: Meeting) -> papers.Paper:
    found = papers.add_paper(alice, meeting, Upload("预算 2027.pdf", PDF))
    db.session.commit()
    return found

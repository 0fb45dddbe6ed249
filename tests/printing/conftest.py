"""Alice's meeting with people of three alphabets and a guest, and how to read a PDF."""

import uuid
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Answer, Attendee, Confidentiality, Guest, Meeting, Part
from tests.conftest import at


@pytest.fixture
def make_meeting(alice: Person) -> Callable[..., Meeting]:
    """An announced meeting of Alice's, 9 to 10, with these people, of whom the first is its chair."""

    def make(*people: Person, **values: Any) -> Meeting:
        now = clock.now()
        usual = {
            "uid": str(uuid.uuid4()), "organizer_id": alice.id, "subject": "安全生产工作会议", "starts_at": at(9),
            "ends_at": at(10), "location": "东楼 301", "created_at": now, "changed_at": now, "announced_at": now,
            "number": str(uuid.uuid4()),
        }
        parts = [Part.CHAIR] + [Part.REQUIRED] * len(people)
        meeting = Meeting(
            **{**usual, **values},
            attendees=[
                Attendee(person=person, part=part, answer=Answer.NONE, invited_at=now)
                for person, part in zip(people, parts, strict=False)
            ],
        )
        db.session.add(meeting)
        db.session.commit()
        return meeting

    return make


@pytest.fixture
def meeting(make_meeting: Callable[..., Meeting], add_person: Callable[..., Person], helen: Person) -> Meeting:
    """Chaired by 欧阳修, with 張偉 (who heads nothing), Helen (a head), Łukasz from outside, and 李四, who declined."""
    people = [add_person(login, post="处长") for login in ("chair", "zhang", "li")]
    for person, name in zip(people, ("欧阳修", "張偉", "李四"), strict=True):
        person.name = name
    chair, zhang, li = people
    found = make_meeting(chair, zhang, helen, li)
    declined = found.attendees[3]
    declined.answer, declined.answered_at = Answer.DECLINED, clock.now()
    guest = Guest(name="Łukasz Żak", unit="Uniwersytet", locale="en")
    found.attendees.append(Attendee(guest=guest, part=Part.OBSERVER, answer=Answer.NONE))
    db.session.commit()
    return found


@pytest.fixture
def secret(make_meeting: Callable[..., Meeting], bob: Person) -> Meeting:
    """Bob is its chair."""
    return make_meeting(bob, subject="并购方案", confidentiality=Confidentiality.SECRET, number="S2026-001")


def read(content: bytes) -> list[str]:
    """The text of each page."""
    file = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_range() for page in file]
    finally:
        file.close()


def title_of(content: bytes) -> str:
    file = pypdfium2.PdfDocument(content)
    try:
        return str(file.get_metadata_dict()["Title"])
    finally:
        file.close()

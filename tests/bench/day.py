"""A meeting of 300 people on its day: its pages, and the desk where ten sign people in at a time."""

import urllib.parse
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import insert, select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Answer, Attendee, Meeting
from tests.bench.load import Figures, Request, measure

PEOPLE, AT_ONCE = 300, 10
WARMING_UP = PEOPLE // 10
CHECK_INS = f"{PEOPLE} check-ins, {AT_ONCE} at a time"


@dataclass(frozen=True)
class Day:
    """The meeting, and its people, who are not signed in yet."""

    meeting: int
    attendees: list[int]

    @property
    def page(self) -> str:
        return f"/meetings/{self.meeting}"


def add_day(organizer: Person) -> Day:
    """Add a meeting that runs, of so many people and as many more as it takes to warm up; the caller commits."""
    now = clock.now()
    meeting = Meeting(
        uid=str(uuid4()), organizer=organizer, subject="Annual conference", location="Great hall", sequence=0,
        starts_at=now, ends_at=now + timedelta(hours=8), created_at=now, changed_at=now, announced_at=now,
        number=str(uuid4()), agenda=[], quorum=PEOPLE // 2,
    )
    db.session.add(meeting)
    db.session.flush()
    people = [
        {"login": f"delegate{number}", "name": f"Delegate {number}", "email": f"delegate{number}@example.org",
         "post": "Officer", "theme": "auto", "density": "normal", "created_at": now}
        for number in range(PEOPLE + WARMING_UP)
    ]
    ids = db.session.scalars(insert(Person).returning(Person.id), people).all()
    parts = [
        {"meeting_id": meeting.id, "person_id": person, "part": "required", "invited_at": now,
         "answer": Answer.ACCEPTED, "comment": "", "answered_at": now}
        for person in ids
    ]
    db.session.execute(insert(Attendee), parts)
    of_meeting = select(Attendee.id).where(Attendee.meeting_id == meeting.id).order_by(Attendee.id)
    return Day(meeting.id, list(db.session.scalars(of_meeting)))


def check_ins(day: Day, headers: dict[str, str], port: int, roots: list[int]) -> Figures:
    """Sign all of them in at the desk, ten at a time."""
    sent = {**headers, "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}

    def one(number: int) -> Request:
        body = urllib.parse.urlencode({"attendee": day.attendees[number]})
        return "POST", f"{day.page}/desk/marks", sent, body.encode()

    return measure(port, roots, one, PEOPLE, AT_ONCE)

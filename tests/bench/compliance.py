"""What it costs to judge a foreign-related meeting of 300 people, and 300 meetings of all regulations at once."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import insert, select, text

from portal.accounts.models import Person
from portal.app import create_app
from portal.compliance.models import SignOff
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import AgendaItem, Answer, Attendee, Confidentiality, Meeting, MeetingKind, Need
from portal.proposals.models import BudgetLine, Heading, Proposal
from portal.regulations.profiles import PROFILES
from portal.regulations.queries import packaged_profiles
from portal.resolutions.models import Resolution
from portal.tasks.models import Task
from tests.bench.load import Request

PAGES = "compliance, "
PEOPLE, MEETINGS, AT_EACH, RESOLVED, LINES = 300, 300, 10, 50, 20
_large: list[int] = []  # the meeting of 300 people


def add() -> None:
    """Add them to the database of the environment."""
    with create_app().app_context():
        _large[:] = [fill()]


def fill(meetings: int = MEETINGS) -> int:
    """Add a foreign-related meeting of 300 people with all that belongs to it, and so many smaller ones; answers the
    first one's id."""
    organizer = db.session.scalars(select(Person).where(Person.department_id.is_not(None)).order_by(Person.id)).first()
    rows = [{"name": f"Bench {key}", "prefix": f"B{number}", "profile": key} for number, key in enumerate(PROFILES)]
    made = insert(MeetingKind).returning(MeetingKind.id, sort_by_parameter_order=True)
    kinds = list(db.session.scalars(made, rows))
    people = _people()
    large, *others = _meetings(organizer.id, [kinds[PROFILES.index("foreign")], *(kinds * meetings)[:meetings]])
    _invite(large, people)
    for place, meeting in enumerate(others):
        _invite(meeting, [people[(place + number) % PEOPLE] for number in range(AT_EACH)])
    _furnish(large, organizer)
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    return large


def _people() -> list[int]:
    now = clock.now()
    rows = [
        {"login": f"envoy{number}", "name": f"Envoy {number}", "email": f"envoy{number}@example.org", "post": "Envoy",
         "theme": "auto", "density": "normal", "created_at": now}
        for number in range(PEOPLE)
    ]
    return list(db.session.scalars(insert(Person).returning(Person.id), rows))


def _meetings(organizer: int, kinds: list[int]) -> list[int]:
    now = clock.now()
    rows = [
        {
            "uid": str(uuid4()), "organizer_id": organizer, "subject": f"Forum {number} 论坛", "kind_id": kind,
            "starts_at": now + timedelta(hours=number % 20), "ends_at": now + timedelta(hours=number % 20 + 1),
            "sequence": 0, "number": str(uuid4()), "announced_at": now - timedelta(days=9), "created_at": now,
            "changed_at": now, "confidentiality": Confidentiality.INTERNAL, "location": "Great hall",
        }
        for number, kind in enumerate(kinds)
    ]
    return list(db.session.scalars(insert(Meeting).returning(Meeting.id, sort_by_parameter_order=True), rows))


def _invite(meeting: int, people: list[int]) -> None:
    now = clock.now()
    parts = ("chair", "recorder")
    rows = [
        {"meeting_id": meeting, "person_id": person, "part": parts[place] if place < len(parts) else "required",
         "invited_at": now, "answer": Answer.ACCEPTED, "comment": "", "answered_at": now}
        for place, person in enumerate(people)
    ]
    db.session.execute(insert(Attendee), rows)


def _furnish(meeting: int, organizer: Person) -> None:
    """Agenda, needs, proposal with its budget, checklist, resolutions, and names under half of what is signed."""
    now, today, clauses = clock.now(), clock.now().date(), packaged_profiles()["foreign"].clauses
    attendees = db.session.scalars(select(Attendee.id).where(Attendee.meeting_id == meeting)).all()
    db.session.execute(insert(Need), [{"attendee_id": one, "kind": "diet", "words": "素食"} for one in attendees[::3]])
    db.session.execute(
        insert(AgendaItem),
        [{"meeting_id": meeting, "position": place, "title": f"Line {place}", "minutes": 3} for place in range(LINES)],
    )
    db.session.add(Proposal(
        meeting_id=meeting, changed_at=now, changed_by_id=organizer.id, size=PEOPLE,
        budget=[BudgetLine(heading=heading, amount=1000) for heading in Heading],
    ))
    tasks = [
        {"record_kind": "meeting", "record_id": meeting, "key": duty.key, "titles": duty.title.by_locale,
         "clauses": list(duty.clauses), "due_at": now, "created_at": now, "owner_id": organizer.id}
        for duty in packaged_profiles()["foreign"].duties
    ]
    db.session.execute(insert(Task), tasks)
    resolutions = [
        {"uid": str(uuid4()), "number": f"B-{number:05}", "meeting_id": meeting, "text": f"Do {number}", "measure": "",
         "department_id": organizer.department_id, "owner_id": organizer.id, "due_on": today, "original_due_on": today,
         "percent": 0, "node": "worked_on", "sequence": 0, "created_by_id": organizer.id, "created_at": now,
         "changed_at": now, "issued_at": now}
        for number in range(RESOLVED)
    ]
    db.session.execute(insert(Resolution), resolutions)
    signed = [one.id for one in clauses if one.sign_off and not one.is_of_house][::2]
    db.session.execute(
        insert(SignOff),
        [{"meeting_id": meeting, "clause": one, "words": "在档", "by_id": organizer.id, "at": now} for one in signed],
    )


def loads(cookie: str) -> dict[str, tuple[Callable[[int], Request], int]]:
    """The pages, as the meeting office sees them."""

    def get(address: str, requests: int) -> tuple[Callable[[int], Request], int]:
        return lambda number: ("GET", address, {"Cookie": cookie}, None), requests

    [large] = _large
    return {
        f"{PAGES}a foreign-related meeting of {PEOPLE}": get(f"/meetings/{large}/compliance", 60),
        f"{PAGES}its meter": get(f"/meetings/{large}/compliance/meter", 60),
        f"{PAGES}the house, {MEETINGS} meetings": get("/compliance", 6),
    }

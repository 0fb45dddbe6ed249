"""Records that only these tests know: things, which are approved by whichever steps a test names."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.accounts.models import Department, Person
from portal.approvals import subjects
from portal.approvals.models import ApprovalCase
from portal.approvals.subjects import OF_RECORD, StepPlan, Subject, of_person
from portal.bodies.models import Body, Membership
from portal.core import clock, records
from portal.core.db import db
from portal.core.records import Kind
from portal.notifications.models import Notice
from tests.conftest import NOW

THING = "thing"
ANY_OF_RECORD = StepPlan({"en": "Approval"}, (OF_RECORD,), subjects.Rule.ANY)


def contents(thing: Department) -> dict[str, Any]:
    return {"title": thing.name, "facts": [
        ["name", thing.name], ["kind", {"term": "small"}], ["cost", {"money": "12.50"}], ["sure", True],
        ["when", {"at": NOW.isoformat()}], ["span", {"span": [NOW.isoformat(), NOW.isoformat()]}], ["none", None],
        ["people", {"list": ["Ann", "Ben"]}], ["lines", {"table": [["Tea", 2]], "head": ["what", "count"]}],
    ]}


@pytest.fixture
def happened() -> list[tuple[str, str]]:
    """What the thing's slice was told to carry out."""
    return []


@pytest.fixture
def thing(app: object, leo: Person, monkeypatch: pytest.MonkeyPatch, happened: list[tuple[str, str]]) -> Department:
    """A record whose approval Leo decides on, unless a step says otherwise; Bob may know nothing of what is secret."""
    # Not by the person: to read it within a request would keep the one writer of SQLite.
    decider = leo.id
    made = Department(name="Teapot")
    db.session.add(made)
    db.session.commit()

    def note(event: str) -> Callable[..., None]:
        return lambda actor, record, case, *words: happened.append((event, actor.name))

    subject = Subject(
        THING, contents, {"name": "Name", "what": "What"}, lambda actor, record: False,
        asked=lambda record: [db.session.get_one(Person, decider)],
        may_decide=lambda actor, record: actor.id == decider,
        is_barred=lambda actor, record: record.name.startswith("Secret") and actor.name == "Bob",
        lock=lambda record: db.session.refresh(record, with_for_update=True), terms={"small": "Small"},
        effective=note("effective"), returned=note("returned"), withdrawn=note("withdrawn"),
    )
    kind = Kind(
        THING, Department, lambda: "Thing", lambda record: record.name, lambda record: "/thing",
        lambda person, record: False,
        lambda person, ids: {
            one.id for one in db.session.query(Department).where(Department.id.in_(ids))
            if subject.is_barred(person, one)
        },
    )
    monkeypatch.setitem(subjects._subjects, THING, subject)
    monkeypatch.setitem(records._kinds, THING, kind)
    return made


@pytest.fixture
def add_body(app: object) -> Callable[..., Body]:
    """A body of that key with these members, today and on."""

    def add(key: str, *people: Person) -> Body:
        body = Body(key=key, created_at=clock.now())
        db.session.add(body)
        db.session.flush()
        for person in people:
            db.session.add(Membership(body_id=body.id, person_id=person.id, starts_on=date(2020, 1, 1)))
        db.session.commit()
        return body

    return add


@pytest.fixture
def told(app: object) -> Callable[[str], list[str]]:
    """Who was told something of that kind, in order."""

    def told(kind: str) -> list[str]:
        notices = db.session.query(Notice).filter_by(kind=f"approval_case.{kind}").order_by(Notice.id)
        return sorted(notice.recipient.name for notice in notices)

    return told


def step(*seats: subjects.SeatPlan | Person, rule: subjects.Rule = subjects.Rule.ALL, **more: Any) -> StepPlan:
    """A step of these seats; a person stands for a seat of theirs."""
    plans = tuple(of_person(seat) if isinstance(seat, Person) else seat for seat in seats)
    return StepPlan({"en": "Step"}, plans, rule, **more)


def voices(case: ApprovalCase) -> list[int]:
    """All whose voice was heard in the case: each for themselves, and in whose place."""
    return [
        person_id for one in case.steps for seat in one.seats
        for person_id in (seat.decided_by_id, seat.decided_for_id) if person_id is not None
    ]



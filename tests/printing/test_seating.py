"""Who sits where: by rank, by hand, and never two on one seat."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.meetings.models import Answer, Attendee, Meeting, Part
from portal.printing import commands, queries
from portal.printing.models import Seat, SeatPlan, Shape
from portal.printing.shapes import Layout
from tests.conftest import HTMX

TABLE = Layout(Shape.TABLE, 2, 1)


@pytest.fixture
def plan(meeting: Meeting, alice: Person) -> SeatPlan:
    plan = commands.lay_out(alice, meeting, TABLE, seen=None)
    db.session.commit()
    return plan


def sitting(meeting: Meeting) -> dict[int, str]:
    """Who sits on which place."""
    db.session.rollback()
    plan = queries.plan_of(meeting.id)
    names = {attendee.id: attendee.name for attendee in meeting.attendees}
    return {place: names[person] for person, place in queries.places_in(plan).items()} if plan else {}


def version(meeting: Meeting) -> int:
    plan = queries.plan_of(meeting.id)
    assert plan is not None
    return plan.version


def test_seats_are_filled_by_rank_and_people_change_places(meeting: Meeting, plan: SeatPlan, alice: Person) -> None:
    assert commands.fill(alice, meeting, seen=plan.version) == 4
    db.session.commit()
    # Chair, head of department, then by part; who declined has no seat.
    assert sitting(meeting) == {0: "欧阳修", 1: "Helen", 2: "張偉", 3: "Łukasz Żak"}
    chair, zhang, _helen, declined, guest = (attendee.id for attendee in meeting.attendees)
    for person, place, after in (
        (zhang, 0, {0: "張偉", 1: "Helen", 2: "欧阳修", 3: "Łukasz Żak"}),
        (guest, 5, {0: "張偉", 1: "Helen", 2: "欧阳修", 5: "Łukasz Żak"}),
        (declined, 5, {0: "張偉", 1: "Helen", 2: "欧阳修", 5: "李四"}),
        (chair, None, {0: "張偉", 1: "Helen", 5: "李四"}),
        (zhang, 0, {0: "張偉", 1: "Helen", 5: "李四"}),
    ):
        commands.move(alice, meeting, person, place, seen=version(meeting))
        db.session.commit()
        assert sitting(meeting) == after
    commands.fill(alice, meeting, seen=version(meeting))
    db.session.commit()
    assert sitting(meeting)[2] == "欧阳修"
    # A smaller table: whose place is gone stands up.
    commands.lay_out(alice, meeting, Layout(Shape.U_SHAPE, 1, 1), seen=version(meeting))
    db.session.commit()
    assert sitting(meeting) == {0: "張偉", 1: "Helen", 2: "欧阳修"}
    commands.fill(alice, meeting, anew=True, seen=version(meeting))
    db.session.commit()
    assert sitting(meeting) == {0: "欧阳修", 1: "Helen", 2: "張偉"}
    said = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert said[-3:] == ["meeting.seats_filled", "meeting.seats_laid_out", "meeting.seats_filled"]


def test_a_substitute_sits_where_the_absent_one_would(
    meeting: Meeting, plan: SeatPlan, alice: Person, bob: Person
) -> None:
    commands.fill(alice, meeting, seen=plan.version)
    zhang = meeting.attendees[1]
    comes = Attendee(person=bob, part=Part.REQUIRED, answer=Answer.NONE, substitutes=zhang)
    meeting.attendees.append(comes)
    zhang.answer, zhang.answered_at = Answer.DELEGATED, clock.now()
    db.session.commit()
    assert sitting(meeting)[2] == "Bob"
    zhang.answer, zhang.answered_at = Answer.NONE, None
    meeting.attendees.remove(comes)
    db.session.commit()
    assert sitting(meeting)[2] == "張偉"


def test_two_never_sit_on_one_seat_and_a_plan_seen_long_ago_is_not_overwritten(
    meeting: Meeting, plan: SeatPlan, alice: Person, make_meeting: Callable[..., Meeting]
) -> None:
    chair, zhang, *_others = (attendee.id for attendee in meeting.attendees)
    old = plan.version
    commands.move(alice, meeting, chair, 0, seen=old)
    db.session.commit()
    now = version(meeting)
    elsewhere = make_meeting(alice).attendees[0].id
    for wrong, words in (
        (lambda: commands.move(alice, meeting, zhang, 1, seen=old), "Somebody else"),
        (lambda: commands.lay_out(alice, meeting, TABLE, seen=None), "Somebody else"),
        (lambda: commands.arrange(alice, meeting, {chair: 1, zhang: 1}, seen=now), "Two people"),
        (lambda: commands.arrange(alice, meeting, {chair: 6}, seen=now), "no such seat"),
        (lambda: commands.arrange(alice, meeting, {elsewhere: 1}, seen=now), "no such person"),
        (lambda: commands.move(alice, meeting, elsewhere, 1, seen=now), "no such person"),
        (lambda: commands.lay_out(alice, meeting, Layout(Shape.ROWS, 60, 60), seen=now), "1000 seats"),
    ):
        with pytest.raises(DomainError, match=words):
            wrong()
        db.session.rollback()
    for row in ({"attendee_id": zhang, "place": 0}, {"attendee_id": chair, "place": 3}):
        with pytest.raises(IntegrityError):
            db.session.execute(Seat.__table__.insert(), {"meeting_id": meeting.id, **row})
        db.session.rollback()
    assert sitting(meeting) == {0: "欧阳修"}
    meeting.cancelled_at = clock.now()
    db.session.commit()
    with pytest.raises(DomainError, match="cancelled"):
        commands.fill(alice, meeting, seen=now)


def test_who_runs_the_day_gives_seats_and_nobody_else(
    meeting: Meeting, plan: SeatPlan, secret: Meeting, olive: Person, bob: Person, helen: Person, alice: Person,
) -> None:
    commands.fill(olive, meeting, seen=plan.version)
    staff = next(attendee for attendee in meeting.attendees if attendee.person_id == helen.id)
    with pytest.raises(NotAllowed):
        commands.fill(helen, meeting, seen=version(meeting))
    staff.part = Part.STAFF
    db.session.flush()
    commands.fill(helen, meeting, seen=version(meeting))
    with pytest.raises(NotAllowed):
        commands.lay_out(olive, secret, TABLE, seen=None)
    commands.lay_out(bob, secret, TABLE, seen=None)
    with pytest.raises(Missing):
        commands.move(alice, secret, staff.id, 0, seen=version(secret))


def test_the_page_seats_people_with_and_without_javascript(
    meeting: Meeting, alice: Person, sign_in: Callable[[Person], Any]
) -> None:
    browser, address = sign_in(alice), f"/meetings/{meeting.id}/seating"
    first = browser.get(address)
    assert "proposed for 4 people" in first.text
    seats = {"shape": "table", "rows": "2", "columns": "1", "aisle_after": "", "seen": ""}
    bad = browser.post(f"{address}/layout", data={**seats, "rows": "99"}, headers=HTMX)
    assert (bad.status_code, "from 1 to 60" in bad.text, "<html" in bad.text) == (422, True, False)
    done = browser.post(f"{address}/layout", data={**seats, "fill": "y"})
    assert done.status_code == 200
    assert "4 of 6 seats taken" in done.text
    assert browser.get(f"{address}/layout").headers["Location"] == address
    guest = meeting.attendees[4].id
    chosen = browser.get(f"{address}?person={guest}").text
    assert f'<option value="{guest}" selected>' in chosen
    now = str(version(meeting))
    moved = browser.post(f"{address}/moves", data={"attendee_id": guest, "place": "5", "seen": now}, headers=HTMX)
    assert (moved.status_code, "<html" in moved.text) == (200, False)
    assert '"focus": "seat-5"' in moved.headers["HX-Trigger"]
    assert sitting(meeting)[5] == "Łukasz Żak"
    undo = dict(name.split('" value="') for name in _hidden(moved.text) if "places" in name or "seen" in name)
    stale = browser.post(f"{address}/moves", data={"attendee_id": guest, "place": "4", "seen": now}, headers=HTMX)
    assert stale.status_code == 422
    assert "Somebody else has changed the plan" in stale.text
    browser.post(f"{address}/arrangement", data={"seen": str(version(meeting)), "places": undo["places"]})
    assert sitting(meeting)[3] == "Łukasz Żak"
    for wrong in ("1:x", "1:1,1", "x" * 50):
        assert browser.post(f"{address}/arrangement", data={"seen": "1", "places": wrong}).status_code == 422
    browser.post(f"{address}/arrangement", data={"seen": str(version(meeting)), "places": ""})
    assert sitting(meeting) == {}
    nobody = browser.post(f"{address}/moves", data={"attendee_id": "", "place": "5", "seen": "1"})
    assert nobody.status_code == 422


def _hidden(page: str) -> list[str]:
    """Name and value of the hidden fields of the form that undoes."""
    form = page[page.index("/arrangement"):]
    return [piece.split('">')[0] for piece in form.split('type="hidden" name="')[2:4]]


def test_statements_do_not_grow_with_people(
    meeting: Meeting, alice: Person, sign_in: Callable[[Person], Any], statements: Callable[[], Any],
    many: Callable[[int], None],
) -> None:
    browser = sign_in(alice)
    browser.post("/")  # fetches its token
    commands.lay_out(alice, meeting, Layout(Shape.ROWS, 16, 20), seen=None)
    db.session.commit()
    counts = []
    for more in (0, 300):
        many(more)
        with statements() as seen:
            data = {"seen": str(version(meeting)), "anew": "y"}
            assert browser.post(f"/meetings/{meeting.id}/seating/filling", data=data, headers=HTMX).status_code == 200
            assert browser.get(f"/meetings/{meeting.id}/seating").status_code == 200
            assert browser.get(f"/meetings/{meeting.id}/prints").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert len(sitting(meeting)) == 304


@pytest.fixture
def many(meeting: Meeting, works: Any) -> Callable[[int], None]:
    """Give the meeting so many more people."""

    def add(count: int) -> None:
        now = clock.now()
        for place in range(count):
            login = f"p{place}"
            person = Person(
                login=login, name=f"员工{place}", email=f"{login}@example.org", department=works, created_at=now
            )
            meeting.attendees.append(
                Attendee(person=person, part=Part.REQUIRED, answer=Answer.NONE, invited_at=now)
            )
        db.session.commit()
        db.session.execute(update(SeatPlan).values(changed_at=now))
        db.session.commit()
        db.session.expire_all()

    return add

"""The pages of the annual plan, meetings made of its entries, and planned against held."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from portal.accounts.models import Department, Person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.details import Details
from portal.meetings.models import Confidentiality, Meeting, MeetingKind
from portal.meetings.moving import cancel_meeting
from portal.planning import balance, commands
from portal.planning.balance import What
from portal.planning.models import AnnualPlan, PlanEntry, PlannedMeeting, PlanVersion
from portal.proposals.models import Proposal
from tests.conftest import Browser, at, typed

Enter = Callable[..., PlanEntry]
SignIn = Callable[[Person], Browser]
MARCH = 98  # days from that Monday to the 1st of March 2027


@pytest.fixture
def kind(app: object) -> MeetingKind:
    made = MeetingKind(name="Operations", prefix="OPE", profile="operations")
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture
def drawn(
    make_meeting: Callable[..., Meeting], kind: MeetingKind, works: Department
) -> Callable[..., Meeting]:
    """A meeting of the works in March 2027, under a regulation."""

    def drawn(day: int = MARCH, **more: Any) -> Meeting:
        return make_meeting(
            starts_at=at(9, days=day), ends_at=at(10, days=day),
            details=Details(kind_id=kind.id, department_id=works.id), **more,
        )

    return drawn


@pytest.mark.parametrize(
    ("who", "sees"), [("olive", True), ("leo", True), ("helen", True), ("alice", True), ("carla", False)]
)
def test_all_departments_are_read_by_few_and_ones_own_by_all(
    enter: Enter, add_person: Callable[..., Person], sign_in: SignIn, request: pytest.FixtureRequest, who: str,
    sees: bool,
) -> None:
    from portal.accounts.commands import add_department

    entry = enter()
    if who == "carla":
        person = add_person("Carla", department=add_department(None, "Sales"))
    else:
        person = request.getfixturevalue(who)
    browser = sign_in(person)
    page = browser.get("/plan/2027")
    assert page.status_code == 200
    assert ("Safety day" in page.text) is sees
    assert browser.get(f"/plan/entries/{entry.id}").status_code == (200 if sees else 404)
    assert browser.get("/plan/2027/balance").status_code == (200 if who in {"olive", "leo", "helen"} else 403)


def test_a_head_plans_on_the_page_and_what_is_wrong_stands_beside_the_field(
    plan: AnnualPlan, helen: Person, works: Department, sign_in: SignIn
) -> None:
    browser = sign_in(helen)
    typed_in = {"theme": "Safety day", "planned_on": "2028-03-01", "department_id": works.id, "budget": "1,200.50"}
    refused = browser.post("/plan/2027/entries/new", data=typed_in)
    assert refused.status_code == 422
    assert "Please give a day in 2027." in refused.text
    assert "1,200.50" in refused.text
    assert browser.post("/plan/2027/entries/new", data={**typed_in, "planned_on": "2027-03-01"}).status_code == 303
    page = browser.get("/plan/2027").text
    assert "March 2027" in page
    assert "CN¥1,200.50" in page
    assert "Works" in browser.get("/plan/2027?by=department").text


def test_strangers_do_not_plan(plan: AnnualPlan, alice: Person, sign_in: SignIn) -> None:
    assert sign_in(alice).post("/plan/2027/entries/new", data={}).status_code == 403
    assert sign_in(alice).post("/plan/2027/submission", data={}).status_code == 403


def test_the_plan_is_opened_submitted_and_read_version_by_version(
    olive: Person, helen: Person, leo: Person, works: Department, sign_in: SignIn, agree: Callable[..., None]
) -> None:
    browser = sign_in(olive)
    assert browser.post("/plan/2027", data={"entries_by": "2026-12-18"}).status_code == 303
    for theme in ("Safety day", "Review"):
        entry = {"theme": theme, "planned_on": "2027-03-01", "department_id": works.id}
        browser.post("/plan/2027/entries/new", data=entry)
    assert browser.post("/plan/2027/submission", data={}).status_code == 303
    first = db.session.scalars(select(PlanVersion)).one()
    agree(first, olive, leo)
    assert "In force" in browser.get("/plan/2027/versions").text
    review = db.session.scalars(select(PlanEntry).where(PlanEntry.theme == "Review")).one()
    browser.post(f"/plan/entries/{review.id}/removal", data={"reason": "Merged"})
    page = browser.get("/plan/2027/submission").text
    assert "Dropped" in page
    assert browser.post("/plan/2027/submission", data={"reason": ""}).status_code == 422
    assert browser.post("/plan/2027/submission", data={"reason": "Merged"}).status_code == 303
    second = db.session.scalars(select(PlanVersion).where(PlanVersion.number == 2)).one()
    page = browser.get(f"/plan/versions/{second.id}").text
    assert "Otherwise than version 1" in page
    assert "Review" in page


def test_the_plan_is_a_spreadsheet_too(enter: Enter, olive: Person, sign_in: SignIn) -> None:
    enter()
    answer = sign_in(olive).get("/plan/2027?format=xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == [date(2027, 3, 1), "Works", "Safety day"]
    assert rows[1][8] == 1200.5
    assert sign_in(olive).get("/plan/2027/balance?format=csv").status_code == 200


# --- Meetings made of it ---


def test_a_meeting_is_made_of_an_entry_and_belongs_to_it(
    enter: Enter, alice: Person, bob: Person, kind: MeetingKind, sign_in: SignIn
) -> None:
    entry = enter(kind_id=kind.id, place="Town hall", purpose="To be safe")
    browser = sign_in(alice)
    page = browser.get(f"/meetings/new?source=plan-{entry.id}").text
    assert 'value="Safety day"' in page
    assert 'value="2027-03-01T09:00"' in page
    assert sign_in(bob).get(f"/meetings/new?source=plan-{entry.id}").status_code == 404
    starts_at = at(9, days=MARCH)
    made = browser.post("/meetings/new", data={
        "subject": "Safety day", "starts_at": typed(starts_at), "ends_at": typed(at(10, days=MARCH)),
        "venue": "Town hall", "kind_id": kind.id, "source": f"plan-{entry.id}",
    })
    assert made.status_code == 303, made.text
    planned = db.session.scalars(select(PlannedMeeting)).one()
    assert planned.entry_id == entry.id
    assert planned.meeting.subject == "Safety day"
    assert "Draft" in browser.get(f"/plan/entries/{entry.id}").text


def test_a_meeting_that_exists_is_linked_once_and_taken_out(
    enter: Enter, drawn: Callable[..., Meeting], alice: Person, olive: Person, sign_in: SignIn
) -> None:
    entry, meeting = enter(), drawn()
    browser = sign_in(alice)
    assert browser.post(f"/plan/entries/{entry.id}/meetings", data={"meeting_id": meeting.id}).status_code == 303
    with pytest.raises(DomainError, match="already"):
        commands.link(olive, entry, meeting)
    assert browser.post(f"/plan/meetings/{meeting.id}/removal").status_code == 303
    assert not db.session.scalars(select(PlannedMeeting)).all()


def test_only_meetings_of_the_year_that_one_edits_are_linked(
    enter: Enter, drawn: Callable[..., Meeting], alice: Person, helen: Person
) -> None:
    entry = enter()
    with pytest.raises(DomainError, match="another year"):
        commands.link(alice, entry, drawn(day=5))
    with pytest.raises(NotAllowed):
        commands.link(helen, entry, drawn())


def test_planned_is_held_against_what_came_of_it(
    plan: AnnualPlan, enter: Enter, drawn: Callable[..., Meeting], alice: Person, olive: Person, bob: Person
) -> None:
    held, off = enter(), enter(theme="Off", planned_on=date(2027, 4, 1))
    enter(theme="Never", planned_on=date(2027, 4, 2))
    for entry, meeting in ((held, drawn(people=())), (off, drawn(day=MARCH + 31))):
        commands.link(alice, entry, meeting)
    meetings = db.session.scalars(select(Meeting).order_by(Meeting.id)).all()
    meetings[0].announced_at, meetings[0].number = at(9), "OPE-1"
    cancel_meeting(alice, meetings[1], "Rain")
    unplanned = drawn(day=MARCH + 1)
    db.session.add(
        Proposal(meeting=unplanned, unplanned_reason="A leak", changed_at=clock.now(), changed_by=alice)
    )
    db.session.commit()
    with clock.standing_at(at(9, days=MARCH + 60)):
        found = balance.balance_of(plan, olive)
    [line] = found.lines
    assert line.name == "Works"
    assert line.total == {What.PLANNED: 3, What.DRAWN: 2, What.HELD: 1, What.CANCELLED: 1, What.OUTSIDE: 1}
    assert line.months[3] == {What.PLANNED: 1, What.DRAWN: 1, What.HELD: 1, What.OUTSIDE: 1}
    assert [one.reason for one in found.outside] == ["A leak"]


def test_what_is_secret_is_neither_counted_nor_named(
    plan: AnnualPlan, drawn: Callable[..., Meeting], olive: Person, sign_in: SignIn
) -> None:
    drawn(subject="Hidden").confidentiality = Confidentiality.SECRET
    db.session.commit()
    assert "Hidden" not in sign_in(olive).get("/plan/2027/balance").text


@pytest.mark.parametrize("address", ["/plan/2027", "/plan/2027/balance"])
def test_pages_cost_the_same_whatever_is_planned(
    enter: Enter, drawn: Callable[..., Meeting], alice: Person, olive: Person, sign_in: SignIn,
    submit: Callable[..., PlanVersion], agree: Callable[..., None], leo: Person, statements: Callable[..., Any],
    address: str,
) -> None:
    browser = sign_in(olive)
    commands.link(alice, enter(), drawn())
    drawn(day=MARCH + 1)
    agree(submit(), olive, leo)

    def count() -> int:
        with statements() as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    browser.get(address)
    few = count()
    for day in range(2, 5):
        commands.link(alice, enter(theme=f"Theme {day}"), drawn(day=MARCH + day))
        drawn(day=MARCH + 10 + day)
    db.session.commit()
    assert count() == few

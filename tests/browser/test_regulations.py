"""Four meetings, each under another regulation, from proposal to closing; time passes as far as each step needs.

What other tests look at page by page (people, papers, minutes, most tasks) is done by the same commands in between.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from portal.accounts.models import Person
from portal.approvals.models import State
from portal.approvals.queries import last_case
from portal.core import clock
from portal.core.db import db
from portal.core.workdays import after
from portal.demo.preparing import do_tasks, fill_forms
from portal.demo.presences import come_and_go
from portal.demo.words import words_in
from portal.meetings.commands import make_meeting
from portal.meetings.details import Details
from portal.meetings.models import Meeting, MeetingKind, Part
from portal.meetings.people import invite
from portal.minutes import commands as minutes
from portal.minutes import reviewing
from portal.planning.commands import link
from portal.planning.models import PlanEntry
from portal.proposals.models import Heading
from portal.readiness.checklist import FORM_KEYS
from portal.rooms import commands as rooms
from portal.rooms.models import Room
from portal.tasks.laying import tasks_of
from tests.browser.conftest import on
from tests.browser.elsewhen import serving_here
from tests.browser.house import House
from tests.browser.visitor import Visitor

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORKING_DAYS = 30  # the longest lead of the four is 20
TEXTS = {
    "theme": "Clean water 清洁用水 <&>", "size": "24", "circle": "Delegations of three cities 代表團",
    "publicity": "A press release 新闻稿", "site_risk": "Escape routes are free.", "people_risk": "All are escorted.",
    "information_risk": "Papers are cleared.", "guest_risk": "Guards know the list.", "venue_reason": "Near the hotel.",
    "lessons": "Lists are checked before the notice goes out.",
}
PHASE = "#phase li[aria-current=step]"


class Course:
    """One meeting on its way: who does what, at the time at which the portal stands."""

    def __init__(self, browser: Browser, house: House, app: Flask, locale: str) -> None:
        self.browser, self.house, self.app, self.locale = browser, house, app, locale
        self.visitors: list[Visitor] = []
        self.meeting_id = 0

    @property
    def address(self) -> str:
        return f"/meetings/{self.meeting_id}"

    @contextmanager
    def somebody(self, login: str) -> Iterator[Visitor]:
        """Somebody comes by the door and leaves again: sessions do not last as long as a meeting's preparation."""
        visitor = Visitor(self.browser, self.house, self.locale)
        self.visitors.append(visitor)
        visitor.come_by_the_door(login, to_stay=False)
        yield visitor
        visitor.leave()

    @contextmanager
    def meeting(self) -> Iterator[Meeting]:
        """What the portal has written of the meeting; what commands do to it within the block is kept."""
        with self.app.app_context():
            yield db.session.get_one(Meeting, self.meeting_id)
            db.session.commit()
            db.session.remove()


@pytest.mark.parametrize(
    ("house", "profile", "locale"),
    [
        on("sqlite", "operations", "en"), on("sqlite", "agency", "zh_Hans"), on("postgresql", "high_end", "zh_Hant"),
        on("postgresql", "foreign", "en"),
    ],
    indirect=["house"],
)
def test_a_meeting_goes_its_way_under_its_regulation(
    chromium: Browser, house: House, profile: str, locale: str
) -> None:
    with serving_here(house) as (here, app):
        course = Course(chromium, here, app, locale)
        with app.app_context():
            course.meeting_id, starts_at = plan_a_meeting(profile)
            db.session.remove()
        propose(course)
        everybody_agrees(course)
        if profile == "foreign":
            spend_more(course)
            everybody_agrees(course)
        announce(course)
        with clock.standing_at(starts_at - 20 * HOUR):
            get_ready(course)
        with clock.standing_at(starts_at - HOUR / 4):
            sign_and_start(course)
        with clock.standing_at(starts_at + 2 * HOUR + DAY):
            write_minutes(course)
            put_a_name_to_a_clause(course)
            close(course)
        complaints = [complaint for visitor in course.visitors for complaint in visitor.complaints]
        assert not complaints, "\n".join(complaints)


def known_as(login: str) -> Person:
    return db.session.scalars(select(Person).where(Person.login == login)).one()


def plan_a_meeting(profile: str) -> tuple[int, datetime]:
    """A draft in six weeks, in the largest hall, drawn from the annual plan: its number, and when it begins."""
    office = known_as("office")
    kind = db.session.scalars(select(MeetingKind).where(MeetingKind.profile == profile)).one()
    starts_at = nine_in_the_morning(WORKING_DAYS + len(profile))
    room = db.session.scalars(select(Room).order_by(Room.capacity.desc(), Room.id)).first()
    assert room is not None, "the demonstration has rooms"
    booking = rooms.book(office, room.id, "In preparation", starts_at, starts_at + 2 * HOUR)
    chair, recorder = known_as("leader"), known_as("employee")
    meeting = make_meeting(
        office, booking, subject=f"Under {profile} 按制度 & <審批>", purpose="Joint projects 合作項目",
        agenda=["Welcome 欢迎", "Projects 專案"],
        details=Details(
            kind_id=kind.id, outcome="A memorandum 备忘录", chair=chair, recorder=recorder,
            department_id=office.department_id,
        ),
    )
    invite(office, meeting, [known_as("head"), known_as("supervisor"), known_as("rooms")], Part.REQUIRED)
    entry = db.session.scalars(select(PlanEntry).where(PlanEntry.kind_id == kind.id).order_by(PlanEntry.id)).all()
    link(office, next(one for one in entry if one.plan.year == starts_at.year), meeting)
    db.session.commit()
    return meeting.id, meeting.starts_at


def nine_in_the_morning(working_days: int) -> datetime:
    now = clock.now()
    return datetime.combine(after(now.date(), working_days, "CN"), datetime.min.time(), now.tzinfo) + HOUR


# --- Before the meeting ---


def propose(course: Course) -> None:
    """Sent off too early, it is refused with the clauses of all that is missing; nothing typed is lost."""
    with course.somebody("office") as office:
        page = office.page
        page.goto(course.address + "/proposal")
        office.check_page()
        unfold(page)
        page.locator("#theme").fill(TEXTS["theme"])
        office.expect_complaint("422")
        send(page, "button[name=then]")
        expect(page.locator("main .error, main .refusal").first).to_be_visible()
        expect(page.locator("main")).to_contain_text(re.compile(r"[A-Z]{3}-\d"))
        expect(page.locator("#theme")).to_have_value(TEXTS["theme"])
        unfold(page)
        for name, words in TEXTS.items():
            if page.locator(f"#{name}").is_visible():
                page.locator(f"#{name}").fill(words)
        budget(page, Decimal(100))
        send(page, "button[name=then]")
        with course.meeting() as meeting:
            assert meeting.submitted_at is not None, page.locator("main").inner_text()


def send(page: Page, button: str) -> None:
    """Press it, and wait until its answer is on the page."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(button).click()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def unfold(page: Page) -> None:
    for more in page.locator("main details.more:not([open]) summary").all():
        more.click()


def budget(page: Page, amount: Decimal) -> None:
    """So much under each heading."""
    for heading in Heading:
        page.locator(f"#amount_{heading}").fill(str(amount))


def everybody_agrees(course: Course) -> None:
    """Each of those whom the waiting step asks opens the case and agrees, until it is in force."""
    agreed: list[str] = []
    while (asked := next_voice(course, agreed)) is not None:
        case_id, login = asked
        with course.somebody(login) as voice:
            voice.page.goto("/approvals")
            voice.page.locator(f"a[href='/approvals/{case_id}']").first.click()
            expect(voice.page.locator("main")).to_contain_text(TEXTS["theme"])
            if not agreed:
                voice.check_page()
            voice.page.locator(f"#decide-{case_id} textarea").fill("I agree 同意。")
            voice.page.locator(f"#decide-{case_id} button[value=agreed]").click()
            expect(voice.page.locator(f"#decide-{case_id} button[value=agreed]")).to_have_count(0)
        agreed.append(login)
    with course.meeting() as meeting:
        case = last_case("meeting", meeting.id)
        assert case is not None, "it was submitted"
        assert (case.state, meeting.approved_at is not None) == (State.EFFECTIVE, True)


def next_voice(course: Course, agreed: list[str]) -> tuple[int, str] | None:
    """The case that waits, and who of those asked has yet to agree; nothing is in force before all have."""
    with course.meeting() as meeting:
        case = last_case("meeting", meeting.id)
        if case is None or case.current is None:
            return None
        assert meeting.approved_at is None, "a step still waits"
        seat = next(seat for seat in case.current.seats if seat.verdict is None)
        return case.id, next(one.person.login for one in seat.asked if one.person.login not in agreed)


def spend_more(course: Course) -> None:
    """A higher budget asks for its reason, and undoes what was approved until all have agreed again (FOR-3.3.c)."""
    with course.somebody("office") as office:
        page = office.page
        page.goto(course.address + "/proposal")
        office.expect_complaint("422")
        budget(page, Decimal(150))
        send(page, "button[name=then]")
        expect(page.locator("#overrun_reason-error, #overrun_reason ~ .error").first).to_be_visible()
        page.locator("#overrun_reason").fill("The interpreters ask for more 翻译费用上涨。")
        send(page, "button[name=then]")
        expect(page.locator("main")).to_contain_text("FOR-3.2.b")
        office.check_page()
    with course.meeting() as meeting:
        case = last_case("meeting", meeting.id)
        assert case is not None, "it was submitted again"
        assert (case.round, case.state, meeting.approved_at) == (2, State.OPEN, None)


def announce(course: Course) -> None:
    with course.somebody("office") as office:
        office.page.goto(course.address)
        send(office.page, f"form[action='{course.address}/notice/sending'] button")
        office.page.goto(course.address)
        expect(office.page.locator(f"{PHASE}.announced")).to_be_visible()
        office.check_page()


def get_ready(course: Course) -> None:
    """Whoever looks after the room comes to the form by their task and fills it in; all do the tasks they have."""
    task_id, login = a_form_to_fill_in(course)
    with course.somebody(login) as keeper:
        page = keeper.page
        page.goto("/tasks")
        page.locator(f"a[href='/tasks/{task_id}']").first.click()
        page.locator("form[action*='/forms/'] button").click()
        for choice in page.locator("input[type=radio][value=ok]").all():
            choice.check()
        keeper.check_page()
        send(page, "button[name=sign]")
        expect(page.locator(".ready-signed")).to_be_visible()
    with course.meeting() as meeting:
        fill_forms(meeting, known_as("rooms"))
        with clock.standing_at(meeting.starts_at):
            do_tasks(meeting, words_in("en"), [known_as("leader"), known_as("head")])


def a_form_to_fill_in(course: Course) -> tuple[int, str]:
    """The task that is done by signing a form, and whose it is."""
    with course.meeting() as meeting:
        tasks = tasks_of("meeting", meeting.id)
        task = next(task for task in tasks if task.key in FORM_KEYS.values())
        assert task.owner is not None, "somebody looks after the room"
        return task.id, task.owner.login


def sign_and_start(course: Course) -> None:
    with course.somebody("office") as office:
        page = office.page
        page.goto(course.address + "/readiness")
        page.locator("form[action$='/readiness/signature'] button").click()
        expect(page.locator(".ready-signed")).to_be_visible()
        page.goto(course.address)
        page.locator(f"form[action='{course.address}/start'] button").click()
        expect(page.locator(f"{PHASE}.running")).to_be_visible()


# --- After it ---


def write_minutes(course: Course) -> None:
    """They are written, reviewed and made final, the day after."""
    typed = {"discussion": minutes.Typed("All agreed 一致同意。", minutes.mark_of(""))}
    with course.meeting() as meeting:
        come_and_go(meeting, words_in("en"), Random(1))
        recorder, chair = known_as("employee"), known_as("leader")
        record = minutes.open_minutes(recorder, meeting)
        for line in record.lines:
            minutes.write_line(recorder, record, line.id, typed)
        reviewing.submit(recorder, record)
        reviewing.make_final(chair, record)


def put_a_name_to_a_clause(course: Course) -> None:
    """What no record proves, somebody signs for; the page shows it as kept, under their name."""
    with course.somebody("office") as office:
        page = office.page
        page.goto(course.address + "/compliance")
        office.check_page("light", "dark")
        clause = page.locator("li.clause:has(a[href$='/sign-off'])").first
        row = f"li[id='{clause.get_attribute('id')}']"
        clause.locator("a[href$='/sign-off']").click()
        page.locator("#dialog #sign-off-words").fill("Filed with the office 已存办公室。")
        page.locator("#dialog form button.primary").click()
        expect(page.locator(row)).to_contain_text("Filed with the office")
        expect(page.locator(f"{row} form[action$='/sign-off/revocation']")).to_be_visible()


def close(course: Course) -> None:
    with course.somebody("office") as office:
        page = office.page
        page.goto(course.address)
        expect(page.locator(".meter").first).to_be_visible()
        page.locator(f"a[href='{course.address}/closing']").click()
        reason = page.locator("#dialog textarea")
        if reason.count():
            reason.fill("All was said 已讨论。")
        page.locator("#dialog form button").first.click()
        expect(page.locator(f"{PHASE}.closed")).to_be_visible()
        office.check_page()
    with course.meeting() as meeting:
        assert meeting.closed_at is not None

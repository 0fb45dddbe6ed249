"""What a meeting decided, from its minutes to the bulletin: twelve lines and twenty resolutions in the hands of five
people, in each language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings.commands import make_meeting_elsewhere
from portal.meetings.details import Details
from portal.meetings.kind_commands import Settings, add_kind
from portal.meetings.models import Meeting
from portal.resolutions.commands import Duty, resolve
from portal.resolutions.today import today
from tests.browser.conftest import Visit, on
from tests.browser.house import House
from tests.browser.visitor import ZONE, Visitor
from tests.conftest import app_for

LINES, RESOLUTIONS, BY_FORM = 12, 20, 4
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DISCUSSED = "The figures of hall {0} were gone through. 会议听取了第{0}项汇报，認為總體進展良好 & <按期>推进。"
CONCLUDED = "Line {} is agreed on. 原则同意。"
COMMENT = "Say by when. 请写明时限。"
TYPES = {"docx": "wordprocessingml", "pdf": "application/pdf", "txt": "text/plain"}


@contextmanager
def speaking_for(house: House) -> Iterator[None]:
    """Within the block commands reach the database that the portal serves."""
    app = app_for(house.database_url, house.instance)
    with app.app_context():
        yield
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def hold_a_meeting(house: House, locale: str) -> int:
    """Of a kind that keeps votes, held yesterday; all but a few of its resolutions are written down. Its number."""
    with speaking_for(house):
        office, chair, recorder = (_known_as(login) for login in ("office", "head", "employee"))
        starts_at = clock.now().replace(minute=0, second=0, microsecond=0) - DAY
        with clock.standing_at(starts_at - 5 * DAY):
            kind = add_kind(office, Settings(f"Board {locale}", f"W-{locale}", has_votes=True))
            meeting = make_meeting_elsewhere(
                office, starts_at, starts_at + 3 * HOUR, subject=f"Board {locale} 董事会 <會>",
                agenda=[f"Hall {number} 展厅 & 預算" for number in range(1, LINES + 1)],
                details=Details(kind_id=kind.id, venue="Great hall 大礼堂", quorum=2, chair=chair, recorder=recorder),
            )
            send_notice(office, meeting)
        _write_most(recorder, meeting)
        return meeting.id


def _known_as(login: str) -> Person:
    return db.session.scalars(select(Person).where(Person.login == login)).one()


def _write_most(recorder: Person, meeting: Meeting) -> None:
    department_id = recorder.department_id or 0
    for number in range(RESOLUTIONS - BY_FORM):
        duty = Duty(
            text=f"Hall {number} is measured 测量", department_id=department_id, owner_id=recorder.id,
            due_on=today() + 30 * DAY,
        )
        resolve(recorder, meeting, duty, agenda_item_id=meeting.agenda[number % LINES].id, at_once=False)


# What a language says does not hang on the database, so the languages are shared out between the two.
@pytest.mark.parametrize(
    ("house", "locale"), [on("sqlite", "en"), on("postgresql", "zh_Hans"), on("postgresql", "zh_Hant")],
    indirect=["house"],
)
def test_what_a_meeting_decided(visit: Visit, house: House, locale: str) -> None:
    address = f"/meetings/{hold_a_meeting(house, locale)}/minutes"
    recorder, chair = visit(locale).sign_in("employee"), visit(locale).sign_in("head")
    open_the_minutes(recorder, address)
    write_each_line(recorder)
    note_a_vote(recorder)
    write_resolutions(recorder)
    hand_over(recorder)
    comment(chair, address)
    settle(recorder, address)
    make_final(chair, address)
    all_are_issued(chair, address)
    take_the_files(recorder, address)

    office, supervisor = visit(locale).sign_in("office"), visit(locale).sign_in("supervisor")
    resolution = report_it_done(recorder)
    sign_it(chair, resolution)
    step(office, resolution, "reviewed")
    step(supervisor, resolution, "closed")
    expect(supervisor.page.locator(".page-head .light-grey")).to_be_visible()
    supervisor.check_page()
    issue_a_bulletin(supervisor)


# --- The minutes ---


def open_the_minutes(recorder: Visitor, address: str) -> None:
    """From the tab of the meeting; each line of the agenda is there, with what was resolved on it so far."""
    page = recorder.page
    page.goto(address.removesuffix("/minutes"))
    page.locator(f".tabs a[href='{address}']").click()
    recorder.check_page()
    page.locator(f"form[action='{address}'] button").click()
    expect(page.locator("section[id^=line-]")).to_have_count(LINES)
    expect(page.locator(".minutes-resolution")).to_have_count(RESOLUTIONS - BY_FORM)


def write_each_line(recorder: Visitor) -> None:
    for number, line in enumerate(recorder.page.locator("section[id^=line-]").all(), start=1):
        type_into(line, "discussion", DISCUSSED.format(number))
        type_into(line, "conclusion", CONCLUDED.format(number))
    recorder.page.reload()
    last = recorder.page.locator("section[id^=line-]").last
    expect(last.locator("[name=discussion]")).to_have_value(DISCUSSED.format(LINES))
    expect(last.locator("[name=conclusion]")).to_have_value(CONCLUDED.format(LINES))


def type_into(line: Locator, name: str, words: str) -> None:
    """Go on only once the line says at which time that was saved."""
    field, state = line.locator(f"[name={name}]"), line.locator("[data-state]")
    field.fill(words)
    field.blur()
    expect(state).to_have_text(re.compile(r"\d\d:\d\d"))
    expect(state).not_to_have_class(re.compile("is-bad"))


def note_a_vote(recorder: Visitor) -> None:
    """The line carries it at once, without the page being loaded anew."""
    page, dialog = recorder.page, recorder.page.locator("#dialog")
    line = page.locator("section[id^=line-]").first
    line.locator("a[href$='/votes']").click()
    expect(dialog.locator("#question")).not_to_have_value("")
    dialog.locator("#in_favour").fill("5")
    dialog.locator("#against").fill("1")
    dialog.locator("#entitled").fill("6")
    recorder.check_page()
    dialog.locator("button.primary").click()
    expect(line.locator(".vote .mark-accepted")).to_be_visible()


def write_resolutions(recorder: Visitor) -> None:
    """From the lines that have none yet, in the form that opens over the page."""
    page, dialog = recorder.page, recorder.page.locator("#dialog")
    for number in range(BY_FORM):
        line = page.locator("section[id^=line-]").nth(LINES - 1 - number)
        before = line.locator(".minutes-resolution").count()
        line.locator("a[href$='/resolutions']").click()
        fill_the_form(dialog, recorder, number)
        if not number:
            recorder.check_page()
        dialog.locator("button.primary").click()
        expect(dialog).to_be_hidden()
        expect(line.locator(".minutes-resolution")).to_have_count(before + 1)
    expect(page.locator(".minutes-resolution")).to_have_count(RESOLUTIONS)


def fill_the_form(dialog: Locator, recorder: Visitor, number: int) -> None:
    """The recorder owes it; the line of the agenda stands there already."""
    dialog.locator("#resolution-text").fill(f"Hall {number} is painted by {recorder.locale}. 粉刷 <展廳>")
    owner = dialog.locator("#resolution-owner option", has_text=recorder.name)
    unit = owner.evaluate("option => option.parentElement.label")
    dialog.locator("#resolution-department").select_option(label=unit)
    dialog.locator("#resolution-owner").select_option(label=recorder.name)
    dialog.locator("#resolution-due").fill(f"{last_day()}")
    expect(dialog.locator("#resolution-agenda-item")).not_to_have_value("")


def last_day() -> str:
    return f"{datetime.now(ZoneInfo(ZONE)).date() + 20 * DAY}"


def hand_over(recorder: Visitor) -> None:
    recorder.page.locator("form[action$='/minutes/submission'] button").click()
    expect(recorder.page.locator("form[action$='/minutes/submission']")).to_have_count(0)


def comment(chair: Visitor, address: str) -> None:
    """On the first line; until it is settled the minutes cannot become final."""
    page = chair.page
    page.goto(address)
    line = page.locator("section[id^=line-]").first
    line.locator(".minutes-say summary").click()
    line.locator(".minutes-say textarea").fill(COMMENT)
    line.locator(".minutes-say button").click()
    expect(line.locator(".minutes-comment")).to_contain_text(COMMENT)
    expect(page.locator("form[action$='/minutes/final'] button")).to_be_disabled()
    chair.check_page()


def settle(recorder: Visitor, address: str) -> None:
    page = recorder.page
    page.goto(address)
    type_into(page.locator("section[id^=line-]").first, "conclusion", CONCLUDED.format("1, by Friday,"))
    page.locator("form[action$='/settlement'] button").click()
    expect(page.locator(".minutes-comment.is-settled")).to_be_visible()


def make_final(chair: Visitor, address: str) -> None:
    """They stand there under a number, with each resolution, and can be written no more."""
    page = chair.page
    page.goto(address)
    page.locator("form[action$='/minutes/final'] button").click()
    expect(page.locator("#final-title")).to_have_text(re.compile(r"MIN-\d{4}-\d+"))
    expect(page.locator(".resolved-item a")).to_have_count(RESOLUTIONS)
    expect(page.locator(".minutes-final")).to_contain_text(CONCLUDED.format("1, by Friday,"))
    expect(page.locator("[data-autosave]")).to_have_count(0)
    chair.check_page()


def all_are_issued(chair: Visitor, address: str) -> None:
    chair.page.goto(f"/resolutions?meeting={address.split('/')[2]}&node=issued")
    expect(chair.page.locator("#board tbody tr")).to_have_count(RESOLUTIONS)


def take_the_files(recorder: Visitor, address: str) -> None:
    recorder.page.goto(address)
    for ending, media_type in TYPES.items():
        take(recorder.page, f".export a[href$='.{ending}']", media_type)


def take(page: Page, link: str, media_type: str) -> None:
    """The file behind that link is there, of that type."""
    answer = page.request.get(page.locator(link).get_attribute("href") or "")
    assert answer.status == 200, answer.url
    assert media_type in answer.headers["content-type"]
    assert len(answer.body()) > 500


# --- What was resolved ---


def report_it_done(owner: Visitor) -> str:
    """One that was written in the form, found by words of it; answers its address."""
    page = owner.page
    page.goto("/resolutions/search")
    page.locator("#q").fill(f"painted by {owner.locale}")
    expect(page.locator("#found li")).to_have_count(BY_FORM)
    owner.check_page()
    address = page.locator("#found li a").first.get_attribute("href") or ""
    step(owner, address, "signed_for")
    form = page.locator(f"form[action='{address}/reports']", has=page.locator("#percent"))
    form.locator("#percent").fill("100")
    form.locator("#done").fill("It is painted. 已完成。")
    form.locator("button.primary").click()
    expect(page.locator(".reports > li")).to_have_count(1)
    owner.check_page()
    return address


def sign_it(head: Visitor, address: str) -> None:
    """The page of the week leads to what waits for a signature; it stands where minutes and vote led to it."""
    page = head.page
    page.goto("/resolutions/week")
    page.locator(f".week-row a[href='{address}']").click()
    head.check_page()
    page.locator("form[action$='/signature'] button").click()
    expect(page.locator("form[action$='/signature']")).to_have_count(0)


def step(visitor: Visitor, address: str, event: str) -> None:
    """Take the next step on the page of the resolution; what comes after it is not the visitor's."""
    page = visitor.page
    page.goto(address)
    button = page.locator(f"button[formaction='{address}/steps/{event}']")
    button.click()
    expect(button).to_have_count(0)


# --- The bulletin ---


def issue_a_bulletin(supervisor: Visitor) -> None:
    """Of the figures that are looked at; then it stands under its number, on the page and as files."""
    page = supervisor.page
    page.goto("/resolutions/figures")
    page.locator("#until").fill(last_day())
    page.locator("form:has(#until) button").click()
    page.locator("main a[href*='/bulletins/new']").click()
    page.locator("#words").fill("Well done. 进展良好。")
    supervisor.check_page()
    page.locator("#bulletin button.primary").click()
    expect(page).to_have_url(re.compile(r"/bulletins/\d+$"))
    expect(page.locator("h1")).to_contain_text(re.compile(r"DB-\d{4}-\d+"))
    take(page, "main a[href$='.pdf']", "application/pdf")
    take(page, "main a[href$='.xlsx']", "spreadsheetml")
    supervisor.check_page()

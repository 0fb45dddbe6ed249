"""The main job from the door to the log, as four people do it in a browser, in each language on each database."""

import re
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from icalendar.cal import Component
from playwright.sync_api import expect

from portal.core.i18n import long_day
from tests.browser.conftest import Visit, on
from tests.browser.house import House, fetch
from tests.browser.visitor import ZONE, Visitor
from tests.waiting import eventually

# Beyond the days that the demonstration fills, and one for each language, for they share a portal.
DAYS_AHEAD = {"en": 20, "zh_Hans": 21, "zh_Hant": 22}
COMMENT = "迟到十分钟 · ten minutes late"


# What a language says does not hang on the database, so the languages are shared out between the two.
@pytest.mark.parametrize(
    ("house", "locale"), [on("sqlite", "en"), on("postgresql", "zh_Hans"), on("sqlite", "zh_Hant")],
    indirect=["house"],
)
def test_the_main_job(visit: Visit, house: House, locale: str) -> None:
    day = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=DAYS_AHEAD[locale])
    subject = f"Walk {locale} & 预算 <計劃>"
    employee = visit(locale).come_by_the_door("employee", to_stay=False)
    rival = visit(locale).sign_in("rooms")
    my_day_is_there(employee)
    rival.page.goto(f"/rooms/day/{day}")
    choose_day(employee, day)
    room = book_by_click(employee, day, subject)
    book_by_keyboard(employee)
    is_refused_and_takes_a_way_out(rival, day)

    address = make_a_meeting(employee, subject)
    head = visit(locale).sign_in("head")
    invite(employee, address, head.name)
    send_the_notice(employee, address)
    mail = eventually(lambda: house.mails_to("head@example.org", subject), "the invitation")[0]
    assert f"{house.url}{address}" in text_of(mail)

    answer_in_place(head, subject, address)
    change_the_answer(head, address)
    sees_the_answer(employee, address, head.name)

    look_at_the_calendar(head, day, address)
    save_the_file(head, subject, address)
    subscribe(head, house, subject, room, employee.name)

    resolution = write_a_resolution(employee, address, day)
    report_on_it(head, resolution)
    office, supervisor = visit(locale).sign_in("office"), visit(locale).sign_in("supervisor")
    review_it(office, resolution)
    close_it(supervisor, resolution)
    who_did_what_is_told(supervisor, resolution, {employee.name: 1, head.name: 2, office.name: 1, supervisor.name: 1})
    employee.page.goto(address)
    who_did_what_is_told(employee, address, {employee.name: 5, head.name: 2})
    sign_out(employee)


def my_day_is_there(visitor: Visitor) -> None:
    page = visitor.page
    expect(page.locator("h1")).to_have_text(visitor.says("My day"))
    expect(page.locator(".places a[aria-current=page]")).to_have_text(visitor.says("My day"))
    for panel in ("today-title", "waiting-title", "my-bookings", "my-resolutions"):
        expect(page.locator(f"#{panel}")).to_be_visible()
    expect(page.locator("#today-title")).to_have_text(visitor.says("Today’s meetings"))
    visitor.check_page()


# --- Rooms ---


def choose_day(visitor: Visitor, day: date) -> None:
    """From today's grid, by the field that holds the day."""
    page = visitor.page
    page.locator(".places a[href='/rooms']").click()
    expect(page.locator("table.grid")).to_be_visible()
    visitor.check_page()
    page.locator("#on").fill(day.isoformat())
    expect(page).to_have_url(re.compile(f"/rooms/day/{day}"))
    with visitor.speaking():
        expect(page.locator(".page-head .sub")).to_have_text(long_day(day))


def book_by_click(visitor: Visitor, day: date, title: str) -> str:
    """Book the first room at ten; answers its name. The page is not loaded anew."""
    page = visitor.page
    page.evaluate("window.loadedOnce = true")
    row = page.locator("table.grid tbody tr:not(.area)").first
    row.locator(f"a.free[href$='start={day}T10:00']").click()
    dialog = page.locator("#dialog")
    expect(dialog.locator("#title")).to_be_focused()
    expect(dialog.locator("#starts_at")).to_have_value(f"{day}T10:00")
    visitor.check_page()
    dialog.locator("#title").fill(title)
    dialog.locator("button.primary").click()
    expect(row.locator("td.mine a")).to_have_text(title)
    expect(row.locator("td.mine a")).to_be_focused()
    expect(dialog).to_be_hidden()
    room = row.locator("th a").inner_text()
    expect(page.locator("#status")).to_have_text(visitor.says("%(room)s is booked for you.", room=room))
    assert page.evaluate("window.loadedOnce")
    return room


def book_by_keyboard(visitor: Visitor) -> None:
    """Tab into the grid, which is one stop; arrows to a span; Enter, a few words, Enter."""
    page, keys = visitor.page, visitor.page.keyboard
    page.locator(".grid-frame").focus()
    keys.press("Tab")
    assert in_grid(visitor)
    keys.press("Shift+Tab")
    assert not in_grid(visitor)
    keys.press("Tab")
    first = focused(visitor)
    keys.press("ArrowRight")
    second = focused(visitor)
    keys.press("ArrowDown")
    third = focused(visitor)
    assert len({first, second, third}) == 3
    assert start_of(third) == start_of(second)
    keys.press("Enter")
    expect(page.locator("#dialog #title")).to_be_focused()
    keys.type("By keyboard")
    keys.press("Enter")
    booked = page.locator("td.mine a", has_text="By keyboard")
    expect(booked).to_be_focused()
    keys.press("ArrowUp")
    assert in_grid(visitor)
    assert page.evaluate("window.loadedOnce")


def in_grid(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate("!!document.activeElement.closest('table.grid')"))


def focused(visitor: Visitor) -> str:
    return str(visitor.page.evaluate("document.activeElement.getAttribute('href')"))


def start_of(address: str) -> str:
    return address.partition("start=")[2]


def is_refused_and_takes_a_way_out(visitor: Visitor, day: date) -> None:
    """Somebody whose grid is a little old wants a time that is partly taken by now."""
    page, dialog = visitor.page, visitor.page.locator("#dialog")
    visitor.expect_complaint("status of 422")
    page.locator(f"a.free[href$='start={day}T09:30']").first.click()
    dialog.locator("#title").fill("Rival")
    dialog.locator("#ends_at").fill(f"{day}T10:30")
    dialog.locator("button.primary").click()
    expect(dialog.locator("[role=alert], .error").first).to_be_visible()
    expect(dialog.locator("#title")).to_have_value("Rival")
    expect(dialog.locator("#ends_at")).to_have_value(f"{day}T10:30")
    ways_out = dialog.locator("button[name=way_out]")
    expect(ways_out).to_have_count(3)
    expect(ways_out.filter(has_text=visitor.says("Same room"))).not_to_have_count(0)
    visitor.check_page()
    ways_out.first.click()
    expect(page.locator("td.mine a", has_text="Rival")).to_be_focused()
    expect(dialog).to_be_hidden()


# --- The meeting ---


def make_a_meeting(visitor: Visitor, subject: str) -> str:
    """Of the booking in the grid; answers the meeting's address."""
    page = visitor.page
    page.locator("td.mine a", has_text=subject).click()
    expect(page.locator("h1")).to_have_text(subject)
    visitor.check_page()
    page.locator("a[data-dialog][href$='/meeting']").click()
    dialog = page.locator("#dialog")
    expect(dialog.locator("#subject")).to_have_value(subject)
    dialog.locator("details.more > summary").click()
    dialog.locator("#purpose").fill("Settle it.")
    dialog.locator("#agenda").fill("Report\n讨论\n決議")
    visitor.check_page()
    dialog.locator("button.primary").click()
    expect(page).to_have_url(re.compile(r"/meetings/\d+$"))
    expect(page.locator(".agenda li")).to_have_text(["Report", "讨论", "決議"])
    return page.url.removeprefix(visitor.house.url)


def invite(visitor: Visitor, address: str, name: str) -> None:
    """The head by name, as required and then as chair; a department, as optional."""
    page, of_the_head = visitor.page, re.compile(rf"{name}[\s\S]*Head of")
    page.locator("#people .card-head a").click()
    page.locator("#people-q").press_sequentially(name)
    found = page.locator("#found li", has_text=of_the_head)
    expect(found).to_be_visible()
    visitor.check_page()
    found.locator("button[value=required]").click()
    row = page.locator("#roster tbody tr", has_text=of_the_head)
    expect(row.locator(".part select")).to_have_value("required")
    page.locator("#add-department").select_option(index=1)
    page.locator("#department-part").select_option("optional")
    page.locator("form:has(#add-department) button").click()
    expect(page.locator("#roster tbody tr")).not_to_have_count(1)
    row.locator(".part select").select_option("chair")
    expect(page.locator("#roster tbody tr").first).to_contain_text(name)
    parts = page.locator("#roster .part select").evaluate_all("all => all.map(one => one.value)")
    assert parts[0] == "chair"
    assert set(parts[1:]) == {"optional"}
    page.goto(address)


def send_the_notice(visitor: Visitor, address: str) -> None:
    page = visitor.page
    page.locator("#phase form button").click()
    expect(page).to_have_url(re.compile("/notice$"))
    page.goto(address)
    expect(page.locator(".phases [aria-current=step]")).to_contain_text(visitor.says("Announced"))
    expect(page.locator("#phase form")).to_have_count(0)
    visitor.check_page()


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def answer_in_place(visitor: Visitor, subject: str, address: str) -> None:
    """The bell counts the invitation, the inbox holds it, and My day takes the answer."""
    page = visitor.page
    page.goto("/my-day")
    expect(page.locator(".bell .count")).to_be_visible()
    page.locator(".bell").click()
    expect(page.locator(".unread", has_text=subject)).to_be_visible()
    visitor.check_page()
    page.locator(".brand").click()
    form = page.locator(f"form[action='{address}/answer']")
    form.locator(".comment summary").click()
    form.locator(".comment textarea").fill(COMMENT)
    form.locator("button[value=tentative]").click()
    expect(form.locator("button[value=tentative]")).to_have_attribute("aria-pressed", "true")
    expect(form.locator(".comment textarea")).to_have_value(COMMENT)
    visitor.check_page()


def change_the_answer(visitor: Visitor, address: str) -> None:
    page = visitor.page
    page.goto(address)
    form = page.locator(f"form[action='{address}/answer']")
    expect(form.locator("button[value=tentative]")).to_have_attribute("aria-pressed", "true")
    form.locator("button[value=accepted]").click()
    expect(form.locator("button[value=accepted]")).to_have_attribute("aria-pressed", "true")
    expect(form.locator("button[value=accepted]")).to_be_focused()
    expect(page.locator("#status")).to_have_text(visitor.says("You have accepted."))


def sees_the_answer(visitor: Visitor, address: str, name: str) -> None:
    page = visitor.page
    # It may have renewed itself meanwhile.
    page.reload()
    expect(page.locator(".tally b").first).to_have_text("1")
    page.goto(f"{address}/people")
    row = page.locator("#roster tbody tr").first
    expect(row).to_contain_text(name)
    expect(row.locator(".said .mark-accepted")).to_have_text(visitor.says("Accepted"))
    expect(row).to_contain_text(COMMENT)
    page.goto(address)


# --- The calendar ---


def look_at_the_calendar(visitor: Visitor, day: date, address: str) -> None:
    page = visitor.page
    year, week, _weekday = day.isocalendar()
    page.goto(f"/calendar?week={year}-W{week:02}")
    expect(page.locator(f"main a[href='{address}']")).to_be_visible()
    visitor.check_page()
    page.goto("/calendar/list")
    expect(page.locator(f"main a[href='{address}']")).to_be_visible()
    visitor.check_page()


def save_the_file(visitor: Visitor, subject: str, address: str) -> None:
    visitor.page.goto(address)
    with visitor.page.expect_download() as download:
        visitor.page.locator(f"a[download][href='{address}/meeting.ics']").click()
    assert download.value.suggested_filename.endswith(".ics")
    assert event_in(download.value.path().read_bytes(), subject)


def subscribe(visitor: Visitor, house: House, subject: str, room: str, organizer: str) -> None:
    """The address is shown once, answers without a session, and ends with the next one."""
    page = visitor.page
    page.goto("/calendar/subscriptions/new?client=apple")
    page.locator(".subscription-form button.primary").click()
    address = page.locator("#feed-address").input_value()
    visitor.check_page()
    assert page.locator("figure img").evaluate("image => image.naturalWidth") > 0
    status, body = fetch(address)
    assert status == 200
    event = event_in(body, subject)
    assert str(event["LOCATION"]).startswith(room)
    assert event["ORGANIZER"].params["CN"] == organizer
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    page.locator(".subscribe .actions a").click()
    expect(page.locator("form[action$='/renewal'] button")).to_be_visible()
    assert address.split("/")[-2] not in page.content()
    visitor.check_page()
    page.locator("form[action$='/renewal'] button").click()
    another = page.locator("#feed-address").input_value()
    assert another != address
    assert (fetch(address)[0], fetch(another)[0]) == (404, 200)


def event_in(octets: bytes, subject: str) -> Component:
    calendar = Calendar.from_ical(octets)
    return next(event for event in calendar.walk("VEVENT") if event["SUMMARY"] == subject)


# --- Resolutions ---


def write_a_resolution(visitor: Visitor, address: str, day: date) -> str:
    """Of the head's department; answers its address."""
    page = visitor.page
    page.goto(address)
    region = page.locator("#resolutions")
    region.locator("summary.button").click()
    visitor.check_page()
    region.locator("#resolution-text").fill(f"Draw up the plan of {visitor.locale}.\nWith figures.")
    owner = page.locator("#resolution-owner option", has_text=visitor.name)
    department = owner.evaluate("option => option.parentElement.label")
    region.locator("#resolution-department").select_option(label=department)
    region.locator("#resolution-owner").select_option(label=visitor.name)
    region.locator("#resolution-agenda-item").select_option(index=1)
    region.locator("#resolution-due").fill((day + timedelta(days=9)).isoformat())
    region.locator("button.primary").click()
    row = region.locator("tbody tr")
    expect(row.locator(".light-green")).to_have_text(visitor.says("On course"))
    expect(row).to_contain_text(f"Draw up the plan of {visitor.locale}.")
    return row.locator("a[href^='/resolutions/']").get_attribute("href") or ""


def report_on_it(visitor: Visitor, address: str) -> None:
    """The head of the department finds it on My day and on the board, and says how it goes, twice."""
    page = visitor.page
    page.goto("/resolutions?whose=department")
    expect(page.locator(f"main a[href='{address}']")).to_be_visible()
    visitor.check_page()
    page.locator(f"main a[href='{address}']").click()
    for times, percent in enumerate((40, 100), start=1):
        form = page.locator(f"form[action='{address}/reports']", has=page.locator("#percent"))
        form.locator("#percent").fill(str(percent))
        form.locator("#done").fill("The figures are in.")
        form.locator("#problems").fill("One department is late.")
        form.locator("#next_step").fill("Ask again.")
        form.locator("button.primary").click()
        expect(page.locator(".reports > li")).to_have_count(times)
    visitor.check_page()


def review_it(visitor: Visitor, address: str) -> None:
    """The meeting office finds the report borne out; the page goes on without being loaded anew."""
    page = visitor.page
    page.goto(address)
    page.locator("#step-words").fill("I have seen it.")
    page.locator(f"button[formaction='{address}/steps/reviewed']").click()
    expect(page.locator(".nodes [aria-current]")).to_contain_text("I have seen it.")
    expect(page.locator("#resolution-title")).to_be_focused()
    visitor.check_page()


def close_it(visitor: Visitor, address: str) -> None:
    """A supervisor ends it; the light says so."""
    page = visitor.page
    page.goto(address)
    page.locator(f"button[formaction='{address}/steps/closed']").click()
    expect(page.locator(".page-head .light-grey")).to_have_text(visitor.says("Done"))
    visitor.check_page()


def who_did_what_is_told(visitor: Visitor, address: str, times: dict[str, int]) -> None:
    """The log beside the record names each doer, as often, with the moment of each."""
    entries = visitor.page.locator("#log .entries li")
    expect(entries).to_have_count(sum(times.values()))
    for name, count in times.items():
        expect(entries.filter(has=visitor.page.locator("b", has_text=name))).to_have_count(count)
    expect(entries.locator("time[datetime]")).to_have_count(sum(times.values()))


def sign_out(visitor: Visitor) -> None:
    visitor.open_menu("theme").locator("form[action='/sign-out'] button").click()
    expect(visitor.page).to_have_url(re.compile("/sign-in"))
    visitor.check_page()
    visitor.expect_complaint("status of 401")
    visitor.page.goto("/my-day")
    expect(visitor.page.locator("h1")).to_have_text(visitor.says("Sign in"))

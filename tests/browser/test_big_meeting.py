"""A meeting of three hundred, from its list to the wall, as office, invitee, substitute and guest do it."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit, on
from tests.browser.house import House
from tests.browser.visitor import ZONE, Visitor
from tests.waiting import eventually

PEOPLE = 300
DIET = "不吃花生 · no peanuts"


@pytest.mark.parametrize(
    ("house", "locale"), [on("sqlite", "en"), on("postgresql", "zh_Hans"), on("sqlite", "zh_Hant")],
    indirect=["house"],
)
def test_a_meeting_of_three_hundred(visit: Visit, house: House, locale: str) -> None:
    subject = f"Assembly {locale} & 全体 <大會>"
    office = visit(locale).sign_in("office")
    address = call(office, subject)
    gather(office, address, locale)
    visitor = f"visitor-{locale.lower()}@partner.example"
    add_a_guest(office, address, visitor)
    send(office, address)
    mails = {
        who: eventually(lambda who=who: house.mails_to(who, subject), f"the mail to {who}")[0]
        for who in ("employee@example.org", visitor)
    }

    accept_by_the_link(visit(locale), mails["employee@example.org"], subject)
    substitute = send_somebody_else(visit(locale).sign_in("head"), address)
    guest = visit(locale)
    answer_as_a_guest(guest, mails[visitor], subject)
    both_names_are_on_the_list(office, address, substitute)

    wall = visit(locale).sign_in("office")
    code = show_the_wall(wall, address)
    scan_and_sign_in_on_the_way(visit(locale), code)
    scan_as_a_guest(guest, code)
    sign_in_at_the_desk(office, address, substitute)
    # The wall renews itself every five seconds.
    expect(wall.page.locator(".state .number b")).to_have_text("3", timeout=30_000)
    expect(wall.page.locator(".latest")).to_contain_text(substitute)


def call(office: Visitor, subject: str) -> str:
    """A meeting outside the house that begins in a quarter of an hour; answers its address."""
    page, now = office.page, datetime.now(ZoneInfo(ZONE))
    page.goto("/meetings/new")
    office.check_page()
    page.locator("#subject").fill(subject)
    page.locator("#starts_at").fill(f"{now + timedelta(minutes=15):%Y-%m-%dT%H:%M}")
    page.locator("#ends_at").fill(f"{now + timedelta(minutes=75):%Y-%m-%dT%H:%M}")
    page.locator("#venue").fill("Great hall 大礼堂")
    page.locator("main form.meeting-form button.primary").click()
    expect(page.locator("h1")).to_have_text(subject)
    expect(page.locator(".lacks")).to_be_visible()
    office.check_page()
    return page.url


def gather(office: Visitor, address: str, locale: str) -> None:
    """Everybody of the house by their group, and a list of guests that fills up the three hundred but one."""
    page = office.page
    page.goto(f"{address}/people")
    group = page.locator("#group")
    largest = max(group.locator("option").all(), key=lambda one: int(re.findall(r"\d+", one.inner_text())[-1]))
    group.select_option(largest.get_attribute("value"))
    page.locator("form:has(#group) button").click()
    expect(page.locator("#roster tbody tr").first).to_be_visible()
    leave_one_out(office, address)
    count = number_in(page.locator("#tallies-title"))
    page.goto(f"{address}/people/list")
    office.check_page()
    names = [f"Guest {number} {locale} <g{number}-{locale}@city.example>" for number in range(PEOPLE - 1 - count)]
    page.locator("#people").fill("\n".join(names))
    page.locator("form.list-form button.primary").click()
    picks = page.locator(".open-lines select")
    expect(picks).to_have_count(len(names))
    page.evaluate("document.querySelectorAll('.open-lines select').forEach(one => { one.selectedIndex = 1; })")
    office.check_page()
    page.locator(".list-preview button.primary").click()
    expect(page.locator("#tallies-title")).to_contain_text(str(PEOPLE - 1))


def leave_one_out(office: Visitor, address: str) -> None:
    """Of the head's department, who will go in the head's place."""
    page = office.page
    page.goto(f"{address}/people?words=Operations")
    last = page.locator("#roster tbody tr").last
    name = (last.locator("th").inner_text()).splitlines()[0]
    last.locator("form[action$='/removal'] button").click()
    expect(page.locator("#status")).to_contain_text(name)
    page.goto(f"{address}/people")


def add_a_guest(office: Visitor, address: str, email: str) -> None:
    page = office.page
    page.goto(f"{address}/people")
    page.locator(".add-people > summary").click()
    page.locator("a[href$='/people/guests/new']").click()
    dialog = page.locator("#dialog")
    expect(dialog.locator("#name")).to_be_focused()
    dialog.locator("#name").fill("Vera Visitor")
    dialog.locator("#email").fill("employee@example.org")
    office.expect_complaint("422")
    dialog.locator("button.primary").click()
    expect(dialog.locator("#email-error")).to_be_visible()
    expect(dialog.locator("#name")).to_have_value("Vera Visitor")
    dialog.locator("#email").fill(email)
    office.check_page()
    dialog.locator("button.primary").click()
    expect(page.locator("#tallies-title")).to_contain_text(str(PEOPLE))
    office.check_page()


def send(office: Visitor, address: str) -> None:
    page = office.page
    page.goto(f"{address}/notice")
    expect(page.locator("#preview")).to_be_visible()
    office.check_page()
    page.locator("form[action$='/notice/sending'] button.primary").first.click()
    expect(page.locator("form[action$='/notice/sending'] button.primary")).to_have_count(0)


def accept_by_the_link(invitee: Visitor, mail: EmailMessage, subject: str) -> None:
    """One click in the mail and one to confirm, since mail scanners follow links."""
    page = invitee.page
    page.goto(links_of(mail)["accepted"])
    expect(page.locator("h1")).to_have_text(subject)
    invitee.check_page()
    page.locator("button[value=accepted]").click()
    expect(page.locator(".mark-accepted").first).to_be_visible()


def send_somebody_else(head: Visitor, address: str) -> str:
    """Absent with substitute: the first who is suggested; answers their name."""
    page = head.page
    page.goto(address)
    head.check_page()
    page.locator("a[href$='/substitute']").click()
    first = page.locator("#dialog .substitutes li").first
    name = first.locator("b").inner_text()
    head.check_page()
    first.locator("button").click()
    expect(page.locator(".own-answer .stands").first).to_contain_text(name)
    return name


def answer_as_a_guest(guest: Visitor, mail: EmailMessage, subject: str) -> None:
    page = guest.page
    page.goto(links_of(mail)["accepted"].partition("?")[0])
    expect(page.locator("h1")).to_have_text(subject)
    guest.check_page()
    page.locator("details.more > summary").first.click()
    page.locator("input[type=checkbox][name*=diet]").check()
    page.locator("input[name*=diet]:not([type=checkbox])").first.fill(DIET)
    page.locator("button[value=accepted]").click()
    expect(page.locator(".mark-accepted").first).to_be_visible()
    guest.check_page()


def both_names_are_on_the_list(office: Visitor, address: str, substitute: str) -> None:
    page = office.page
    page.goto(f"{address}/answers")
    expect(page.locator("main")).to_contain_text(substitute)
    expect(page.locator("main")).to_contain_text(DIET)
    office.check_page()


def show_the_wall(wall: Visitor, address: str) -> str:
    """The code that the projected page shows, as it is typed."""
    page = wall.page
    page.goto(f"{address}/wall")
    page.locator(".code form button").click()
    expect(page.locator(".typed")).to_be_visible()
    wall.check_page()
    return page.locator(".typed").inner_text()


def scan_and_sign_in_on_the_way(employee: Visitor, code: str) -> None:
    """Nobody is signed in yet: the code survives signing in."""
    page = employee.page
    type_the_code(employee, code)
    employee.check_page()
    page.locator("#login").fill("employee")
    page.locator("#password").fill("portal-demo")
    page.locator("form:has(#login) button.primary").click()
    expect(page.locator(".big-state")).to_be_visible()
    employee.check_page()


def scan_as_a_guest(guest: Visitor, code: str) -> None:
    """The browser in which the guest's own page was opened is known again."""
    type_the_code(guest, code)
    expect(guest.page.locator(".big-state")).to_be_visible()


def type_the_code(visitor: Visitor, code: str) -> None:
    visitor.page.goto("/c")
    visitor.check_page()
    visitor.page.locator("#code").fill(code)
    visitor.page.locator("main form button.primary").click()


def sign_in_at_the_desk(office: Visitor, address: str, name: str) -> None:
    """The beginning of a name, Enter, and the field is ready for the next."""
    page = office.page
    page.goto(f"{address}/desk")
    office.check_page()
    page.locator("#desk-words").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#desk-last")).to_contain_text(name)
    expect(page.locator("#desk-words")).to_have_value("")
    expect(page.locator("#desk-words")).to_be_focused()
    page.goto(f"{address}/attendance")
    office.check_page()


def links_of(mail: EmailMessage) -> dict[str, str]:
    """The one-click addresses of a mail, by the answer that each prepares."""
    part = mail.get_body(("plain",))
    assert part is not None
    html = mail.get_body(("html",))
    assert html is not None
    found = re.findall(r"(https?://[^\s\"<>]+/i/[^\s\"<>?]+\?answer=(\w+))", part.get_content() + html.get_content())
    return {answer: address for address, answer in found}


def number_in(place: Locator) -> int:
    return int(re.findall(r"\d+", place.inner_text())[0])

"""Minutes written in a real browser: the connection goes, the page is loaded anew, two write the same line."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, on
from tests.browser.visitor import Visitor

# What the browser does here is the same on each database.
pytestmark = pytest.mark.parametrize("house", [on("sqlite")], indirect=True)
SUBJECT = "Operations: weekly meeting"


def open_minutes(visitor: Visitor) -> str:
    """The address of the minutes of the meeting that runs, opened if they are not yet."""
    page = visitor.page
    page.goto("/meetings")
    page.get_by_role("link", name=SUBJECT).first.click()
    page.locator(".tabs").get_by_role("link", name="Minutes").click()
    button = page.get_by_role("button", name="Open the minutes")
    if button.count():
        button.click()
    expect(page.locator("#minutes .minutes-line").first).to_be_visible()
    return page.url


def said(page: Page, line: int) -> Locator:
    return page.get_by_label("What was said").nth(line)


def state(page: Page, line: int) -> Locator:
    return page.locator(".minutes-line form[id^=w]").nth(line).locator("[data-state]")


def test_nothing_typed_is_lost_without_a_connection_or_over_a_reload(visit: Visit) -> None:
    visitor = visit().sign_in("head")
    visitor.expect_complaint("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    page = visitor.page
    open_minutes(visitor)
    said(page, 0).press_sequentially("The night shift")
    expect(state(page, 0)).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    visitor.context.set_offline(True)
    said(page, 0).fill("The night shift is short of people")
    said(page, 1).press_sequentially("Nothing new")
    expect(state(page, 0)).to_contain_text("Kept on this device")
    visitor.context.set_offline(False)
    for line in (0, 1):
        expect(state(page, line)).to_have_text(re.compile(r"^Saved"))
    page.reload()
    expect(said(page, 0)).to_have_value("The night shift is short of people")
    expect(said(page, 1)).to_have_value("Nothing new")
    # A page that goes before it could save leaves its text on the device.
    page.route("**/minutes/lines/*", lambda route: route.abort())
    said(page, 1).fill("Nothing new, or is there?")
    expect(state(page, 1)).to_contain_text("Kept on this device")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(said(page, 1)).to_have_value("Nothing new, or is there?")
    page.unroute("**/minutes/lines/*")
    expect(state(page, 1)).to_have_text(re.compile(r"^Saved"))
    visitor.check_page("light", "dark")


def test_two_who_write_the_same_line_are_shown_both_texts(visit: Visit) -> None:
    one, other = visit().sign_in("head"), visit(viewport={"width": 360, "height": 740}).sign_in("office")
    one.expect_complaint("409")
    address = open_minutes(one)
    other.page.goto(address)
    first = one.page.get_by_label("Conclusion").nth(1)
    second = other.page.get_by_label("Conclusion").nth(1)
    second.fill("Hire two people")
    expect(state(other.page, 1)).to_have_text(re.compile(r"^Saved"))
    first.fill("Hire three people")
    clash = one.page.locator(".clash")
    expect(clash).to_contain_text("Hire two people")
    expect(clash).to_contain_text("Hire three people")
    one.check_page()
    clash.get_by_role("button", name="Join both").click()
    expect(state(one.page, 1)).to_have_text(re.compile(r"^Saved"))
    expect(first).to_have_value("Hire two people\n\nHire three people")
    # The other hears of it without a click, as nothing is typed there now.
    second.blur()
    other.page.evaluate("htmx.trigger(document.body, 'minutes-changed')")
    expect(second).to_have_value("Hire two people\n\nHire three people")
    other.check_page()

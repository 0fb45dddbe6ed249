"""Booking by keys alone, and how little it takes by pointer: clicks and fields are counted."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, on
from tests.browser.visitor import ZONE, Visitor

# What keys and pointer do is the same on each database.
pytestmark = pytest.mark.parametrize("house", [on("sqlite")], indirect=True)
STOPS = 60  # more than a page has before its content
MOST_CLICKS, MOST_FIELDS = 4, 3


def tab_to(visitor: Visitor, selector: str) -> None:
    """Go on with the Tab key until that has the focus."""
    for _ in range(STOPS):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_a_room_is_booked_by_keys_alone(visit: Visit) -> None:
    visitor = visit().sign_in("employee")
    page, keys = visitor.page, visitor.page.keyboard
    page.goto("/rooms")
    tab_to(visitor, "a[data-key=n]")
    keys.press("Enter")
    expect(page.locator("#dialog #title")).to_be_focused()
    keys.type("By keys alone")
    tab_to(visitor, "#room_id")
    keys.press("ArrowDown")
    room = page.locator("#room_id option:checked").inner_text()
    keys.press("Tab")
    day = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=40)
    keys.type(f"{day:%m%d%Y}")
    keys.press("ArrowRight")  # a year might have six digits
    keys.type("0100PM")
    expect(page.locator("#starts_at")).to_have_value(f"{day}T13:00")
    tab_to(visitor, "#dialog .more summary")
    keys.press("Enter")
    tab_to(visitor, "#people")
    keys.type("5")
    tab_to(visitor, "#dialog button.primary")
    keys.press("Enter")
    expect(page.locator("#status")).to_contain_text(visitor.says("%(room)s is booked for you.", room=room))
    expect(page.locator("#dialog")).to_be_hidden()


def test_the_way_out_of_a_refusal_is_taken_by_keys(visit: Visit) -> None:
    visitor = visit().sign_in("employee")
    page, keys = visitor.page, visitor.page.keyboard
    visitor.expect_complaint("status of 422")
    day = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=41)
    for title in ("First", "Second"):
        page.goto(f"/rooms/day/{day}")
        page.locator(f"a.free[href$='start={day}T09:30']").first.focus()
        keys.press("Enter")
        expect(page.locator("#dialog #title")).to_be_focused()
        keys.type(title)
        if title == "Second":
            page.locator("#room_id").press("Home")
            page.locator("#title").focus()
        keys.press("Enter")
        if title == "Second":
            way = page.locator("#dialog button[name=way_out]").first
            expect(way).to_be_focused()
            keys.press("Enter")
        expect(page.locator("td.mine a", has_text=title)).to_be_focused()


def test_a_booking_takes_few_clicks_and_fields(visit: Visit) -> None:
    visitor = visit().sign_in("employee")
    page = visitor.page
    page.add_init_script(
        "window.clicks = Number(sessionStorage.clicks ?? 0);"
        "addEventListener('pointerdown', () => { sessionStorage.clicks = ++window.clicks; }, true);"
    )
    page.goto("/my-day")
    day = datetime.now(ZoneInfo(ZONE)).date()
    page.locator(".places a[href='/rooms']").click()
    page.locator("a[data-key=n]").click()
    expect(page.locator("#dialog #title")).to_be_focused()
    assert page.locator("#dialog :required").evaluate_all("all => all.map(one => one.name)") == [
        "title", "room_id", "starts_at", "ends_at",
    ]
    # Where and when is filled in.
    empty = page.locator("#dialog :required").evaluate_all("all => all.filter(one => !one.value).map(one => one.name)")
    assert len(empty) <= MOST_FIELDS
    assert empty == ["title"]
    page.keyboard.type("In a few clicks")
    page.locator("#starts_at").fill(f"{day + timedelta(days=42)}T10:00")
    page.locator("#dialog button.primary").click()
    expect(page.locator("#status")).not_to_be_empty()
    assert page.evaluate("window.clicks") <= MOST_CLICKS

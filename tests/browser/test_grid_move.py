"""Moving one's own booking in the day grid: by pointer, by keys, taken back, and refused."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit, on
from tests.browser.visitor import ZONE, Visitor

# What the browser does here is the same on each database.
pytestmark = pytest.mark.parametrize("house", [on("sqlite")], indirect=True)
QUARTER = 3  # columns
AHEAD = 30  # days, beyond those that the demonstration fills


def book(visitor: Visitor, day: date, room: str, time: str, title: str) -> Locator:
    """Book an hour by the form, and answer the booking in the grid."""
    page = visitor.page
    page.goto(f"/rooms/day/{day}")
    row_of(visitor, room).locator(f"a.free[href$='T{time}']").click()
    page.locator("#dialog #title").fill(title)
    page.locator("#dialog button.primary").click()
    booked = page.locator("table.grid a[data-seen]", has_text=title)
    expect(booked).to_be_focused()
    return booked


def row_of(visitor: Visitor, room: str) -> Locator:
    return visitor.page.locator("table.grid tr[data-room]", has=visitor.page.locator("th", has_text=room))


def a_day(more: int) -> date:
    return datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=AHEAD + more)


def width_of_columns(booked: Locator, columns: int) -> float:
    box = booked.locator("xpath=..").bounding_box()
    assert box
    return box["width"] / 12 * columns


def drag(
    visitor: Visitor, booked: Locator, *, from_right: bool = False, columns: int = 0, onto: Locator | None = None
) -> None:
    booked.scroll_into_view_if_needed()
    box = booked.bounding_box()
    assert box
    x, y = box["x"] + (box["width"] - 3 if from_right else box["width"] / 2), box["y"] + box["height"] / 2
    to_y = y
    if onto:
        other = onto.bounding_box()
        assert other
        to_y = other["y"] + other["height"] / 2
    mouse = visitor.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 5, y)
    mouse.move(x + width_of_columns(booked, columns), to_y, steps=4)
    mouse.up()


def is_at(visitor: Visitor, booked: Locator, room: str, time: str) -> None:
    expect(visitor.page.locator("#status .message")).to_contain_text(re.compile(f"{room}.*{time}"))
    expect(row_of(visitor, room).locator(f"#{booked.get_attribute('id')}")).to_be_visible()


def test_a_booking_is_dragged_to_another_time_and_room_and_taken_back_and_lengthened(visit: Visit) -> None:
    visitor = visit().sign_in("employee")
    booked = book(visitor, a_day(0), "G02", "10:00", "Dragged along")
    drag(visitor, booked, columns=2 * QUARTER, onto=row_of(visitor, "G03"))
    is_at(visitor, booked, "G03", "10:30–11:30")
    expect(visitor.page).to_have_url(re.compile("/rooms/day/"))
    visitor.page.get_by_role("button", name="Undo").click()
    is_at(visitor, booked, "G02", "10:00–11:00")
    drag(visitor, booked, from_right=True, columns=3 * QUARTER)
    is_at(visitor, booked, "G02", "10:00–11:45")


def test_keys_move_it_and_say_where_it_is_and_escape_leaves_it(visit: Visit) -> None:
    visitor = visit().sign_in("employee")
    booked = book(visitor, a_day(1), "G02", "10:00", "Moved by keys")
    keys, ghost = visitor.page.keyboard, visitor.page.locator(".grid-ghost")
    keys.press("Alt+ArrowDown")
    expect(ghost).to_be_visible()
    keys.press("Escape")
    expect(ghost).to_have_count(0)
    for chord in ("Alt+ArrowRight", "Alt+ArrowDown", "Alt+Shift+ArrowRight"):
        keys.press(chord)
    expect(visitor.page.get_by_text("G03, 10:15–11:30.")).to_be_attached()
    keys.press("Enter")
    is_at(visitor, booked, "G03", "10:15–11:30")
    expect(booked).to_be_focused()
    visitor.check_page()


def test_where_it_is_taken_the_portal_refuses_and_nothing_moves_nor_does_what_is_not_ones_own(visit: Visit) -> None:
    visitor, rival = visit().sign_in("employee"), visit().sign_in("rooms")
    theirs = book(rival, a_day(2), "G03", "10:00", "There first")
    visitor.expect_complaint("422")
    booked = book(visitor, a_day(2), "G02", "10:00", "Too late")
    drag(visitor, booked, onto=row_of(visitor, "G03"))
    expect(visitor.page.locator("#messages")).to_contain_text("G03 is already booked for part of that time.")
    expect(row_of(visitor, "G02").locator(f"#{booked.get_attribute('id')}")).to_be_visible()
    shown = visitor.page.locator(f"table.grid #{theirs.get_attribute('id')}")
    expect(shown).to_be_visible()
    assert shown.get_attribute("data-seen") is None

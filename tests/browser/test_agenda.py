"""An agenda put in order by pointer and by keys, and a meeting led from line to line by keys."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit, on
from tests.browser.visitor import Visitor

# What the browser does here is the same on each database.
pytestmark = pytest.mark.parametrize("house", [on("sqlite")], indirect=True)


def open_agenda(visitor: Visitor, subject: str) -> None:
    page = visitor.page
    page.goto("/meetings")
    page.get_by_role("link", name=subject).first.click()
    page.locator(".tabs").get_by_role("link", name="Agenda").click()


def in_order(visitor: Visitor, *titles: str) -> None:
    expect(visitor.page.locator(".agenda-line .line-title")).to_have_text(
        [re.compile(rf"^{number}\. {title}$") for number, title in enumerate(titles, 1)]
    )


def handle(visitor: Visitor, title: str) -> Locator:
    return visitor.page.locator(f"[data-title='{title}'] .handle")


def test_lines_are_added_by_enter_and_put_in_order_by_pointer_and_keys(visit: Visit) -> None:
    visitor = visit().sign_in("employee")
    page = visitor.page
    open_agenda(visitor, "Workshop: fewer forms")
    before = page.locator(".agenda-line").count()
    for title in ("Alpha | 10", "Beta | 5 | Dr Who", "Gamma"):
        page.locator("#title").fill(title)
        page.keyboard.press("Enter")
        expect(page.locator("#title")).to_be_focused()
        expect(page.locator("#title")).to_have_value("")
    old = [page.locator(".agenda-line").nth(n).get_attribute("data-title") for n in range(before)]
    handle(visitor, "Gamma").drag_to(page.locator(".agenda-line").first, target_position={"x": 200, "y": 3})
    expect(page.locator("#status .message")).to_contain_text("“Gamma” is number 1 now.")
    in_order(visitor, "Gamma", *old, "Alpha", "Beta")
    page.reload()
    handle(visitor, "Gamma").focus()
    for _ in range(before + 2):
        page.keyboard.press("Alt+ArrowDown")
    with page.expect_response(re.compile("/place$")):
        page.keyboard.press("Alt+ArrowUp")
    expect(handle(visitor, "Gamma")).to_be_focused()
    page.reload()
    in_order(visitor, *old, "Alpha", "Gamma", "Beta")
    visitor.check_page()


def test_one_key_leads_a_meeting_on_and_another_back(visit: Visit) -> None:
    visitor = visit().sign_in("head")
    page = visitor.page
    open_agenda(visitor, "Operations: weekly meeting")
    page.get_by_role("link", name="Running page").click()
    title, used = page.locator("#run-title"), page.locator("[data-used]")
    expect(title).to_have_text("Night shifts")
    first = used.text_content() or ""
    expect(used).not_to_have_text(first)
    visitor.check_page()
    page.keyboard.press("Space")
    expect(title).to_have_text("Next week")
    page.keyboard.press("Backspace")
    expect(title).to_have_text("Night shifts")
    page.keyboard.press("n")
    expect(title).to_have_text("Next week")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("All lines are done.")
    page.keyboard.press("ArrowLeft")
    expect(title).to_have_text("Next week")

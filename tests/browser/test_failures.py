"""When something goes wrong on the way, a sentence says so and what was typed stays."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import ZONE, Visitor

NO_ANSWER = "The portal does not answer. Nothing was changed; check the network and try again."


@pytest.fixture
def clerk(visit: Visit) -> Visitor:
    """Somebody in the middle of a booking."""
    clerk = visit().sign_in("employee")
    day = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=26)
    clerk.page.goto(f"/rooms/day/{day}")
    clerk.page.locator("a.free").first.click()
    dialog_of(clerk).locator("#title").fill("Typed with care")
    return clerk


def dialog_of(visitor: Visitor) -> Locator:
    return visitor.page.locator("#dialog")


def test_a_lost_session_keeps_what_was_typed(clerk: Visitor) -> None:
    clerk.expect_complaint("401")
    clerk.context.clear_cookies()
    dialog_of(clerk).locator("button.primary").click()
    expect(clerk.page.locator("#messages")).to_contain_text("Your session has ended.")
    says_it_over_the_dialog(clerk)
    expect(dialog_of(clerk).locator("#title")).to_have_value("Typed with care")

    another_tab = clerk.context.new_page()
    clerk.page, first_tab = another_tab, clerk.page
    clerk.come_by_the_door("employee")
    clerk.page = first_tab
    dialog_of(clerk).locator("button.primary").click()
    expect(clerk.page.locator("td.mine a", has_text="Typed with care")).to_be_focused()


def test_no_answer_is_told_and_keeps_what_was_typed(clerk: Visitor) -> None:
    clerk.expect_complaint("Failed to load resource|htmx:(sendError|afterRequest)")
    clerk.page.route("**/bookings/new", lambda route: route.abort("connectionrefused"))
    dialog_of(clerk).locator("button.primary").click()
    expect(clerk.page.locator("#messages")).to_have_text(clerk.says(NO_ANSWER))
    says_it_over_the_dialog(clerk)
    expect(dialog_of(clerk).locator("#title")).to_have_value("Typed with care")


def says_it_over_the_dialog(visitor: Visitor) -> None:
    """An open dialog lies above all else of the page: what is said must not be hidden behind it."""
    message = visitor.page.locator("#messages > *").first
    expect(message).to_be_visible()
    seen = message.evaluate(
        """message => {
            const box = message.getBoundingClientRect();
            const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return message.contains(there);
        }"""
    )
    assert seen, "the message is behind the dialog"

"""The week's page by keys: fifteen resolutions are updated in at most forty keystrokes or clicks beyond the words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, on
from tests.browser.visitor import ZONE

# What keys do is the same on each database.
pytestmark = pytest.mark.parametrize("house", [on("sqlite")], indirect=True)
ITEMS, DRAFTS, MOST = 15, 2, 40


class Hands:
    """Types, presses and clicks, and counts what is no word: a chord is one keystroke."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, keys: str) -> None:
        self.count += 1
        self.page.keyboard.press(keys)

    def click(self, selector: str) -> None:
        self.count += 1
        self.page.locator(selector).first.click()

    def write(self, words: str) -> None:
        self.page.keyboard.insert_text(words)


def send(page: Page, address: str, **form: str) -> None:
    """Send what a form would, from whatever page is open."""
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    answer = page.request.post(address, max_redirects=0, form={"csrf_token": token, **form})
    assert answer.status == 303, answer.text()


def register_many(page: Page, owner: str, count: int) -> None:
    """Enter what that person and their head are to report on by Sunday."""
    page.goto("/resolutions/new?origin=improvement")
    option = page.locator("#resolution-owner option", has_text=owner)
    unit = page.locator("#resolution-department option", has_text=option.evaluate("one => one.parentElement.label"))
    sunday = datetime.now(ZoneInfo(ZONE)).date()
    sunday += timedelta(days=6 - sunday.weekday())
    who = {"owner_id": option.get_attribute("value"), "department_id": unit.get_attribute("value")}
    for number in range(count):
        send(
            page, "/resolutions/new", origin="improvement", text=f"Inspect hall {number}", rhythm="weekly",
            due_on=sunday.isoformat(), priority="normal", **{name: value or "" for name, value in who.items()},
        )


def draft_some(page: Page, count: int) -> None:
    """Let the owner report on the first of them, so that a signature is waited for."""
    page.goto("/resolutions/week")
    for row in page.locator("input[name=row]").all()[:count]:
        address = f"/resolutions/{row.get_attribute('value')}/reports"
        send(page, address, percent="20", done="Half of the list is checked")


def test_fifteen_resolutions_are_updated_within_forty_keystrokes(visit: Visit) -> None:
    owner, office, head = visit().sign_in("employee"), visit().sign_in("supervisor"), visit().sign_in("head")
    register_many(office.page, owner.name, ITEMS)
    draft_some(owner.page, DRAFTS)
    page, hands = head.page, Hands(head.page)
    page.goto("/resolutions/week")
    head.check_page("light", "dark")
    rows = page.locator(".week-row").count()
    hands.click("[data-stop]")
    hands.press("Space")  # a click ticks the box, and the space takes that back
    for number in range(ITEMS):
        update(page, hands, number)
        hands.press("Enter")
    hands.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text(head.says("%(num)s reports are kept.", num=ITEMS))
    expect(page.locator(".week-row")).to_have_count(rows - ITEMS)
    assert hands.count <= MOST, hands.count


def update(page: Page, hands: Hands, number: int) -> None:
    """Sign what waits, say of some that nothing has changed, and of all others what was done and how far it is."""
    if page.evaluate("document.activeElement.type") == "checkbox":
        hands.press("Space")
    elif number % 4 == 0:
        hands.press("=")
    else:
        hands.write(f"Hall {number} was inspected, two lamps are missing")
        hands.press("Alt+ArrowUp")

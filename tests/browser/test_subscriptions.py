"""Making a subscription: by keyboard alone, and where no script runs."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, on
from tests.browser.house import fetch

NEW = "/calendar/subscriptions/new"


@pytest.mark.parametrize("house", [on("sqlite")], indirect=True)
def test_a_subscription_is_made_by_keyboard_alone(visit: Visit) -> None:
    visitor = visit().sign_in("head")
    page = visitor.page
    page.goto("/calendar/subscriptions")
    visitor.check_page("light", "dark")
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(NEW))
    with page.expect_response(re.compile(NEW)):
        page.locator("[name=client][value=google]").focus()
        page.keyboard.press("Space")
    expect(chosen(page, "duties_as")).to_have_value("days")
    expect(page.locator("#options .caution")).to_contain_text("Google")
    # Two programs on; each choice renews the options, and the focus stays where it is.
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(chosen(page, "client")).to_be_focused()
    expect(chosen(page, "duties_as")).to_have_value("tasks")
    expect(page.locator("#room")).to_be_hidden()
    page.locator("[name=shows][value=mine]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#room")).to_be_visible()
    expect(page.locator("[name=duties_as]")).to_have_count(0)
    visitor.check_page("light", "dark")
    page.locator("#room").focus()
    page.keyboard.press("ArrowDown")
    page.locator("#label").focus()
    page.keyboard.type("Laptop")
    page.keyboard.press("Enter")
    address = page.locator("#feed-address").input_value()
    assert fetch(address)[0] == 200
    page.locator("[data-copy]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("The address is copied.")
    visitor.check_page("light", "dark")


@pytest.mark.parametrize("house", [on("sqlite")], indirect=True)
def test_without_a_script_what_suits_a_program_is_shown_first(visit: Visit) -> None:
    page = visit(java_script_enabled=False).sign_in("leader").page
    page.goto(f"{NEW}?client=google")
    page.locator("[name=client][value=thunderbird]").check()
    make = page.locator(".subscription-form button.primary")
    make.click()
    expect(page.locator("main [role=status]")).to_contain_text("Thunderbird")
    expect(chosen(page, "duties_as")).to_have_value("tasks")
    make.click()
    assert fetch(page.locator("#feed-address").input_value())[0] == 200
    page.locator(".subscribe .actions a").click()
    page.locator("form[action$='/removal'] button").click()
    expect(page).to_have_url(re.compile("/calendar/subscriptions$"))
    expect(page.locator("table")).to_have_count(0)


def chosen(page: Page, name: str) -> Locator:
    return page.locator(f"[name={name}]:checked")

"""The same job where no script runs: every action is a form, every answer a page."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.visitor import ZONE, Visitor
from tests.waiting import eventually


def test_the_main_job_without_a_script(visit: Visit, house: House) -> None:
    day = f"{datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=25)}"
    employee = visit(java_script_enabled=False).sign_in("employee")
    head = visit(java_script_enabled=False).sign_in("head")
    head.expect_complaint("status of 422")
    is_booked(employee.page, day)
    is_refused_with_ways_out(head.page, day)
    address = becomes_a_meeting(employee.page, day)
    takes_people(employee, address, head.name)
    employee.page.locator("#phase form button").click()
    employee.page.goto(address)
    expect(employee.page.locator("#phase form")).to_have_count(0)
    eventually(lambda: house.mails_to("head@example.org", "Plain pages"), "the invitation")
    is_answered(head.page, address)
    employee.page.reload()
    expect(employee.page.locator(".tally b").first).to_have_text("1")
    resolves(employee, address, day)
    is_reported_on(head.page)


def is_booked(page: Page, day: str) -> None:
    page.goto(f"/rooms/day/{day}")
    page.locator(f"a.free[href$='start={day}T10:00']").first.click()
    page.locator("#title").fill("Plain pages")
    page.locator("main form button.primary").click()
    expect(page).to_have_url(re.compile(f"/rooms/day/{day}#booking-"))
    expect(page.locator("td.mine a")).to_have_text("Plain pages")
    expect(page.locator("#status .message")).to_be_visible()


def is_refused_with_ways_out(page: Page, day: str) -> None:
    page.goto(f"/rooms/day/{day}")
    page.locator(f"a.free[href$='start={day}T09:30']").first.click()
    page.locator("#title").fill("Somebody else's")
    page.locator("#ends_at").fill(f"{day}T10:30")
    page.locator("main form button.primary").click()
    expect(page.locator("main [role=alert], main .error").first).to_be_visible()
    expect(page.locator("#title")).to_have_value("Somebody else's")
    page.locator("button[name=way_out]").last.click()
    expect(page.locator("td.mine a")).to_have_text("Somebody else's")


def becomes_a_meeting(page: Page, day: str) -> str:
    page.goto(f"/rooms/day/{day}")
    page.locator("td.mine a").click()
    page.locator("a[href$='/meeting']").click()
    page.locator("details.more > summary").click()
    page.locator("#agenda").fill("One\nTwo")
    page.locator("main form button.primary").click()
    expect(page.locator(".agenda li")).to_have_text(["One", "Two"])
    return page.url


def takes_people(visitor: Visitor, address: str, name: str) -> None:
    page, of_the_head = visitor.page, re.compile(rf"{name}[\s\S]*Head of")
    page.goto(f"{address}/people")
    page.locator("#people-q").fill(name)
    page.locator(".add-people form[role=search] button").click()
    page.locator("#found li", has_text=of_the_head).locator("button[value=required]").click()
    page.goto(f"{address}/people")
    row = page.locator("#roster tbody tr", has_text=of_the_head)
    row.locator(".part select").select_option("optional")
    row.locator(".part button").click()
    page.goto(f"{address}/people")
    expect(row.locator(".part select")).to_have_value("optional")
    page.goto(address)


def is_answered(page: Page, address: str) -> None:
    page.goto("/my-day")
    form = page.locator(f"form[action$='{address.partition('/meetings')[2]}/answer']")
    form.locator(".comment summary").click()
    form.locator(".comment textarea").fill("Gladly")
    form.locator("button[value=accepted]").click()
    expect(page).to_have_url(re.compile("/my-day$"))
    expect(form).to_have_count(0)


def resolves(visitor: Visitor, address: str, day: str) -> None:
    page = visitor.page
    region = page.locator("#resolutions")
    region.locator("summary.button").click()
    region.locator("#resolution-text").fill("Plainly resolved.")
    owner = page.locator("#resolution-owner option", has_text=visitor.name)
    department = owner.evaluate("option => option.parentElement.label")
    region.locator("#resolution-department").select_option(label=department)
    region.locator("#resolution-owner").select_option(label=visitor.name)
    region.locator("#resolution-due").fill(day)
    region.locator("button.primary").click()
    expect(page).to_have_url(address)
    expect(region.locator("tbody tr .light-green")).to_be_visible()


def is_reported_on(page: Page) -> None:
    page.goto("/resolutions?whose=department")
    page.locator("main a", has_text="Plainly resolved.").click()
    page.locator("#percent").fill("100")
    page.locator("#done").fill("Done at once.")
    page.locator(".report-form button.primary").click()
    expect(page.locator(".reports li")).to_contain_text("Done at once.")
    page.locator("#log a").click()
    expect(page.locator(".entries li")).to_have_count(2)

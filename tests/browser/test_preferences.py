"""What somebody chooses in the header's menus."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_a_language_chosen_in_the_menu_stays(visit: Visit) -> None:
    visitor = visit().sign_in("auditor")
    visitor.speak("zh_Hant")
    again = visit().page
    again.goto("/sign-in")
    expect(again.locator("html")).to_have_attribute("lang", "en")
    visitor.page.goto("/rooms")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-Hant")
    visitor.speak("en")


def test_a_theme_chosen_in_the_menu_stays(visit: Visit) -> None:
    visitor = visit(color_scheme="light").sign_in("auditor")
    visitor.open_menu("theme").locator("button[value=dark]").click()
    expect(visitor.page.locator("html")).to_have_attribute("data-theme", "dark")
    visitor.page.goto("/rooms")
    assert visitor.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is False
    expect(visitor.page.locator("body")).to_have_css("background-color", "rgb(19, 25, 24)")
    visitor.check_page()
    visitor.open_menu("theme").locator("button[value=auto]").click()
    expect(visitor.page.locator("html")).to_have_attribute("data-theme", "auto")

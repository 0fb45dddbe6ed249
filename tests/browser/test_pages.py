"""Every page on a phone, in each language, light and dark: nothing that axe finds, nothing that sticks out sideways."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit, on
from tests.browser.visitor import ColorScheme

PHONE = {"width": 360, "height": 740}
# Of the demonstration's meetings: final, in review, and begun.
MINUTES = (
    *("/meetings/1/minutes" + more for more in ("", "/versions", "/differences", "/copies")),
    "/meetings/2/minutes", "/meetings/4/minutes",
)
ADDRESSES = {
    "office": (
        "/my-day", "/rooms", "/rooms/find", "/bookings/new", "/series/new", "/bookings", "/meetings", "/calendar",
        "/calendar/list", "/calendar/subscriptions", "/calendar/subscriptions/new", "/resolutions", "/inbox",
        "/reports/rooms", "/rooms/find-time", "/resources", "/waits", "/delegates", "/notifications/settings",
        "/meetings/kinds", "/meetings/templates", "/notices/templates", "/topics", "/groups", "/attendance",
        "/resolutions/new", "/resolutions/search?q=the", *MINUTES,
    ),
    "head": ("/my-day", "/resolutions/week"),
    "supervisor": (
        "/resolutions/figures", "/resolutions/bulletins", "/resolutions/bulletins/new", "/delays", "/orphans",
        "/evaluations",
    ),
    "admin": ("/log", "/outbox"),
    "rooms": ("/rooms/kept", "/requests", "/areas/new", "/rooms/new"),
}
# Where to find one of a kind: the page that lists them, and the link to the first.
ONE_OF = {
    "office": (
        ("/meetings", "#meetings li a"),
        ("/meetings?when=past", "#meetings li a"),
        ("/resolutions", "#board tbody a"),
        ("/bookings", "main a[href^='/bookings/']"),
        ("/rooms", "main th a[href^='/rooms/']"),
        ("/rooms", "main a[href*='view=list']"),
        ("/rooms", "main a[href*='/week/']"),
        ("/rooms", "main a[href*='/month/']"),
        ("/rooms", "main a[href*='kind=equipment']"),
        ("/reports/rooms", "main a[href*='/reports/rooms/bookings']"),
    ),
    "supervisor": (
        ("/resolutions/bulletins", "#bulletins li a"),
        ("/delays", "#to-decide h2 a"),
    ),
    "rooms": (
        ("/rooms/kept", "main a[href$='/policy']"),
        ("/rooms/kept", "main a[href$='/hours']"),
        ("/rooms/kept", "main a[href$='/keepers']"),
        ("/rooms/kept", "main a[href$='/closures/new']"),
        ("/rooms/kept", "main a[href$='/change']"),
    ),
}


# How a page looks does not hang on the database, nor its colours on the language, so they are shared out.
@pytest.mark.parametrize(
    ("house", "locale", "schemes"),
    [
        on("sqlite", "en", ("light", "dark")), on("postgresql", "zh_Hans", ("dark",)),
        on("sqlite", "zh_Hant", ("light",)),
    ],
    indirect=["house"],
)
def test_every_page_fits_a_phone_and_can_be_used_by_everyone(
    visit: Visit, locale: str, schemes: tuple[ColorScheme, ...]
) -> None:
    for login, addresses in ADDRESSES.items():
        visitor = visit(locale, viewport=PHONE)
        visitor.page.goto("/sign-in")
        visitor.check_page(*schemes)
        visitor.sign_in(login)
        for address in addresses:
            visitor.page.goto(address)
            visitor.check_page(*schemes)
        for address, link in ONE_OF.get(login, ()):
            visitor.page.goto(address)
            visitor.page.goto(first(visitor.page, link))
            visitor.check_page(*schemes)


def first(page: Page, link: str) -> str:
    return page.locator(link).first.get_attribute("href") or ""


def test_a_thumb_hits_every_span_of_the_grid(visit: Visit) -> None:
    page = visit(viewport=PHONE).sign_in("employee").page
    page.goto("/rooms")
    sizes = page.locator("table.grid td a").evaluate_all(
        "links => links.map(link => link.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
    )
    assert min(sizes) >= 24

"""A person at a Chromium of their own, and what every page that they see must live up to."""

import re
from contextlib import AbstractContextManager
from importlib.resources import files
from typing import Any, Literal
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, ConsoleMessage, Locator, expect

from portal.core import i18n
from portal.demo import PASSWORD
from tests.browser.house import House

# A machine that runs other tests besides answers late.
expect.set_options(timeout=20_000)
ColorScheme = Literal["light", "dark"]
ZONE = "Asia/Shanghai"
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
# Which element is at fault is told by itself: a selector for each element looked at takes a tenth of the time.
RUN_AXE = """(only) => axe.run(document.querySelector("dialog[open]") ?? document, {
    resultTypes: ["violations"],
    selectors: false,
    rules: {"target-size": {enabled: true}},
    ...(only && {runOnly: {type: "rule", values: only}}),
}).then(found => found.violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id}: ${node.html} ${node.failureSummary.split("\\n").slice(1).join(" ")}`)))"""
# All that another scheme can do to a page: rules that look at nothing else take as long again.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
SIDEWAYS = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")]
        .filter(one => one.getBoundingClientRect().right > root.clientWidth + 1 && !one.closest(".grid-frame"));
    return [`${root.scrollWidth} wide:`, ...wide.slice(0, 5).map(one => one.outerHTML.slice(0, 120))];
}"""
# The cookies of whoever came by the door, by the portal's address and login.
SESSIONS: dict[tuple[str, str], Any] = {}


class Visitor:
    """Somebody who looks at the portal. What the browser complains of is kept, for `complaints` to tell."""

    def __init__(self, browser: Browser, house: House, locale: str = "en", **manner: Any) -> None:
        self.house, self.locale = house, locale
        self.complaints: list[str] = []
        self._expected: list[str] = []
        self.context = browser.new_context(
            base_url=house.url, locale=locale.replace("_", "-"), timezone_id=ZONE, reduced_motion="reduce", **manner
        )
        self.context.set_default_timeout(20_000)
        self.context.on("console", self._listen)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page = self.context.new_page()

    def _listen(self, message: ConsoleMessage) -> None:
        known = any(re.search(pattern, message.text) for pattern in self._expected)
        if message.type in {"error", "warning"} and not known:
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def expect_complaint(self, pattern: str) -> None:
        """Chromium writes each refused request to the console: such a line is no fault from here on."""
        self._expected.append(pattern)

    def says(self, message: str, **values: Any) -> str:
        """The portal's words in the visitor's language."""
        with self.speaking():
            return i18n.gettext(message, **values)

    def speaking(self) -> AbstractContextManager[None]:
        """Within the block this process speaks as the portal does to the visitor."""
        return i18n.speaking_to(self.locale, ZoneInfo(ZONE))

    def sign_in(self, login: str) -> "Visitor":
        """Be known from the last time that login came by the door, or come by it; then in the visitor's language."""
        if (self.house.url, login) not in SESSIONS:
            return self.come_by_the_door(login)
        self.context.add_cookies(SESSIONS[self.house.url, login])
        self.page.goto("/my-day")
        self.speak(self.locale)
        return self

    def come_by_the_door(self, login: str, *, to_stay: bool = True) -> "Visitor":
        """With a password; with `to_stay` others are known by this session from then on, so it must not be ended."""
        self.page.goto("/sign-in")
        self.page.locator("#login").fill(login)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("main form button").click()
        expect(self.page).to_have_url(re.compile("/my-day$"))
        if to_stay:
            SESSIONS[self.house.url, login] = self.context.cookies()
        self.speak(self.locale)
        return self

    def speak(self, locale: str) -> None:
        """Choose a language in the menu, unless it is spoken already."""
        self.locale = locale
        if self.page.locator("html").get_attribute("lang") != locale.replace("_", "-"):
            self.open_menu("locale").locator(f"button[value={locale}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", locale.replace("_", "-"))

    def open_menu(self, name: str) -> Locator:
        """The menu of the header with buttons of that name, opened."""
        menu = self.page.locator(f".menu:has(button[name={name}])")
        menu.locator("summary").click()
        return menu

    @property
    def name(self) -> str:
        """What the header calls the visitor."""
        return (self.page.locator(".menu:has(button[name=theme]) summary").text_content() or "").strip()

    def check_page(self, *schemes: ColorScheme) -> None:
        """No fault that axe finds, nothing that sticks out sideways, in each of these schemes or as it is."""
        expect(self.page.locator("#log > a, .htmx-request, .htmx-settling")).to_have_count(0)
        # What sticks to the top covers what is scrolled below it, and is meant to.
        self.page.evaluate("scrollTo(0, 0)")
        self.page.evaluate(AXE)
        for number, scheme in enumerate(schemes or (None,)):
            self.page.emulate_media(color_scheme=scheme)
            faults = self.page.evaluate(RUN_AXE, OF_COLOUR if number else None) + self.page.evaluate(SIDEWAYS)
            assert not faults, f"{self.page.url} in {self.locale}, {scheme}:\n" + "\n".join(faults)

    def leave(self) -> None:
        self.context.close()

"""One portal for each database, one Chromium, and visitors who leave when their test ends."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import installed
from tests.browser.house import House, serving
from tests.browser.visitor import Visitor
from tests.databases import postgresql_url

Visit = Callable[..., Visitor]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def on(database: str, *more: object) -> ParameterSet:
    """Tests on one database stay on one worker, so that its portal is started once."""
    return pytest.param(database, *more, marks=pytest.mark.xdist_group(f"browser-{database}"))


@pytest.fixture(scope="package")
def houses(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], House]]:
    """The portal on the database of that name, started when first asked for and ended after all tests of here."""
    with ExitStack() as open_houses:

        @cache
        def house(database: str) -> House:
            instance = tmp_path_factory.mktemp(database)
            url = f"sqlite:///{instance / 'portal.db'}"
            if database == "postgresql":
                url = postgresql_url(request.getfixturevalue("postgresql"), "portal_browser")
            return open_houses.enter_context(serving(url, instance))

        yield house


@pytest.fixture(params=[on("sqlite"), on("postgresql")])
def house(request: pytest.FixtureRequest, houses: Callable[[str], House]) -> House:
    """The portal with its demonstration organisation, on each database."""
    return houses(request.param)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = installed()
    assert path, "There is no Chromium. `make test` installs one, and so does python -m tests.browser.chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, house: House) -> Iterator[Visit]:
    """Somebody opens the portal: `visit("en")`, or with what `Browser.new_context` takes besides."""
    visitors: list[Visitor] = []

    def visit(locale: str = "en", **manner: object) -> Visitor:
        visitors.append(Visitor(chromium, house, locale, **manner))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.leave()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert not complaints, "\n".join(complaints)

"""What every answer says about security and caching, and templates that live by it."""

import re
from html.parser import HTMLParser

import pytest

from portal.core.settings import ROOT
from portal.web.headers import CONTENT_SECURITY_POLICY
from tests.conftest import HTMX, signed_in

EVERYWHERE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
# A mail is read in a mail program, which knows nothing of our policy and fetches no stylesheet.
MAIL = ROOT / "templates" / "notifications" / "mail.html"
TEMPLATES = sorted(file for file in (ROOT / "templates").rglob("*.html") if file != MAIL)


@pytest.fixture
def answers(app, sign_in, alice, client, room):
    """One answer of each kind."""
    browser = sign_in(alice)
    return {
        "page": browser.get("/my-day"),
        "fragment": browser.get("/rooms/day/2026-11-23", headers=HTMX),
        "redirection": browser.get("/"),
        "refusal": browser.post("/bookings/new", data={}),
        "stranger": client.get("/my-day"),
        "not found": browser.get("/nowhere"),
        "wrong method": browser.post("/my-day"),
        "forged": browser.post("/bookings/new", data={}, csrf=False),
        "too much": browser.post("/bookings/new", data={"title": "x" * 3_000_000}),
        "feed that is not": client.get("/feeds/x/calendar.ics"),
        "health": client.get("/healthz"),
        "static": client.get("/static/x/portal.css"),
        "static that is not": client.get("/static/x/none.css"),
    }


def test_every_kind_of_answer_bears_the_headers(answers):
    for kind, answer in answers.items():
        assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE, kind
        assert "Strict-Transport-Security" not in answer.headers


def test_only_static_files_are_kept_by_caches(answers):
    for kind, answer in answers.items():
        if kind == "static":
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        else:
            assert "no-store" in answer.headers["Cache-Control"], kind


def test_what_machines_fetch_sets_no_cookie_and_varies_by_none(answers):
    for kind in ("static", "static that is not", "health", "feed that is not"):
        assert "Set-Cookie" not in answers[kind].headers
        assert "Cookie" not in answers[kind].headers.get("Vary", "")


def test_the_policy_allows_no_inline_code_and_no_other_site():
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY


def test_behind_tls_browsers_are_told_to_stay_with_it(app, own_app, database_url, alice):
    made = own_app(database_url, PORTAL_BASE_URL="https://portal.example.org")
    for path in ("/my-day", "/nowhere", "/static/x/portal.css"):
        answer = signed_in(made, alice).get(path, base_url="https://portal.example.org")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(("base_url", "is_secure"), [("http://127.0.0.1:8000", False), ("https://x.example", True)])
def test_the_session_cookie_is_kept_from_scripts_other_sites_and_plain_http(
    app, own_app, browser_of, database_url, base_url, is_secure
):
    made = own_app(database_url, PORTAL_BASE_URL=base_url)
    cookie = browser_of(made).get("/sign-in", base_url=base_url).headers["Set-Cookie"]
    flags = {flag.strip() for flag in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags
    assert ("Secure" in flags) == is_secure


# --- Templates ---


class Inline(HTMLParser):
    """Finds what the policy forbids: styles and handlers in attributes, code between tags."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.found += [
            f"<{tag} {name}>" for name in values
            if name in {"style", "hx-on", "hx-vars"} or name.startswith(("on", "hx-on:"))
        ]
        if tag == "style" or (tag == "script" and "src" not in values):
            self.found.append(f"<{tag}>")
        for name, value in values.items():
            if re.match(r"\s*(javascript|js|data):", value or "", re.IGNORECASE):
                self.found.append(f"<{tag} {name}={value}>")


def inline_in(html):
    parser = Inline()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_template_holds_nothing_inline(file):
    source = re.sub(r"{[%#].*?[%#]}", " ", file.read_text(), flags=re.DOTALL)
    assert inline_in(source) == []


@pytest.mark.parametrize(
    "html",
    ['<p style="color: red">', "<a onclick='x()'>", "<script>x()</script>", "<style>p {}</style>", "<b hx-on:click=x>",
     "<a href=' JavaScript:x()'>", "<form hx-vals='js:{x: 1}'>"],
)
def test_the_search_for_inline_code_finds_it(html):
    assert inline_in(html)


@pytest.mark.parametrize(
    "path", ["/my-day", "/rooms/day/2026-11-23", "/bookings/new", "/bookings/1", "/nowhere", "/people"]
)
def test_a_rendered_page_holds_nothing_inline(sign_in, alice, make_booking, path):
    make_booking()
    answer = sign_in(alice).get(path)
    assert inline_in(answer.text) == []


def test_nothing_is_loaded_from_another_site(sign_in, alice, make_booking):
    page = sign_in(alice).get("/my-day").text
    loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', page)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)

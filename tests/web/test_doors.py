"""No route answers a stranger but the few that are named here, and no change is made without a valid token."""

import re

import pytest
from werkzeug.routing import AnyConverter, BaseConverter, Rule

from portal.core.db import db
from portal.regulations.profiles import BASE
from portal.rooms.models import Booking
from portal.web.addresses import RecordNumber
from tests.conftest import HTMX, at, typed

OPEN = {
    "accounts.sign_in", "accounts.choose_language", "assets.static_file", "healthz", "calendars.feed",
    "calendars.feed_freebusy", "presence.door", "presence.door_booking", "presence.door_check_in", "presence.door_end",
    "answers.by_link", "answers.paper_by_link", "attendance.code", "attendance.typed_code", "attendance.scanned",
    "attendance.arrival", "attendance.here", "attendance.online", "registration.register", "registration.confirmation",
}
# What is changed by whoever knows a secret address: there is no session that a forger could misuse.
BY_SECRET = {
    "calendars.feed", "calendars.feed_freebusy", "presence.door_booking", "presence.door_check_in",
    "presence.door_end", "answers.by_link", "registration.register", "registration.confirmation",
}


def addresses(app):
    """Every (method, address, endpoint) that the application answers."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods):
            yield method, address_of(rule), rule.endpoint


def address_of(rule: Rule) -> str:
    values = {name: sample_of(converter) for name, converter in rule._converters.items()}
    return rule.build(values, append_unknown=False)[1]


def sample_of(converter: BaseConverter) -> int | str:
    if isinstance(converter, AnyConverter):
        # Of the regulations the shortest, since each is printed too.
        return BASE if BASE in converter.items else min(converter.items)
    return 1 if isinstance(converter, RecordNumber) else "x"


def test_the_open_doors_are_the_named_few(app):
    doors = {name for name, view in app.view_functions.items() if getattr(view, "is_open", False)}
    assert doors == OPEN


def test_strangers_are_asked_to_sign_in_everywhere_else(app, client):
    walked = [door for door in addresses(app) if door[2] not in OPEN]
    for method, address, endpoint in walked:
        answer = client.open(address, method=method)
        assert answer.status_code == 401, (method, address, endpoint)
        assert method == "HEAD" or "Sign in" in answer.text
    assert len(walked) > 50


def test_strangers_with_htmx_are_told_in_a_sentence(app, client):
    for method, address, endpoint in addresses(app):
        if endpoint not in OPEN and method != "HEAD":
            answer = client.open(address, method=method, headers=HTMX)
            assert answer.status_code == 401, (method, address)
            assert "Your session has ended." in answer.text
            assert "<html" not in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("forgery", [None, "", "forged", "WyJ4Il0.x.y"])
def test_without_a_valid_token_nothing_is_changed(sign_in, bob, room, headers, forgery):
    sent = {"title": "x", "room_id": room.id, "starts_at": typed(at(9)), "ends_at": typed(at(10))}
    forged = {} if forgery is None else {"X-CSRFToken": forgery}
    answer = sign_in(bob).post("/bookings/new", data=sent, headers={**headers, **forged}, csrf=False)
    assert answer.status_code == 400
    assert "nothing was changed. Load the page anew" in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert db.session.query(Booking).count() == 0


def test_the_token_that_a_page_holds_for_scripts_and_in_its_forms_is_taken(sign_in, bob, room):
    browser = sign_in(bob)
    page = browser.get("/bookings/new").text
    for hour, pattern in enumerate((r'"X-CSRFToken": "([^"]+)"', r'name="csrf_token" value="([^"]+)"')):
        token = re.search(pattern, page)[1]
        sent = {"title": "x", "room_id": room.id, "starts_at": typed(at(9 + hour)), "ends_at": typed(at(10 + hour))}
        headers, field = ({"X-CSRFToken": token}, {}) if hour == 0 else ({}, {"csrf_token": token})
        answer = browser.post("/bookings/new", data={**sent, **field}, headers=headers, csrf=False)
        assert answer.status_code == 303
    assert db.session.query(Booking).count() == 2


def test_the_token_of_another_session_is_forged_too(sign_in, alice, bob, room):
    stolen = sign_in(alice)._token()
    sent = {"title": "x", "room_id": room.id, "starts_at": typed(at(9)), "ends_at": typed(at(10)), "csrf_token": stolen}
    assert sign_in(bob).post("/bookings/new", data=sent, csrf=False).status_code == 400
    assert sign_in(bob).post("/bookings/new", data=sent, headers={"X-CSRFToken": stolen}, csrf=False).status_code == 400
    assert db.session.query(Booking).count() == 0


def test_every_route_that_changes_something_asks_for_a_token(app, sign_in, adam):
    browser = sign_in(adam)
    safe = {"GET", "HEAD", "OPTIONS", "TRACE"}
    changing = [door for door in addresses(app) if door[0] not in safe and door[2] not in BY_SECRET]
    for method, address, _endpoint in changing:
        assert browser.open(address, method=method, csrf=False).status_code == 400, (method, address)
    assert len(changing) > 10


@pytest.mark.parametrize("path", ["/sign-in", "/preferences/language"])
def test_the_open_forms_ask_for_a_token_too(client, path):
    answer = client.post(path, data={"login": "x", "password": "y", "locale": "en"}, csrf=False)
    assert answer.status_code == 400

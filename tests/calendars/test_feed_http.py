"""How a feed answers: for calendar programs, which bring nothing but the address."""

import gzip
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.accounts.models import Person
from portal.calendars import commands
from portal.calendars.models import Feed
from portal.core import clock
from portal.core.db import db
from tests.conftest import NOW, Browser

TYPE = "text/calendar; charset=utf-8"


@pytest.fixture
def poll(client: Browser, address_of, alice: Person):
    """Ask Alice's feed as a calendar program does."""
    address = address_of(alice)

    def ask(method: str = "GET", **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(address, method=method, csrf=False, headers=named)

    return ask


def test_a_bare_request_gets_the_calendar_uncompressed(poll, make_meeting):
    make_meeting()
    answer = poll()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPE)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in answer.headers
    assert "Content-Disposition" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert b"SUMMARY:Board" in answer.data


def test_no_cookie_is_set_and_none_is_read(poll, sign_in, alice, address_of):
    signed_in = sign_in(alice).get(address_of(alice), csrf=False)
    for answer in (poll(), poll("HEAD"), poll("POST"), signed_in):
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_head_has_the_headers_of_get_and_no_body(poll):
    get, head = poll(), poll("HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize(
    "headers", [{"Accept": "text/html"}, {"Accept": ""}, {"User_Agent": ""}, {"HX_Request": "true"}]
)
def test_whoever_asks_however_gets_the_same(poll, headers):
    assert poll(**headers).data == poll().data


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "REPORT", "MKCALENDAR"])
def test_other_methods_are_refused(poll, method):
    answer = poll(method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_method_nobody_knows_is_refused_too(poll):
    assert poll("BREW").status_code == 405


# --- Who gets it ---


@pytest.mark.parametrize("secret", ["wrong", "x" * 43, "秘密", "%20", "a" * 5000])
def test_a_wrong_secret_is_not_found(client, app, secret):
    answer = client.get(f"/feeds/{secret}/calendar.ics", csrf=False)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert secret not in answer.text
    assert "Set-Cookie" not in answer.headers


def renewed(person: Person) -> str:
    """A new address for the person's feed."""
    secret = commands.renew_feed(person, db.session.query(Feed).filter_by(person_id=person.id).one())
    db.session.commit()
    return f"/feeds/{secret}/calendar.ics"


def test_a_renewed_address_ends_the_old_one(client, address_of, alice):
    old = address_of(alice)
    new = renewed(alice)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_revoked_address_is_not_found(poll, alice):
    assert poll().status_code == 200
    commands.revoke_feed(alice, db.session.query(Feed).one())
    db.session.commit()
    assert poll().status_code == 404


def test_the_address_of_a_person_who_left_is_not_found(poll, alice):
    tag = poll().headers["ETag"]
    alice.left_at = clock.now()
    db.session.commit()
    assert poll().status_code == poll(If_None_Match=tag).status_code == 404


def test_all_refusals_read_the_same(client, address_of, alice):
    old = address_of(alice)
    renewed(alice)
    assert client.get(old).data == client.get("/feeds/wrong/calendar.ics").data


# --- Asking again ---


def test_unchanged_is_said_without_a_body(poll):
    first = poll()
    again = poll(If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]


def tag(poll) -> str:
    return poll().headers["ETag"]


@pytest.mark.parametrize(
    ("template", "status"),
    [("{0}", 304), ("W/{0}", 304), ('"a", {0}', 304), ("*", 304), ('"other"', 200), ("", 200), ("nonsense", 200)],
)
def test_if_none_match_may_be_weak_a_list_or_a_star(poll, template, status):
    assert poll(If_None_Match=template.format(tag(poll))).status_code == status


def test_if_modified_since_counts_when_it_comes_alone(poll):
    since = poll().headers["Last-Modified"]
    assert poll(If_Modified_Since=since).status_code == 304
    assert poll(If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT").status_code == 200
    assert poll(If_Modified_Since="yesterday").status_code == 200
    assert poll(If_Modified_Since=since, If_None_Match='"other"').status_code == 200


def test_a_change_shows_with_the_next_poll(poll, make_booking):
    first = poll()
    with clock.standing_at(NOW + timedelta(minutes=1)):
        make_booking(title="Workshop")
        for answer in (
            poll(If_None_Match=first.headers["ETag"]), poll(If_Modified_Since=first.headers["Last-Modified"])
        ):
            assert answer.status_code == 200
            assert b"SUMMARY:Workshop" in answer.data
        assert answer.headers["Last-Modified"] == "Mon, 23 Nov 2026 00:01:00 GMT"


def test_last_modified_is_never_later_than_now(poll, alice):
    db.session.execute(update(Feed).values(changed_at=NOW + timedelta(days=1)))
    db.session.commit()
    assert poll().headers["Last-Modified"] == "Mon, 23 Nov 2026 00:00:00 GMT"


def test_nothing_depends_on_the_hour_of_the_request(poll, make_meeting):
    make_meeting()
    first = poll()
    for later in (timedelta(hours=1), timedelta(days=1), timedelta(days=20)):
        with clock.standing_at(NOW + later):
            again = poll()
            assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
            assert again.headers["Last-Modified"] == first.headers["Last-Modified"]


def test_what_leaves_the_window_is_a_change(poll, make_meeting):
    make_meeting()
    first = poll()
    with clock.standing_at(NOW + timedelta(days=370)):
        again = poll(If_Modified_Since=first.headers["Last-Modified"])
        assert again.status_code == 200
        assert b"VEVENT" not in again.data
        assert again.headers["Last-Modified"] == "Sun, 28 Nov 2027 00:00:00 GMT"


# --- Compression ---


@pytest.mark.parametrize(
    ("accepts", "compressed"),
    [
        ("gzip", True), ("gzip, deflate, br", True), ("br;q=1.0, gzip;q=0.1", True), ("*", True), ("x-gzip", True),
        ("GZIP", True), ("", False), ("identity", False), ("deflate", False), ("gzip;q=0", False),
        ("gzip;q=0.000, *", False), ("*;q=0", False), ("br", False),
    ],
)
def test_it_is_compressed_if_and_only_if_the_client_takes_that(poll, make_meeting, accepts, compressed):
    make_meeting()
    plain, answer = poll(), poll(Accept_Encoding=accepts)
    assert answer.headers.get("Content-Encoding") == ("gzip" if compressed else None)
    assert (gzip.decompress(answer.data) if compressed else answer.data) == plain.data
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_the_compressed_form_has_a_validator_of_its_own(poll):
    plain, small = poll(), poll(Accept_Encoding="gzip")
    assert small.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    unchanged = poll(Accept_Encoding="gzip", If_None_Match=small.headers["ETag"])
    assert (unchanged.status_code, unchanged.headers["ETag"]) == (304, small.headers["ETag"])
    assert poll(Accept_Encoding="gzip", If_None_Match=plain.headers["ETag"]).status_code == 200
    assert poll("HEAD", Accept_Encoding="gzip").headers["Content-Length"] == small.headers["Content-Length"]


# --- What it costs ---


def test_a_poll_without_change_costs_one_statement(poll, make_meeting, statements):
    make_meeting()
    tag = poll().headers["ETag"]
    with statements() as seen:
        assert poll(If_None_Match=tag).status_code == 304
    assert len(seen) == 1
    assert "octets" not in seen[0]
    with statements() as seen:
        assert poll().status_code == 200
    assert len(seen) == 2


def test_building_costs_the_same_few_statements_however_much_there_is(
    poll, make_meeting, make_booking, bob, statements
):
    poll()
    counts = []
    for number in range(2):
        for _ in range(1 + 4 * number):
            make_meeting(bob, agenda=("First", "Second"))
        make_booking(starts_at=NOW + timedelta(hours=20 + number), ends_at=NOW + timedelta(hours=21 + number))
        with statements() as seen:
            poll()
        counts.append(len(seen))
    # One for each kind of thing that it may hold and one more for each that has changed.
    assert counts[0] == counts[1] <= 11


def test_what_was_built_is_kept_for_all_processes(poll, make_meeting):
    make_meeting()
    answer = poll()
    feed = db.session.query(Feed).one()
    assert (feed.octets, f'"{feed.etag}"') == (answer.data, answer.headers["ETag"])
    assert feed.built_revision == feed.revision

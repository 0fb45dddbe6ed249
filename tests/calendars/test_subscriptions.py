"""Subscriptions: made for a program, shown once, changed, renewed, revoked, removed; their owner's alone."""

import hashlib
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, update

from portal.audit.models import AuditEntry
from portal.calendars import commands, feeds, programs
from portal.calendars.models import Client, DutiesAs, Feed, Shows
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import MeetingKind
from tests.calendars.conftest import summaries, with_portal_settings
from tests.conftest import HTMX, NOW, at

LIST, NEW = "/calendar/subscriptions", "/calendar/subscriptions/new"


def secret_in(page: str) -> str:
    return re.search(r"http://127.0.0.1:8000/feeds/([\w-]+)/calendar.ics", page)[1]


def chosen(shows="mine", client="apple", **more: str) -> dict[str, str]:
    """What a browser sends that shows the options for this choice, as they come."""
    duties = programs.duties_for(Shows(shows), Client(client)).value
    return {
        "shows": shows, "client": client, "shown_for": f"{shows}-{client}", "duties_as": duties, "with_bookings": "y",
        "with_cancelled": "y", "alarm_minutes": "", **more,
    }


@pytest.fixture
def hers(sign_in, alice):
    return sign_in(alice)


@pytest.fixture
def kind(app):
    kind = MeetingKind(name="Board", prefix="B")
    db.session.add(kind)
    db.session.commit()
    return kind


def the_feed() -> Feed:
    return db.session.query(Feed).one()


# --- Making one ---


def test_a_new_address_is_shown_in_all_its_forms(hers, client):
    answer = hers.post(NEW, data=chosen(label="Phone"))
    secret = secret_in(answer.text)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert f'href="webcal://127.0.0.1:8000/feeds/{secret}/calendar.ics"' in answer.text
    assert '<img src="data:image/svg+xml' in answer.text
    assert 'data-copy="feed-address"' in answer.text
    assert " style=" not in answer.text
    assert client.get(f"/feeds/{secret}/calendar.ics").status_code == 200
    feed = the_feed()
    assert (feed.shows, feed.client, feed.label, feed.duties_as) == ("mine", "apple", "Phone", "days")
    assert (feed.with_bookings, feed.with_declined, feed.with_cancelled) == (True, False, True)
    assert feed.alarm_minutes is None


def test_each_program_is_one_click_away_or_told_step_by_step(hers):
    address = "127.0.0.1:8000/feeds/SECRET/calendar.ics"
    links = {
        "google": [f"https://calendar.google.com/calendar/r?cid={quote('webcal://' + address, safe='')}"],
        "outlook": [
            f"https://outlook.office.com/calendar/0/addfromweb?url={quote('http://' + address, safe='')}"
            "&amp;name=Calendar%20of%20Alice",
            f"webcal://{address}",
        ],
        "thunderbird": [], "android": [f"webcal://{address}"], "other": [f"webcal://{address}"],
    }
    for client, expected in links.items():
        page = hers.post(NEW, data=chosen(client=client)).text
        page = page.replace(secret_in(page), "SECRET")
        for link in expected:
            assert f'href="{link}"' in page, client
        assert ('href="webcal:' in page) == any(link.startswith("webcal:") for link in expected), client
        assert ("QR code" in page) == (client in {"android", "other"})
        assert 'class="steps"' in page
        assert str(programs.PROGRAMS[Client(client)].refreshes) in page
    assert db.session.scalar(select(func.count(Feed.id))) == 5


@pytest.mark.parametrize("shows", list(Shows))
def test_a_subscription_is_of_what_was_chosen(hers, room, works, kind, make_booking, client, shows):
    make_booking(title="Workshop")
    subject = {"room": {"room": room.id}, "department": {"department": works.id}, "kind": {"kind": kind.id},
               "department_duties": {"department": works.id}}.get(shows, {})
    page = hers.post(NEW, data=chosen(shows, "google", **subject))
    assert page.status_code == 200
    feed = the_feed()
    assert (feed.shows, feed.resource_id, feed.department_id, feed.meeting_kind_id) == (
        shows, subject.get("room"), subject.get("department"), subject.get("kind")
    )
    assert feed.duties_as == (DutiesAs.NONE if shows in {"room", "department", "kind"} else DutiesAs.DAYS)
    answer = client.get(f"/feeds/{secret_in(page.text)}/calendar.ics")
    assert summaries(answer.data) == (["Workshop"] if shows in {"mine", "room"} else [])


def test_what_was_chosen_decides_what_it_holds(hers, client, make_booking, make_meeting, bob, sign_in):
    make_booking(title="Workshop")
    make_meeting(subject="Off", cancelled_at=NOW, starts_at=at(11), ends_at=at(12))
    data = chosen(client="thunderbird", alarm_minutes="15")
    for left_out in ("with_bookings", "with_cancelled"):
        del data[left_out]
    octets = client.get(f"/feeds/{secret_in(hers.post(NEW, data=data).text)}/calendar.ics").data
    assert summaries(octets) == []
    octets = client.get(f"/feeds/{secret_in(hers.post(NEW, data=chosen(alarm_minutes='15')).text)}/calendar.ics").data
    assert summaries(octets) == ["Workshop", "Cancelled: Off"]
    assert octets.count(b"TRIGGER:-PT15M") == 1


def test_the_kind_that_nobody_named_is_that_of_ordinary_meetings(hers):
    hers.post(NEW, data=chosen("kind", kind=""))
    assert (the_feed().shows, the_feed().meeting_kind_id) == ("kind", None)


# --- What suits a program ---


@pytest.mark.parametrize(
    ("client", "duties"),
    [("apple", "days"), ("google", "days"), ("outlook", "days"), ("android", "days"), ("thunderbird", "tasks"),
     ("other", "tasks")],
)
def test_the_program_decides_how_resolutions_come(hers, client, duties):
    options = hers.get(NEW, query_string={"client": client}, headers=HTMX).text
    assert options.startswith('<div id="options"')
    assert re.findall(r'<input checked[^>]*name="duties_as"[^>]*value="(\w+)"', options) == [duties]
    assert str(programs.PROGRAMS[Client(client)].duties) in options


def test_what_was_ticked_stays_when_the_program_changes(hers):
    asked = {**chosen(client="apple", alarm_minutes="30", with_declined="y"), "client": "thunderbird"}
    del asked["with_bookings"]
    options = hers.get(NEW, query_string=asked, headers=HTMX).text
    assert re.findall(r'<input checked[^>]*name="(with_\w+)"', options) == ["with_declined", "with_cancelled"]
    assert '<option selected value="30">' in options
    assert 'value="mine-thunderbird"' in options


def test_what_was_not_asked_before_is_as_usual(hers):
    asked = {"shows": "mine", "client": "apple", "shown_for": "room-apple"}
    options = hers.get(NEW, query_string=asked, headers=HTMX).text
    assert re.findall(r'<input checked[^>]*name="(with_\w+)"', options) == ["with_bookings", "with_cancelled"]
    page = hers.post(NEW, data=asked).text
    assert re.findall(r'<input checked[^>]*name="(with_\w+)"', page) == ["with_bookings", "with_cancelled"]


def test_only_what_there_is_to_choose_is_asked(hers):
    names = {
        shows: set(re.findall(r'name="(duties_as|with_\w+|alarm_minutes)"',
                              hers.get(NEW, query_string={"shows": shows}, headers=HTMX).text))
        for shows in Shows
    }
    assert names["room"] == set()
    assert names["department"] == names["kind"] == {"with_cancelled"}
    assert names["duties"] == names["department_duties"] == {"duties_as"}
    assert len(names["mine"]) == 5


def test_without_a_script_the_options_of_another_program_are_shown_before_it_is_made(hers):
    sent = {**chosen(client="other"), "client": "google"}
    answer = hers.post(NEW, data=sent)
    assert answer.status_code == 200
    assert "Below is now what suits Google Calendar" in answer.text
    assert re.findall(r'<input checked[^>]*name="duties_as"[^>]*value="(\w+)"', answer.text) == ["days"]
    assert db.session.query(Feed).count() == 0
    again = {**sent, "shown_for": re.search(r'name="shown_for" value="([\w-]+)"', answer.text)[1], "duties_as": "days"}
    assert "shown this once" in hers.post(NEW, data=again).text
    assert (the_feed().client, the_feed().duties_as) == ("google", "days")


def test_an_address_and_the_browser_prefill_the_form(hers, room, works, kind):
    page = hers.get(f"{NEW}?shows=room&room={room.id}", headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU)"}).text
    checked = re.findall(r'<input checked[^>]*name="(?:shows|client)"[^>]*value="(\w+)"', page)
    assert checked == ["room", "apple"]
    assert f'<option value="{room.id}" selected>E101</option>' in page
    assert f'<option value="{works.id}" selected>Works</option>' in page
    nonsense = hers.get(f"{NEW}?shows=x&client=y&room=abc&kind=99999999999999999999")
    assert nonsense.status_code == 200


def test_it_says_when_servers_outside_can_not_reach_the_portal(hers, app):
    asked = {"client": "google"}
    assert "they cannot reach http://127.0.0.1:8000" in hers.get(NEW, query_string=asked).text
    with with_portal_settings(app, base_url="https://portal.example.org"):
        assert "answers only in the house" in hers.get(NEW, query_string=asked).text
        outlook = hers.get(NEW, query_string={"client": "outlook"}).text
        assert "Classic Outlook on the computer asks by itself" in outlook
        assert "The servers of" not in hers.get(NEW, query_string={"client": "apple"}).text


@pytest.mark.parametrize(
    ("address", "inside"),
    [("http://10.1.2.3", True), ("http://[fd00::1]:8000", True), ("https://portal", True), ("https://a.corp", True),
     ("https://portal.local.", True), ("https://portal.example.org", False), ("https://8.8.8.8", False)],
)
def test_what_is_known_only_inside(address, inside):
    assert programs.is_inside(address) == inside


# --- Refused ---


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"shows": "room", "shown_for": "room-apple"}, "Please choose one."),
        ({"shows": "room", "shown_for": "room-apple", "room": "999"}, "Not a valid choice."),
        ({"shows": "department", "shown_for": "department-apple"}, "Please choose one."),
        ({"shows": "nothing"}, "Not a valid choice."),
        ({"client": "abacus", "shown_for": "mine-other"}, "Not a valid choice."),
        ({"duties_as": "both"}, "Not a valid choice."),
        ({"alarm_minutes": "7"}, "Not a valid choice."),
        ({"label": "x" * 101}, "At most 100 characters"),
        ({"label": "a\x00b"}, "cannot be shown"),
    ],
)
def test_wrong_input_is_refused_beside_it_and_kept(hers, room, wrong, words):
    answer = hers.post(NEW, data={**chosen(label="My phone"), **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert "label" in wrong or 'value="My phone"' in answer.text
    assert db.session.query(Feed).count() == 0


def test_what_the_command_refuses_stands_beside_what_was_chosen(hers, room, monkeypatch):
    room.retired_at = clock.now()
    db.session.commit()
    data = chosen("room", room=room.id)
    assert hers.post(NEW, data=data).status_code == 422
    monkeypatch.setattr(commands, "MOST_FEEDS", 0)
    answer = hers.post(NEW, data=chosen())
    assert (answer.status_code, "You have 0 subscriptions." in answer.text) == (422, True)


def test_a_forged_request_makes_nothing(hers):
    assert hers.post(NEW, data=chosen(), csrf=False).status_code == 400
    assert db.session.query(Feed).count() == 0


# --- The secret ---


def test_the_address_is_shown_once_and_only_its_hash_is_kept(hers):
    secret = secret_in(hers.post(NEW, data=chosen()).text)
    feed = the_feed()
    for page in (LIST, f"{LIST}/{feed.id}"):
        assert secret not in hers.get(page).text
    assert len(secret) >= 43
    assert feed.secret_hash == hashlib.sha256(secret.encode()).hexdigest()


def test_everything_is_logged_without_the_secret(hers, sign_in, bob, caplog):
    secret = secret_in(hers.post(NEW, data=chosen()).text)
    feed = the_feed()
    number, kept = feed.id, feed.secret_hash
    for done in ("", "/renewal", "/revocation"):
        hers.post(f"{LIST}/{number}{done}", data=chosen())
    page = hers.get(f"/log/feed/{number}")
    for words in ("made a calendar subscription", "My meetings and bookings", "changed what", "made a new calendar"):
        assert words in page.text
    assert sign_in(bob).get(f"/log/feed/{number}").status_code == 404
    hers.post(f"{LIST}/{number}/removal")
    entries = db.session.query(AuditEntry).filter_by(record_kind="feed").order_by(AuditEntry.id).all()
    assert [entry.action for entry in entries] == [
        f"feed.{done}" for done in ("made", "changed", "renewed", "revoked", "removed")
    ]
    for where in (page.text, caplog.text, str([entry.details for entry in entries])):
        assert secret not in where
        assert kept not in where


def test_the_secret_is_in_no_event_no_error_and_no_cookie(hers, client, make_meeting, caplog):
    make_meeting(agenda=("One",))
    made = hers.post(NEW, data=chosen())
    secret = secret_in(made.text)
    assert secret not in str(made.headers)
    assert secret.encode() not in client.get(f"/feeds/{secret}/calendar.ics").data
    for path, method in (("/calendar.ics", "POST"), ("/other", "GET"), ("", "GET")):
        answer = client.open(f"/feeds/{secret}{path}", method=method)
        assert answer.status_code in {404, 405}
        assert secret not in answer.text
    assert secret not in caplog.text


def test_a_failure_while_building_neither_shows_nor_logs_the_secret(hers, client, caplog, monkeypatch):
    secret = secret_in(hers.post(NEW, data=chosen()).text)

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(feeds, "built", fail)
    answer = client.get(f"/feeds/{secret}/calendar.ics")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert "Set-Cookie" not in answer.headers
    assert secret not in answer.text
    assert secret not in caplog.text


# --- One's own ---


def test_without_any_the_list_offers_the_first(hers):
    page = hers.get(LIST).text
    assert "Make the first subscription" in page
    assert "<table" not in page


def test_the_list_says_what_each_is_and_when_it_was_last_asked(hers, client, room, alice, bob):
    secret = commands.make_feed(alice, Shows.ROOM, room.id, commands.Choice(label="Desk", client=Client.OUTLOOK))[1]
    revoked = commands.make_feed(alice)[0]
    commands.revoke_feed(alice, revoked)
    commands.make_feed(alice, Shows.KIND)
    commands.make_feed(bob, Shows.DUTIES)
    db.session.commit()
    with clock.standing_at(NOW + timedelta(minutes=90)):
        client.get(f"/feeds/{secret}/calendar.ics")
    rows = re.findall(r"<tr>.*?</tr>", hers.get(LIST).text, re.DOTALL)[1:]
    assert len(rows) == 3
    for words in ("E101 · East wing", "Desk", "Outlook", "Nov 23, 2026 09:00"):
        assert words in rows[0]
    assert "Revoked" in rows[1]
    assert "Ordinary meeting" in rows[2]
    assert "Never used" in rows[2]
    room.retired_at = clock.now()
    db.session.commit()
    assert "Out of use" in hers.get(LIST).text
    one = hers.get(f"{LIST}/{db.session.query(Feed).filter_by(label='Desk').one().id}").text
    assert "answers no more" in one
    assert "/renewal" not in one


def test_what_it_holds_can_be_changed_and_shows_with_the_next_poll(hers, client, make_booking):
    make_booking(title="Workshop")
    secret = secret_in(hers.post(NEW, data=chosen()).text)
    feed_id = the_feed().id
    poll = f"/feeds/{secret}/calendar.ics"
    assert summaries(client.get(poll).data) == ["Workshop"]
    page = hers.get(f"{LIST}/{feed_id}").text
    assert re.search(r"<dt>Entries</dt><dd>1</dd>", page)
    data = chosen(client="thunderbird", label="Laptop")
    del data["with_bookings"]
    answer = hers.post(f"{LIST}/{feed_id}", data=data)
    assert (answer.status_code, answer.location) == (303, f"{LIST}/{feed_id}")
    assert summaries(client.get(poll).data) == []
    page = hers.get(f"{LIST}/{feed_id}").text
    assert 'value="Laptop"' in page
    assert re.findall(r'<input checked[^>]*name="(\w+)"[^>]*value="(\w+)"', page) == [
        ("client", "thunderbird"), ("duties_as", "tasks"), ("with_cancelled", "y")
    ]


def test_another_program_renews_the_options_of_one_that_stands(hers):
    hers.post(NEW, data=chosen())
    address = f"{LIST}/{the_feed().id}"
    options = hers.get(address, query_string={**chosen(), "client": "thunderbird"}, headers=HTMX).text
    assert options.startswith('<div id="options"')
    assert re.findall(r'<input checked[^>]*name="duties_as"[^>]*value="(\w+)"', options) == ["tasks"]
    answer = hers.post(address, data={**chosen(), "client": "thunderbird"})
    assert "Below is now what suits Thunderbird" in answer.text
    assert the_feed().client == "apple"
    wrong = hers.post(address, data={**chosen(), "label": "x" * 101})
    assert (wrong.status_code, "At most 100 characters" in wrong.text) == (422, True)


def test_a_new_address_is_shown_once_and_ends_the_old(hers, client):
    old = secret_in(hers.post(NEW, data=chosen()).text)
    answer = hers.post(f"{LIST}/{the_feed().id}/renewal")
    new = secret_in(answer.text)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert [client.get(f"/feeds/{one}/calendar.ics").status_code for one in (old, new)] == [404, 200]


def test_it_is_revoked_made_new_and_removed(hers, client):
    secret = secret_in(hers.post(NEW, data=chosen()).text)
    address = f"{LIST}/{the_feed().id}"
    assert hers.post(f"{address}/revocation").status_code == 303
    assert hers.post(f"{address}/revocation").status_code == 422
    page = hers.get(address).text
    assert "The address is revoked" in page
    assert "/revocation" not in page
    assert client.get(f"/feeds/{secret}/calendar.ics").status_code == 404
    assert "shown this once" in hers.post(f"{address}/renewal").text
    assert hers.post(f"{address}/removal").location == LIST
    assert hers.get(address).status_code == 404
    assert "Make the first subscription" in hers.get(LIST).text


def test_a_subscription_is_its_owners_alone(hers, sign_in, adam):
    hers.post(NEW, data=chosen())
    address, browser = f"{LIST}/{the_feed().id}", sign_in(adam)
    assert browser.get(address).status_code == 404
    for done in ("", "/renewal", "/revocation", "/removal"):
        assert browser.post(f"{address}{done}", data=chosen()).status_code == 404
    assert the_feed().secret_hash


def test_it_says_so_when_it_can_hold_no_more(hers, client, make_meeting, monkeypatch):
    secret = secret_in(hers.post(NEW, data=chosen()).text)

    def says_so() -> bool:
        db.session.execute(update(Feed).values(revision=Feed.revision + 1))
        db.session.commit()
        client.get(f"/feeds/{secret}/calendar.ics")
        return "the oldest entries are left out" in hers.get(f"{LIST}/{the_feed().id}").text

    make_meeting(purpose="x" * 5000)
    make_meeting(starts_at=at(11), ends_at=at(12), purpose="x" * 5000)
    assert not says_so()
    monkeypatch.setattr(feeds, "MOST_COMPONENTS", 2)
    assert says_so()
    monkeypatch.setattr(feeds, "MOST_COMPONENTS", 1000)
    monkeypatch.setattr(feeds, "MOST_OCTETS", 10_000)
    assert says_so()


def test_statements_do_not_grow_with_what_is_shown(hers, alice, room, other_room, works, statements):
    counts = []
    for number in range(2):
        for one in (room, other_room)[: number + 1]:
            commands.make_feed(alice, Shows.ROOM, one.id)
            commands.make_feed(alice, Shows.DEPARTMENT, works.id)
        db.session.commit()
        feed_id = db.session.scalars(select(func.max(Feed.id))).one()
        for address in (LIST, NEW, f"{LIST}/{feed_id}"):
            with statements() as seen:
                assert hers.get(address).status_code == 200
            counts.append(len(seen))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 7


# --- The ways there ---


def test_pages_lead_to_a_subscription_of_what_they_show(hers, sign_in, olive, room, kind):
    assert f'href="{LIST}"' in hers.get("/calendar").text
    assert f'href="{NEW}?shows=room&amp;room={room.id}"' in hers.get(f"/rooms/{room.id}").text
    assert f'href="{NEW}?shows=duties"' in hers.get("/resolutions").text
    assert f'href="{NEW}?shows=kind&amp;kind={kind.id}"' in sign_in(olive).get("/meetings/kinds").text
    room.retired_at = clock.now()
    db.session.commit()
    assert f"{NEW}?shows=room" not in hers.get(f"/rooms/{room.id}").text

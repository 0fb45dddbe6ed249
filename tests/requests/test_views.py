"""The pages of requests: the list, the case, deciding in place, and what other pages show of it."""

import pytest

from portal.accounts import delegating
from portal.core.db import db
from portal.requests import commands
from portal.requests.models import BookingRequest, Outcome
from portal.rooms.models import Status, Visibility
from tests.conftest import HTMX, at, typed
from tests.requests.conftest import told


@pytest.fixture
def asked(requested, carl):
    """Alice's request, which Carl may decide."""
    made = requested()
    db.session.commit()
    return made


def decide(browser, asked, decision, reason="", headers=None, **more):
    form = {"decision": decision, "reason": reason, **more}
    return browser.post(f"/requests/{asked.id}/decision", data=form, headers=headers)


# --- The way in ---


def test_the_mails_link_leads_through_the_sign_in_to_the_case(client, add_person, approved_room, keep, requested):
    dana = add_person("Dana", password="correct horse battery")
    keep(dana, resource=approved_room)
    made = requested()
    (notice,) = told(dana, "booking_request.asked")
    address = f"/requests/{made.id}"
    assert address in notice.body
    door = client.get(address)
    assert door.status_code == 401
    assert f'value="{address}"' in door.text
    form = {"login": "dana", "password": "correct horse battery", "next": address}
    assert client.post("/sign-in", data=form).location == address
    client.token = None
    page = client.get(address)
    assert "Approve" in page.text
    assert decide(client, made, "approve").status_code == 303


def test_the_notice_in_the_inbox_leads_to_the_case(sign_in, asked, carl):
    (notice,) = told(carl, "booking_request.asked")
    assert sign_in(carl).post(f"/inbox/{notice.id}/opening").location == f"/requests/{asked.id}"


def test_strangers_know_of_no_request(sign_in, asked, bob):
    assert sign_in(bob).get(f"/requests/{asked.id}").status_code == 404
    assert decide(sign_in(bob), asked, "approve").status_code == 404
    assert "Planning" not in sign_in(bob).get("/requests").text


# --- Deciding ---


def test_the_case_shows_all_that_is_to_be_known(sign_in, asked, carl, make_booking, alice, other_room):
    make_booking(room_id=other_room.id, title="Elsewhere", starts_at=at(9, days=3), ends_at=at(10, days=3))
    make_booking(actor=carl, title="Beside", starts_at=at(15, days=3), ends_at=at(16, days=3))
    make_booking(actor=carl, title="Not that day", starts_at=at(15, days=4), ends_at=at(16, days=4))
    page = sign_in(carl).get(f"/requests/{asked.id}").text
    for words in ("Planning", "E101", "East wing", "Alice", "Works", "Elsewhere", "Beside", "asked for approval"):
        assert words in page
    assert "Not that day" not in page


@pytest.mark.parametrize(("headers", "status"), [(None, 303), (HTMX, 204)])
@pytest.mark.parametrize(("decision", "outcome"), [("approve", Outcome.APPROVED), ("decline", Outcome.DECLINED)])
def test_it_is_decided_on_the_spot(sign_in, asked, carl, decision, outcome, headers, status):
    answer = decide(sign_in(carl), asked, decision, "Because.", headers)
    assert answer.status_code == status
    assert (asked.outcome, asked.reason) == (outcome, "Because.")
    if headers:
        assert "requests-changed" in answer.headers["HX-Trigger"]
    else:
        assert answer.location == f"/requests/{asked.id}"


def test_in_the_list_the_reader_stays_in_the_list(sign_in, asked, carl):
    assert decide(sign_in(carl), asked, "approve", back="list").location == "/requests"


@pytest.mark.parametrize("headers", [None, HTMX])
def test_without_a_reason_nothing_is_declined_and_that_is_said_beside_the_field(sign_in, asked, carl, headers):
    answer = decide(sign_in(carl), asked, "decline", headers=headers)
    assert answer.status_code == 422
    assert f'id="reason-{asked.id}-error">Please say why, for whoever asked.' in answer.text
    assert ("<html" in answer.text) == (headers is None)
    assert asked.is_pending


@pytest.mark.parametrize("decision", ["", "perhaps"])
def test_what_is_no_decision_is_refused(sign_in, asked, carl, decision):
    answer = decide(sign_in(carl), asked, decision, "Typed.")
    assert answer.status_code == 422
    assert "Typed." in answer.text


def test_who_asks_sees_the_case_and_decides_nothing(sign_in, asked, alice):
    page = sign_in(alice).get(f"/requests/{asked.id}").text
    assert "waits for" in page.lower()
    assert "/decision" not in page
    assert decide(sign_in(alice), asked, "approve").status_code == 403


@pytest.mark.parametrize("headers", [None, HTMX])
def test_who_comes_second_is_told_so(sign_in, asked, carl, rita, headers):
    commands.approve(carl, asked)
    db.session.commit()
    answer = decide(sign_in(rita), asked, "decline", "No.", headers)
    assert answer.status_code == 422
    assert "Carl has already approved this request." in answer.text
    assert asked.booking.status == Status.CONFIRMED


def test_a_delegate_decides_from_the_list(sign_in, asked, carl, bob):
    delegating.delegate(carl, bob, at(9).date(), at(9).date())
    db.session.commit()
    assert "Planning" in sign_in(bob).get("/requests").text
    decide(sign_in(bob), asked, "approve")
    page = sign_in(carl).get(f"/requests/{asked.id}").text
    assert "in place of Carl" in page


# --- Lists and panels ---


def test_the_list_is_a_page_or_a_fragment_oldest_first(sign_in, requested, asked, carl):
    requested(title="Second", starts_at=at(14, days=2), ends_at=at(15, days=2))
    whole, piece = sign_in(carl).get("/requests").text, sign_in(carl).get("/requests", headers=HTMX).text
    assert whole.index("Planning") < whole.index("Second")
    assert "<html" in whole
    assert "<html" not in piece


def test_who_may_decide_finds_it_in_the_list_and_others_do_not(sign_in, asked, carl, dora, rita, bob):
    assert [f"request-{asked.id}" in sign_in(person).get("/requests").text for person in (carl, dora, rita, bob)] == [
        True, True, True, False
    ]


def test_what_went_further_up_is_no_longer_in_the_list_of_who_kept_the_room(sign_in, asked, carl, dora):
    asked.turn = "area"
    db.session.commit()
    assert "/decision" not in sign_in(carl).get("/requests").text
    assert "/decision" in sign_in(dora).get("/requests").text


def test_what_i_asked_for_is_listed_with_its_state(sign_in, asked, alice, carl):
    assert "Waits for a decision" in sign_in(alice).get("/requests").text
    decide(sign_in(carl), asked, "decline", "No.")
    assert "Turned down" in sign_in(alice).get("/requests").text
    assert "Decided lately" in sign_in(carl).get("/requests").text


def test_a_private_title_is_read_only_by_those_who_may(sign_in, requested, carl, alice, rita):
    made = requested(visibility=Visibility.PRIVATE)
    for address in ("/requests", f"/requests/{made.id}", "/my-day"):
        assert "Planning" not in sign_in(carl).get(address).text
        assert "Booked" in sign_in(carl).get(address).text
        assert "Planning" in sign_in(alice).get(address).text
    assert "Planning" in sign_in(rita).get(f"/requests/{made.id}").text


def test_my_day_shows_what_i_have_to_decide_and_what_i_asked_for_if_anything(sign_in, asked, alice, carl, bob):
    assert "Waiting for your decision" in sign_in(carl).get("/my-day").text
    assert "What you asked for" in sign_in(alice).get("/my-day").text
    assert "requests-title" not in sign_in(bob).get("/my-day").text


def test_the_bookings_page_says_who_is_waited_for_and_what_they_said(sign_in, asked, alice, carl, bob):
    address = f"/bookings/{asked.booking_id}"
    assert "waits for Carl until Wed, Nov 25 08:00" in sign_in(alice).get(address).text
    decide(sign_in(carl), asked, "decline", "Guests are coming.")
    assert "Reason: Guests are coming." in sign_in(alice).get(address).text
    others = sign_in(bob).get(address).text
    assert "By Carl" in others
    assert "Guests are coming." not in others


def test_of_many_keepers_the_first_is_named(sign_in, asked, alice, approved_room, keep, add_person):
    for name in ("Dora", "Emil"):
        keep(add_person(name), resource=approved_room)
    assert "Carl and 2 others" in sign_in(alice).get(f"/bookings/{asked.booking_id}").text


def test_room_managers_find_requests_in_the_navigation_and_others_do_not(sign_in, rita, bob):
    assert 'href="/requests"' in sign_in(rita).get("/inbox").text
    assert 'href="/requests"' not in sign_in(bob).get("/inbox").text


def test_a_case_takes_as_many_statements_on_a_full_day_as_on_an_empty_one(
    sign_in, asked, carl, make_booking, other_room, statements
):
    counts = []
    for hours in (range(11, 13), range(13, 20)):
        for hour in hours:
            make_booking(actor=carl, starts_at=at(hour, days=3), ends_at=at(hour + 1, days=3))
        make_booking(room_id=other_room.id, starts_at=at(9, hours[0], days=3), ends_at=at(9, hours[0] + 1, days=3))
        browser = sign_in(carl)
        with statements() as seen:
            assert browser.get(f"/requests/{asked.id}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("address", ["/requests", "/my-day"])
@pytest.mark.parametrize("who", ["carl", "alice"])
def test_many_requests_take_as_many_statements_as_few(request, sign_in, requested, asked, statements, address, who):
    counts = []
    for hours in (range(12, 16), range(16, 20)):
        for hour in hours:
            made = requested(starts_at=at(hour, days=3), ends_at=at(hour + 1, days=3))
            if hour % 2:
                commands.approve(request.getfixturevalue("carl"), made)
        db.session.commit()
        browser = sign_in(request.getfixturevalue(who))
        with statements() as seen:
            assert browser.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert db.session.query(BookingRequest).count() == 9


def test_the_form_says_that_a_room_is_requested_and_not_yet_booked(sign_in, alice, approved_room):
    data = {"title": "Lecture", "room_id": approved_room.id, "starts_at": typed(at(9)), "ends_at": typed(at(10))}
    answer = sign_in(alice).post("/bookings/new", data=data, headers=HTMX)
    assert "E101 is requested. You are told when it is decided" in answer.headers["HX-Trigger"]

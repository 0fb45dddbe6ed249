"""A session that ends while somebody types: nothing of it is carried out, and nothing is lost."""

import json
import re
from html import unescape

import pytest

from portal.core.db import db
from portal.rooms.models import Booking
from tests.conftest import HTMX, at, typed

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def typed_form(room):
    return {
        "title": "Plans & <b>more</b>", "room_id": str(room.id), "starts_at": typed(at(9)), "ends_at": typed(at(10)),
    }


def kept_in(answer):
    return json.loads(unescape(re.search(r'name="kept" value="([^"]*)"', answer.text)[1]))


def next_in(answer):
    return unescape(re.search(r'name="next" type="hidden" value="([^"]*)"', answer.text)[1])


def fields_of(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_a_form_of_ours_is_kept_and_offered_again_after_the_sign_in(client, knock, typed_form):
    door = client.post("/bookings/new", data=typed_form, headers=OURS)
    assert door.status_code == 401
    assert "what you typed is kept" in door.text
    assert dict(kept_in(door)) == typed_form
    offer = knock(kept=json.dumps(kept_in(door)), next=next_in(door))
    assert "Nothing of it was carried out yet." in offer.text
    assert "<b>more</b>" not in offer.text
    assert db.session.query(Booking).count() == 0
    sent = fields_of(offer.text)
    assert {name: sent[name] for name in typed_form} == typed_form
    assert re.search(r'<form method="post" action="([^"]+)"[^>]*class="actions"', offer.text)[1] == "/bookings/new"
    assert client.post("/bookings/new", data=sent, csrf=False).status_code == 303
    assert db.session.query(Booking).one().title == typed_form["title"]


def test_a_wrong_password_in_between_loses_nothing(client, knock, typed_form):
    door = client.post("/bookings/new", data=typed_form, headers=OURS)
    again = knock(password="wrong", kept=json.dumps(kept_in(door)), next=next_in(door))
    assert again.status_code == 422
    assert (dict(kept_in(again)), next_in(again)) == (typed_form, "/bookings/new")


@pytest.mark.parametrize("site", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_a_form_that_another_site_sent_is_not_kept(client, typed_form, site):
    door = client.post("/bookings/new", data=typed_form, headers=site)
    assert door.status_code == 401
    assert (kept_in(door), next_in(door)) == ([], "")
    assert "what you typed is kept" not in door.text
    assert "Plans" not in door.text


@pytest.mark.parametrize(
    "kept", ["", "x", "{}", "[1]", '[["a"]]', '{"a": 1}', "null", "[" * 100_000, '[["a", "\\ud800"]]']
)
def test_what_only_pretends_to_be_kept_is_left_aside(knock, kept):
    assert knock(kept=kept).status_code == 303


def test_htmx_is_told_in_a_sentence_and_the_form_stays_as_it_is(client, typed_form):
    answer = client.post("/bookings/new", data=typed_form, headers={**HTMX, **OURS})
    assert answer.status_code == 401
    assert "Your session has ended. Sign in again in another tab" in answer.text
    assert "<html" not in answer.text
    assert db.session.query(Booking).count() == 0


def test_a_page_that_was_asked_for_is_where_the_sign_in_leads(client):
    assert next_in(client.get("/rooms/day/2026-11-23?view=list")) == "/rooms/day/2026-11-23?view=list"

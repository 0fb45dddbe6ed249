"""Pages of a long list."""

import re

import pytest


def addresses(answer):
    return re.findall(r'href="([^"]*page=[^"]*)"', answer.text.replace("&amp;", "&"))


def test_the_other_pages_are_asked_for_as_this_one_was(sign_in, alice):
    assert addresses(sign_in(alice).get("/meetings?when=past&page=3")) == ["/meetings?when=past&page=2"]


@pytest.mark.parametrize("order", ["endpoint=x", "_method=POST", "_scheme=javascript&_external=1", "room_id=7"])
def test_an_address_gives_no_orders_to_what_builds_the_next(sign_in, alice, room, order):
    path = f"/rooms/{room.id}"
    assert addresses(sign_in(alice).get(f"{path}?page=2&{order}")) == [f"{path}?page=1&{order}"]

"""What bookings of an area keep to: each limit refuses with a sentence, and room managers may go beyond."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Role
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.rooms import commands, keeping, ruling
from tests.conftest import HTMX, at, typed


@pytest.fixture
def limit(rita, area):
    """Set limits for the East wing."""

    def limit(**limits):
        ruling.set_policy(rita, area, limits)
        db.session.commit()

    return limit


BROKEN = [
    ({"shortest_minutes": 60}, at(9), at(9, 59), "60 minutes at least", "ends_at"),
    ({"longest_minutes": 60}, at(9), at(10, 1), "60 minutes at most", "ends_at"),
    ({"days_ahead": 1}, at(0, days=2), at(1, days=2), "one day ahead", "starts_at"),
    ({"days_ahead": 0}, at(9, days=1), at(10, days=1), "0 days ahead", "starts_at"),
    ({"lead_minutes": 120}, at(9, 59), at(11), "120 minutes before", "starts_at"),
    ({"slot_minutes": 15}, at(9, 10), at(10), "slot of 15 minutes", "starts_at"),
    ({"slot_minutes": 30}, at(9), at(9, 45), "slot of 30 minutes", "ends_at"),
]
KEPT = [
    ({"shortest_minutes": 60}, at(9), at(10)),
    ({"longest_minutes": 60}, at(9), at(10)),
    ({"days_ahead": 1}, at(23, days=1), at(23, 30, days=1)),
    ({"lead_minutes": 120}, at(10), at(11)),
    ({"slot_minutes": 15}, at(9, 15), at(9, 45)),
    ({}, at(9, 7), at(9, 13)),
]


@pytest.mark.parametrize(("limits", "starts_at", "ends_at", "words", "field"), BROKEN)
def test_a_booking_beyond_a_limit_is_refused_beside_the_field(
    limit, make_booking, limits, starts_at, ends_at, words, field
):
    limit(**limits)
    with pytest.raises(DomainError, match=words) as refusal:
        make_booking(starts_at=starts_at, ends_at=ends_at)
    assert refusal.value.field == field


@pytest.mark.parametrize(("limits", "starts_at", "ends_at"), KEPT)
def test_a_booking_within_the_limits_is_made(limit, make_booking, limits, starts_at, ends_at):
    limit(**limits)
    assert make_booking(starts_at=starts_at, ends_at=ends_at).is_standing


def test_slots_lie_on_the_areas_own_clock(rita, alice, add_person):
    """In India whole hours lie on the half hours of UTC."""
    area = keeping.add_area(None, "Pune", "Asia/Kolkata")
    room = keeping.add_room(None, area, "P1")
    ruling.set_policy(rita, area, {"slot_minutes": 60})
    starts_at = at(9, 30, days=1)  # 07:00 in Kolkata
    commands.book(alice, room.id, "Planning", starts_at, starts_at + timedelta(hours=1))
    with pytest.raises(DomainError, match="slot of 60"):
        commands.book(alice, room.id, "Planning", at(12, days=1), at(13, days=1))


def test_one_person_has_so_many_bookings_ahead_and_no_more(limit, make_booking, bob, other_room):
    limit(most_ahead=2)
    make_booking()
    second = make_booking(starts_at=at(11), ends_at=at(12))
    with pytest.raises(DomainError, match="2 bookings ahead") as refusal:
        make_booking(room_id=other_room.id)
    assert refusal.value.field == "room_id"
    make_booking(actor=bob, room_id=other_room.id)
    commands.cancel(second.owner, second)
    make_booking(starts_at=at(13), ends_at=at(14))


def test_bookings_that_have_begun_or_lie_elsewhere_do_not_count(limit, make_booking, third_room):
    make_booking()
    make_booking(room_id=third_room.id)
    limit(most_ahead=1)
    with clock.standing_at(at(9, 30)):
        make_booking(starts_at=at(11), ends_at=at(12))


def test_a_move_keeps_to_the_limits_too_but_is_not_one_booking_more(limit, make_booking, alice, room):
    booking = make_booking()
    limit(longest_minutes=60, most_ahead=1)
    commands.move(alice, booking, room.id, "Planning", at(10), at(11))
    with pytest.raises(DomainError, match="60 minutes at most"):
        commands.move(alice, booking, room.id, "Planning", at(10), at(12))


def test_a_booking_that_comes_from_elsewhere_is_one_more(limit, make_booking, alice, room, third_room):
    limit(most_ahead=1)
    make_booking()
    elsewhere = make_booking(room_id=third_room.id)
    with pytest.raises(DomainError, match="one booking ahead"):
        commands.move(alice, elsewhere, room.id, "Planning", at(14), at(15))


def test_another_title_is_not_bound_by_what_the_area_asks_now(limit, make_booking, alice, room):
    booking = make_booking()
    limit(longest_minutes=30)
    commands.move(alice, booking, room.id, "Review", at(9), at(10))
    assert booking.title == "Review"


@pytest.mark.parametrize("role", [Role.ROOM_MANAGER, Role.ADMINISTRATOR])
def test_managers_may_go_beyond_and_the_log_says_so(limit, make_booking, add_person, role):
    limit(longest_minutes=30, slot_minutes=30)
    booking = make_booking(actor=add_person("Max", role), starts_at=at(9, 10))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.record_kind == "booking")).one()
    assert entry.record_id == booking.id
    assert entry.details["override"] == ["longest_minutes", "slot_minutes"]


def test_the_log_says_in_words_what_was_overridden(limit, make_booking, rita, sign_in):
    limit(longest_minutes=30)
    booking = make_booking(actor=rita)
    assert "Beyond the rules: Longest booking, minutes" in sign_in(rita).get(f"/log/booking/{booking.id}").text


def test_the_meeting_office_is_bound_like_everyone(limit, make_booking, olive):
    limit(longest_minutes=30)
    with pytest.raises(DomainError, match="at most"):
        make_booking(actor=olive)


def test_a_file_is_not_bound(limit, alice, room):
    limit(longest_minutes=30, slot_minutes=30, most_ahead=1)
    for hour in (9, 11):
        commands.book_from_file(alice, room.id, "Planning", at(hour, 7), at(hour + 1), f"{hour}@example.org")


def test_the_form_says_it_beside_the_field_and_keeps_what_was_typed(limit, sign_in, alice, room):
    limit(longest_minutes=30)
    fields = {"title": "Planning", "room_id": room.id, "starts_at": typed(at(9)), "ends_at": typed(at(10))}
    answer = sign_in(alice).post("/bookings/new", headers=HTMX, data=fields)
    assert answer.status_code == 422
    assert 'id="ends_at-error">A booking here lasts 30 minutes at most.' in answer.text
    assert 'value="Planning"' in answer.text


def test_limits_cost_no_statement_and_counting_costs_one(limit, make_booking, statements):
    def count(day):
        db.session.rollback()
        with statements() as seen:
            make_booking(starts_at=at(9, days=day), ends_at=at(10, days=day))
        return len(seen)

    make_booking()
    free = count(1)
    limit(longest_minutes=60, slot_minutes=30, days_ahead=30, lead_minutes=5)
    assert count(2) == free
    limit(longest_minutes=60, most_ahead=20)
    assert count(3) == free + 1

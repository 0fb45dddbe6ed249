"""A room whose keeper approves its bookings, and who keeps what."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.db import db
from portal.notifications.models import Notice
from portal.requests.models import BookingRequest
from portal.rooms.models import Booking, BookingPolicy, Keeper, Room
from tests.conftest import at


@pytest.fixture
def approved_room(room: Room) -> Room:
    """E101, where each booking is approved."""
    db.session.add(BookingPolicy(resource_id=room.id, needs_approval=True))
    db.session.commit()
    return room


@pytest.fixture
def keep(app: object) -> Callable[..., None]:
    """Let a person keep a room or an area."""

    def keep(person: Person, **what: Any) -> None:
        db.session.add(Keeper(person_id=person.id, **{f"{name}_id": one.id for name, one in what.items()}))
        db.session.commit()
        # Lists of keepers that were read before are read anew.
        db.session.expire_all()

    return keep


@pytest.fixture
def carl(add_person: Callable[..., Person], approved_room: Room, keep: Callable[..., None]) -> Person:
    """Keeps E101."""
    person = add_person("Carl")
    keep(person, resource=approved_room)
    return person


@pytest.fixture
def dora(add_person: Callable[..., Person], approved_room: Room, keep: Callable[..., None]) -> Person:
    """Keeps the east wing."""
    person = add_person("Dora")
    keep(person, area=approved_room.area)
    return person


@pytest.fixture
def requested(approved_room: Room, make_booking: Callable[..., Booking]) -> Callable[..., BookingRequest]:
    """The request for a booking of E101 by Alice, on Thursday from 9 to 10 unless said otherwise."""

    def request(**values: Any) -> BookingRequest:
        booking = make_booking(**{"starts_at": at(9, days=3), "ends_at": at(10, days=3), **values})
        return request_of(booking)

    return request


def request_of(booking: Booking) -> BookingRequest:
    """The newest request about the booking."""
    return db.session.scalars(
        select(BookingRequest).where(BookingRequest.booking_id == booking.id).order_by(BookingRequest.id.desc())
    ).first()


def told(person: Person, kind: str) -> list[Notice]:
    """What the person was told of that kind, oldest first."""
    return list(
        db.session.scalars(
            select(Notice).where(Notice.recipient_id == person.id, Notice.kind == kind).order_by(Notice.id)
        )
    )

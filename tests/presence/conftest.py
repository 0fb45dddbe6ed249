"""E101 asks for a check-in a quarter of an hour after the start, and has a display at its door."""

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.notifications.models import Notice
from portal.presence import clockwork, commands
from portal.presence.models import Presence
from portal.rooms.models import BookingPolicy
from tests.conftest import at

QUARTER = 15


@pytest.fixture
def room(room):
    db.session.add(BookingPolicy(resource_id=room.id, check_in_minutes=QUARTER))
    db.session.commit()
    return room


@pytest.fixture
def key(room, rita):
    """The secret of the display at the door of E101."""
    secret = commands.renew_door(rita, room)
    db.session.commit()
    return secret


@pytest.fixture
def door(client, room, key):
    """Asks the display of E101 for something, in a browser in which nobody is signed in."""

    room_id = room.id

    def ask(what="", method="GET", **more):
        return client.open(f"/rooms/{room_id}/door{what}?key={key}", method=method, csrf=False, **more)

    return ask


@pytest.fixture
def rounds():
    """The clock's rounds at these times of that Monday."""

    def go(*times):
        for hour, minute in times:
            with clock.standing_at(at(hour, minute)):
                clockwork.look_for_people()
                db.session.commit()

    return go


def line_of(booking):
    return db.session.get(Presence, booking.id, populate_existing=True)


def told(kind):
    """Who was told that, in order."""
    rows = db.session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
    return [notice.recipient.name for notice in rows]


def logged(action):
    """Who did that, in order."""
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
    return [entry.actor_name for entry in rows]

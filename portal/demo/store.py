"""What is booked besides ordinary rooms: equipment, vehicles, interpreters, and rooms with ways of their own."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.demo.people import Staff
from portal.demo.words import Words
from portal.rooms import commands
from portal.rooms.holding import RoomTaken, TooFewFree
from portal.rooms.models import Booking, BookingPolicy, Equipment, Interpreter, Resource, Room, Sort, Vehicle

HOUR = timedelta(hours=1)


def stock(words: Words, house: Sequence[Room]) -> Sequence[Resource]:
    """Add what can be borrowed to the first area; the last room is got ready before, and put in order after."""
    area = house[0].area
    stocked: list[Resource] = [
        *(Equipment(area=area, name=name, quantity=quantity) for name, quantity in words.equipment),
        *(Vehicle(area=area, name=name, capacity=seats) for name, seats in words.vehicles),
        *(Interpreter(area=area, name=name, features=languages) for name, languages in words.interpreters),
    ]
    db.session.add_all(stocked)
    house[-1].setup_minutes, house[-1].cleanup_minutes = 30, 15
    db.session.flush()
    return stocked


def borrow(words: Words, zone: ZoneInfo, staff: Staff, house: Sequence[Room], stocked: Sequence[Resource]) -> None:
    """Book some of it today and on the days after, and from now on have the last room's bookings approved.

    Whoever books the first room has to check in from now on.
    """
    db.session.add_all(
        [
            BookingPolicy(resource_id=house[0].id, check_in_minutes=15),
            BookingPolicy(resource_id=house[-1].id, needs_approval=True, decide_minutes=48 * 60),
        ]
    )
    db.session.flush()
    today = clock.now().astimezone(zone).date()
    for days in range(1, 4):
        morning = datetime.combine(today + timedelta(days=days), time(8), zone)
        for place, thing in enumerate(stocked):
            owner = staff.extras[(7 * days + place) % len(staff.extras)]
            quantity = min(thing.quantity, 1 + days)
            if thing.kind != Sort.EQUIPMENT or days > 1:
                _book(owner, thing, words.titles[place], morning + HOUR * (1 + place % 4), quantity=quantity)
        _book(staff.known_as("head"), house[-1], words.titles[days], morning)
    tomorrow = datetime.combine(today + timedelta(days=1), time(8), zone)
    extras = {thing.id: 2 if thing.quantity > 1 else 1 for thing in stocked[:: len(words.equipment)]}
    _book(staff.known_as("employee"), house[1 % len(house)], words.own[0], tomorrow, extras=extras)


def _book(
    owner: Person, resource: Resource, title: str, earliest: datetime, *, quantity: int = 1,
    extras: dict[int, int] | None = None,
) -> Booking | None:
    """Book it for an hour, at the first of ten that is free."""
    details = commands.Details(quantity=quantity, extras=extras or {})
    for later in range(10):
        starts_at = earliest + later * HOUR
        try:
            with db.session.begin_nested():
                return commands.book(owner, resource.id, title, starts_at, starts_at + HOUR, details=details)
        except (RoomTaken, TooFewFree):
            continue
    return None

"""What room managers do to areas and rooms. Bookings follow where a room goes and what it is called."""

from collections.abc import Mapping
from datetime import time
from zoneinfo import available_timezones

from sqlalchemy import func, select, update

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.rooms import policy
from portal.rooms.models import LONGEST, Area, Booking, BookingPolicy, Hold, Kind, Room
from portal.rooms.signals import rooms_renamed

LIMITS = ("shortest_minutes", "longest_minutes", "days_ahead", "lead_minutes", "slot_minutes", "most_ahead")


class StillBooked(DomainError):
    """The room has bookings ahead, so it cannot be retired yet."""


def change_area(
    actor: Person, area: Area, *, name: str, timezone: str, opens_at: time, closes_at: time, position: int
) -> None:
    """Give the area another name, zone (IANA), opening hours (on its own clock) or place in the order.

    Raises NotAllowed, or DomainError for a name that is taken, an unknown zone or hours that are none.
    """
    allow(policy.may_manage_rooms(actor))
    _lock(area)
    check_area(name, timezone, opens_at, closes_at, but=area)
    renamed = name != area.name
    room_ids = list(db.session.scalars(select(Room.id).where(Room.area_id == area.id))) if renamed else []
    owners = _touch_bookings(room_ids)
    area.name, area.timezone, area.opens_at, area.closes_at, area.position = (
        name, timezone, opens_at, closes_at, position
    )
    db.session.flush()
    record(
        actor, "area.changed", area, name=name, timezone=timezone, opens=f"{opens_at:%H:%M}",
        closes=f"{closes_at:%H:%M}",
    )
    if room_ids:
        rooms_renamed.send(area, room_ids=room_ids, owner_ids=owners)


def check_area(name: str, timezone: str, opens_at: time, closes_at: time, but: Area | None = None) -> None:
    """Raise DomainError beside the field for what an area cannot be; `but` is the area that may have the name."""
    if timezone not in available_timezones():
        raise DomainError(_("There is no time zone of that name, such as Asia/Shanghai."), "timezone")
    if closes_at <= opens_at:
        raise DomainError(_("The area must close later than it opens."), "closes_at")
    namesake = db.session.scalars(select(Area.id).where(Area.name == name)).first()
    if namesake not in (None, but.id if but else None):
        raise DomainError(_("There is an area %(area)s already.", area=name), "name")


def change_room(
    actor: Person, room: Room, area: Area, *, name: str, capacity: int | None, features: str, directions: str
) -> None:
    """Give the room another name, area, size, features or directions; calendars say the new name and area.

    Raises NotAllowed, or DomainError if the area has a room of that name.
    """
    allow(policy.may_manage_rooms(actor))
    _lock(room)
    check_room(area, name, but=room)
    renamed = (name, area.id) != (room.name, room.area_id)
    owners = _touch_bookings([room.id]) if renamed else []
    room.name, room.area, room.capacity, room.features, room.directions = name, area, capacity, features, directions
    db.session.flush()
    record(actor, "room.changed", room, name=name, area=area.name, capacity=capacity, features=features)
    if renamed:
        rooms_renamed.send(room, room_ids=[room.id], owner_ids=owners)


def check_room(area: Area, name: str, but: Room | None = None) -> None:
    """Raise DomainError if the area has a room of that name that is not `but`."""
    namesake = db.session.scalars(select(Room.id).where(Room.area_id == area.id, Room.name == name)).first()
    if namesake not in (None, but.id if but else None):
        raise DomainError(_("%(area)s already has a room %(room)s.", area=area.name, room=name), "name")


def _touch_bookings(room_ids: list[int]) -> list[int]:
    """Note that what stands ahead in the rooms now says another place, and answer the ids of whose it is.

    SEQUENCE stays: the room is the same one (RFC 5546 §2.1.4). Whose it is includes those whose bookings are
    past, for feeds show these too.
    """
    now = clock.now()
    in_rooms = select(Hold.booking_id).where(Hold.resource_id.in_(room_ids), Hold.released_at.is_(None))
    # In the order of ids, so that two who change several bookings wait for each other and no more.
    ahead = db.session.scalars(
        select(Booking.id)
        .where(Booking.id.in_(in_rooms.where(Hold.ends_at > now, Hold.starts_at > now - LONGEST)))
        .order_by(Booking.id)
        .with_for_update(key_share=True)
    ).all()
    db.session.execute(update(Booking).where(Booking.id.in_(ahead)).values(changed_at=now))
    owners = select(Booking.owner_id).where(Booking.id.in_(in_rooms), Booking.kind == Kind.BOOKING).distinct()
    return list(db.session.scalars(owners))


def retire_room(actor: Person, room: Room) -> None:
    """Take the room out of use; what took place in it stays. Raises StillBooked if something stands ahead."""
    allow(policy.may_manage_rooms(actor))
    _lock(room)
    if room.retired_at is not None:
        raise DomainError(_("This room is out of use already."))
    ahead = bookings_ahead(room.id)
    if ahead:
        raise StillBooked(
            ngettext(
                "One booking or closure stands ahead in this room. Move or cancel it first.",
                "%(num)s bookings and closures stand ahead in this room. Move or cancel them first.", ahead,
            )
        )
    room.retired_at = clock.now()
    db.session.flush()
    record(actor, "room.retired", room, name=room.name)


def bookings_ahead(room_id: int) -> int:
    """How many bookings and closures of the room have not ended."""
    now = clock.now()
    return db.session.scalars(
        select(func.count(Hold.booking_id.distinct())).where(
            Hold.resource_id == room_id, Hold.released_at.is_(None), Hold.starts_at > now - LONGEST,
            Hold.ends_at > now,
        )
    ).one()


def reopen_room(actor: Person, room: Room) -> None:
    """Put a retired room into use again."""
    allow(policy.may_manage_rooms(actor))
    _lock(room)
    if room.retired_at is None:
        raise DomainError(_("This room is in use already."))
    room.retired_at = None
    db.session.flush()
    record(actor, "room.reopened", room, name=room.name)


def set_policy(actor: Person, area: Area, limits: Mapping[str, int | None]) -> None:
    """Set what bookings of the area's rooms keep to: each of LIMITS, None for no limit.

    Raises NotAllowed, or DomainError beside the field of a limit that no booking could keep.
    """
    allow(policy.may_manage_rooms(actor))
    _lock(area)
    check_limits(limits)
    kept = area.policy or BookingPolicy(area=area)
    for name in LIMITS:
        setattr(kept, name, limits.get(name))
    db.session.add(kept)
    db.session.flush()
    record(actor, "area.policy_set", area, **{name: limits.get(name) for name in LIMITS})


def check_limits(limits: Mapping[str, int | None]) -> None:
    """Raise DomainError beside the field for limits that contradict each other."""
    shortest, longest, slot = (limits.get(f"{name}_minutes") for name in ("shortest", "longest", "slot"))
    if shortest and longest and shortest > longest:
        raise DomainError(_("The longest booking cannot be shorter than the shortest."), "longest_minutes")
    if slot and 1440 % slot:
        words = _("The slots must divide a day evenly, such as 5, 10, 15, 20, 30 or 60 minutes.")
        raise DomainError(words, "slot_minutes")
    if slot and longest and longest < slot:
        raise DomainError(_("No booking of whole slots is that short."), "longest_minutes")


def _lock(kept: Area | Room) -> None:
    """Let nobody else change it meanwhile, and see it as it is."""
    model = type(kept)
    db.session.scalars(
        select(model)
        .where(model.id == kept.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()

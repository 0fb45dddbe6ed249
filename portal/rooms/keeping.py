"""What those who keep rooms do to areas and to what can be booked. Bookings follow where a room goes and its name."""

from collections.abc import Mapping
from datetime import time

from sqlalchemy import func, select, update

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.rooms import hours, policy
from portal.rooms.models import (
    LONGEST,
    Area,
    Booking,
    Equipment,
    Hold,
    Interpreter,
    Kind,
    Resource,
    Room,
    Sort,
    Vehicle,
    WeekdayHours,
)
from portal.rooms.signals import rooms_renamed

MODELS: Mapping[Sort, type[Resource]] = {
    Sort.ROOM: Room, Sort.EQUIPMENT: Equipment, Sort.VEHICLE: Vehicle, Sort.INTERPRETER: Interpreter,
}
# Opening and closing on the clock of the area; None: closed all day.
Times = tuple[time, time] | None


class StillBooked(DomainError):
    """It has bookings ahead, so it cannot be retired yet."""


# --- Areas ---


def add_area(
    actor: Person | None, name: str, timezone: str, position: int = 0, opens_at: time = time(8),
    closes_at: time = time(20), *, site: str = "", building: str = "", floor: str = "", holidays: str = "",
) -> Area:
    """Add an area; the command line acts as nobody and may. Raises DomainError for what an area cannot be."""
    allow(actor is None or policy.may_manage_rooms(actor))
    _check_area(name, timezone, opens_at, closes_at, holidays)
    area = Area(
        name=name, timezone=timezone, position=position, opens_at=opens_at, closes_at=closes_at, site=site,
        building=building, floor=floor, holidays=holidays,
    )
    db.session.add(area)
    db.session.flush()
    record(actor, "area.added", area, name=name)
    return area


def change_area(
    actor: Person, area: Area, *, name: str, timezone: str, opens_at: time, closes_at: time, position: int,
    site: str = "", building: str = "", floor: str = "", holidays: str = "",
) -> None:
    """Give the area another name, zone (IANA), usual hours (on its own clock), place, order or holidays.

    Raises NotAllowed, or DomainError for a name that is taken, an unknown zone or country, or hours that are none.
    """
    allow(policy.keeps_area(actor, area))
    lock(area)
    _check_area(name, timezone, opens_at, closes_at, holidays, but=area)
    renamed = name != area.name
    room_ids = list(db.session.scalars(select(Resource.id).where(Resource.area_id == area.id))) if renamed else []
    owners = _touch_bookings(room_ids)
    area.name, area.timezone, area.position, area.holidays = name, timezone, position, holidays
    area.opens_at, area.closes_at = opens_at, closes_at
    area.site, area.building, area.floor = site, building, floor
    db.session.flush()
    record(
        actor, "area.changed", area, name=name, timezone=timezone, opens=f"{opens_at:%H:%M}",
        closes=f"{closes_at:%H:%M}", site=site, building=building, floor=floor, holidays=holidays,
    )
    if room_ids:
        rooms_renamed.send(area, room_ids=room_ids, owner_ids=owners)


def _check_area(
    name: str, timezone: str, opens_at: time, closes_at: time, holidays: str, but: Area | None = None
) -> None:
    """Raise DomainError beside the field for what an area cannot be; `but` is the area that may have the name."""
    if timezone not in clock.time_zones():
        raise DomainError(_("There is no time zone of that name, such as Asia/Shanghai."), "timezone")
    if closes_at <= opens_at:
        raise DomainError(_("The area must close later than it opens."), "closes_at")
    if holidays and holidays not in hours.countries():
        raise DomainError(_("The holidays of that country are not known."), "holidays")
    namesake = db.session.scalars(select(Area.id).where(Area.name == name)).first()
    if namesake not in (None, but.id if but else None):
        raise DomainError(_("There is an area %(area)s already.", area=name), "name")


def set_hours(actor: Person, place: Area | Resource, week: Mapping[int, Times]) -> None:
    """Say when it is open on which weekdays (0 is Monday); those not named keep the usual hours, or the area's.

    Raises NotAllowed, or DomainError if it would close before it opens.
    """
    allow(policy.keeps_place(actor, place))
    lock(place)
    for times in week.values():
        if times and times[1] <= times[0]:
            raise DomainError(_("The closing time must be later than the opening time."), "days")
    there = {line.weekday: line for line in place.hours}
    for weekday in there.keys() - week.keys():
        place.hours.remove(there[weekday])
    for weekday, times in week.items():
        # Changed where it stands: a second line of that weekday would meet the first.
        line = there.get(weekday)
        if line is None:
            line = WeekdayHours(weekday=weekday)
            place.hours.append(line)
        line.opens_at, line.closes_at = times or (None, None)
    db.session.flush()
    said = [f"{weekday + 1}: {_span(week[weekday])}" for weekday in sorted(week)]
    record(actor, f"{kind_of(place)}.hours_set", place, hours=said)


def _span(times: Times) -> str:
    return f"{times[0]:%H:%M}–{times[1]:%H:%M}" if times else "–"


def kind_of(place: Area | Resource) -> str:
    """What the log calls it: everything that can be booked is a room there."""
    return "area" if isinstance(place, Area) else "room"


# --- What can be booked ---


def add_room(
    actor: Person | None, area: Area, name: str, capacity: int | None = None, features: str = "",
    directions: str = "",
) -> Room:
    """Add a room to an area; raises DomainError if the area has one of that name."""
    added = add_resource(
        actor, Sort.ROOM, area, name=name, capacity=capacity, features=features, directions=directions
    )
    assert isinstance(added, Room)
    return added


def add_resource(
    actor: Person | None, sort: Sort, area: Area, *, name: str, capacity: int | None = None, features: str = "",
    directions: str = "", quantity: int = 1, setup_minutes: int = 0, cleanup_minutes: int = 0,
) -> Resource:
    """Put something that can be booked into use; raises DomainError if the area has something of that name.

    The minutes are those it is kept before and after each booking.
    """
    allow(actor is None or policy.may_manage_rooms(actor))
    _check_name(area, name)
    resource = MODELS[sort](
        area=area, name=name, capacity=capacity, features=features, directions=directions, quantity=quantity,
        setup_minutes=setup_minutes, cleanup_minutes=cleanup_minutes,
    )
    db.session.add(resource)
    db.session.flush()
    record(actor, "room.added", resource, name=name, area=area.name)
    return resource


def change_resource(
    actor: Person, resource: Resource, area: Area, *, name: str, capacity: int | None, features: str, directions: str,
    quantity: int = 1, setup_minutes: int = 0, cleanup_minutes: int = 0,
) -> None:
    """Give it another name, area, size, number of units, features or directions; calendars say name and area.

    Other minutes before and after hold for bookings from then on. Raises NotAllowed, or DomainError if the area
    has something of that name, or units are booked that there would not be any more.
    """
    allow(policy.keeps(actor, resource) and (area.id == resource.area_id or policy.keeps_area(actor, area)))
    lock(resource)
    _check_name(area, name, but=resource)
    if quantity < resource.quantity:
        _check_units(resource, quantity)
    renamed = (name, area.id) != (resource.name, resource.area_id)
    owners = _touch_bookings([resource.id]) if renamed else []
    resource.name, resource.area, resource.capacity = name, area, capacity
    resource.features, resource.directions, resource.quantity = features, directions, quantity
    resource.setup_minutes, resource.cleanup_minutes = setup_minutes, cleanup_minutes
    db.session.flush()
    record(
        actor, "room.changed", resource, name=name, area=area.name, capacity=capacity, features=features,
        quantity=quantity if resource.kind == Sort.EQUIPMENT else None, setup_minutes=setup_minutes or None,
        cleanup_minutes=cleanup_minutes or None,
    )
    if renamed:
        rooms_renamed.send(resource, room_ids=[resource.id], owner_ids=owners)


def _check_name(area: Area, name: str, but: Resource | None = None) -> None:
    namesake = db.session.scalars(select(Resource.id).where(Resource.area_id == area.id, Resource.name == name)).first()
    if namesake not in (None, but.id if but else None):
        raise DomainError(_("%(area)s already has a room %(room)s.", area=area.name, room=name), "name")


def _check_units(resource: Resource, quantity: int) -> None:
    ahead = select(func.count(Hold.booking_id.distinct())).where(
        Hold.resource_id == resource.id, Hold.unit >= quantity, Hold.released_at.is_(None),
        Hold.ends_at > clock.now(),
    )
    count = db.session.scalars(ahead).one()
    if count:
        raise DomainError(
            ngettext(
                "One booking ahead holds what there would not be any more.",
                "%(num)s bookings ahead hold what there would not be any more.", count,
            ),
            "quantity",
        )


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


def retire(actor: Person, resource: Resource) -> None:
    """Take it out of use; what took place stays. Raises StillBooked if something stands ahead."""
    allow(policy.may_manage_rooms(actor))
    lock(resource)
    if resource.retired_at is not None:
        raise DomainError(_("%(room)s is out of use already.", room=resource.name))
    ahead = bookings_ahead(resource.id)
    if ahead:
        raise StillBooked(
            ngettext(
                "One booking or closure stands ahead here. Move or cancel it first.",
                "%(num)s bookings and closures stand ahead here. Move or cancel them first.", ahead,
            )
        )
    resource.retired_at = clock.now()
    db.session.flush()
    record(actor, "room.retired", resource, name=resource.name)


def bookings_ahead(resource_id: int) -> int:
    """How many bookings and closures of it have not ended."""
    now = clock.now()
    return db.session.scalars(
        select(func.count(Hold.booking_id.distinct())).where(
            Hold.resource_id == resource_id, Hold.released_at.is_(None), Hold.starts_at > now - LONGEST,
            Hold.ends_at > now,
        )
    ).one()


def reopen(actor: Person, resource: Resource) -> None:
    """Put what was retired into use again."""
    allow(policy.may_manage_rooms(actor))
    lock(resource)
    if resource.retired_at is None:
        raise DomainError(_("%(room)s is in use already.", room=resource.name))
    resource.retired_at = None
    db.session.flush()
    record(actor, "room.reopened", resource, name=resource.name)


def lock(place: Area | Resource) -> None:
    """Let nobody else change it meanwhile, and see it as it is."""
    model = Area if isinstance(place, Area) else Resource
    db.session.scalars(
        select(model)
        .where(model.id == place.id)
        .with_for_update(key_share=True, of=model)
        .execution_options(populate_existing=True)
    ).one()

"""Checks of the room and of what is booked with it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.accounts.models import Role
from portal.compliance.checks.bodies import serves
from portal.compliance.checks.forms import items_fine
from portal.compliance.checks.helping import body, lacking, meeting_page, named, on_clock, organizer, page, role
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, not_applicable
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Format, Meeting
from portal.regulations.profiles import Clause
from portal.rooms.models import Area, Booking, Hold, Layout, Resource, Status

# As whoever looks after a room writes what it offers, in any of the portal's languages.
FACILITIES = {
    "sound": ("sound", "audio", "speaker", "microphone", "音响", "音響", "扩声", "擴音", "话筒", "麥克風", "麦克风"),
    "projection": ("project", "screen", "display", "video", "投影", "屏幕", "螢幕", "显示", "顯示", "视频", "視訊"),
    "network": ("network", "internet", "wi-fi", "wifi", "wlan", "网络", "網路", "无线", "無線", "网线"),
}


class Held(NamedTuple):
    """What a booking holds: one resource."""

    resource_id: int
    kind: str
    name: str
    features: str
    starts_at: datetime
    ends_at: datetime


class Room(NamedTuple):
    """The booking of a meeting: its room first, and what it holds besides."""

    booking_id: int
    owner_id: int
    booked_by_id: int | None
    made_at: datetime
    status: Status
    people: int | None
    layout_id: int | None
    capacity: int | None
    has_layouts: bool
    holidays: str
    room: Held
    extras: tuple[Held, ...]

    @property
    def is_confirmed(self) -> bool:
        return self.status == Status.CONFIRMED


@loads("booking", lambda: None)
def _bookings(batch: Batch) -> Mapping[int, Room]:
    other = aliased(Layout)
    furnished = select(other.id).where(other.resource_id == Resource.id).exists()
    rows = db.session.execute(
        select(Meeting.id, Booking, Layout.capacity, Resource.capacity, Area.holidays, furnished, Resource.id,
               Resource.kind, Resource.name, Resource.features, Hold.starts_at, Hold.ends_at)
        .join(Booking, Booking.id == Meeting.booking_id)
        .join(Hold, Hold.booking_id == Booking.id)
        .join(Resource, Resource.id == Hold.resource_id)
        .join(Area, Area.id == Resource.area_id)
        .outerjoin(Layout, Layout.id == Booking.layout_id)
        .where(Meeting.id.in_(batch.ids), Booking.cancelled_at.is_(None), Hold.released_at.is_(None))
        .order_by(Meeting.id, Hold.id)
    ).all()
    found: dict[int, Room] = {}
    for meeting_id, booking, laid_out, capacity, holidays, has_layouts, *held in rows:
        one, known = Held._make(held), found.get(meeting_id)
        found[meeting_id] = known._replace(extras=(*known.extras, one)) if known else Room(
            booking.id, booking.owner_id, booking.booked_by_id, booking.created_at, booking.status, booking.people,
            booking.layout_id, laid_out or capacity, bool(has_layouts), holidays, one, (),
        )
    return found


def needs_room(dossier: Dossier) -> bool:
    return dossier.meeting.format in {Format.ROOM, Format.HYBRID} and not dossier.meeting.venue


def room_page(dossier: Dossier) -> Evidence:
    booking: Room | None = dossier.get("booking")
    return page(_("Booking"), "rooms.booking", booking_id=booking.booking_id) if booking else meeting_page(dossier)


def _without_room() -> Verdict:
    return not_applicable(_("No room of the house is needed."))


@checks("room.capacity_fits", _l("The seats of the room against those who are invited"))
def capacity_fits(dossier: Dossier, clause: Clause) -> Verdict:
    if not needs_room(dossier):
        return _without_room()
    booking, people = dossier.get("booking"), sum(one.comes for one in dossier.get("people"))
    return lacking(_too_small(booking, people), dossier.has_begun, organizer(dossier), room_page(dossier),
                   kept=_("The room is large enough for %(people)s people.", people=people))


def _too_small(booking: Room | None, people: int) -> list[str]:
    if booking is None:
        return [_("No room is booked.")]
    if booking.capacity is None:
        return [_("How many the room holds is not known.")]
    if booking.capacity >= people:
        return []
    return [_("The room holds %(capacity)s, and %(people)s are invited.", capacity=booking.capacity, people=people)]


@checks("room.confirmed", _l("Whether the room’s keeper agreed, and to how many people and which layout"))
def confirmed(dossier: Dossier, clause: Clause) -> Verdict:
    if not needs_room(dossier):
        return _without_room()
    booking: Room | None = dossier.get("booking")
    if booking is None:
        return due(dossier.has_begun, _("No room is booked."), organizer(dossier), room_page(dossier))
    lacks = [
        "" if booking.is_confirmed else _("The room’s keeper has not agreed yet."),
        "" if booking.people else _("The booking does not say for how many people."),
        _("The booking does not say how the room is to be furnished.")
        if booking.has_layouts and not booking.layout_id else "",
    ]
    turn = organizer(dossier) if booking.is_confirmed else role(Role.ROOM_MANAGER)
    return lacking(lacks, dossier.has_begun, turn, room_page(dossier),
                   kept=_("The booking is confirmed, with what was agreed."))


@checks("room.fits_needs", _l("Seats and facilities of the room, and what is booked besides"))
def fits_needs(dossier: Dossier, clause: Clause) -> Verdict:
    if not needs_room(dossier):
        return _without_room()
    booking, people = dossier.get("booking"), sum(one.comes for one in dossier.get("people"))
    names = {"sound": _("sound"), "projection": _("projection"), "network": _("network")}
    missing = [names[key] for key in clause.arg.split(",") if not _has_facility(dossier, booking,
                                                                                key)] if booking else []
    lacks = [
        *_too_small(booking, people),
        _("Neither the room nor what is booked with it offers: %(names)s.", names=named(missing)) if missing else "",
    ]
    return lacking(lacks, dossier.has_begun, organizer(dossier), room_page(dossier),
                   kept=_("The room is large enough and offers what is needed."))


def _has_facility(dossier: Dossier, booking: Room, key: str) -> bool:
    """Whether the room or something booked with it says so, or somebody found it fine on a form."""
    offered = " ".join(f"{one.name} {one.features}" for one in (booking.room, *booking.extras)).lower()
    return any(word in offered for word in FACILITIES[key]) or items_fine(dossier, [key])


@checks("resources.booked", _l("What is booked with the room, for the whole time"))
def resources_booked(dossier: Dossier, clause: Clause) -> Verdict:
    booking, meeting = dossier.get("booking"), dossier.meeting
    held = [one for one in booking.extras if one.kind == clause.arg] if booking else []
    whole = [one for one in held if one.starts_at <= meeting.starts_at and one.ends_at >= meeting.ends_at]
    what = _("vehicle") if clause.arg == "vehicle" else _("equipment")
    lacks = [
        "" if held else _("Wanted, and not booked: %(what)s.", what=what),
        _("It is not held for the whole time: %(what)s.", what=what) if held and not whole else "",
        "" if not booking or booking.is_confirmed else _("The room’s keeper has not agreed yet."),
    ]
    return lacking(lacks, dossier.has_begun, body("foreign_office"), room_page(dossier),
                   kept=_("Booked for the whole time: %(names)s.", names=named(one.name for one in whole)))


@checks("resources.under_office", _l("In whose name the room and what comes with it are booked"))
def under_office(dossier: Dossier, clause: Clause) -> Verdict:
    if not needs_room(dossier):
        return _without_room()
    booking, turn = dossier.get("booking"), body("foreign_office")
    if booking is None:
        return due(dossier.has_begun, _("No room is booked."), turn, room_page(dossier))
    day: date = on_clock(dossier, booking.made_at)
    by = (booking.owner_id, booking.booked_by_id)
    lacks = [
        "" if any(serves(dossier.batch, "foreign_office", who, day) for who in by if who)
        else _("It was not booked by or for a member of the office."),
        "" if booking.is_confirmed else _("The room’s keeper has not agreed yet."),
    ]
    return lacking(lacks, dossier.has_begun, turn, room_page(dossier),
                   kept=_("The office holds the booking, and it is confirmed."))

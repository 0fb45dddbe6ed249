"""Pages of rooms and bookings."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import local
from portal.core.records import load
from portal.rooms import colleagues, commands, files, policy, queries, words
from portal.rooms.availability import next_half_hour
from portal.rooms.busy import busy
from portal.rooms.choices import choices
from portal.rooms.forms import BookingForm, details_of, given_extras
from portal.rooms.holding import RoomTaken, TooFewFree
from portal.rooms.models import LONGEST, Booking, Status, Visibility
from portal.rooms.swapping import swap_and_book, swap_and_move
from portal.rooms.taking import Swap, take_way_out, value_of
from portal.rooms.ways_out import Asked, Way, ways_out
from portal.web.addresses import own_address, record_number
from portal.web.forms import instant_from
from portal.web.fragments import carry_out, done, go, page
from portal.web.paging import leaf
from portal.web.tables import wanted_format

bp = Blueprint("rooms", __name__)

USUAL_LENGTH = timedelta(hours=1)


@bp.route("/bookings/new", methods=["GET", "POST"])
def new_booking() -> Response:
    """Book a room: `?room=ID&start=YYYY-MM-DDTHH:MM&end=…` fills in what was chosen in the grid, `?copy=ID` a booking.

    `?people=N&extra-ID=N` fills in how many people and what else is needed; `?for_whom=WORDS` a colleague, and offers
    those whom the words fit.
    """
    whom = request.args.get("for_whom", "")[:100]
    form = BookingForm(**{"for_whom": whom, **(_copied() or _suggested())}, back=request.args.get("back", ""))
    form.offer(choices())
    ways: list[Way] = []
    if request.method == "POST":
        swap = take_way_out(form)
        if form.validate():
            made = carry_out(form, _book, form, swap)
            if made:
                return _done_booking(form, made)
            ways = _ways_out(form)
    people = colleagues.suggested(whom)
    return page("rooms/new_booking.html", block="form", form=form, ways_out=ways, people=people)


class _Made(NamedTuple):
    """What is to be said of a new booking: after the commit it would be read anew."""

    booking_id: int
    is_for_another: bool
    is_requested: bool
    also: str


def _book(form: BookingForm, swap: Swap | None) -> _Made:
    owner = colleagues.colleague(form.for_whom.data) or me()
    _room_id, _title, starts_at, ends_at = form.values()
    # Asked before, when the new booking is not among it.
    others = [found.title for found in busy([owner.id], starts_at, ends_at)]
    settled: dict[str, Any] = {"owner": owner, "visibility": form.visibility, "details": form.details}
    if swap is None:
        booking = commands.book(me(), *form.values(), **settled)
    else:
        booking = swap_and_book(me(), _taker(swap), swap.target_id, *form.values(), **settled)
    also = words.also_busy(others, owner, owner.id == me().id)
    return _Made(booking.id, booking.booked_by_id is not None, booking.status == Status.REQUESTED, also)


def _taker(swap: Swap) -> Booking:
    found: Booking = load("booking", swap.taker_id, me())
    return found


def _done_booking(form: BookingForm, made: _Made) -> Response:
    if made.is_requested:
        said = _("%(room)s is requested. You are told when it is decided; until then it is kept.", room=form.room_name)
    elif made.is_for_another:
        said = _("%(room)s is booked.", room=form.room_name)
    else:
        said = _("%(room)s is booked for you.", room=form.room_name)
    _room_id, _title, starts_at, _ends_at = form.values()
    day = url_for(".day", day=local(starts_at).date().isoformat(), _anchor=f"booking-{made.booking_id}")
    said = f"{said} {made.also}".strip()
    return done(said, own_address(form.back.data, day), changed="bookings", focus=f"booking-{made.booking_id}")


def _copied() -> dict[str, Any] | None:
    """What is in the booking that is to be copied: its room, and its time on the next such weekday."""
    copied_id = request.args.get("copy", type=record_number)
    if copied_id is None:
        return None
    found = load("booking", copied_id, me(), *queries.WHOLE)
    allow(policy.may_read(me(), found))
    starts_at = _on_next_weekday(found.starts_at, found.room.area.zone)
    return {
        "title": found.title, "room_id": found.room.id, "starts_at": starts_at,
        "ends_at": starts_at + (found.ends_at - found.starts_at), "private": found.visibility == Visibility.PRIVATE,
        "for_whom": colleagues.label_of(found.owner) if found.booked_by_id == me().id else "",
        **details_of(found),
    }


def _on_next_weekday(instant: datetime, zone: ZoneInfo) -> datetime:
    """The same time of day in that zone a week later, or as many weeks as it takes to lie ahead."""
    weeks = max(1, -(-(clock.now() - instant) // timedelta(weeks=1)))
    return (instant.astimezone(zone) + timedelta(weeks=weeks)).astimezone(UTC)


def _suggested() -> dict[str, Any]:
    """What was chosen, or the next half hour; until then, or for an hour if the room is free for it."""
    # The form's own select asks by its own name.
    room_id = request.args.get("room", type=record_number) or request.args.get("room_id", type=record_number)
    starts_at, ends_at = _chosen("start") or next_half_hour(clock.now()), _chosen("end")
    if ends_at is None or not starts_at < ends_at <= starts_at + LONGEST:
        ends_at = starts_at + USUAL_LENGTH
        if room_id is not None:
            ends_at = queries.free_until(room_id, starts_at, ends_at)
    people = request.args.get("people", type=int)
    return {
        "room_id": room_id, "starts_at": starts_at, "ends_at": ends_at, "people": people,
        "extras": given_extras(request.args),
    }


def _chosen(name: str) -> datetime | None:
    """The instant of that name in the address, `YYYY-MM-DDTHH:MM` on the reader's clock, if it is one."""
    try:
        return instant_from(datetime.strptime(request.args.get(name, ""), "%Y-%m-%dT%H:%M"))  # noqa: DTZ007
    except (ValueError, OverflowError):
        return None


def _ways_out(form: BookingForm, booking: Booking | None = None) -> list[Way]:
    """What to offer instead, if something that is asked for is taken."""
    chosen = form.chosen
    if chosen is None or not isinstance(form.refusal, RoomTaken | TooFewFree):
        return []
    room_id, _title, starts_at, ends_at = form.values()
    details = form.details
    if booking:
        owner, moving = booking.owner, booking.id
    else:
        owner, moving = colleagues.colleague(form.for_whom.data) or me(), None
    asked = Asked(room_id, starts_at, ends_at, details.people, details.extras, details.quantity, moving)
    return ways_out(me(), owner, chosen.kind, asked)


@bp.get("/bookings")
def mine() -> Response:
    """My bookings that have not ended."""
    if wanted := wanted_format():
        return files.bookings(queries.bookings_of(me().id), me(), _("My bookings"), wanted)
    found = leaf(queries.bookings_of(me().id), request.args.get("page", 1, type=int))
    return page("rooms/mine.html", block="bookings", leaf=found)


@bp.get("/bookings/<int:booking_id>")
def booking(booking_id: int) -> Response:
    """One booking: what, where, when, whose; what can be done with it, and its log."""
    found = load("booking", booking_id, me(), *queries.WHOLE)
    if found.is_closure:
        return page("rooms/closure.html", block="content", closure=found, may_end=policy.may_end(me(), found))
    kept = (found.room.kept_from(found.starts_at), found.room.kept_until(found.ends_at))
    is_longer = kept != (found.starts_at, found.ends_at)
    return page(
        "rooms/booking.html", block="content", booking=found, may_change=policy.may_change(me(), found),
        may_read=policy.may_read(me(), found), undo_until=found.undo_until,
        may_restore=policy.may_change(me(), found) and found.may_be_restored_at(clock.now()),
        kept=kept if is_longer and policy.keeps(me(), found.room) else None,
    )


@bp.route("/bookings/<int:booking_id>/change", methods=["GET", "POST"])
def change(booking_id: int) -> Response:
    """Another title, room or time, other details."""
    found = load("booking", booking_id, me(), *queries.WHOLE)
    allow(policy.may_change(me(), found))
    form = BookingForm(
        title=found.title, room_id=found.room.id, starts_at=found.starts_at, ends_at=found.ends_at,
        private=found.visibility == Visibility.PRIVATE, seen=found.version, **details_of(found),
    )
    del form.for_whom
    form.offer(choices())
    ways: list[Way] = []
    if request.method == "POST":
        swap = take_way_out(form)
        if form.validate():
            carry_out(form, _move, form, found, swap)
            if not form.errors:
                return go(_("The booking is changed."), url_for(".booking", booking_id=booking_id))
            ways = _ways_out(form, found)
    return page("rooms/change.html", block="form", form=form, booking=found, ways_out=ways)


def _move(form: BookingForm, booking: Booking, swap: Swap | None) -> None:
    settled: dict[str, Any] = {
        "seen": form.seen.data or None, "visibility": form.visibility,
        "details": form.details if form.sends_details else None,
    }
    if swap is None:
        commands.move(me(), booking, *form.values(), **settled)
    else:
        swap_and_move(me(), _taker(swap), swap.target_id, booking, *form.values(), **settled)


@bp.post("/bookings/<int:booking_id>/cancellation")
def cancellation(booking_id: int) -> Response:
    """Give the room back."""
    found = load("booking", booking_id, me())
    commands.cancel(me(), found)
    db.session.commit()
    return go(_("The booking is cancelled and the room is free."), url_for(".booking", booking_id=booking_id))


@bp.post("/bookings/<int:booking_id>/restoration")
def restoration(booking_id: int) -> Response:
    """Take the cancellation back."""
    found = load("booking", booking_id, me())
    commands.restore(me(), found)
    db.session.commit()
    return go(_("The booking stands again."), url_for(".booking", booking_id=booking_id))


@bp.app_template_filter("title_for")
def title_for(booking: Booking, person: Person) -> str:
    """What the booking is called to that person."""
    return words.title_for(booking, person)


bp.add_app_template_filter(value_of, "way_out_value")

"""A way out as a button beside a refusal sends it along with all that was typed, and as the form takes it."""

from typing import NamedTuple

from flask import request

from portal.core.i18n import local
from portal.rooms.forms import BookingForm, ExtrasField
from portal.rooms.ways_out import Kind, Way
from portal.web.addresses import record_number


class Swap(NamedTuple):
    """The booking that moves elsewhere so that its room is free, and where to."""

    taker_id: int
    target_id: int


def value_of(way: Way) -> str:
    """What the way's button sends; times are on the reader's clock, as in the form's own fields."""
    if way.kind == Kind.SWAP and way.taker and way.target:
        return f"swap/{way.taker.id}/{way.target.id}"
    if way.kind == Kind.FEWER:
        return "/".join(["fewer", *(f"{resource.id}:{count}" for resource, count in way.extras.items())])
    times = (local(instant).strftime("%Y-%m-%dT%H:%M") for instant in (way.starts_at, way.ends_at))
    return "/".join([str(way.resource.id), *times])


def take_way_out(form: BookingForm) -> Swap | None:
    """Put what a way out is about into the form that was sent; answers a swap, of which the form knows nothing."""
    first, *rest = request.form.get("way_out", "").split("/")
    if first == Kind.SWAP and len(rest) == 2:
        return _swap(*rest)
    if first == Kind.FEWER:
        numbers = (part.partition(":") for part in rest)
        form.fill_anew(request.form, **{ExtrasField.prefix + which: count for which, _colon, count in numbers})
    elif len(rest) == 2:
        # Another room is furnished otherwise.
        elsewhere = {} if first == request.form.get("room_id") else {"layout_id": ""}
        form.fill_anew(request.form, room_id=first, starts_at=rest[0], ends_at=rest[1], **elsewhere)
    return None


def _swap(taker: str, target: str) -> Swap | None:
    try:
        return Swap(record_number(taker), record_number(target))
    except ValueError:
        return None

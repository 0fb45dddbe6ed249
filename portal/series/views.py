"""Pages of series."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from sqlalchemy.orm import joinedload

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.rooms import colleagues
from portal.rooms import policy as rooms_policy
from portal.rooms.availability import next_half_hour
from portal.rooms.choices import choices as resources
from portal.rooms.models import LONGEST, UNDO, Booking, Resource, Visibility
from portal.series import changing, commands, policy, queries, words
from portal.series.changing import Change, Wish
from portal.series.commands import Scope
from portal.series.forms import SeriesForm, choices_in, filled_from
from portal.series.models import Series
from portal.series.planning import Plan, differences
from portal.web.addresses import record_number
from portal.web.forms import instant_from
from portal.web.fragments import carry_out, go, page, wants_fragment

bp = Blueprint("series", __name__)

USUAL_LENGTH = timedelta(hours=1)
USUAL_COUNT = 10


@bp.app_template_filter("weekday")
def weekday(instant: datetime) -> str:
    """`Mon` of a time on the reader's clock."""
    return words.weekday_names("abbreviated")[instant.weekday()]


# --- Making one ---


@bp.route("/series/new", methods=["GET", "POST"])
def new_series() -> Response:
    """Book a series: `?room=ID&start=YYYY-MM-DDTHH:MM&end=…&title=WORDS` fills in its first booking.

    A POST shows the dates first; with `act=save` it books them. With `act=open` it comes from the booking form.
    """
    if request.form.get("act") == "open":
        return _opened()
    form = SeriesForm(**_suggested())
    del form.scope
    form.offer(resources())
    plan = None
    if request.method == "POST" and form.validate():
        made = carry_out(form, _make, form) if _saves(form) else None
        if made:
            return go(_said(made[1]), url_for(".series", series_id=made[0]))
        plan = _look(form, _planned)
    return _form_page("series/new.html", form, plan)


def _opened() -> Response:
    """Go on to the page of the series with what stands in the booking form."""
    names = {"title": "title", "room_id": "room", "starts_at": "start", "ends_at": "end", "for_whom": "for_whom"}
    typed = {other: request.form.get(name, "")[:300] for name, other in names.items()}
    given: dict[str, Any] = {name: text for name, text in typed.items() if text}
    address = url_for(".new_series", **given)
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = address
        return response
    return make_response(redirect(address, code=303))


def _suggested() -> dict[str, Any]:
    starts_at = _asked("start") or next_half_hour(clock.now())
    ends_at = _asked("end")
    if ends_at is None or not starts_at < ends_at <= starts_at + LONGEST:
        ends_at = starts_at + USUAL_LENGTH
    return {
        "title": request.args.get("title", "")[:200], "room_id": request.args.get("room", type=record_number),
        "starts_at": starts_at, "ends_at": ends_at, "interval": 1, "count": USUAL_COUNT,
        "for_whom": request.args.get("for_whom", "")[:100], "back": request.args.get("back", ""),
    }


def _asked(name: str) -> datetime | None:
    try:
        return instant_from(datetime.strptime(request.args.get(name, ""), "%Y-%m-%dT%H:%M"))  # noqa: DTZ007
    except (ValueError, OverflowError):
        return None


def _planned(form: SeriesForm) -> Plan:
    rooms = queries.resources_like(form.room_id.data)
    rule = form.rule(_room(form, rooms).area.zone)
    owner = colleagues.colleague(form.for_whom.data) or me()
    return commands.look_ahead(
        me(), owner, rooms, form.room_id.data, *form.span(), rule, choices_in(request.form)
    )


def _make(form: SeriesForm) -> tuple[int, int]:
    rule = form.rule(_zone_of(form))
    owner = colleagues.colleague(form.for_whom.data)
    made = commands.make(
        me(), form.room_id.data, form.title.data, *form.span(), rule, choices_in(request.form), owner=owner,
        visibility=form.visibility,
    )
    return made.id, len(made.bookings)


def _said(count: int) -> str:
    return ngettext("One date is booked.", "%(num)s dates are booked.", count)


# --- What both forms need ---


def _saves(form: SeriesForm) -> bool:
    """Whether to save now: only the dates that the reader has seen."""
    if request.form.get("act") != "save":
        return False
    if form.shown.data != form.fingerprint(_zone_of(form)):
        form.refuse(DomainError(_("Something was changed since the dates were shown. Look at them again.")))
        return False
    return True


def _zone_of(form: SeriesForm) -> Any:
    room = db.session.get(Resource, form.room_id.data, options=[joinedload(Resource.area)]) or abort(404)
    return room.area.zone


def _room(form: SeriesForm, rooms: dict[int, Resource]) -> Resource:
    return rooms.get(form.room_id.data) or abort(404)


def _look(form: SeriesForm, planned: Callable[[SeriesForm], Any]) -> Any:
    """The dates of what is typed; what cannot be is said on the form, unless that is said already."""
    refused = form.refusal
    try:
        return planned(form)
    except DomainError as error:
        if refused is None or str(refused) != str(error):
            form.refuse(error)
        return None


def _form_page(template: str, form: SeriesForm, plan: Plan | None, **more: Any) -> Response:
    if plan is not None:
        form.shown.raw_data = None
        form.shown.data = form.fingerprint(plan.zone)
    people = colleagues.suggested(form.for_whom.data or "") if "for_whom" in form else []
    rule = words.rule_words(plan.rule, plan.starts_at, plan.zone) if plan else ""
    return page(
        template, block="form", form=form, plan=plan, people=people, rule=rule,
        weekday_names=words.weekday_names("narrow"), **more,
    )


# --- One series ---


@bp.get("/series/<int:series_id>")
def series(series_id: int) -> Response:
    """A series: its rule, all its dates and what is different about them, and what can be done."""
    found = _load(series_id)
    bookings = db.session.scalars(queries.bookings_of(series_id)).all()
    standing = [booking for booking in bookings if booking.is_standing]
    now, may_change = clock.now(), policy.may_change(me(), found)
    lately = queries.lately_cancelled(bookings, now - UNDO) if may_change else []
    return page(
        "series/series.html", block="content", series=found, rule=words.series_words(found),
        may_read=policy.may_read(me(), found), may_change=may_change, lately=lately,
        past=[booking for booking in standing if booking.starts_at <= now],
        ahead=[booking for booking in standing if booking.starts_at > now],
        differences={booking.id: differences(found, booking) for booking in standing},
        follows=db.session.get(Series, found.follows_id) if found.follows_id else None,
        may_read_booking=rooms_policy.may_read,
    )


def _load(series_id: int) -> Series:
    whole = (
        joinedload(Series.owner), joinedload(Series.booked_by), joinedload(Series.room).joinedload(Resource.area)
    )
    found: Series = load("series", series_id, me(), *whole)
    return found


@bp.route("/series/<int:series_id>/change", methods=["GET", "POST"])
def change(series_id: int) -> Response:
    """Another title, room, time or rule for all that is to come, or from `?from=BOOKING` on."""
    found = _load(series_id)
    allow(policy.may_change(me(), found))
    seen_at = _seen_at(found)
    form = SeriesForm(**_filled(found, seen_at))
    del form.for_whom
    form.offer(resources())
    change = None
    if request.method == "POST" and form.validate():
        changed = carry_out(form, _change, form, found, seen_at) if _saves(form) else None
        if changed:
            return go(_("The series is changed."), url_for(".series", series_id=changed))
        change = _look(form, lambda form: _changed(form, series_id, seen_at))
    return _form_page(
        "series/change.html", form, change.plan if change else None, series_id=series_id, change=change,
        seen_at=seen_at, from_id=request.args.get("from", type=record_number),
    )


def _seen_at(found: Series) -> datetime:
    """The instance that the form is about: that of `?from=BOOKING`, or the next to come."""
    start = _occurrence(found)
    _before, old = changing.still_to_come(found, start.recurrence_id if start else None)
    return old[0]


def _occurrence(found: Series) -> Booking | None:
    booking_id = request.args.get("from", type=record_number)
    if booking_id is None:
        return None
    booking: Booking = load("booking", booking_id, me())
    return booking if booking.series_id == found.id and booking.recurrence_id else abort(404)


def _filled(found: Series, seen_at: datetime) -> dict[str, Any]:
    before, _old = changing.still_to_come(found, seen_at)
    rule = words.rule_of(found)
    filled = filled_from(rule, found.zone)
    if rule.count:
        filled["count"] = rule.count - len(before)
    return {
        "title": found.title, "room_id": found.resource_id, "starts_at": seen_at,
        "ends_at": seen_at + found.length, "private": found.visibility == Visibility.PRIVATE,
        "scope": (Scope.FOLLOWING if "from" in request.args else Scope.ALL).value,
        "seen": changing.version(found), **filled,
    }


def _wish(form: SeriesForm) -> Wish:
    return Wish(
        form.room_id.data, form.title.data, *form.span(), form.rule(_zone_of(form)), form.visibility
    )


def _changed(form: SeriesForm, series_id: int, seen_at: datetime) -> Change:
    found = _load(series_id)
    bookings = db.session.scalars(queries.bookings_of(series_id)).all()
    rooms = queries.resources_like(form.room_id.data)
    _room(form, rooms)
    return changing.look_ahead(
        me(), found, bookings, rooms, Scope(form.scope.data), seen_at, _wish(form), choices_in(request.form)
    )


def _change(form: SeriesForm, found: Series, seen_at: datetime) -> int:
    changed = changing.change(
        me(), found, Scope(form.scope.data), seen_at, _wish(form), choices_in(request.form),
        seen=form.seen.data or None,
    )
    return changed.id


@bp.route("/series/<int:series_id>/cancellation", methods=["GET", "POST"])
def cancellation(series_id: int) -> Response:
    """Cancel all that is to come, or from `?from=BOOKING` on; a GET asks which."""
    found = _load(series_id)
    allow(policy.may_change(me(), found))
    start = _occurrence(found)
    if request.method == "GET":
        return page("series/cancel.html", block="content", series=found, start=start, rule=words.series_words(found))
    scope = Scope.FOLLOWING if start and request.form.get("scope") != Scope.ALL else Scope.ALL
    count = commands.cancel(me(), found, scope, start)
    db.session.commit()
    said = ngettext("One date is cancelled.", "%(num)s dates are cancelled.", count)
    return go(said, url_for(".series", series_id=series_id))


@bp.post("/series/<int:series_id>/restoration")
def restoration(series_id: int) -> Response:
    """Take the last cancellation back."""
    found = _load(series_id)
    back, lost = commands.restore(me(), found)
    db.session.commit()
    said = ngettext("One date stands again.", "%(num)s dates stand again.", back)
    if lost:
        also = ngettext("One was booked by others.", "%(num)s were booked by others.", lost)
        said = f"{said} {also}"
    return go(said, url_for(".series", series_id=series_id))

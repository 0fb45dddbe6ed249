"""Making meetings of bookings or elsewhere, changing their words and details, moving those without a booking."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Response, abort, make_response, render_template, request, url_for

from portal.accounts import queries as accounts
from portal.accounts.naming import label_of, suggested
from portal.accounts.session import me
from portal.bodies import queries as bodies
from portal.core import clock
from portal.core.access import allow
from portal.core.i18n import gettext as _
from portal.core.i18n import local, ngettext, reader, short_day, speaking_to
from portal.core.records import load
from portal.meetings import commands, moving, policy, queries
from portal.meetings.copying import Source, content_of, origin, seated
from portal.meetings.making_form import (
    ChangeForm,
    MakeElsewhereForm,
    MakeForm,
    MoveForm,
    typed_zone,
    zone_names,
)
from portal.meetings.models import Meeting, Part
from portal.meetings.recurring import coming_dates, make_meetings
from portal.meetings.views import address_of, bp
from portal.web.addresses import record_number
from portal.web.fragments import carry_out, go, page

PREFILLED = (
    "subject", "purpose", "outcome", "kind_id", "department_id", "body_id", "confidentiality", "venue", "online_url",
    "timezone", "capacity", "quorum",
)


class Beginning(NamedTuple):
    """What a new meeting may begin with, as the form offers it."""

    value: str
    label: str


@bp.get("/meetings/begin")
def begin() -> Response:
    """Where a new meeting is to be: in the room of one of my bookings, in one yet to be booked, or elsewhere."""
    source = request.args.get("source", "")
    _source(source)
    bookings = queries.free_bookings(me().id, clock.now())
    return page("meetings/begin.html", block="choice", bookings=bookings, source=source)


@bp.get("/meetings/colleagues")
def colleagues() -> Response:
    """The names that what is typed into a field for one person may mean, for the list below it."""
    words = request.args.get("chair") or request.args.get("recorder") or ""
    return make_response(render_template("rooms/_colleagues.html", people=suggested(words[:100])))


@bp.route("/bookings/<int:booking_id>/meeting", methods=["GET", "POST"])
def new_meeting(booking_id: int) -> Response:
    """Make a meeting of a booking, or of every coming date of its series."""
    booking = load("booking", booking_id, me())
    allow(policy.may_make(me(), booking))
    if existing := queries.meeting_in(booking_id):
        return go(_("This booking is a meeting already."), address_of(existing))
    source = _source(_asked_source())
    form = MakeForm(**{"subject": booking.title, **_filled(source)})
    del form.venue, form.timezone
    dates = len(coming_dates(booking))
    _offer(form)
    if form.validate_on_submit():
        if form.all_dates.data and dates > 1:
            made = carry_out(form, lambda: make_meetings(me(), booking, **_values(form, source)))
            if made:
                words = ngettext("%(num)s meeting is a draft.", "%(num)s meetings are drafts.", len(made))
                return go(words, url_for("meetings.mine", which="drafts"))
        else:
            one = carry_out(form, lambda: commands.make_meeting(me(), booking, **_values(form, source)))
            if one:
                return go(_("The meeting is a draft. Add people, then send the notice."), address_of(one))
    return _new_page(form, booking=booking, dates=dates)


@bp.route("/meetings/new", methods=["GET", "POST"])
def new_elsewhere() -> Response:
    """Make a meeting outside or online, at a time of its own."""
    allow(policy.may_make_elsewhere(me()))
    source = _source(_asked_source())
    with _clock_of(typed_zone(None)):
        form = MakeElsewhereForm(**_suggested_times(source), **_filled(source))
        del form.all_dates
        _offer(form)
        if form.validate_on_submit():
            made = carry_out(
                form,
                lambda: commands.make_meeting_elsewhere(me(), *form.span(), **_values(form, source)),
            )
            if made:
                return go(_("The meeting is a draft. Add people, then send the notice."), address_of(made))
        return _new_page(form, booking=None, dates=0)


def _new_page(form: MakeForm, **more: Any) -> Response:
    return page(
        "meetings/new.html", block="form", form=form, beginnings=_beginnings(), zones=zone_names(),
        people=suggested(form.chair.data or ""), **more,
    )


def _offer(form: ChangeForm) -> None:
    form.offer(queries.kinds_in_use(), accounts.departments(), bodies.convening(), is_new=True)


def _values(form: MakeForm, source: Source | None) -> dict[str, Any]:
    """What the commands take. Raises DomainError for a name that means nobody, or several."""
    return {**form.words(), "details": form.details(), "source": source}


def _asked_source() -> str:
    return request.form.get("source", "") or request.args.get("source", "")


def _source(text: str) -> Source | None:
    """What `meeting-7`, `template-3` or a name of a slice above stands for; 404 for what the reader may not use."""
    kind, _dash, number = text.partition("-")
    if not text:
        return None
    try:
        record_id = record_number(number)
    except ValueError:
        abort(404)
    if kind == "meeting":
        meeting: Meeting = load("meeting", record_id, me())
        allow(policy.may_record(me(), meeting))
        return Source(content_of(meeting), meeting.id)
    template = queries.template(record_id) if kind == "template" else None
    return (Source(template.content) if template else origin(me(), kind, record_id)) or abort(404)


def _filled(source: Source | None) -> dict[str, Any]:
    """What a new meeting's form is filled with."""
    if source is None:
        return {}
    content = source.content
    chair, recorder = seated(content, Part.CHAIR), seated(content, Part.RECORDER)
    return {
        **{name: content.get(name) for name in PREFILLED},
        "agenda": "\n".join(line["title"] for line in content["agenda"]),
        "chair": label_of(chair) if chair else "", "recorder": label_of(recorder) if recorder else "",
        "source": _asked_source(),
    }


def _suggested_times(source: Source | None) -> dict[str, datetime]:
    """Tomorrow at nine, or on the day that it is proposed for; as long as what is copied was."""
    tomorrow = local(clock.now()).date() + timedelta(days=1)
    day = max(tomorrow, source.content.get("day", tomorrow)) if source else tomorrow
    starts_at = datetime.combine(day, time(9), reader().zone).astimezone(UTC)
    minutes = source.content["minutes"] if source else 60
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}


def _beginnings() -> Sequence[Beginning]:
    """Templates, and what I organized last."""
    templates = [Beginning(f"template-{one.id}", one.name) for one in queries.templates()]
    lately = queries.lately_organized(me().id)
    days = {one.id: short_day(local(one.starts_at).date()) for one in lately}
    return templates + [Beginning(f"meeting-{one.id}", f"{one.subject} · {days[one.id]}") for one in lately]


# --- Changing ---


@bp.route("/meetings/<int:meeting_id>/change", methods=["GET", "POST"])
def change(meeting_id: int) -> Response:
    """Other words and details."""
    found: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    with _clock_of(typed_zone(found.timezone)):
        form = ChangeForm(
            seen=found.version, answer_by=found.answer_by, **{name: getattr(found, name) for name in PREFILLED}
        )
        if found.booking_id is not None:
            del form.venue, form.timezone
        kinds = queries.kinds_in_use()
        if found.kind is not None and found.kind not in kinds:
            kinds = [*kinds, found.kind]
        bodies_here = bodies.convening()
        if found.body is not None and found.body not in bodies_here:
            bodies_here = [*bodies_here, found.body]
        form.offer(kinds, accounts.departments(), bodies_here)
        if form.validate_on_submit():
            changed = carry_out(
                form,
                lambda: commands.change_meeting(
                    me(), found, **form.words(), details=form.details(), seen=form.seen.data or None
                ),
            )
            if changed:
                return go(_("The meeting is changed."), address_of(found))
        return page("meetings/change.html", block="form", form=form, meeting=found, zones=zone_names())


@bp.route("/meetings/<int:meeting_id>/move", methods=["GET", "POST"])
def move(meeting_id: int) -> Response:
    """Another time or place for a meeting that has no booking."""
    found: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    if found.booking_id is not None:
        return go(_("This meeting has a room. Move its booking, and it goes along."), address_of(found))
    with _clock_of(found.timezone or ""):
        form = MoveForm(
            starts_at=found.starts_at, ends_at=found.ends_at, venue=found.venue, online_url=found.online_url,
            seen=found.sequence,
        )
        if form.validate_on_submit():
            carry_out(
                form, moving.move_meeting, me(), found, *form.span(), venue=form.venue.data,
                online_url=form.online_url.data, seen=form.seen.data,
            )
            if not form.errors:
                return go(_("The meeting is moved."), address_of(found))
        return page("meetings/move.html", block="form", form=form, meeting=found)


@contextmanager
def _clock_of(zone: str) -> Iterator[None]:
    """Times are typed and shown on the clock of that zone, if it is one."""
    try:
        chosen = ZoneInfo(zone) if zone else reader().zone
    except (ZoneInfoNotFoundError, ValueError):
        chosen = reader().zone
    with speaking_to(reader().locale, chosen):
        yield

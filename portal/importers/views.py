"""Pages on which somebody brings a calendar file along: chosen, looked at event by event, then taken in."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Redirection

from portal.accounts.session import me
from portal.core import clock
from portal.core.db import db, expect_only_reads
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import local, ngettext, reader
from portal.core.records import load
from portal.importers import overlays, uploads
from portal.importers.calendar import OF_UPLOADS, CalendarFile, calendar_in
from portal.importers.events import Event
from portal.importers.forms import Into, TakeForm, UploadForm
from portal.importers.looking import Line, fingerprint, look
from portal.importers.models import Overlay
from portal.importers.recurring import Series
from portal.importers.results import Outcome
from portal.importers.scanning import MEGABYTE, scan
from portal.importers.tables import Unreadable
from portal.importers.taking import Changed, take
from portal.importers.times import Found, times_of, window_around
from portal.importers.words import KEPT, LEFT_OUT, MARKS
from portal.web import errors
from portal.web.fragments import carry_out, go, page
from portal.web.paging import SIZE, Leaf

bp = Blueprint("importers", __name__)

# The form around the file needs some room too.
MOST_SENT = OF_UPLOADS.octets + MEGABYTE


class Row(NamedTuple):
    """An event on the page, and what would become of it: a key of `MARKS`."""

    event: Event
    what: str
    reason: str
    place: str
    starts_at: datetime | None
    ends_at: datetime | None
    times: int

    @property
    def last_day(self) -> date | None:
        """The day on which it ends, on the reader's clock."""
        return local(self.ends_at - timedelta(seconds=1)).date() if self.ends_at else None

    @property
    def recurs(self) -> bool:
        return isinstance(self.event, Series)


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Any) -> None:
    """Only where a file is given may a request be that large. It runs before anything reads the request."""
    if endpoint == "importers.bring":
        request.max_content_length = MOST_SENT


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """The form with the words beside its field: nothing of what was sent has been read."""
    words = _("A file has %(count)s MB at most.", count=OF_UPLOADS.octets // MEGABYTE)
    if request.endpoint != "importers.bring":
        return errors.answer(413, words)
    expect_only_reads(True)
    form = UploadForm(formdata=None)
    form.refuse(DomainError(words, "file"))
    response = _upload_page(form)
    response.status_code = 413
    return response


@bp.route("/calendar/import", methods=["GET", "POST"])
def bring() -> Response | Redirection:
    """Choose a file and what it is to become; below, the calendars that one has brought already."""
    form = UploadForm()
    form.offer_rooms()
    if form.validate_on_submit():
        content = form.content(request, OF_UPLOADS.octets)
        _let_others_write()
        if name := carry_out(form, _name_of, content, form):
            said = {"into": form.into.data, "room_id": form.room_id.data or None, "name": name}
            return redirect(url_for(".preview", token=uploads.keep(me(), content), **said), code=303)
    return _upload_page(form)


def _name_of(content: bytes, form: UploadForm) -> str:
    """What the calendar is called: as was typed, as it says itself, or as its file is. Raises DomainError for none."""
    if not content:
        raise DomainError(_("Please choose a file that is not empty."), "file")
    try:
        head = scan(content, form.file_name or _("The file"), OF_UPLOADS).head
    except Unreadable as refusal:
        raise DomainError(str(refusal), "file") from None
    own = head.get("X-WR-CALNAME") or head.get("NAME") or form.file_name.removesuffix(".ics")
    printable = "".join(sign for sign in own if sign.isprintable()).strip()
    return form.name.data or printable[: overlays.LONGEST_NAME] or _("My calendar")


def _upload_page(form: UploadForm) -> Response:
    if form.room_id.choices is None:
        form.offer_rooms()
    return page(
        "importers/bring.html", block="bring", form=form, overlays=overlays.counted_overlays(me().id),
        largest=OF_UPLOADS.octets // MEGABYTE,
    )


@bp.get("/calendar/import/<token>")
def preview(token: str) -> Response:
    """What is in the file, and what would become of each event: `?into=`, `?room_id=`, `?name=`, `?only=`, `?page=`."""
    expect_only_reads(True)
    form = _form_of(request.args)
    return _preview(token, form)


@bp.post("/calendar/import/<token>")
def take_in(token: str) -> Response:
    """Do what the page has shown."""
    form = _form_of(request.form)
    if not form.validate():
        return _preview(token, form)
    content = uploads.kept(me(), token)
    _let_others_write()
    try:
        file = _calendar_in(content)
    except Unreadable as refusal:
        return _refused(form, str(refusal))
    done = carry_out(form, _book if form.into.data == Into.BOOKINGS else _bring, file, form)
    if done is None:
        # A new look at it: what was seen before is not sent again.
        return _preview(token, form)
    uploads.forget(me(), token)
    return go(done, url_for("calendars.week") if form.into.data == Into.BOOKINGS else url_for(".bring"))


def _form_of(values: MultiDict[str, str]) -> TakeForm:
    form = TakeForm(values)
    form.offer_rooms()
    if form.into.data not in set(Into):
        form.into.data = Into.OVERLAY
    if form.room_id.data not in {choice.value for choice in form.room_id.choices}:
        form.room_id.data = ""
    return form


def _calendar_in(content: bytes) -> CalendarFile:
    """Raises Unreadable."""
    return calendar_in(content, _("The file"), OF_UPLOADS)


def _let_others_write() -> None:
    """While a file is read, which may take seconds, nobody is to wait for SQLite's one writer."""
    db.session.rollback()


def _book(file: CalendarFile, form: TakeForm) -> str:
    count = take(me(), file.events, file.zone or reader().zone, form.chosen_room, form.seen.data or "")
    return ngettext("%(num)s time is booked.", "%(num)s times are booked.", count)


def _bring(file: CalendarFile, form: TakeForm) -> str:
    zone = file.zone or reader().zone
    found = times_of(file.events, zone, window_around(clock.now()))
    if _seen(found) != form.seen.data:
        raise Changed(_("Meanwhile something has changed. Look at it again: this is what would be kept now."))
    times = [time for one in found for time in one.times]
    overlays.bring(me(), form.name.data or "", times)
    return _("“%(name)s” is kept: others see when you are busy, but not with what.", name=form.name.data)


def _seen(found: Sequence[Found]) -> str:
    return str(sum(len(one.times) for one in found))


def _preview(token: str, form: TakeForm) -> Response:
    """The page; 422 if the form was refused. Raises Missing if the file is gone."""
    try:
        file = _calendar_in(uploads.kept(me(), token))
        zone = file.zone or reader().zone
        if form.into.data == Into.BOOKINGS:
            lines = look(me(), file.events, zone, form.chosen_room)
            rows, seen = [_row_of_line(line) for line in lines], fingerprint(lines)
        else:
            found = times_of(file.events, zone, window_around(clock.now()))
            rows, seen = [_row_of_times(one, zone) for one in found], _seen(found)
    except (Unreadable, DomainError) as refusal:
        if isinstance(refusal, DomainError) and not refusal.field:
            raise
        return _refused(form, str(refusal))
    form.seen.data = seen
    only = request.args.get("only", "")
    shown = [row for row in rows if row.what == only] if only in MARKS else rows
    return page(
        "importers/preview.html", block="preview", form=form, key=token, tally=Counter(row.what for row in rows),
        marks=MARKS, only=only, leaf=_leaf(shown), every=len(rows), Into=Into, zone=zone,
        takes=sum(row.times for row in rows),
    )


def _refused(form: TakeForm, words: str) -> Response:
    """Back to where a file is chosen, with what was said about it."""
    again = UploadForm(formdata=None, into=form.into.data, name=form.name.data, room_id=form.room_id.data)
    again.refuse(DomainError(words, "file"))
    return _upload_page(again)


def _leaf(rows: Sequence[Row]) -> Leaf[Row]:
    said = request.args.get("page", "")
    number = max(1, min(int(said), 10_000)) if said.isdecimal() and len(said) < 6 else 1
    return Leaf(rows[(number - 1) * SIZE : number * SIZE], number, len(rows) > number * SIZE)


def _row_of_line(line: Line) -> Row:
    booked, event = line.booked, line.event
    room = line.room.name if line.room else event.room
    starts_at, ends_at = line.dates[0].plan[1:] if line.dates else _span(event)
    return Row(event, line.outcome.name.lower(), line.reason, room, starts_at, ends_at, len(booked))


def _span(event: Event) -> tuple[datetime | None, datetime | None]:
    if event.starts_at is None or event.ends_at is None:
        return None, None
    return event.span(reader().zone)


def _row_of_times(found: Found, zone: Any) -> Row:
    event, times = found.event, found.times
    what = KEPT if times else Outcome.INVALID.name.lower() if event.fault else LEFT_OUT
    starts_at, ends_at = (times[0].starts_at, times[0].ends_at) if times else _span(event)
    return Row(event, what, found.reason, event.room, starts_at, ends_at, len(times))


@bp.post("/calendar/overlays/<int:overlay_id>/removal")
def removal(overlay_id: int) -> Response:
    """Forget a calendar that one has brought."""
    overlay: Overlay = load("overlay", overlay_id, me())
    name = overlay.name
    overlays.remove(me(), overlay)
    db.session.commit()
    return go(_("“%(name)s” is removed.", name=name), url_for(".bring"))

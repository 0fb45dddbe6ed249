"""The backward calendar of a meeting, waivers, and the last moments of the house."""

from datetime import date, datetime, timedelta

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from portal.accounts.queries import house_today
from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.deadlines import commands, overview, policy, queries, turns, words
from portal.deadlines.calendar import Line, State, calendar_of
from portal.deadlines.forms import ReasonForm
from portal.deadlines.models import Waiver
from portal.deadlines.planning import preview
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting, MeetingKind
from portal.meetings.pages import meeting_page
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page
from portal.web.paging import leaf_of

bp = Blueprint("deadlines", __name__)


def _address(meeting: Meeting) -> str:
    return url_for("deadlines.timetable", meeting_id=meeting.id)


@bp.get("/meetings/<int:meeting_id>/timetable")
def timetable(meeting_id: int) -> Response:
    """The last moments of the meeting in a line, with today, and the waivers."""
    return _timetable(_seen(meeting_id))


def _seen(meeting_id: int) -> Meeting:
    found: Meeting = load("timetable", meeting_id, me())
    return found


def _timetable(found: Meeting, form: Form | None = None, status: int | None = None) -> Response:
    lines = calendar_of(found)
    able = {line.requirement.key for line in lines if policy.may_waive(me(), found, line.requirement)}
    return meeting_page(
        "deadlines/timetable.html", block="timetable", meeting=found, entries=_entries(found, lines), able=able,
        may_ask=policy.may_ask(me(), found), waivers=queries.all_waivers(found.id), titles=words.titles(),
        whose_turn=turns.whose_turn, where=turns.where, who_may=words.who_may, form=form,
        may_open=meetings.may_see(me(), found), states=State, status=status,
    )


def _entries(found: Meeting, lines: list[Line]) -> list[tuple[str, Line | None, datetime]]:
    """The lines with the present moment and the meeting among them, by time."""
    entries: list[tuple[str, Line | None, datetime]] = [("line", line, line.due_at) for line in lines]
    entries += [("meeting", None, found.starts_at), ("now", None, clock.now())]
    return sorted(entries, key=lambda entry: entry[2])


def _line(found: Meeting, key: str) -> Line:
    return next((line for line in calendar_of(found) if line.requirement.key == key), None) or abort(404)


@bp.route("/meetings/<int:meeting_id>/timetable/<key>/waiver", methods=["GET", "POST"])
def waiver(meeting_id: int, key: str) -> Response:
    """Let the meeting off one requirement, with the reason."""
    found = _seen(meeting_id)
    line, form = _line(found, key), ReasonForm()
    allow(policy.may_waive(me(), found, line.requirement))
    if form.validate_on_submit() and carry_out(
        form, commands.waive, me(), found, line.requirement.clause, key, form.reason.data
    ):
        return go(_("It is waived; the organizer and the supervisors are told."), _address(found))
    return _reason(found, line, form, _("Waive this?"), _("Waive it"))


@bp.route("/meetings/<int:meeting_id>/timetable/<key>/request", methods=["GET", "POST"])
def waiver_request(meeting_id: int, key: str) -> Response:
    """Ask those who may to let the meeting off one requirement."""
    found = _seen(meeting_id)
    line, form = _line(found, key), ReasonForm()
    allow(policy.may_ask(me(), found) and bool(line.requirement.waiver))
    if form.validate_on_submit() and carry_out(form, commands.ask, me(), found, key, form.reason.data):
        return go(_("Those who may waive it are asked."), _address(found))
    return _reason(found, line, form, _("Ask for a waiver"), _("Ask for it"))


def _reason(found: Meeting, line: Line, form: Form, title: str, send: str) -> Response:
    return page(
        "deadlines/reason.html", block="form", meeting=found, line=line, form=form, title=title, send=send,
        who_may=words.who_may(line.requirement), address=_address(found),
    )


@bp.post("/waivers/<int:waiver_id>/revocation")
def revocation(waiver_id: int) -> Response:
    """Take a waiver back."""
    given: Waiver = db.session.get(Waiver, waiver_id) or abort(404)
    found, form = _seen(given.meeting_id), Form()
    carry_out(form, commands.revoke, me(), given)
    if form.errors:
        return _timetable(found, form, 422)
    return go(_("The waiver is taken back; what it let off holds again."), _address(found))


# --- The house ---


@bp.get("/timetable")
def house() -> Response:
    """The next last moments of all meetings that I may know of, worst first: `?days=`."""
    allow(policy.may_see_all(me()))
    days = request.args.get("days", type=int)
    days = days if days in overview.SPANS else overview.USUAL
    found = overview.rows(me(), days)
    leaf = leaf_of(found, request.args.get("page", 1, type=int))
    return page(
        "deadlines/house.html", block="house", leaf=leaf, days=days, spans=overview.SPANS, now=clock.now(),
        states=State, whose_turn=turns.whose_turn,
    )


@bp.get("/timetable/preview")
def ahead() -> Response:
    """The last moments before a meeting of that kind, or of the first, on that day: `?kind_id=&date=`."""
    kinds, day = queries.kinds_under_profiles(), _day(request.args.get("date", ""))
    kind = _kind(request.args["kind_id"]) if "kind_id" in request.args else next(iter(kinds), None)
    return page(
        "deadlines/ahead.html", block="ahead", kinds=kinds, kind=kind, day=day,
        preview=preview(kind, day) if kind is not None and kind.profile else None,
    )


@bp.get("/timetable/too-late")
def too_late() -> Response:
    """In short what would be too late, for the form of a new meeting: `?kind_id=&starts_at=` or `date`."""
    kind = _kind(request.args.get("kind_id", ""))
    day = _day(request.args.get("date") or request.args.get("starts_at", ""))
    if kind is None or not kind.profile:
        return make_response("")
    return make_response(render_template("deadlines/_too_late.html", preview=preview(kind, day)))


def _kind(text: str) -> MeetingKind | None:
    try:
        return db.session.get(MeetingKind, record_number(text)) if text else None
    except ValueError:
        return None


def _day(text: str) -> date:
    """The day that is asked for; else a fortnight from now."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return house_today() + timedelta(days=14)
    return day if 1970 < day.year < 2200 else house_today()

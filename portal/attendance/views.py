"""Pages of the day: who is there, corrections, the paper list, absences."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.attendance import absences, commands, policy, queries
from portal.attendance.forms import CorrectionForm, FollowUpForm, MarkForm, Paper, ReasonForm
from portal.attendance.queries import Line
from portal.attendance.words import SIGNS, STATES, WAYS
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext, pgettext
from portal.core.records import load
from portal.core.spelling import spellings
from portal.meetings import policy as meetings
from portal.meetings.kinds import kind_of
from portal.meetings.models import Attendee, Meeting
from portal.meetings.names import public_title
from portal.meetings.pages import meeting_page
from portal.meetings.parts import part_name
from portal.web.fragments import carry_out, done, go, page
from portal.web.tables import table_response, wanted_format

bp = Blueprint("attendance", __name__)
bp.add_app_template_global(STATES.get, "attendance_word")
bp.add_app_template_global(SIGNS.get, "attendance_sign")
bp.add_app_template_global(WAYS.get, "check_in_way")


def arranged(meeting_id: int) -> Meeting:
    """The meeting, for whoever runs its day."""
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_arrange(me(), meeting))
    return meeting


def somebody(meeting: Meeting, attendee_id: int) -> Line:
    return queries.line_of(meeting, attendee_id) or abort(404)


@bp.get("/meetings/<int:meeting_id>/attendance")
def day(meeting_id: int) -> Response:
    """Who is there: `?show=` a state, `?q=` part of a name or unit; HTMX gets it anew while people come."""
    meeting = arranged(meeting_id)
    lines = queries.lines_of(meeting)
    state, words = request.args.get("show", ""), request.args.get("q", "")[:100]
    if state and state not in STATES:
        abort(404)
    shown = [line for line in lines if state in ("", line.state) and fits(line.attendee, words)]
    if wanted := wanted_format():
        return _file(meeting, shown, wanted)
    now = clock.now()
    return meeting_page(
        "attendance/day.html", block="day", meeting=meeting, lines=shown, counts=queries.counts_in(meeting, lines),
        state=state, words=words, is_open=policy.is_open(meeting, now), opens_at=policy.opens_at(meeting),
        is_over=policy.is_over(meeting, now), has_check_out=kind_of(meeting).has_check_out, people=len(lines),
        takes_place=policy.takes_place(meeting),
    )


def fits(attendee: Attendee, words: str) -> bool:
    """Whether the words begin the name as it may be spelt, or stand in name or unit."""
    wanted = "".join(words.lower().split())
    spelt = any(one.startswith(wanted) for one in spellings(attendee.name))
    return spelt or wanted in "".join(f"{attendee.name} {attendee.unit}".lower().split())


def _file(meeting: Meeting, lines: Sequence[Line], format: str) -> Response:
    columns = (
        _("Name"), _("Unit"), _("Post"), _("Part"), _("Attendance"), _("Arrived"), _("Left"),
        pgettext("attendance", "How"), _("Marked by")
    )
    rows = [
        (
            line.attendee.name, line.attendee.unit, line.attendee.post, part_name(line.attendee.part),
            STATES[line.state], *_mark_cells(line),
        )
        for line in lines
    ]
    return table_response(rows, columns, f"{_('Attendance')} {public_title(meeting)}", format)


def _mark_cells(line: Line) -> tuple[Any, ...]:
    mark = line.mark
    if mark is None:
        return None, None, "", ""
    return mark.arrived_at, mark.left_at, str(WAYS[mark.way]), mark.by.name if mark.by else ""


@bp.route("/meetings/<int:meeting_id>/attendance/<int:attendee_id>", methods=["GET", "POST"])
def correction(meeting_id: int, attendee_id: int) -> Response:
    """All marks of somebody; a POST corrects the one that stands, or makes one."""
    meeting = arranged(meeting_id)
    line = somebody(meeting, attendee_id)
    if line.mark is None:
        form: MarkForm | CorrectionForm = MarkForm(time=min(clock.now(), policy.closes_at(meeting)))
        saved = isinstance(form, MarkForm) and form.validate_on_submit() and carry_out(
            form, commands.mark, me(), meeting, line.attendee, arrived_at=form.time.data
        )
    else:
        form = CorrectionForm(seen=line.mark.id, time=line.mark.arrived_at)
        saved = form.validate_on_submit() and carry_out(form, _correct, meeting, line.attendee, form)
    if saved:
        words = _("Saved for %(person)s.", person=line.attendee.name)
        return done(words, _day(meeting), changed="attendance", focus=f"line-{attendee_id}")
    return page(
        "attendance/correction.html", block="form", meeting=meeting, line=line, form=form,
        marks=queries.marks_of(attendee_id),
    )


def _correct(meeting: Meeting, attendee: Attendee, form: CorrectionForm) -> bool:
    arrived_at = form.time.data if form.act.data == "move" else None
    commands.correct(
        me(), meeting, attendee, seen=form.mark_id, reason=form.reason.data, arrived_at=arrived_at
    )
    return True


@bp.post("/meetings/<int:meeting_id>/attendance/<int:attendee_id>/leaving")
def leaving(meeting_id: int, attendee_id: int) -> Response:
    """Somebody leaves, where people sign out."""
    meeting = arranged(meeting_id)
    line = somebody(meeting, attendee_id)
    commands.leave(me(), meeting, line.attendee)
    db.session.commit()
    words = _("%(person)s is signed out.", person=line.attendee.name)
    return done(words, _day(meeting), changed="attendance", focus=f"line-{attendee_id}")


def _day(meeting: Meeting) -> str:
    return url_for("attendance.day", meeting_id=meeting.id)


# --- The paper list ---


@bp.route("/meetings/<int:meeting_id>/attendance/paper", methods=["GET", "POST"])
def paper(meeting_id: int) -> Response:
    """All names with a box for each; a POST marks those that are ticked, all at once."""
    meeting = arranged(meeting_id)
    typed = Paper(request.form, meeting, clock.now())
    refused = ""
    if request.method == "POST" and not typed.errors:
        try:
            count = commands.write_paper(me(), meeting, typed.arrivals)
            db.session.commit()
        except Missing:
            raise
        except DomainError as error:
            db.session.rollback()
            refused = str(error)
        else:
            words = ngettext("%(num)s person is marked as on the paper list.",
                             "%(num)s people are marked as on the paper list.", count)
            return go(words, _day(meeting))
    return meeting_page(
        "attendance/paper.html", block="meeting_content", meeting=meeting, lines=queries.lines_of(meeting),
        typed=typed, refused=refused, status=422 if refused or typed.errors else None,
        opens_at=policy.opens_at(meeting), has_begun=policy.opens_at(meeting) <= clock.now(),
    )


# --- Absences ---


@bp.get("/meetings/<int:meeting_id>/attendance/absences")
def missing(meeting_id: int) -> Response:
    """Who was late or absent without leave, why, and what was done, each with a form."""
    meeting, lines = _followed(meeting_id)
    return _absences(meeting, lines, None, 0)


@bp.post("/meetings/<int:meeting_id>/attendance/<int:attendee_id>/absence")
def absence(meeting_id: int, attendee_id: int) -> Response:
    """Write down why one of them was not there, and what was done about it."""
    meeting, lines = _followed(meeting_id)
    line = next((line for line in lines if line.attendee.id == attendee_id), None) or abort(404)
    form = FollowUpForm()
    if form.validate_on_submit() and carry_out(
        form, absences.follow_up, me(), meeting, line, reason=form.reason.data, done=form.done.data
    ):
        words = _("Saved for %(person)s.", person=line.attendee.name)
        return go(words, url_for(".missing", meeting_id=meeting_id, _anchor=f"absent-{attendee_id}"))
    return _absences(meeting, lines, form, attendee_id)


def _followed(meeting_id: int) -> tuple[Meeting, list[Line]]:
    """The meeting, and those of its late and absent people whom the reader follows up; 404 for nobody's business.

    A head of department may know that a colleague was missed in a meeting of which they may not know the subject.
    """
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None or not policy.takes_place(meeting):
        abort(404)
    lines = [line for line in queries.lines_of(meeting) if policy.may_follow_up(me(), line.attendee)]
    if not lines and not policy.may_arrange(me(), meeting):
        load("meeting", meeting_id, me())
        allow(False)
    notes = queries.notes_in(meeting_id)
    return meeting, [
        line for line in lines if absences.may_be_explained(meeting, line) or line.attendee.id in notes
    ]


def _absences(meeting: Meeting, lines: Sequence[Line], form: FollowUpForm | None, of: int) -> Response:
    return page(
        "attendance/absences.html", block="content", meeting=meeting, lines=lines, typed=form, typed_of=of,
        notes=queries.notes_in(meeting.id), title=title_for(meeting, me()), sees=meetings.may_see(me(), meeting),
        status=422 if form is not None else None,
    )


def title_for(meeting: Meeting, person: Person) -> str:
    """The subject, for whoever may know it."""
    if meetings.may_see(person, meeting):
        return meeting.subject
    return meeting.number or pgettext("a gathering", "Meeting")


@bp.route("/meetings/<int:meeting_id>/absence", methods=["GET", "POST"])
def explanation(meeting_id: int) -> Response:
    """Say why one was late, or not there."""
    meeting: Meeting = load("meeting", meeting_id, me())
    part = meetings.told_part(me(), meeting) or abort(404)
    line = somebody(meeting, part.id)
    note = queries.note_of(part.id)
    form = ReasonForm(reason=note.reason if note else "")
    if form.validate_on_submit() and carry_out(form, absences.explain, me(), meeting, line, form.reason.data):
        return go(_("Thank you. It is written down."), url_for("meetings.meeting", meeting_id=meeting_id))
    return page(
        "attendance/explanation.html", block="form", meeting=meeting, line=line, note=note, form=form,
        can=note is not None or absences.may_be_explained(meeting, line),
    )


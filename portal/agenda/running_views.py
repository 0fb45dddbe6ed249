"""The page that leads a meeting from line to line, on a projector and on any number of devices."""

from collections.abc import Callable
from hashlib import sha256

from flask import Response, flash, make_response, redirect, request, url_for

from portal.accounts.session import me
from portal.agenda import policy, running
from portal.agenda.forms import CurrentForm
from portal.agenda.planning import MINUTE
from portal.agenda.running import Course
from portal.agenda.views import bp
from portal.agenda.words import KINDS
from portal.core.access import allow
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.meetings.models import Meeting
from portal.meetings.pages import meeting_page
from portal.web.fragments import announce, carry_out, wants_fragment


@bp.get("/meetings/<int:meeting_id>/running", endpoint="running")
def run(meeting_id: int) -> Response:
    """Where the meeting is. With `?seen=` of what is shown, HTMX gets nothing as long as nothing is new."""
    meeting = _meeting(meeting_id)
    course = running.course_of(meeting)
    if wants_fragment() and request.args.get("seen") == _state(meeting, course):
        return make_response("", 204)
    return _page(meeting, course)


@bp.post("/meetings/<int:meeting_id>/running/next")
def next_line(meeting_id: int) -> Response:
    """On to the next line."""
    return _step(meeting_id, running.next_line)


@bp.post("/meetings/<int:meeting_id>/running/back")
def back(meeting_id: int) -> Response:
    """Back to the line before."""
    return _step(meeting_id, running.back)


@bp.post("/meetings/<int:meeting_id>/running/pause")
def pause(meeting_id: int) -> Response:
    """End the line that is on, and begin none."""
    return _step(meeting_id, running.end_line)


@bp.post("/meetings/<int:meeting_id>/running/end")
def finish(meeting_id: int) -> Response:
    """End the line that is on, and the meeting."""
    return _step(meeting_id, running.finish)


@bp.post("/meetings/<int:meeting_id>/running/<int:item_id>")
def jump(meeting_id: int, item_id: int) -> Response:
    """To that line."""

    def to_it(actor: object, meeting: Meeting, *, current: int | None) -> Course:
        return running.start_line(me(), meeting, item_id, current=current)

    return _step(meeting_id, to_it)


def _step(meeting_id: int, command: Callable[..., Course]) -> Response:
    meeting, form = _meeting(meeting_id), CurrentForm()
    course = carry_out(form, command, me(), meeting, current=form.current.data) if form.validate() else None
    if course is None:
        return _page(meeting, running.course_of(meeting), form=form)
    on = course.current
    words = _("Now: %(line)s", line=on.title) if on else _("No line is on.")
    if wants_fragment():
        return announce(_page(meeting, course), words)
    flash(words)
    return make_response(redirect(url_for(".running", meeting_id=meeting.id), code=303))


def _page(meeting: Meeting, course: Course, form: CurrentForm | None = None) -> Response:
    late = max(0, round((course.expected_end - meeting.ends_at) / MINUTE))
    return meeting_page(
        "agenda/running.html", block="run", meeting=meeting, course=course, state=_state(meeting, course), form=form,
        kinds=dict(KINDS), late=late, clock=_clock,
    )


def _state(meeting: Meeting, course: Course) -> str:
    """Another one whenever the page would show something else; its clock goes by itself."""
    lines = [(item.id, item.title, item.minutes, item.started_at, item.ended_at) for item in course.items]
    said = (lines, course.expected_end.replace(second=0), meeting.ended_at, meeting.ends_at, meeting.cancelled_at)
    return sha256(repr(said).encode()).hexdigest()[:16]


def _clock(seconds: float) -> str:
    """`4:05` or `1:04:05`, of a length of time."""
    minutes, rest = divmod(abs(int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _meeting(id: int) -> Meeting:
    meeting: Meeting = load("meeting", id, me())
    allow(policy.may_run(me(), meeting))
    return meeting

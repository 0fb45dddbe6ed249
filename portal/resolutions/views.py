"""Pages of resolutions: those of a meeting, and one."""

from typing import Any

from flask import Blueprint, Response, current_app, url_for

from portal.accounts.models import Person
from portal.accounts.queries import departments, everybody
from portal.accounts.session import me
from portal.calendars import components
from portal.calendars.downloads import download
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import kind_of, load
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.resolutions import calendar, commands, nodes, policy, queries, reporting
from portal.resolutions.forms import ReportForm, ResolutionForm
from portal.resolutions.models import Resolution
from portal.resolutions.today import today
from portal.web.fragments import announce, carry_out, go, page, wants_fragment

bp = Blueprint("resolutions", __name__)


@bp.get("/meetings/<int:meeting_id>/resolutions")
def of_meeting(meeting_id: int) -> Response:
    """What one meeting resolved, and the form for more."""
    return _of_meeting(load("meeting", meeting_id, me()))


@bp.post("/meetings/<int:meeting_id>/resolutions")
def resolve(meeting_id: int) -> Response:
    """Write down what the meeting decided."""
    meeting = load("meeting", meeting_id, me())
    allow(policy.may_resolve(me(), meeting))
    form = _offered(ResolutionForm(), meeting)
    if form.validate() and carry_out(
        form, commands.resolve, me(), meeting, form.duty(), agenda_item_id=form.agenda_item_id.data
    ):
        words = _("The resolution is written down.")
        if not wants_fragment():
            return go(words, kind_of("meeting").address(meeting))
        return announce(_of_meeting(meeting, is_writing=True), words, focus="resolution-text")
    return _of_meeting(meeting, form, is_writing=True)


def _of_meeting(meeting: Meeting, form: ResolutionForm | None = None, *, is_writing: bool = False) -> Response:
    context = region(me(), meeting, form, is_writing=is_writing)
    address = kind_of("meeting").address(meeting)
    return page("resolutions/of_meeting.html", block="resolutions", address=address, **context)


def region(
    actor: Person, meeting: Meeting, form: ResolutionForm | None = None, *, is_writing: bool = False
) -> dict[str, Any]:
    """What `_of_meeting.html` shows: with an empty form for those who may write, if none is given."""
    if form is None and policy.may_resolve(actor, meeting) and policy.takes_resolutions(meeting):
        form = _offered(ResolutionForm(formdata=None), meeting)
    return {
        "meeting": meeting, "form": form, "is_writing": is_writing, "today": today(),
        "resolutions": queries.of_meeting(meeting.id),
    }


def _offered(form: ResolutionForm, meeting: Meeting) -> ResolutionForm:
    form.offer(meeting.agenda, departments(), everybody(), commands.earliest_due(meeting))
    return form


def _seen(resolution_id: int) -> Resolution:
    found: Resolution = load("resolution", resolution_id, me(), *queries.with_facts())
    return found


@bp.get("/resolutions/<int:resolution_id>")
def resolution(resolution_id: int) -> Response:
    """One resolution: what, who, by when, how it goes; and the form to report for those who owe it."""
    return _resolution(_seen(resolution_id))


def _resolution(found: Resolution, form: ReportForm | None = None) -> Response:
    form = form or ReportForm(formdata=None, percent=found.percent)
    return page(
        "resolutions/resolution.html", block="resolution", resolution=found, form=form, today=today(),
        reports=queries.reports_of(found.id), may_report=policy.may_report(me(), found),
        may_close=policy.may_close(me(), found),
        may_see_meeting=found.meeting is not None and meetings.may_see(me(), found.meeting),
        hidden_meetings=queries.hidden_meetings(me(), [found]),
    )


@bp.get("/resolutions/<int:resolution_id>/resolution.ics")
def due_day_file(resolution_id: int) -> Response:
    """The day by which it is due, to save or open: as its page, for those who may see it."""
    found, settings = _seen(resolution_id), current_app.config["PORTAL"]
    day = calendar.due_day(found.id, me(), today(), settings.base_url)
    octets = components.vcalendar(found.heading, [day], zone=settings.timezone.key)
    return download(octets, f"resolution-{found.id}.ics", f"{found.heading}.ics")


@bp.post("/resolutions/<int:resolution_id>/reports")
def report(resolution_id: int) -> Response:
    """Say how far it has come."""
    found = _seen(resolution_id)
    form = ReportForm()
    if form.validate() and carry_out(form, reporting.report, me(), found, **form.values()):
        words = _("Your report is kept.")
        if not wants_fragment():
            return go(words, url_for(".resolution", resolution_id=resolution_id))
        return announce(_resolution(found), words, focus="reports-title")
    return _resolution(found, form)


@bp.post("/resolutions/<int:resolution_id>/closing")
def closing(resolution_id: int) -> Response:
    """End what is done."""
    nodes.close(me(), _seen(resolution_id))
    db.session.commit()
    return go(_("The resolution is closed."), url_for(".resolution", resolution_id=resolution_id))

"""Pages of resolutions: those of a meeting, and one."""

from typing import Any

from flask import Blueprint, Response, current_app

from portal.accounts.models import Person
from portal.accounts.queries import departments, everybody
from portal.accounts.session import me
from portal.calendars import components
from portal.calendars.downloads import download
from portal.core.access import allow
from portal.core.i18n import gettext as _
from portal.core.records import kind_of, load
from portal.meetings.models import Meeting
from portal.resolutions import calendar, commands, names, policy, queries, steps
from portal.resolutions.course import course_of, stops_of
from portal.resolutions.forms import ResolutionForm, WordsForm
from portal.resolutions.menu import menu_of
from portal.resolutions.models import Resolution
from portal.resolutions.report_forms import ReportForm
from portal.resolutions.report_region import report_region
from portal.resolutions.thread import origins_of, relatives_of
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
    form = form_for(meeting)
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
        form = form_for(meeting, is_new=True)
    return {
        "meeting": meeting, "form": form, "is_writing": is_writing, "today": today(),
        "resolutions": queries.of_meeting(meeting.id),
    }


def form_for(meeting: Meeting, *, is_new: bool = False) -> ResolutionForm:
    """The form for what the meeting decides: as it was sent, or a new one."""
    form = ResolutionForm(formdata=None) if is_new else ResolutionForm()
    form.offer(meeting.agenda, departments(), everybody(), commands.earliest_due(meeting))
    return form


def seen(resolution_id: int) -> Resolution:
    """The resolution, if the reader may see it; raises Missing."""
    found: Resolution = load("resolution", resolution_id, me(), *queries.with_facts())
    return found


@bp.get("/resolutions/<int:resolution_id>")
def resolution(resolution_id: int) -> Response:
    """One resolution: what, who, by when, how it goes; and the form to report for those who owe it."""
    return resolution_page(seen(resolution_id))


def resolution_page(
    found: Resolution, form: ReportForm | None = None, said: WordsForm | None = None, **more: Any
) -> Response:
    """The page, or its region for HTMX; 422 if the form of a report, or the words of a step (`said`), are refused."""
    told, course = report_region(me(), found, form), course_of(found.id)
    refused = said is not None and bool(said.errors)
    return page(
        "resolutions/resolution.html", block="resolution", status=422 if refused else None, resolution=found,
        said=said or WordsForm(formdata=None), today=today(), course=course, stops=stops_of(found, course),
        last_report=next((report for report in told["reports"] if report.signed_at), None),
        ways=steps.open_to(me(), found, told["reports"]), menu=menu_of(me(), found), origins=origins_of(me(), found),
        kin=relatives_of(me(), found), may_unlink=policy.may_supervise(me(), found), names=names,
        hidden_meetings=queries.hidden_meetings(me(), [found]), **told, **more,
    )


@bp.get("/resolutions/<int:resolution_id>/resolution.ics")
def due_day_file(resolution_id: int) -> Response:
    """The day by which it is due, to save or open: as its page, for those who may see it."""
    found, settings = seen(resolution_id), current_app.config["PORTAL"]
    day = calendar.due_day(found.id, me(), today(), settings.base_url)
    octets = components.vcalendar(found.heading, [day], zone=settings.timezone.key)
    return download(octets, f"resolution-{found.id}.ics", f"{found.heading}.ics")

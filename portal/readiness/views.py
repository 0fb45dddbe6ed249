"""The page of a meeting's readiness: what has to be in place, its forms and its tasks, and the signature."""

from typing import Any

from flask import Blueprint, Response, url_for

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.i18n import gettext as _
from portal.core.i18n import local, ngettext
from portal.core.records import load
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.meetings.pages import meeting_page
from portal.proposals.records import blank, profile_for, proposal_of
from portal.readiness import laying, needs, policy, queries, signing
from portal.readiness.checklist import wanted_form
from portal.readiness.items import items_of
from portal.readiness.models import Form as SheetKind
from portal.readiness.queries import Ready
from portal.regulations.labels import FORMS
from portal.tasks.models import Task
from portal.tasks.views import list_facts
from portal.web.forms import Form
from portal.web.fragments import announce, carry_out, go, wants_fragment

bp = Blueprint("readiness", __name__)


@bp.get("/meetings/<int:meeting_id>/readiness")
def readiness(meeting_id: int) -> Response:
    """Everything that must be in place before the meeting, and who sees to it."""
    return _page(_seen(meeting_id))


def _seen(meeting_id: int) -> Meeting:
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_open(me(), meeting))
    return meeting


def _page(meeting: Meeting, form: Form | None = None) -> Response:
    proposal = proposal_of(meeting)
    profile = profile_for(meeting, proposal)
    ready = queries.state_of([meeting.id])[meeting.id]
    may_sign = policy.may_sign_off(me(), meeting)
    checks = queries.checks_of(meeting.id)
    return meeting_page(
        "readiness/readiness.html", block="readiness", meeting=meeting, status=422 if form is not None else None,
        items=items_of(meeting, profile, proposal, ready), ready=ready, groups=_groups(meeting, ready),
        sheets=[
            (form, FORMS[form.value], ready.signed.get(form), ready.opened.get(form), ready.faults_of(form))
            for form in SheetKind if form in ready.signed or wanted_form(form, profile, meeting, proposal or blank())
        ],
        checks=checks, refused=form, may_sign=may_sign, may_fill=policy.may_fill(me(), meeting),
        may_lay=not ready.tasks and meeting.approved_at is not None and meetings.may_edit(me(), meeting),
        may_manage=meetings.may_edit(me(), meeting), profile=profile, is_off=_is_off(meeting),
        needs=needs.without_task(meeting) if may_sign else [], **list_facts(),
    )


def _is_off(meeting: Meeting) -> bool:
    """Whether nothing is left to get ready."""
    return bool(meeting.cancelled_at or meeting.postponed_at or meeting.ended_at or meeting.ends_at <= clock.now())


def _groups(meeting: Meeting, ready: Ready) -> list[tuple[str, list[Task]]]:
    """The tasks before the day of the meeting, on it, and after it, each by the time they are due."""
    day = local(meeting.starts_at).date()
    groups: dict[str, list[Task]] = {"before": [], "day": [], "after": []}
    for task in ready.tasks:
        due_on = local(task.due_at).date()
        groups["before" if due_on < day else "day" if due_on == day else "after"].append(task)
    return [(name, tasks) for name, tasks in groups.items() if tasks]


@bp.post("/meetings/<int:meeting_id>/readiness/signature")
def sign_off(meeting_id: int) -> Response:
    """Sign that all is in place."""
    return _do(meeting_id, signing.sign_off, lambda made: _("You have signed that the meeting is ready."))


@bp.post("/meetings/<int:meeting_id>/readiness/checklist")
def lay(meeting_id: int) -> Response:
    """Lay the checklist of a meeting that was approved before it had one."""
    return _do(
        meeting_id, laying.lay_by_hand,
        lambda made: ngettext("%(num)s task is laid.", "%(num)s tasks are laid.", len(made)),
    )


@bp.post("/meetings/<int:meeting_id>/readiness/needs")
def make_needs_tasks(meeting_id: int) -> Response:
    """Make tasks of what people need."""
    return _do(
        meeting_id, needs.make_tasks,
        lambda made: ngettext("%(num)s need is a task now.", "%(num)s needs are tasks now.", len(made)),
    )


def _do(meeting_id: int, command: Any, said: Any) -> Response:
    meeting, form = _seen(meeting_id), Form()

    def run() -> tuple[Any]:
        return (command(me(), meeting),)

    made = carry_out(form, run)
    if made is None:
        return _page(meeting, form)
    if not wants_fragment():
        return go(said(made[0]), url_for(".readiness", meeting_id=meeting_id))
    return announce(_page(meeting), said(made[0]), focus="readiness-title")

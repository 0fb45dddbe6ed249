"""The entries of the annual plan: entering, changing, dropping, and the meetings that are made of them."""

from flask import Response, abort, url_for

from portal.accounts import queries as accounts
from portal.accounts.queries import house_today
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.meetings import policy as meetings
from portal.meetings import queries as meeting_queries
from portal.meetings.models import Meeting
from portal.planning import commands, drawing, policy, queries
from portal.planning.forms import DropForm, EntryForm, LinkForm
from portal.planning.models import AnnualPlan, PlanEntry, PlannedMeeting
from portal.planning.views import bp
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page


def _offer(form: EntryForm, entry: PlanEntry | None = None) -> None:
    """Heads choose no department but their own; an entry stays with its department and may keep a retired kind."""
    departments = [one for one in accounts.departments() if policy.may_enter_for(me(), one.id)]
    kinds = list(meeting_queries.kinds_in_use())
    if entry is not None:
        departments = [entry.department]
        kinds += [entry.kind] if entry.kind and entry.kind not in kinds else []
    form.offer(departments, kinds)


@bp.route("/plan/<int:year>/entries/new", methods=["GET", "POST"])
def new_entry(year: int) -> Response:
    """Plan a meeting."""
    plan = queries.plan_of(year) or abort(404)
    allow(policy.may_enter_for(me(), me().department_id))
    form = EntryForm(department_id=me().department_id)
    _offer(form)
    if form.validate_on_submit():
        made = carry_out(form, lambda: commands.enter(me(), plan, form.department_id.data, form.values()))
        if made:
            return go(_("It is planned."), _address(plan, made))
    return _form(form, plan, _("Plan a meeting"), url_for(".year", year=year))


@bp.route("/plan/entries/<int:entry_id>/change", methods=["GET", "POST"])
def change_entry(entry_id: int) -> Response:
    """Plan it otherwise."""
    found = _entry(entry_id)
    allow(policy.may_enter_for(me(), found.department_id))
    form = EntryForm(obj=found)
    _offer(form, found)
    if form.validate_on_submit() and carry_out(form, lambda: commands.change(me(), found, form.values())):
        return go(_("Saved."), url_for(".entry", entry_id=entry_id))
    return _form(form, found.plan, _("Change what is planned"), url_for(".entry", entry_id=entry_id))


def _form(form: EntryForm, plan: AnnualPlan, title: str, leave: str) -> Response:
    return page("planning/entry_form.html", block="form", form=form, plan=plan, title=title, leave=leave)


def _address(plan: AnnualPlan, entry: PlanEntry) -> str:
    return f"{url_for('planning.year', year=plan.year)}#entry-{entry.id}"


def _entry(entry_id: int) -> PlanEntry:
    found: PlanEntry = load("plan_entry", entry_id, me())
    return found


@bp.get("/plan/entries/<int:entry_id>")
def entry(entry_id: int) -> Response:
    """One entry: what is planned, and what was made of it."""
    return _page(_entry(entry_id))


def _page(found: PlanEntry, form: LinkForm | None = None) -> Response:
    may_draw = policy.may_draw(me(), found)
    made = queries.drawn_from([found.id], me()).get(found.id, ())
    if form is None:
        form = LinkForm(formdata=None)
        form.offer(drawing.to_link(me(), found) if may_draw else [])
    return page(
        "planning/entry.html", block="entry", entry=found, made=made, form=form, may_draw=may_draw,
        may_change=policy.may_change(me(), found, house_today()),
        editable={one.id for one in made if meetings.may_edit(me(), one)},
    )


@bp.route("/plan/entries/<int:entry_id>/removal", methods=["GET", "POST"])
def drop_entry(entry_id: int) -> Response:
    """Plan it no more, with the reason."""
    found, form = _entry(entry_id), DropForm()
    allow(policy.may_enter_for(me(), found.department_id))
    if form.validate_on_submit() and carry_out(form, commands.drop, me(), found, form.reason.data):
        return go(_("It is planned no more."), url_for(".year", year=found.plan.year))
    return page(
        "planning/drop.html", block="form", form=form, entry=found, leave=url_for(".entry", entry_id=entry_id),
    )


@bp.post("/plan/entries/<int:entry_id>/meetings")
def link_meeting(entry_id: int) -> Response:
    """Say that a meeting was made of this."""
    found, form = _entry(entry_id), LinkForm()
    form.offer(drawing.to_link(me(), found))
    if form.validate():
        meeting: Meeting = load("meeting", form.meeting_id.data, me())
        if carry_out(form, commands.link, me(), found, meeting):
            return go(_("The meeting belongs to the plan."), url_for(".entry", entry_id=entry_id))
    return _page(found, form)


@bp.post("/plan/meetings/<int:meeting_id>/removal")
def unlink_meeting(meeting_id: int) -> Response:
    """Say that it was not."""
    planned = db.session.get(PlannedMeeting, meeting_id) or abort(404)
    found, form = _entry(planned.entry_id), Form()
    load("meeting", meeting_id, me())
    carry_out(form, commands.unlink, me(), planned)
    return go(_("The meeting belongs to the plan no more."), url_for(".entry", entry_id=found.id))

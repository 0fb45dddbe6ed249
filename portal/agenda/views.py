"""The agenda of one meeting: its lines, and what is done to them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for

from portal.accounts.models import Person, Role
from portal.accounts.naming import suggested
from portal.accounts.session import me
from portal.agenda import lines, policy, queries, topics
from portal.agenda.forms import LineForm, MoveForm, NewLineForm, PasteForm, SeenForm
from portal.agenda.models import Paper
from portal.agenda.planning import order_of, plan_of, starts_of, version_of
from portal.agenda.words import KINDS
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.meetings import people as meeting_people
from portal.meetings import policy as meetings
from portal.meetings.models import AgendaItem, Meeting, Part
from portal.meetings.pages import meeting_page
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.fragments import announce, carry_out, wants_fragment

bp = Blueprint("agenda", __name__)


@bp.get("/meetings/<int:meeting_id>/agenda")
def agenda(meeting_id: int) -> Response:
    """The lines with their clock times and papers; `?removed=` and `?paper=` are what can be put back."""
    removed, paper = (request.args.get(name, type=record_number) for name in ("removed", "paper"))
    return agenda_page(load("meeting", meeting_id, me()), removed=removed, paper=paper)


@bp.post("/meetings/<int:meeting_id>/agenda/lines")
def add(meeting_id: int) -> Response:
    """Add one line at the end."""
    meeting, form = to_change(meeting_id), NewLineForm()
    if not form.validate_on_submit() or not (added := carry_out(form, _add_one, meeting, form)):
        return agenda_page(meeting, form=form)
    return agenda_done(meeting, _("“%(line)s” is added.", line=added[0].title), focus="title")


def _add_one(meeting: Meeting, form: NewLineForm) -> list[AgendaItem]:
    return lines.add_lines(me(), meeting, [form.line()])


@bp.post("/meetings/<int:meeting_id>/agenda/paste")
def paste(meeting_id: int) -> Response:
    """Add many lines at the end, one for each row that is pasted."""
    meeting, form = to_change(meeting_id), PasteForm()
    if not form.validate_on_submit() or not (added := carry_out(form, _add_many, meeting, form)):
        return agenda_page(meeting, paste_form=form)
    words = ngettext("%(num)s line is added.", "%(num)s lines are added.", len(added))
    return agenda_done(meeting, words, focus="title")


def _add_many(meeting: Meeting, form: PasteForm) -> list[AgendaItem]:
    return lines.add_lines(me(), meeting, form.rows(), field="lines")


@bp.route("/meetings/<int:meeting_id>/agenda/<int:item_id>", methods=["GET", "POST"])
def change(meeting_id: int, item_id: int) -> Response:
    """The form of one line, in its place; a POST changes the line."""
    meeting = to_change(meeting_id)
    item = item_of(meeting, item_id)
    form = LineForm.of(item, version_of(item))
    seen = form.seen.data or None
    if not form.validate_on_submit() or not (
        changed := carry_out(form, lines.change_line, me(), meeting, item_id, form.line(), seen=seen)
    ):
        return agenda_page(meeting, edited=item_id, line_form=form)
    return agenda_done(meeting, _("“%(line)s” is changed.", line=changed.title), focus=f"change-{item_id}")


@bp.post("/meetings/<int:meeting_id>/agenda/<int:item_id>/place")
def move(meeting_id: int, item_id: int) -> Response:
    """Put the line at another place."""
    meeting, form = to_change(meeting_id), MoveForm()
    before, item = item_of(meeting, item_id).position, None
    if form.validate():
        item = carry_out(form, lines.move_line, me(), meeting, item_id, form.to.data, seen=form.version)
    if item is None:
        return agenda_page(meeting, above=form)
    words = _("“%(line)s” is number %(place)s now.", line=item.title, place=item.position + 1)
    by_button = "up" if form.to.data < before else "down"
    return agenda_done(meeting, words, focus=f"{'handle' if form.by_handle.data else by_button}-{item.id}")


@bp.post("/meetings/<int:meeting_id>/agenda/<int:item_id>/removal")
def removal(meeting_id: int, item_id: int) -> Response:
    """Take the line off, and offer to put it back."""
    meeting, form = to_change(meeting_id), SeenForm()
    item = None
    if form.validate():
        item = carry_out(form, lines.remove_line, me(), meeting, item_id, seen=form.version)
    if item is None:
        return agenda_page(meeting, above=form)
    return agenda_done(meeting, _("“%(line)s” is removed.", line=item.title), focus="undo", removed=item.id)


@bp.post("/meetings/<int:meeting_id>/agenda/<int:item_id>/restoration")
def restoration(meeting_id: int, item_id: int) -> Response:
    """Put a removed line back."""
    meeting, form = to_change(meeting_id), SeenForm()
    item = carry_out(form, lines.restore_line, me(), meeting, item_id)
    if item is None:
        return agenda_page(meeting, above=form)
    return agenda_done(meeting, _("“%(line)s” is back.", line=item.title), focus=f"handle-{item.id}")


@bp.post("/meetings/<int:meeting_id>/agenda/<int:item_id>/speaker")
def speaker(meeting_id: int, item_id: int) -> Response:
    """Ask whoever presents the line to the meeting, as a speaker."""
    meeting, form = to_change(meeting_id), SeenForm()
    presenter = item_of(meeting, item_id).presenter or abort(404)
    name = presenter.name
    if carry_out(form, meeting_people.invite, me(), meeting, [presenter], Part.SPEAKER) is None:
        return agenda_page(meeting, above=form)
    return agenda_done(meeting, _("%(person)s is in the meeting as a speaker.", person=name), focus=f"change-{item_id}")


@bp.post("/meetings/<int:meeting_id>/agenda/topics/<int:topic_id>")
def take_topic(meeting_id: int, topic_id: int) -> Response:
    """Take a topic that waits onto this agenda."""
    meeting, form = to_change(meeting_id), SeenForm()
    topic = load("topic", topic_id, me())
    item = carry_out(form, topics.take, me(), topic, meeting)
    if item is None:
        return agenda_page(meeting, above=form)
    return agenda_done(meeting, _("“%(line)s” is added.", line=item.title), focus=f"handle-{item.id}")


@bp.get("/agenda/presenters")
def presenters() -> Response:
    """Names for the list below a field, by what is typed into it: `?presenter=`."""
    people = suggested(request.args.get("presenter", "")[:100])
    return make_response(render_template("agenda/_presenters.html", people=people))


# --- The page ---


def to_change(meeting_id: int) -> Meeting:
    """The meeting, for whoever may change it."""
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(meetings.may_edit(me(), meeting))
    return meeting


def item_of(meeting: Meeting, item_id: int) -> AgendaItem:
    """A line of this meeting that stands."""
    item = db.session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != meeting.id or item.removed_at is not None:
        abort(404)
    return item


def agenda_done(
    meeting: Meeting, words: str, *, focus: str = "", removed: int | None = None, paper: int | None = None
) -> Response:
    """Say that it is done: HTMX gets the agenda anew, a plain form is led there. What was taken off can be put back."""
    if wants_fragment():
        return announce(agenda_page(meeting, removed=removed, paper=paper), words, focus=focus)
    flash(words)
    address = url_for("agenda.agenda", meeting_id=meeting.id, removed=removed, paper=paper)
    return make_response(redirect(address, code=303))


def agenda_page(
    meeting: Meeting, *, form: Form | None = None, paste_form: Form | None = None, line_form: Form | None = None,
    edited: int = 0, above: Form | None = None, removed: int | None = None, paper: int | None = None,
) -> Response:
    """The whole page, with the form that was refused if one was."""
    items = queries.lines_of(meeting.id)
    may_change = meetings.may_edit(me(), meeting) and not (meeting.cancelled_at or meeting.closed_at)
    may_read = policy.may_read_papers(me(), meeting)
    refused = next((one for one in (form, paste_form, line_form, above) if one is not None and one.errors), None)
    return meeting_page(
        "agenda/agenda.html", block="agenda", meeting=meeting, items=items, kinds=dict(KINDS), may_change=may_change,
        plan=plan_of(meeting, items), starts=starts_of(meeting, items), order=order_of(items),
        versions={item.id: version_of(item) for item in items}, may_run=policy.may_run(me(), meeting),
        papers=_papers(queries.papers_of(meeting.id)) if may_read else {}, may_read=may_read,
        may_add=_lines_to_add_to(meeting, items), invited=queries.people_ids_in(meeting.id) if may_change else set(),
        new_form=form or NewLineForm(formdata=None), paste_form=paste_form or PasteForm(formdata=None),
        line_form=line_form, edited=edited, above=above, form=refused, waiting=_waiting(me(), meeting, may_change),
        removed=_removed_line(meeting, removed) if may_change else None, removed_paper=_removed_paper(meeting, paper),
        is_fragment=wants_fragment(),
    )


def _papers(papers: Sequence[Paper]) -> Mapping[int | None, list[list[Paper]]]:
    """By line, and under nothing for the whole meeting: each paper as its versions, newest first."""
    by_id = {paper.id: paper for paper in papers}
    replaced = {paper.replaces_id for paper in papers}
    found: dict[int | None, list[list[Paper]]] = {}
    for newest in papers:
        if newest.id in replaced:
            continue
        chain = [newest]
        while chain[-1].replaces_id in by_id:
            chain.append(by_id[chain[-1].replaces_id or 0])
        found.setdefault(newest.agenda_item_id, []).append(chain)
    return found


def _lines_to_add_to(meeting: Meeting, items: Sequence[AgendaItem]) -> set[int | None]:
    """The lines that the reader may add papers to; nothing stands for the meeting as a whole."""
    if meeting.cancelled_at or meeting.closed_at:
        return set()
    if meetings.may_edit(me(), meeting):
        return {None, *(item.id for item in items)}
    mine = [item for item in items if item.presenter_id == me().id]
    return {item.id for item in mine} if mine and policy.may_add_paper(me(), meeting, mine[0]) else set()


def _waiting(actor: Person, meeting: Meeting, may_change: bool) -> Sequence[Any]:
    """Topics for this meeting; and for the office those for no meeting in particular."""
    return queries.waiting_for(meeting.id, with_free=actor.has_role(Role.MEETING_OFFICE)) if may_change else []


def _removed_line(meeting: Meeting, id: int | None) -> AgendaItem | None:
    item = db.session.get(AgendaItem, id) if id else None
    return item if item and item.meeting_id == meeting.id and item.removed_at else None


def _removed_paper(meeting: Meeting, id: int | None) -> Paper | None:
    paper = db.session.get(Paper, id) if id else None
    mine = paper and paper.meeting_id == meeting.id and paper.removed_at and policy.may_change_paper(me(), paper)
    return paper if mine else None

"""The board of resolutions: filters, columns, saved views, things done to many at once."""

from typing import Any

from flask import Response, abort, request, url_for
from wtforms import SelectField

from portal.accounts.models import Person
from portal.accounts.queries import departments, members_of
from portal.accounts.session import me
from portal.core.db import db, expect_only_reads
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.resolutions import board_table, policy, queries, saved_views
from portal.resolutions.board import COLUMNS, SORTS, Wanted, light_counts
from portal.resolutions.board import board as rows_of
from portal.resolutions.board_models import SavedView
from portal.resolutions.board_words import chips_of
from portal.resolutions.bulk import Outcome, actions_for, do_to_many
from portal.resolutions.names import NODES, ORIGINS, PRIORITIES
from portal.resolutions.today import today
from portal.resolutions.views import bp
from portal.web.addresses import record_number
from portal.web.forms import Form, one_line, required
from portal.web.fragments import announce, carry_out, go, page, wants_fragment
from portal.web.paging import leaf
from portal.web.tables import table_response, wanted_format

MOST_ROWS = 10_000


class ViewForm(Form):
    """The name of a saved view."""

    name = one_line(_l("Name of the view"), saved_views.LONGEST_NAME, required(), id="view-name")


class BulkForm(Form):
    """What is to be done to the chosen ones; what is chosen among its choices, the command says."""

    action = SelectField(_l("What to do"), validate_choice=False, id="bulk-action")
    words = one_line(_l("Words"), 500, id="bulk-words")


@bp.get("/resolutions")
def board() -> Response:
    """What I may see, by due day. The address says what is asked for, as `Wanted.from_address` lists it."""
    wanted = Wanted.from_address(request.args)
    file_format = wanted_format()
    return _file(wanted, file_format) if file_format else _board(wanted)


def _file(wanted: Wanted, file_format: str) -> Response:
    on = today()
    found = db.session.scalars(rows_of(me(), wanted, on).limit(MOST_ROWS)).all()
    reported = queries.last_reports([one.id for one in found]) if "last" in wanted.columns else {}
    rows = board_table.rows(found, wanted.columns, on, reported, queries.hidden_meetings(me(), found))
    titles = [str(board_table.TITLES[column]) for column in wanted.columns]
    return table_response(rows, titles, f"{_('Resolutions')} {on.isoformat()}", file_format)


def _board(
    wanted: Wanted, form: BulkForm | None = None, view_form: ViewForm | None = None, outcome: Outcome | None = None
) -> Response:
    on, actor, views = today(), me(), saved_views.views_of(me())
    view = next((one for one in views if one.query == wanted.query()), None)
    found = leaf(rows_of(actor, wanted, on), request.args.get("page", 1, type=int))
    failed = form if form is not None and form.errors else view_form
    return page(
        "resolutions/board.html", block="board", leaf=found, wanted=wanted, today=on, form=failed,
        counts=light_counts(actor, wanted, on), is_fragment=wants_fragment(),
        reported=queries.last_reports([one.id for one in found.rows]),
        hidden_meetings=queries.hidden_meetings(actor, found.rows), chips=chips_of(actor, wanted),
        bulk_form=form or BulkForm(formdata=None), actions=actions_for(actor), outcome=outcome,
        chosen=_chosen() if form is not None and form.errors else set(), views=views, view=view,
        view_form=view_form or ViewForm(formdata=None, name=view.name if view else ""),
        source_for=board_table.source_for, **_choices(actor, wanted),
    )


def _choices(actor: Person, wanted: Wanted) -> dict[str, Any]:
    """What the filters offer."""
    sees_all = policy.may_see_all(actor)
    department = wanted.department or (None if sees_all else actor.department_id)
    return {
        "departments": departments() if sees_all else [], "owners": members_of(department) if department else [],
        "COLUMNS": COLUMNS, "SORTS": SORTS, "TITLES": board_table.TITLES, "NODES": NODES, "ORIGINS": ORIGINS,
        "PRIORITIES": PRIORITIES,
    }


def _chosen() -> set[int]:
    return set(request.form.getlist("chosen", type=record_number))


# --- Many at once ---


@bp.post("/resolutions")
def bulk() -> Response:
    """Do one thing to all that are chosen, and say of each that it was not done to why."""
    wanted, form = Wanted.from_address(request.args), BulkForm()
    outcome = form.validate() and carry_out(form, do_to_many, me(), form.action.data, _chosen(), form.words.data)
    if not outcome:
        return _board(wanted, form)
    answer = _board(wanted, outcome=outcome)
    return announce(answer, _said(outcome), focus="outcome") if wants_fragment() else answer


def _said(outcome: Outcome) -> str:
    return ngettext("Done to %(num)s resolution.", "Done to %(num)s resolutions.", len(outcome.done))


# --- Saved views ---


@bp.post("/resolutions/views")
def save_view() -> Response:
    """Keep what the board shows by a name; the address says what that is."""
    wanted, form = Wanted.from_address(request.args), ViewForm()
    view = form.validate() and carry_out(form, saved_views.save_view, me(), form.name.data, wanted.query())
    return go(_("The view is saved."), _address(view.query)) if view else _board(wanted, view_form=form)


@bp.post("/resolutions/views/<int:view_id>")
def rename_view(view_id: int) -> Response:
    """Call one of my views otherwise."""
    view, form = _mine(view_id), ViewForm()
    if form.validate() and carry_out(form, saved_views.rename_view, view, form.name.data):
        return go(_("The view is renamed."), _address(view.query))
    return _board(Wanted.from_address(request.args), view_form=form)


@bp.post("/resolutions/views/<int:view_id>/removal")
def remove_view(view_id: int) -> Response:
    """Forget one of my views."""
    view = _mine(view_id)
    query = view.query
    saved_views.remove_view(view)
    db.session.commit()
    expect_only_reads(True)
    return go(_("The view is removed."), _address(query))


def _mine(view_id: int) -> SavedView:
    view = db.session.get(SavedView, view_id)
    if view is None or view.person_id != me().id:
        abort(404)
    return view


def _address(query: str) -> str:
    return f"{url_for('.board')}?{query}" if query else url_for(".board")

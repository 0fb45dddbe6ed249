"""The forms of a meeting: begun, filled in on the spot, signed."""

from flask import Response, abort, request, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.records import kind_of
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting
from portal.meetings.policy import may_see
from portal.readiness import policy, queries, sheets
from portal.readiness.forms import SheetForm
from portal.readiness.models import Condition, Form, Sheet
from portal.readiness.subject import about
from portal.readiness.views import bp
from portal.regulations.labels import FORMS
from portal.regulations.queries import packaged_clauses
from portal.web.fragments import announce, carry_out, go, page, wants_fragment


@bp.post("/meetings/<int:meeting_id>/forms/<form>")
def open_sheet(meeting_id: int, form: str) -> Response:
    """Begin the form, or go on with it. Whoever keeps the room may not be invited, and fills it in all the same."""
    if form not in set(Form):
        abort(404)
    meeting = _known(db.session.get(Meeting, meeting_id))
    sheet = sheets.open_sheet(me(), meeting, Form(form))
    db.session.commit()
    return go(_("Say of each line how it is."), url_for(".sheet", sheet_id=sheet.id))


def _known(meeting: Meeting | None) -> Meeting:
    """Raises Missing for a meeting that is not there, or that the reader has nothing to do with."""
    if meeting is None or not is_regulated(meeting) or not policy.may_see_sheets(me(), meeting):
        raise Missing(_("There is no such record."))
    return meeting


@bp.get("/forms/<int:sheet_id>")
def sheet(sheet_id: int) -> Response:
    """The form as it stands."""
    found = _seen(sheet_id)
    return _page(found, SheetForm(found, sent=False))


def _seen(sheet_id: int) -> Sheet:
    found = db.session.get(Sheet, sheet_id)
    if found is None:
        raise Missing(_("There is no such record."))
    _known(found.meeting)
    return found


def _page(found: Sheet, form: SheetForm) -> Response:
    meeting, form_kind = found.meeting, Form(found.form)
    said = about(me(), [meeting.id])
    if may_see(me(), meeting):
        back = url_for(".readiness", meeting_id=meeting.id) if policy.may_open(me(), meeting) else ""
    else:
        back = ""
    clauses = packaged_clauses()
    return page(
        "readiness/sheet.html", block="sheet", sheet=found, form=form, title=FORMS[found.form],
        about=said.get(meeting.id), kind=kind_of("meeting"), back=back, line_title=sheets.title_of,
        Condition=Condition, may_fill=found.signed_at is None and policy.may_fill(me(), meeting),
        clauses={line.key: [clauses[one] for one in line.clauses if one in clauses] for line in found.lines},
        others=[one for one in queries.sheets_of(meeting.id, form_kind) if one.id != found.id],
        status=422 if form.errors or form.form_errors or form.faults else None,
    )


@bp.post("/forms/<int:sheet_id>")
def fill(sheet_id: int) -> Response:
    """Keep what was found so far; the button `sign` signs it."""
    found = _seen(sheet_id)
    allow(policy.may_fill(me(), found.meeting))
    form = SheetForm(found, sent=True)
    is_signing = "sign" in request.form

    def run() -> Sheet:
        sheets.fill(me(), found, form.lines, form.remarks.data)
        return sheets.sign(me(), found) if is_signing else found

    if not (form.validate() and carry_out(form, run)):
        return _page(found, form)
    words = _("You have signed the form.") if is_signing else _("It is kept.")
    if not wants_fragment():
        return go(words, url_for(".sheet", sheet_id=sheet_id))
    return announce(_page(found, SheetForm(found, sent=False)), words, focus="sheet-title")

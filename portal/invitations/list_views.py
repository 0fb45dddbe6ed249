"""Adding a list: pasted or uploaded, looked at, then added."""

from typing import Any

from flask import Response, abort, current_app, request, url_for
from itsdangerous import BadData, URLSafeSerializer

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.i18n import ngettext
from portal.core.records import load
from portal.invitations import importing, lists
from portal.invitations.lists import Line
from portal.invitations.matching import State
from portal.invitations.people_forms import ListForm, PickForm
from portal.invitations.views import bp
from portal.meetings import policy
from portal.meetings.models import Meeting, Part
from portal.meetings.pages import meeting_page
from portal.meetings.parts import NAMES
from portal.web.fragments import carry_out, go

PICK = "pick-"


@bp.route("/meetings/<int:meeting_id>/people/list", methods=["GET", "POST"])
def add_list(meeting_id: int) -> Response:
    """Take a list and show who is meant by it; nothing is changed yet."""
    found = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    form = ListForm()
    if form.validate_on_submit():
        lines = carry_out(form, read_lines, form)
        if lines:
            return _preview(found, lines, Part(form.part.data), PickForm(None, part=form.part.data))
    return meeting_page("invitations/list.html", block="form", meeting=found, form=form)


def read_lines(form: ListForm) -> list[Line]:
    """The file's lines if there is one, else those that were pasted; raises DomainError for what is no list."""
    content = form.file.data.read() if form.file.data else b""
    return lists.uploaded(content) if content else lists.pasted(form.people.data)


@bp.post("/meetings/<int:meeting_id>/people/list/addition")
def take_list(meeting_id: int) -> Response:
    """Add those of a list that was looked at, all or none."""
    found = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    form = PickForm()
    try:
        lines = [Line(*cells) for cells in _signer().loads(form.rows.data or "")]
    except (BadData, TypeError):
        abort(400)
    part = Part(form.part.data) if form.part.validate(form) else Part.REQUIRED
    if form.validate():
        added = carry_out(
            form, importing.add_list, me(), found, lines, part, picks=_picks(), waiver=form.waiver.data
        )
        if added:
            return go(_added(added), url_for(".people", meeting_id=found.id))
    return _preview(found, lines, part, form)


def _added(added: importing.Added) -> str:
    people = ngettext("%(num)s person is added.", "%(num)s people are added.", added.people)
    if not added.guests:
        return people
    guests = ngettext("%(num)s guest is added.", "%(num)s guests are added.", added.guests)
    return f"{people} {guests}" if added.people else guests


def _picks() -> dict[int, str]:
    """What was chosen for rows in doubt."""
    return {
        int(name.removeprefix(PICK)): value for name, value in request.form.items()
        if name.startswith(PICK) and name.removeprefix(PICK).isdigit() and value
    }


def _preview(meeting: Meeting, lines: list[Line], part: Part, form: PickForm) -> Response:
    seen = importing.preview(meeting, lines, part)
    found = [one for one in seen.matches if one.state == State.FOUND]
    more: dict[str, Any] = {"status": 422} if form.errors else {"status": 200}
    return meeting_page(
        "invitations/list_preview.html", block="preview", meeting=meeting, form=form, seen=seen, part=part,
        rows=_signer().dumps(lines), picks=_picks(), PICK=PICK, GUEST=importing.GUEST, part_names=NAMES,
        sure=[one for one in found if one.person.id not in seen.objections],
        kept_out=[one for one in found if one.person.id in seen.objections],
        open_lines=[one for one in seen.matches if one.state in {State.DOUBT, State.UNKNOWN}],
        skipped=[one for one in seen.matches if one.state in {State.TWICE, State.THERE}], **more,
    )


def _signer() -> URLSafeSerializer:
    """Lists go to the browser and back packed, and come back as they went."""
    return URLSafeSerializer(current_app.secret_key or "", salt="people-list")

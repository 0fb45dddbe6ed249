"""Pages on which the office keeps the fields that a registration page asks."""

from flask import Response, request

from portal.accounts.session import me
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.meetings.pages import meeting_page
from portal.registration import commands
from portal.registration.fields import FieldKind, OwnField, fields_of
from portal.registration.forms import FieldForm
from portal.registration.models import Registration
from portal.registration.views import address_of, bp, kept
from portal.web.fragments import carry_out, go

ANCHOR = "own-fields"


@bp.route("/meetings/<int:meeting_id>/registration/fields", methods=["GET", "POST"])
def new_field(meeting_id: int) -> Response:
    """Ask one thing more."""
    meeting, form = kept(meeting_id), FieldForm()
    if form.validate_on_submit() and carry_out(
        form, commands.add_field, me(), meeting, form.label.data, FieldKind(form.kind.data),
        choices=form.choices.data.splitlines(), required=form.required.data,
    ):
        return go(_("The field is added."), address_of(meeting, _anchor=ANCHOR))
    return meeting_page("registration/field.html", block="form", meeting=meeting, form=form, field_key="")


@bp.route("/meetings/<int:meeting_id>/registration/fields/<key>", methods=["GET", "POST"])
def field(meeting_id: int, key: str) -> Response:
    """Ask it in other words."""
    meeting = kept(meeting_id)
    known = _field(meeting_id, key)
    form = FieldForm(
        label=known.label, kind=known.kind.value, choices="\n".join(known.choices), required=known.required
    )
    if form.validate_on_submit() and carry_out(
        form, commands.change_field, me(), meeting, key, form.label.data, FieldKind(form.kind.data),
        choices=form.choices.data.splitlines(), required=form.required.data,
    ):
        return go(_("Saved."), address_of(meeting, _anchor=ANCHOR))
    return meeting_page("registration/field.html", block="form", meeting=meeting, form=form, field_key=key)


def _field(meeting_id: int, key: str) -> OwnField:
    for one in fields_of(db.session.get(Registration, meeting_id)):
        if one.key == key:
            return one
    raise Missing(_("There is no such field."))


@bp.post("/meetings/<int:meeting_id>/registration/fields/<key>/move")
def field_move(meeting_id: int, key: str) -> Response:
    """Ask it earlier, or later with `step=1`."""
    meeting = kept(meeting_id)
    commands.move_field(me(), meeting, key, 1 if request.form.get("step") == "1" else -1)
    db.session.commit()
    return go(_("Saved."), address_of(meeting, _anchor=ANCHOR))


@bp.post("/meetings/<int:meeting_id>/registration/fields/<key>/removal")
def field_removal(meeting_id: int, key: str) -> Response:
    """Ask it no more."""
    meeting = kept(meeting_id)
    commands.remove_field(me(), meeting, key)
    db.session.commit()
    return go(_("The field is removed. What was answered stays."), address_of(meeting, _anchor=ANCHOR))


@bp.post("/meetings/<int:meeting_id>/registration/fields/<key>/restoration")
def field_restoration(meeting_id: int, key: str) -> Response:
    """Ask it again."""
    meeting = kept(meeting_id)
    commands.restore_field(me(), meeting, key)
    db.session.commit()
    return go(_("The field is asked again."), address_of(meeting, _anchor=ANCHOR))

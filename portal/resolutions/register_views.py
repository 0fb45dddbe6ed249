"""Pages on which instructions and improvements are entered, and what is not issued yet is worded anew."""

from flask import Response, request, url_for

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.resolutions import commands, policy
from portal.resolutions.forms import DutyForm, RegisterForm, typed
from portal.resolutions.models import Origin, Resolution
from portal.resolutions.today import today
from portal.resolutions.views import bp, seen
from portal.web.addresses import record_number
from portal.web.fragments import carry_out, go, page


@bp.route("/resolutions/new", methods=["GET", "POST"])
def register() -> Response:
    """Enter what no meeting resolved: `?origin=instruction|improvement`, `?kind=…&record=…` what calls for it."""
    allow(policy.may_register(me()))
    asked = request.args.get("origin", "")
    form = RegisterForm(origin=Origin(asked) if asked in {"instruction", "improvement"} else Origin.INSTRUCTION)
    form.offer_duty(accounts.departments(), accounts.everybody(), today())
    form.offer_leaders(accounts.with_role(Role.LEADER))
    if form.validate_on_submit():
        made = carry_out(form, _enter, form)
        if made is not None:
            return go(_("The resolution is written down."), url_for(".resolution", resolution_id=made.id))
    return page("resolutions/new.html", block="form", form=form)


def _enter(form: RegisterForm) -> Resolution:
    if form.origin.data == Origin.INSTRUCTION:
        leader = db.session.get(Person, form.instructed_by_id.data)
        assert leader is not None, "the form knows who leads"
        return commands.instruct(me(), leader, form.duty(), is_confidential=form.is_confidential.data)
    return commands.improve(me(), form.duty(), source=_source(), is_confidential=form.is_confidential.data)


def _source() -> tuple[str, int] | None:
    """The record that calls for it, as the address names it; raises Missing for what the reader may not see."""
    kind, number = request.args.get("kind", ""), request.args.get("record", type=record_number)
    if not kind or not number:
        return None
    load(kind, number, me())
    return kind, number


@bp.route("/resolutions/<int:resolution_id>/wording", methods=["GET", "POST"])
def wording(resolution_id: int) -> Response:
    """Word it anew, as long as it is not issued."""
    found = seen(resolution_id)
    allow(policy.may_supervise(me(), found))
    form = DutyForm(data=typed(found))
    first = commands.earliest_due(found.meeting) if found.meeting else today()
    form.offer_duty(accounts.departments(), accounts.everybody(), first)
    if form.validate_on_submit() and carry_out(form, _change, found, form):
        return go(_("The resolution is worded anew."), url_for(".resolution", resolution_id=resolution_id))
    return page("resolutions/wording.html", block="form", form=form, resolution=found)


def _change(found: Resolution, form: DutyForm) -> bool:
    commands.change(me(), found, form.duty())
    return True

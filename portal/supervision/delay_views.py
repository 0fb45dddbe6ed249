"""Pages on which a later day is asked for and decided on."""

from typing import Any

from flask import Response, request, url_for

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.resolutions.models import Resolution
from portal.resolutions.queries import with_facts
from portal.resolutions.today import today
from portal.supervision import delay_policy as policy
from portal.supervision import delay_queries as queries
from portal.supervision import delays
from portal.supervision.delay_forms import DelayDecisionForm, DelayForm
from portal.supervision.models import DelayRequest
from portal.supervision.views import bp
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page
from portal.web.paging import leaf


@bp.get("/delays")
def to_decide() -> Response:
    """What waits for my decision, oldest first."""
    return _to_decide()


def _to_decide(form: Form | None = None, refused_id: int | None = None) -> Response:
    found = leaf(queries.to_decide(me()), request.args.get("page", 1, type=int))
    return page(
        "supervision/delays.html", block="to_decide", leaf=found, today=today(), refused_id=refused_id,
        form=form or DelayDecisionForm(formdata=None),
    )


@bp.get("/resolutions/<int:resolution_id>/delays")
def of_resolution(resolution_id: int) -> Response:
    """What later days were asked for, and the form to ask for one."""
    return _of_resolution(_seen(resolution_id))


def _seen(resolution_id: int) -> Resolution:
    found: Resolution = load("resolution", resolution_id, me(), *with_facts())
    return found


def _of_resolution(
    resolution: Resolution, form: DelayForm | None = None, decision: DelayDecisionForm | None = None
) -> Response:
    is_refused = any(one is not None and one.errors for one in (form, decision))
    context = region(resolution, me(), form, decision)
    return page("supervision/delays_of.html", block="delays", status=422 if is_refused else None, **context)


def region(
    resolution: Resolution, actor: Person, form: DelayForm | None = None, decision: DelayDecisionForm | None = None
) -> dict[str, Any]:
    """What `_delays.html` shows. Three statements, and those of the policy."""
    found = queries.requests_of(resolution.id)
    waiting = next((one for one in found if one.outcome is None), None)
    may_ask = waiting is None and policy.can_be_delayed(resolution, today()) and policy.may_ask(actor, resolution)
    return {
        "resolution": resolution, "requests": found, "waiting": waiting,
        "delay_form": (form or DelayForm(formdata=None)) if may_ask or form else None,
        "decision_form": decision or DelayDecisionForm(formdata=None),
        "may_decide": waiting is not None and policy.may_decide(actor, waiting),
        "stage": policy.stage_of(waiting) if waiting else None,
    }


@bp.post("/resolutions/<int:resolution_id>/delays")
def ask(resolution_id: int) -> Response:
    """Ask for a later day."""
    found = _seen(resolution_id)
    form = DelayForm()
    if form.validate() and carry_out(form, delays.ask, me(), found, **form.values()):
        return go(_("The later day is asked for. Until it is granted the old one counts."), _page_of(found.id))
    return _of_resolution(found, form)


def _page_of(resolution_id: int) -> str:
    return url_for("resolutions.resolution", resolution_id=resolution_id)


def _request(request_id: int) -> DelayRequest:
    found: DelayRequest = load("delay_request", request_id, me())
    return found


@bp.post("/delays/<int:request_id>/decision")
def decision(request_id: int) -> Response:
    """Agree or turn down; those who decide on the list stay there."""
    asked = _request(request_id)
    resolution, form = asked.resolution, DelayDecisionForm()
    is_granted = form.decision.data == "grant"
    if form.validate():
        carry_out(form, delays.decide, me(), asked, is_granted, form.words.data)
        if not form.errors:
            said = _("You have agreed to the later day.") if is_granted else _("The later day is turned down.")
            return go(said, url_for(".to_decide") if form.back.data else _page_of(resolution.id))
    return _to_decide(form, request_id) if form.back.data else _of_resolution(resolution, decision=form)


@bp.post("/delays/<int:request_id>/withdrawal")
def withdrawal(request_id: int) -> Response:
    """Ask no more."""
    asked, form = _request(request_id), DelayDecisionForm()
    resolution = asked.resolution
    carry_out(form, delays.withdraw, me(), asked)
    if form.errors:
        return _of_resolution(resolution, decision=form)
    return go(_("You ask for it no more. The old day counts."), _page_of(resolution.id))

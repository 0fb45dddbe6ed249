"""Pages on which the effect of what was closed is evaluated, and what has no active owner is found."""

from typing import Any

from flask import Response, request, url_for

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.resolutions import policy
from portal.resolutions.models import Resolution
from portal.resolutions.queries import with_facts
from portal.resolutions.today import today
from portal.supervision import evaluating, orphans
from portal.supervision.evaluation_forms import EvaluationForm
from portal.supervision.evaluation_words import EFFECTS
from portal.supervision.orphan_words import why
from portal.supervision.views import bp
from portal.web.fragments import carry_out, go, page
from portal.web.paging import leaf


def may_evaluate_any(actor: Person) -> bool:
    """Whose work it is: the list of what waits is among their pages."""
    return actor.has_role(*policy.SUPERVISORS)


@bp.get("/evaluations")
def to_evaluate() -> Response:
    """What was closed long enough ago for its effect to be seen, the longest awaited first."""
    allow(may_evaluate_any(me()))
    found = leaf(evaluating.to_evaluate(me()), request.args.get("page", 1, type=int))
    return page("supervision/evaluations.html", block="to_evaluate", leaf=found)


@bp.get("/resolutions/<int:resolution_id>/evaluations")
def evaluation_page(resolution_id: int) -> Response:
    """What came of it, or the form to say so."""
    return _evaluation(load("resolution", resolution_id, me(), *with_facts()))


def _evaluation(resolution: Resolution, form: EvaluationForm | None = None) -> Response:
    status = 422 if form is not None and form.errors else None
    context = evaluation_region(resolution, me(), form)
    return page("supervision/evaluation_of.html", block="evaluation", status=status, **context)


def evaluation_region(
    resolution: Resolution, actor: Person, form: EvaluationForm | None = None
) -> dict[str, Any]:
    """What `_evaluation.html` shows. One statement, and those of the policy; none while it is open."""
    found = evaluating.last_evaluation(resolution) if resolution.closed_at is not None else None
    is_due = found is None and resolution.evaluate_on is not None and resolution.evaluate_on <= today()
    may_evaluate = is_due and policy.may_close(actor, resolution)
    return {
        "resolution": resolution, "evaluation": found, "effects": EFFECTS,
        "evaluation_form": (form or EvaluationForm(formdata=None)) if may_evaluate or form else None,
    }


@bp.post("/resolutions/<int:resolution_id>/evaluations")
def evaluate(resolution_id: int) -> Response:
    """Say what came of it."""
    found: Resolution = load("resolution", resolution_id, me(), *with_facts())
    form = EvaluationForm()
    if form.validate() and carry_out(form, evaluating.evaluate, me(), found, form.chosen, form.words.data):
        return go(_("What came of it is kept."), url_for("resolutions.resolution", resolution_id=resolution_id))
    return _evaluation(found, form)


@bp.get("/orphans")
def orphan_list() -> Response:
    """Open resolutions that no active member of their department owns, or whose department has no head."""
    allow(orphans.may_list(me()))
    found = leaf(orphans.orphans_for(me()), request.args.get("page", 1, type=int))
    return page(
        "supervision/orphans.html", block="orphans", leaf=found, today=today(), why=why,
        headless=orphans.departments_without_head([one.department for one in found.rows]),
        hands_over={one.id for one in found.rows if orphans.hands_over(me(), one)},
    )

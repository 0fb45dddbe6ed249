"""Reviews of a regulation: who looks at it by when, and what was found before."""

from flask import Response, abort, url_for

from portal.accounts.models import Person
from portal.accounts.naming import person_meant
from portal.accounts.queries import house_today
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.regulations import policy, queries, reviewing
from portal.regulations.forms import PlanForm, VerdictForm
from portal.regulations.models import RegulationReview
from portal.regulations.views import KEYS, bp
from portal.regulations.words import title_of
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page


@bp.get(f"/regulations/{KEYS}/reviews")
def reviews(key: str) -> Response:
    """When the regulation is looked at next, by whom, and what earlier reviews found."""
    return _reviews_page(key)


def _reviews_page(key: str, plan: Form | None = None, verdict: Form | None = None) -> Response:
    found = queries.reviews_of(key)
    following = next((one for one in found if one.reviewed_at is None), None)
    suggested = reviewing.suggested_day(key)
    if plan is None and policy.may_plan_review(me()):
        day = following.due_on if following else suggested
        plan = PlanForm(formdata=None, reviewer=following.reviewer.login if following else "", due_on=day)
    if verdict is None and following is not None and policy.may_review(me(), following):
        verdict = VerdictForm(formdata=None, due_on=suggested)
    wrong = any(form is not None and form.errors for form in (plan, verdict))
    return page(
        "regulations/reviews.html", block="reviews", status=422 if wrong else 200, key=key, title=title_of(key),
        following=following, done=[one for one in found if one.reviewed_at], plan=plan, verdict=verdict,
        today=house_today(),
    )


@bp.post(f"/regulations/{KEYS}/reviews")
def plan_review(key: str) -> Response:
    """Ask somebody to look at it by a day."""
    allow(policy.may_plan_review(me()))
    form = PlanForm()
    if form.validate() and (reviewer := _meant(form)) and carry_out(
        form, reviewing.plan_review, me(), key, reviewer, form.due_on.data
    ):
        return go(_("The review is planned."), url_for(".reviews", key=key))
    return _reviews_page(key, plan=form)


def _meant(form: PlanForm) -> Person | None:
    try:
        return person_meant(form.reviewer.data or "", "reviewer")
    except DomainError as error:
        form.refuse(error)
        return None


@bp.post(f"/regulations/{KEYS}/reviews/<int:review_id>/verdict")
def verdict(key: str, review_id: int) -> Response:
    """Say what was found."""
    found: RegulationReview = next((one for one in queries.reviews_of(key) if one.id == review_id), None) or abort(404)
    allow(policy.may_review(me(), found))
    form = VerdictForm()
    if form.validate() and carry_out(
        form, reviewing.finish_review, me(), found, form.verdict.data, form.due_on.data
    ):
        return go(_("The review is done, and the next one is planned."), url_for(".reviews", key=key))
    return _reviews_page(key, verdict=form)

"""Looking from time to time whether a regulation still fits: planned, reminded of, done, and planned again."""

from datetime import date
from functools import partial

from dateutil.relativedelta import relativedelta
from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person, Role
from portal.accounts.queries import house_today, with_role
from portal.audit.commands import record
from portal.core import clock, workdays
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.notifications.commands import tell
from portal.regulations import policy, words
from portal.regulations.models import RegulationReview
from portal.regulations.queries import packaged_source, profile_in_force

LONGEST_VERDICT = 2000
# Working days before the review is due, on which its reviewer is reminded: the organisation's own choice.
REMIND_DAYS = 10
USUAL_MONTHS = 12


def suggested_day(key: str) -> date:
    """When a regulation that is reviewed today is to be reviewed next, by its `review_months`. One statement."""
    months = profile_in_force(key).figures.get("review_months", USUAL_MONTHS)
    return house_today() + relativedelta(months=months)


def plan_review(actor: Person, key: str, reviewer: Person, due_on: date) -> RegulationReview:
    """Ask the reviewer to look at the regulation by that day, instead of whoever was asked before.

    Raises NotAllowed, Missing, or DomainError naming the field.
    """
    allow(policy.may_plan_review(actor))
    packaged_source(key)
    _insist_ahead(due_on)
    if not reviewer.is_active:
        raise DomainError(_("%(name)s has left.", name=reviewer.name), "reviewer")
    review = db.session.scalars(_open().where(RegulationReview.profile == key).limit(1)).first()
    if review is None:
        review = RegulationReview(profile=key)
        db.session.add(review)
    review.reviewer, review.due_on, review.reminded_at = reviewer, due_on, None
    db.session.flush()
    record(actor, "regulation_review.planned", review, profile=key, reviewer=reviewer.name,
           due_on=due_on.isoformat())
    return review


def finish_review(actor: Person, review: RegulationReview, verdict: str, next_on: date) -> RegulationReview:
    """Say whether the regulation still fits; the next review, by the same person, is planned for `next_on`.

    Answers the next one. Raises NotAllowed, or DomainError naming the field.
    """
    review = db.session.scalars(
        select(RegulationReview).where(RegulationReview.id == review.id)
        .with_for_update().execution_options(populate_existing=True)
    ).one()
    allow(policy.may_review(actor, review))
    verdict = verdict.strip()
    if not 0 < len(verdict) <= LONGEST_VERDICT:
        raise DomainError(_("Please say in at most %(count)s characters what you found.", count=LONGEST_VERDICT),
                          "verdict")
    _insist_ahead(next_on)
    review.reviewed_at, review.reviewed_by, review.verdict = clock.now(), actor, verdict
    following = RegulationReview(profile=review.profile, reviewer_id=review.reviewer_id, due_on=next_on)
    db.session.add(following)
    db.session.flush()
    record(actor, "regulation_review.done", review, profile=review.profile, verdict=verdict,
           next_on=next_on.isoformat())
    return following


def _insist_ahead(day: date) -> None:
    if day <= house_today():
        raise DomainError(_("Please choose a day to come."), "due_on")


def _open() -> Select[RegulationReview]:
    return (
        select(RegulationReview)
        .options(joinedload(RegulationReview.reviewer))
        .where(RegulationReview.reviewed_at.is_(None))
        .order_by(RegulationReview.id)
    )


# --- By the clock ---


def remind_reviewers() -> None:
    """Tell reviewers once when a review is due soon, and once, with the administrators, when it is overdue.

    Nothing at times without work. Several workers may do it at once. One statement while there is nothing new.
    """
    if workdays.is_quiet():
        return
    settings: Settings = current_app.config["PORTAL"]
    today = house_today()
    soon = workdays.after(today, REMIND_DAYS, settings.holidays)
    for review in db.session.scalars(
        _open().where(RegulationReview.due_on <= soon).with_for_update(skip_locked=True, of=RegulationReview)
    ).all():
        was_told_on = review.reminded_at and review.reminded_at.astimezone(settings.timezone).date()
        if review.due_on < today and (was_told_on is None or was_told_on <= review.due_on):
            _tell_overdue(review)
        elif was_told_on is None:
            tell([review.reviewer], "regulation_review.due", "regulation_review", review,
                 partial(words.review_asked, review))
        else:
            continue
        review.reminded_at = clock.now()


def _tell_overdue(review: RegulationReview) -> None:
    tell([review.reviewer, *with_role(Role.ADMINISTRATOR)], "regulation_review.overdue", "regulation_review", review,
         partial(words.review_overdue, review))


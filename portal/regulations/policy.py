"""Who may do what to the regulations. Everybody who is signed in may read them."""

from portal.accounts.models import Person, Role
from portal.regulations.models import RegulationReview


def may_publish(actor: Person) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)


def may_see_readers(actor: Person) -> bool:
    """Who has not read a version yet, by name."""
    return actor.has_role(Role.ADMINISTRATOR, Role.MEETING_OFFICE, Role.SUPERVISOR, Role.AUDITOR)


def may_plan_review(actor: Person) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)


def may_review(actor: Person, review: RegulationReview) -> bool:
    """Whoever was asked to, as long as it is not done; the administrator in their place."""
    return review.reviewed_at is None and (actor.id == review.reviewer_id or actor.has_role(Role.ADMINISTRATOR))

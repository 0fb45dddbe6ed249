"""What the regulations slice tells the rest of the portal."""

from datetime import timedelta

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, register
from portal.notifications.worker import add_chore
from portal.regulations import (  # noqa: F401  (the views add their pages to those of the slice)
    review_views,
    reviewing,
    seating,
    version_views,
    words,
)
from portal.regulations.models import RegulationReview, RegulationVersion
from portal.regulations.ways import Way, add_way
from portal.web.navigation import Place, add_place, put_under
from portal.web.panels import add_panel

for blueprint in ("bodies", "planning", "deadlines", "compliance", "inspections"):
    put_under("regulations", blueprint)
add_place(Place(60, "regulations.index", _l("Regulations"), "book"))
add_way(
    Way(
        10, "regulations.index", _l("Regulations"),
        also=tuple(f"regulations.{name}" for name in ("regulation", "versions", "version", "differences", "reviews")),
    )
)
register(
    Kind(
        "regulation_version", RegulationVersion, lambda: str(_l("Version of a regulation")), words.version_title,
        lambda version: url_for("regulations.version", key=version.profile, number=version.number),
        lambda person, version: True,
    )
)
register(
    Kind(
        "regulation_review", RegulationReview, lambda: str(_l("Review of a regulation")),
        lambda review: words.title_of(review.profile),
        lambda review: url_for("regulations.reviews", key=review.profile),
        lambda person, review: True,
    )
)
describe(
    {
        "regulation_version.published": _l("published the version of the regulation"),
        "regulation_version.reminded": _l("reminded those who had not read the regulation"),
        "regulation_review.planned": _l("planned the review of the regulation"),
        "regulation_review.done": _l("reviewed the regulation"),
    },
    details={
        "profile": _l("Regulation"), "approved_by": _l("Decided by"), "effective_on": _l("Holds from"),
        "verdict": lazy_pgettext("review", "Verdict"), "reviewer": lazy_pgettext("review", "Reviewer"),
        "next_on": _l("Next review by"),
    },
)
add_panel("bodies", "routes", 10, seating.panel)
add_panel("body", "routes", 5, seating.panel_of)
add_chore("reviews of regulations", timedelta(hours=1), reviewing.remind_reviewers)

"""The regulations as readable pages."""

from typing import Any

from flask import Blueprint, Response, request

from portal.accounts.queries import house_today
from portal.accounts.session import me
from portal.core.i18n import reader
from portal.regulations import labels, outline, policy, queries
from portal.regulations.outline import Wanted
from portal.regulations.profiles import BASE, PROFILES, Profile
from portal.regulations.using import kinds_by_profile
from portal.web.fragments import page

bp = Blueprint("regulations", __name__)
# In the addresses of all its pages, so that others may stand beside them.
KEYS = "<any(base,operations,high_end,agency,foreign):key>"


@bp.app_template_global()
def other_tag() -> str:
    """The language of `Text.other`, as HTML's `lang` writes it."""
    return "en" if reader().locale.startswith("zh") else "zh-Hans"


bp.add_app_template_global(policy.may_publish, "may_edit_regulation")


@bp.get("/regulations")
def index() -> Response:
    """Which regulations there are, which version of each holds, and when it is looked at again."""
    return page(
        "regulations/index.html", block="regulations", profiles=queries.profiles_in_force((*PROFILES, BASE)),
        days=queries.days_of_versions(), reviews=queries.open_reviews(), kinds=kinds_by_profile(),
        today=house_today(),
    )


@bp.get(f"/regulations/{KEYS}")
def regulation(key: str) -> Response:
    """A regulation as it holds today, clause by clause; `?q=`, `?phase=` and `?record=` narrow the clauses."""
    profile = queries.profile_in_force(key)
    return page(
        "regulations/regulation.html", block="clauses", **read_page(profile), kinds=kinds_by_profile().get(key, []),
        review=queries.open_reviews().get(key), day=queries.days_of_versions().get((key, profile.number)),
        today=house_today(),
    )


def read_page(profile: Profile) -> dict[str, Any]:
    """What the readable text of a profile needs. No statement."""
    wanted = Wanted(*(request.args.get(name, "").strip()[:100] for name in ("q", "phase", "record")))
    return {
        "profile": profile, "wanted": wanted, "chapters": outline.found_in(profile, wanted),
        "phases": outline.phases_in(profile), "records": outline.records_in(profile), "labels": labels,
        "may_publish": policy.may_publish(me()),
    }

"""What urging, evaluations and resolutions without an owner tell the rest of the portal: words of the log, kinds of
lists that mails lead to, panels, pages, and what the clock does."""

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.worker import add_chore
from portal.resolutions import policy
from portal.resolutions.bulk import add_bulk
from portal.resolutions.models import Resolution
from portal.resolutions.ways import Way, add_way
from portal.supervision import evaluating, letters, orphans, urging
from portal.supervision import veiling as _veiling  # noqa: F401  (listens to meetings that become secret)
from portal.supervision.evaluation_views import evaluation_region, may_evaluate_any
from portal.supervision.evaluation_words import EFFECTS
from portal.supervision.owing import EVERY
from portal.supervision.urging_views import region
from portal.web.panels import add_panel


def _register_list(name: str, label: Any, endpoint: str, may_see: Callable[[Person], bool]) -> None:
    """What a mail that lists several resolutions is about: the page that lists them. It names none of them."""
    register(
        Kind(
            name, Resolution, lambda: str(label), lambda resolution: str(label),
            lambda resolution: url_for(endpoint), lambda actor, resolution: may_see(actor),
        )
    )
    add_kinds(Group.TASKS, name)


_register_list("letter", _l("Letter"), "resolutions.board", lambda actor: True)
_register_list("evaluation", _l("To be evaluated"), "supervision.to_evaluate", may_evaluate_any)
_register_list("orphan", _l("Without an owner"), "supervision.orphan_list", orphans.may_list)
describe(
    {
        "resolution.urged": _l("urged those who owe the resolution"),
        "resolution.evaluated": _l("evaluated what came of it"),
        "resolution.evaluation_due": _l("asked the supervisors to evaluate it"),
        "resolution.orphaned": _l("found it without an owner"),
    },
    details={"effect": _l("Effect")},
    values={"effect": EFFECTS},
)
add_way(Way(50, "supervision.orphan_list", _l("Without an owner"), orphans.may_list))
add_way(Way(60, "supervision.to_evaluate", _l("To be evaluated"), may_evaluate_any))
add_bulk("urge", _l("Urge"), lambda actor: actor.has_role(*policy.REGISTRARS), urging.urge)


def urgings(resolution: Resolution, actor: Person) -> str:
    """How those who owe it were urged, and the form to urge them, if there is any of it."""
    context = region(resolution, actor)
    if not (context["urgings"] or context["urge_form"]):
        return ""
    return render_template("supervision/_urgings.html", **context)


def evaluation(resolution: Resolution, actor: Person) -> str:
    """What came of a closed one, when that is to be looked at, or the form to say it."""
    if resolution.closed_at is None or resolution.evaluate_on is None:
        return ""
    return render_template("supervision/_evaluation.html", **evaluation_region(resolution, actor))


add_panel("resolution", "evaluation", 20, evaluation)
add_panel("resolution_side", "urgings", 40, urgings)
add_chore("letters", EVERY, letters.send_letters)
add_chore("evaluations", EVERY, evaluating.announce_due)
add_chore("orphans", EVERY, orphans.announce_orphans)

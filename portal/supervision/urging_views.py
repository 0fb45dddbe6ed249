"""Pages on which those who owe something are urged, and what was urged is seen."""

from typing import Any

from flask import Response, url_for

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.resolutions import policy
from portal.resolutions.models import Resolution
from portal.resolutions.queries import with_facts
from portal.supervision import urging
from portal.supervision.urging_forms import UrgeForm
from portal.supervision.urging_queries import urgings_of
from portal.supervision.urging_words import NAMES
from portal.supervision.views import bp
from portal.web.fragments import announce, carry_out, go, page, wants_fragment


@bp.get("/resolutions/<int:resolution_id>/urgings")
def urging_page(resolution_id: int) -> Response:
    """How those who owe it were urged, and the form to urge them."""
    return _urgings(load("resolution", resolution_id, me(), *with_facts()))


def _urgings(resolution: Resolution, form: UrgeForm | None = None) -> Response:
    context = region(resolution, me(), form)
    status = 422 if form is not None and form.errors else None
    return page("supervision/urgings_of.html", block="urgings", status=status, **context)


def region(resolution: Resolution, actor: Person, form: UrgeForm | None = None) -> dict[str, Any]:
    """What `_urgings.html` shows. One statement, and those of the policy."""
    is_expected = resolution.is_open and resolution.issued_at is not None and resolution.paused_at is None
    may_urge = is_expected and policy.may_supervise(actor, resolution)
    return {
        "resolution": resolution, "urgings": urgings_of(resolution.id), "letters": NAMES,
        "urge_form": (form or UrgeForm(formdata=None)) if may_urge or form else None,
    }


@bp.post("/resolutions/<int:resolution_id>/urgings")
def urge(resolution_id: int) -> Response:
    """Urge those who owe it."""
    found: Resolution = load("resolution", resolution_id, me(), *with_facts())
    form = UrgeForm()
    if form.validate() and (made := carry_out(form, urging.urge, me(), found, form.words.data)):
        said = _("Told: %(people)s.", people=made.recipients)
        if not wants_fragment():
            return go(said, url_for("resolutions.resolution", resolution_id=resolution_id))
        return announce(_urgings(found), said, focus="urgings-title")
    return _urgings(found, form)

"""Pages on which resolutions are split, merged, linked and handed over."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for

from portal.accounts.queries import everybody, members_of
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.resolutions import policy, structure
from portal.resolutions.models import Resolution
from portal.resolutions.numbered import candidates, numbered
from portal.resolutions.structure_forms import HandoverForm, OtherForm, SplitForm
from portal.resolutions.views import bp, seen
from portal.web.fragments import carry_out, go, page


@bp.route("/resolutions/<int:resolution_id>/handover", methods=["GET", "POST"])
def handover(resolution_id: int) -> Response:
    """Give it to another owner."""
    found = _handed_by_me(resolution_id)
    form = HandoverForm()
    form.offer(_owners(found))
    if form.validate_on_submit() and carry_out(form, _hand_over, found, form):
        return _gone(found, _("The resolution is handed over."))
    return page("resolutions/handover.html", block="form", resolution=found, form=form)


def _hand_over(found: Resolution, form: HandoverForm) -> bool:
    structure.hand_over(me(), found, form.owner_id.data, form.words.data)
    return True


def _handed_by_me(resolution_id: int) -> Resolution:
    found = seen(resolution_id)
    allow(policy.may_hand_over(me(), found))
    return found


def _owners(found: Resolution) -> Any:
    """Whom the reader may choose: everybody, or as a head one's own people."""
    return everybody() if policy.may_supervise(me(), found) else members_of(found.department_id)


def _gone(found: Resolution, words: str) -> Response:
    # Whoever handed it to another department may see it no more.
    sees = policy.may_see(me(), found)
    return go(words, url_for(".resolution", resolution_id=found.id) if sees else url_for(".board"))


@bp.route("/resolutions/<int:resolution_id>/parts", methods=["GET", "POST"])
def split(resolution_id: int) -> Response:
    """Divide it into parts; the button `more` gives more rows."""
    found = _handed_by_me(resolution_id)
    form = SplitForm()
    wants_more = "more" in request.form
    if wants_more:
        form.add_rows()
    form.offer(_owners(found), found.due_on.isoformat())
    if not wants_more and form.validate_on_submit() and carry_out(form, structure.split, me(), found, form.portions()):
        return go(_("The parts are written down."), url_for(".resolution", resolution_id=resolution_id))
    return page("resolutions/split.html", block="form", resolution=found, form=form)


@bp.route("/resolutions/<int:resolution_id>/merger", methods=["GET", "POST"])
def merger(resolution_id: int) -> Response:
    """Merge it into another, by that one's number."""
    return _join(resolution_id, structure.merge, "resolutions/merger.html", lambda: _("The resolution is merged."))


@bp.route("/resolutions/<int:resolution_id>/links", methods=["GET", "POST"])
def new_link(resolution_id: int) -> Response:
    """Link it with another, by that one's number."""
    return _join(resolution_id, structure.link, "resolutions/link.html", lambda: _("The resolutions are linked."))


def _join(
    resolution_id: int, command: Callable[..., None], template: str, words: Callable[[], str]
) -> Response:
    found = seen(resolution_id)
    allow(policy.may_supervise(me(), found))
    form = OtherForm()

    def join() -> bool:
        other = numbered(me(), form.other.data)
        if other is None:
            raise DomainError(_("There is no resolution with this number."), "other")
        command(me(), found, other)
        return True

    if form.validate_on_submit() and carry_out(form, join):
        return go(words(), url_for(".resolution", resolution_id=resolution_id))
    return page(template, block="form", resolution=found, form=form, candidates=candidates(me(), found))


@bp.post("/resolutions/<int:resolution_id>/links/<int:other_id>/removal")
def unlink(resolution_id: int, other_id: int) -> Response:
    """Take a link back."""
    found, other = seen(resolution_id), seen(other_id)
    structure.unlink(me(), found, other)
    db.session.commit()
    return go(_("The resolutions are linked no more."), url_for(".resolution", resolution_id=resolution_id))

"""What waits for one's approval, and each case on one page."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal.accounts.session import me
from portal.approvals import commands, inbox, policy, showing
from portal.approvals.forms import DecisionForm
from portal.approvals.models import ApprovalCase, Verdict
from portal.approvals.queries import cases_of, whole
from portal.approvals.snapshots import digest_of
from portal.approvals.subjects import subject_of
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.records import kind_of, load
from portal.web.fragments import carry_out, done, go, page
from portal.web.paging import leaf

bp = Blueprint("approvals", __name__)


@bp.get("/approvals", endpoint="inbox")
def inbox_page() -> Response:
    """What waits for me, what I submitted, or what I decided."""
    which = request.args.get("which", inbox.WAITING)
    which = which if which in inbox.LISTS else inbox.WAITING
    found = leaf(inbox.with_all(inbox.LISTS[which](me())), request.args.get("page", 1, type=int), size=20)
    return page(
        "approvals/inbox.html", block="approvals", which=which, leaf=found, entries=inbox.entries(me(), found.rows),
        form=DecisionForm(formdata=None),
    )


@bp.get("/approvals/<int:case_id>")
def case(case_id: int) -> Response:
    """The whole case: what is signed, its way, the rounds before, and the form for whoever may decide."""
    return _whole(load("approval_case", case_id, me(), *whole()), DecisionForm(formdata=None))


def _whole(found: ApprovalCase, form: DecisionForm, block: str = "case") -> Response:
    rounds = cases_of(found.record_kind, found.record_id)
    this = next(one for one in rounds if one.id == found.id)
    before = next((one for one in rounds if one.round == this.round - 1), None)
    kind, record = kind_of(this.record_kind), policy.record_of(this)
    rights = policy.rights(me(), this)
    renewed = showing.renewed(this, record) if rights else None
    context: dict[str, Any] = {
        "case": this, "form": form, "rounds": rounds, "before": before, "label": kind.label(),
        "facts": showing.facts_of(this, renewed), "is_renewed": renewed is not None,
        "digest": digest_of(renewed) if renewed else this.digest, "stages": showing.stages_of(this),
        "changes": showing.changes_of(this, before) if before else [],
        "address": kind.address(record) if record is not None and kind.may_see(me(), record) else "",
        "rights": rights, "may_withdraw": policy.may_withdraw(me(), this),
    }
    return page("approvals/case.html", block=block, **context)


@bp.post("/approvals/<int:case_id>/decision")
def decision(case_id: int) -> Response:
    """Agree or give back what was shown; lists and the case hear of it."""
    found: ApprovalCase = load("approval_case", case_id, me(), *whole())
    form = DecisionForm()
    if form.validate():
        verdict = Verdict(form.verdict.data)
        seat = form.seat.data or ""
        carry_out(
            form, _decide, found, verdict, form.comment.data, form.seen.data or "",
            int(seat) if seat.isascii() and seat.isdigit() else None,
        )
        if not form.errors:
            said = _("You have agreed.") if verdict == Verdict.AGREED else _("It is given back.")
            to = url_for(".inbox") if form.back.data else url_for(".case", case_id=case_id)
            return done(said, to, changed="approvals", focus="approvals-title")
    return _whole(found, form, "decide")


def _decide(found: ApprovalCase, verdict: Verdict, comment: str, seen: str, seat_id: int | None) -> None:
    try:
        commands.decide(me(), found, verdict, comment, seen=seen, seat_id=seat_id)
    except DomainError as refusal:
        if refusal.field == subject_of(found.record_kind).words_field:
            refusal.field = "comment"
        raise


@bp.post("/approvals/<int:case_id>/withdrawal")
def withdrawal(case_id: int) -> Response:
    """Take back what I submitted."""
    found = load("approval_case", case_id, me(), *whole())
    commands.withdraw(me(), found)
    db.session.commit()
    return go(_("It is withdrawn; nobody has to decide on it any more."), url_for(".case", case_id=case_id))

"""Pages of the rules of eligibility, of one meeting and of kinds of meetings."""

from flask import Response, url_for
from sqlalchemy import select

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.invitations import eligibility
from portal.invitations.eligibility import TRAITS
from portal.invitations.models import Trait
from portal.invitations.people_forms import RuleForm
from portal.invitations.views import bp
from portal.meetings import policy
from portal.meetings.models import Meeting, MeetingKind, Part
from portal.meetings.pages import meeting_page
from portal.meetings.parts import NAMES
from portal.web.fragments import carry_out, go, page


@bp.route("/meetings/<int:meeting_id>/rules", methods=["GET", "POST"])
def rules(meeting_id: int) -> Response:
    """Who may take part in one meeting; a POST adds a rule."""
    found = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), found))
    form = RuleForm()
    address = url_for(".rules", meeting_id=found.id)
    if form.validate_on_submit() and _add(form, found):
        return go(_("The rule is kept."), address)
    return meeting_page(
        "invitations/rules.html", block="rules", meeting=found, form=form, rules=eligibility.rules_of(found),
        traits=TRAITS, part_names=NAMES, address=address, named=eligibility.named,
    )


@bp.post("/meetings/<int:meeting_id>/rules/<int:rule_id>/removal")
def drop_rule(meeting_id: int, rule_id: int) -> Response:
    """Do without a rule of one meeting."""
    found = load("meeting", meeting_id, me())
    eligibility.drop_rule(me(), found, rule_id)
    db.session.commit()
    return go(_("The rule is gone."), url_for(".rules", meeting_id=found.id))


@bp.route("/eligibility", methods=["GET", "POST"])
def kind_rules() -> Response:
    """Who may take part in meetings of each kind; a POST adds a rule to one."""
    allow(policy.may_keep_kinds(me()))
    form = RuleForm()
    if form.validate_on_submit() and _add(form, _kind(form.kind_id.data or 0)):
        return go(_("The rule is kept."), url_for(".kind_rules"))
    kinds = db.session.scalars(select(MeetingKind).where(MeetingKind.retired_at.is_(None)).order_by(MeetingKind.name))
    return page(
        "invitations/kind_rules.html", block="rules", form=form, kinds=kinds.all(), rules=eligibility.rules_of_kinds(),
        traits=TRAITS, part_names=NAMES, named=eligibility.named, address=url_for(".kind_rules"),
    )


@bp.post("/eligibility/<int:kind_id>/<int:rule_id>/removal")
def drop_kind_rule(kind_id: int, rule_id: int) -> Response:
    """Do without a rule of a kind."""
    eligibility.drop_rule(me(), _kind(kind_id), rule_id)
    db.session.commit()
    return go(_("The rule is gone."), url_for(".kind_rules"))


def _kind(kind_id: int) -> MeetingKind:
    kind = db.session.get(MeetingKind, kind_id)
    if kind is None:
        raise Missing(_("There is no such kind of meeting."))
    return kind


def _add(form: RuleForm, owner: Meeting | MeetingKind) -> object:
    return carry_out(
        form, eligibility.add_rule, me(), owner, trait=Trait(form.trait.data), values=form.values.data.splitlines(),
        reason=form.reason.data, part=Part(form.part.data) if form.part.data else None,
    )

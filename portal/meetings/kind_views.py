"""Pages of kinds and templates of meetings, for those who keep them."""

from collections.abc import Callable
from typing import Any

from flask import Response, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.meetings import kind_commands, policy, queries
from portal.meetings import templates as template_commands
from portal.meetings.kind_form import KindForm
from portal.meetings.making_form import NameForm
from portal.meetings.models import Meeting, MeetingTemplate
from portal.meetings.views import address_of, bp
from portal.regulations.using import add_users
from portal.regulations.words import title_of
from portal.web.fragments import carry_out, go, page

add_users(queries.kinds_by_profile)


@bp.get("/meetings/kinds")
def kinds() -> Response:
    """Every kind of meeting and what holds for it."""
    allow(policy.may_keep_kinds(me()))
    return page(
        "meetings/kinds.html", block="kinds", kinds=queries.all_kinds(), regulation_title=title_of
    )


@bp.route("/meetings/kinds/new", methods=["GET", "POST"])
def new_kind() -> Response:
    allow(policy.may_keep_kinds(me()))
    form = KindForm()
    if form.validate_on_submit() and carry_out(form, kind_commands.add_kind, me(), form.settings()):
        return go(_("The kind is added."), url_for(".kinds"))
    return page("meetings/kind_form.html", block="form", form=form, kind=None)


@bp.route("/meetings/kinds/<int:kind_id>/change", methods=["GET", "POST"])
def change_kind(kind_id: int) -> Response:
    allow(policy.may_keep_kinds(me()))
    kind = load("meeting_kind", kind_id, me())
    form = KindForm(obj=kind)
    if form.validate_on_submit():
        carry_out(form, kind_commands.change_kind, me(), kind, form.settings())
        if not form.errors:
            return go(_("The kind is changed."), url_for(".kinds"))
    return page("meetings/kind_form.html", block="form", form=form, kind=kind)


@bp.post("/meetings/kinds/<int:kind_id>/retirement")
def retire_kind(kind_id: int) -> Response:
    """Let no new meeting be of that kind."""
    return _keep("meeting_kind", kind_id, kind_commands.retire_kind, _("The kind is out of use."), ".kinds")


@bp.post("/meetings/kinds/<int:kind_id>/reopening")
def reopen_kind(kind_id: int) -> Response:
    return _keep("meeting_kind", kind_id, kind_commands.reopen_kind, _("The kind is in use again."), ".kinds")


def _keep(kind: str, record_id: int, command: Callable[..., Any], words: str, back: str) -> Response:
    allow(policy.may_keep_kinds(me()))
    command(me(), load(kind, record_id, me()))
    db.session.commit()
    return go(words, url_for(back))


# --- Templates ---


@bp.get("/meetings/templates")
def templates() -> Response:
    """What new meetings may begin with."""
    allow(policy.may_keep_kinds(me()))
    return page("meetings/templates.html", block="templates", templates=queries.templates(with_retired=True))


@bp.route("/meetings/<int:meeting_id>/template", methods=["GET", "POST"])
def save_template(meeting_id: int) -> Response:
    """Save a meeting as a template."""
    allow(policy.may_keep_kinds(me()))
    found: Meeting = load("meeting", meeting_id, me())
    form = NameForm(name=found.subject[: template_commands.LONGEST_NAME])
    if form.validate_on_submit() and carry_out(form, template_commands.save_template, me(), found, form.name.data):
        return go(_("The template is saved. New meetings can begin with it."), address_of(found))
    return page(
        "meetings/name.html", block="form", form=form, title=_("Save as a template"), back=address_of(found),
        action=url_for(".save_template", meeting_id=meeting_id),
    )


@bp.route("/meetings/templates/<int:template_id>/name", methods=["GET", "POST"])
def rename_template(template_id: int) -> Response:
    allow(policy.may_keep_kinds(me()))
    template: MeetingTemplate = load("meeting_template", template_id, me())
    form = NameForm(name=template.name)
    if form.validate_on_submit():
        carry_out(form, template_commands.rename_template, me(), template, form.name.data)
        if not form.errors:
            return go(_("The template is renamed."), url_for(".templates"))
    return page(
        "meetings/name.html", block="form", form=form, title=_("Rename the template"), back=url_for(".templates"),
        action=url_for(".rename_template", template_id=template_id),
    )


@bp.post("/meetings/templates/<int:template_id>/retirement")
def retire_template(template_id: int) -> Response:
    """Offer a template no longer."""
    words = _("The template is out of use.")
    return _keep("meeting_template", template_id, template_commands.retire_template, words, ".templates")


@bp.post("/meetings/templates/<int:template_id>/reopening")
def reopen_template(template_id: int) -> Response:
    words = _("The template is in use again.")
    return _keep("meeting_template", template_id, template_commands.reopen_template, words, ".templates")

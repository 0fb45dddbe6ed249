"""Templates of notices, kept by the meeting office."""

from flask import Response, request, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.invitations import notice_queries, wording
from portal.invitations.builtin import LAYOUTS
from portal.invitations.builtin import wording as built_in
from portal.invitations.fields import FIELDS
from portal.invitations.models import Layout, NoticeTemplate
from portal.invitations.notice_forms import TemplateForm
from portal.invitations.views import bp
from portal.meetings.policy import may_keep_kinds
from portal.web.fragments import carry_out, go, page


@bp.get("/notices/templates")
def notice_templates() -> Response:
    """The portal's own wording of each layout, and the templates of the house."""
    allow(may_keep_kinds(me()))
    return page(
        "invitations/templates.html", block="content", templates=notice_queries.templates(), layouts=LAYOUTS,
        built_in={layout: built_in(Layout(layout)) for layout, _label in LAYOUTS},
    )


@bp.route("/notices/templates/new", methods=["GET", "POST"])
def new_notice_template() -> Response:
    """Another template; it begins with the portal's own words in the layout of `?layout=`."""
    allow(may_keep_kinds(me()))
    kinds = notice_queries.kinds()
    wanted = request.args.get("layout", "")
    begin = built_in(Layout(wanted if wanted in dict(LAYOUTS) else Layout.FORMAL))
    form = TemplateForm(kinds, **begin._asdict())
    if form.validate_on_submit() and carry_out(form, wording.add_template, me(), **form.chosen(kinds)):
        return go(_("The template is added."), url_for(".notice_templates"))
    return page("invitations/template_form.html", block="form", form=form, is_new=True, fields=FIELDS)


@bp.route("/notices/templates/<int:template_id>", methods=["GET", "POST"])
def notice_template(template_id: int) -> Response:
    """Other words for a template."""
    template: NoticeTemplate = load("notice_template", template_id, me())
    kinds = notice_queries.kinds(template.kind_id)
    form = TemplateForm(
        kinds, name=template.name, kind=str(template.kind_id or ""), layout=template.layout, subject=template.subject,
        body=template.body, english_subject=template.english_subject, english_body=template.english_body,
    )
    if form.validate_on_submit():
        carry_out(form, wording.change_template, me(), template, **form.chosen(kinds))
        if not form.errors:
            return go(_("The template is changed."), url_for(".notice_templates"))
    return page("invitations/template_form.html", block="form", form=form, is_new=False, fields=FIELDS)


@bp.post("/notices/templates/<int:template_id>/retirement")
def retire_notice_template(template_id: int) -> Response:
    wording.retire_template(me(), load("notice_template", template_id, me()))
    db.session.commit()
    return go(_("The template is out of use."), url_for(".notice_templates"))


@bp.post("/notices/templates/<int:template_id>/reopening")
def reopen_notice_template(template_id: int) -> Response:
    wording.reopen_template(me(), load("notice_template", template_id, me()))
    db.session.commit()
    return go(_("The template is in use again."), url_for(".notice_templates"))

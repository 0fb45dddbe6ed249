"""Pages of webhooks, for administrators."""

from flask import Response, current_app, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.core.settings import Settings
from portal.notifications import policy, queries
from portal.notifications import webhooks as commands
from portal.notifications.forms import FORMATS, WebhookChangeForm, WebhookForm
from portal.notifications.kinds import NAMES
from portal.notifications.models import Group
from portal.notifications.views import bp
from portal.web.fragments import carry_out, go, page


@bp.get("/notifications/webhooks")
def webhooks() -> Response:
    """Where public notices go besides to people."""
    allow(policy.may_manage_webhooks(me()))
    settings: Settings = current_app.config["PORTAL"]
    return page(
        "notifications/webhooks.html", block="content", webhooks=queries.webhooks(), host_of=commands.host_of,
        formats=FORMATS, names=NAMES, hosts=sorted(settings.webhook_hosts),
    )


@bp.route("/notifications/webhooks/new", methods=["GET", "POST"])
def new_webhook() -> Response:
    allow(policy.may_manage_webhooks(me()))
    settings: Settings = current_app.config["PORTAL"]
    form = WebhookForm(locale=settings.locale, groups=[Group.MEETINGS])
    if form.validate_on_submit() and carry_out(form, commands.add_webhook, me(), **form.values()):
        return go(_("The webhook is added."), url_for(".webhooks"))
    return page("notifications/webhook_form.html", block="form", form=form, webhook=None)


@bp.route("/notifications/webhooks/<int:webhook_id>/change", methods=["GET", "POST"])
def change_webhook(webhook_id: int) -> Response:
    allow(policy.may_manage_webhooks(me()))
    webhook = load("webhook", webhook_id, me())
    host = commands.host_of(webhook.url)
    form = WebhookChangeForm.of(webhook)
    if form.validate_on_submit():
        carry_out(form, commands.change_webhook, me(), webhook, **form.values())
        if not form.errors:
            return go(_("The webhook is changed."), url_for(".webhooks"))
    return page("notifications/webhook_form.html", block="form", form=form, webhook=webhook_id, host=host)


@bp.post("/notifications/webhooks/<int:webhook_id>/removal")
def remove_webhook(webhook_id: int) -> Response:
    commands.remove_webhook(me(), load("webhook", webhook_id, me()))
    db.session.commit()
    return go(_("The webhook is removed. Nothing goes there any more."), url_for(".webhooks"))


@bp.post("/notifications/webhooks/<int:webhook_id>/test")
def test_webhook(webhook_id: int) -> Response:
    """Send a few words there, to see whether they arrive."""
    commands.send_test(me(), load("webhook", webhook_id, me()))
    db.session.commit()
    return go(_("A test is on its way."), url_for(".posts"))

"""What the notifications slice tells the rest of the portal."""

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.notifications import policy, queries, webhook_views  # noqa: F401  (adds its pages to those of notices)
from portal.notifications.forms import FORMATS, MANNERS
from portal.notifications.kinds import NAMES
from portal.notifications.models import Group, Notice, OutgoingMail, OutgoingPost, Webhook
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

register(
    Kind(
        "notice", Notice, lambda: _("Notice"), lambda notice: notice.subject,
        lambda notice: url_for("notifications.notice", notice_id=notice.id), policy.may_read,
    )
)
register(
    Kind(
        "outgoing_mail", OutgoingMail, lambda: _("Mail"), lambda mail: mail.address,
        lambda mail: url_for("notifications.outbox"), policy.may_see_outgoing,
    )
)
register(
    Kind(
        "outgoing_post", OutgoingPost, lambda: _("Message"), lambda post: post.webhook.name,
        lambda post: url_for("notifications.posts"), policy.may_see_outgoing,
    )
)
register(
    Kind(
        "webhook", Webhook, lambda: _("Webhook"), lambda webhook: webhook.name,
        lambda webhook: url_for("notifications.webhooks"), policy.may_see_webhook,
    )
)
describe(
    {
        "outgoing_mail.retried": _l("sent the mail again"),
        "outgoing_post.retried": _l("sent the message again"),
        "person.retried_all": _l("sent again all that was given up"),
        "person.notices": _l("chose how to be told"),
        "webhook.added": _l("added the webhook"),
        "webhook.changed": _l("changed the webhook"),
        "webhook.removed": _l("removed the webhook"),
        "webhook.tested": _l("sent a test to the webhook"),
    },
    details={
        **{f"told_of_{group}": name for group, name in NAMES.items()},
        "digest_hour": _l("Hour of the daily mail"), "quiet_from": _l("No mail from"),
        "quiet_until": _l("No mail until"), "urgent_hours": _l("Urgent within hours"), "host": _l("Host"),
        "format": _l("Format"), "groups": _l("What goes there"),
    },
    values={**{f"told_of_{group}": MANNERS for group in Group}, "format": FORMATS, "groups": NAMES},
)
add_place(Place(90, "notifications.outbox", _l("Mail"), "send", policy.may_see_outbox))


def bell(person: Person) -> str:
    """The link to the inbox with the number of unread notices, in the header of every page."""
    return render_template("notifications/_bell.html", unread=queries.unread(person.id).number)


add_panel("top", "bell", 10, bell)

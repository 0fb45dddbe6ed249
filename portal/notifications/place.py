"""What the notifications slice tells the rest of the portal."""

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.notifications import policy, queries
from portal.notifications.models import Notice, OutgoingMail
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
        lambda mail: url_for("notifications.outbox"), policy.may_see_mail,
    )
)
describe({"outgoing_mail.retried": _l("sent the mail again")})
add_place(Place(90, "notifications.outbox", _l("Mail"), "send", policy.may_see_outbox))


def bell(person: Person) -> str:
    """The link to the inbox with the number of unread notices, in the header of every page."""
    return render_template("notifications/_bell.html", unread=queries.unread(person.id).number)


add_panel("top", "bell", 10, bell)

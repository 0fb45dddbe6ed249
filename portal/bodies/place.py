"""What the bodies slice tells the rest of the portal: its record, the words of the log, its page."""

from flask import url_for

from portal.audit.words import describe
from portal.bodies.models import Body
from portal.bodies.names import PARTS, name_of
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, register
from portal.web.ways import Way, add_way_to

register(
    Kind(
        "body", Body, lambda: _("Body"), name_of, lambda body: url_for("bodies.body", key=body.key),
        lambda actor, body: True,
    )
)
describe(
    {
        "body.founded": _l("wrote down the body"),
        "body.changed": _l("changed what the body is called or does"),
        "body.retired": _l("let the body exist no more"),
        "body.appointed": _l("appointed to the body"),
        "body.term_ended": _l("ended a term in the body"),
        "body.appointment_undone": _l("took back an appointment to the body"),
    },
    details={"member": lazy_pgettext("body", "Member"), "body_part": lazy_pgettext("body", "Part")},
    values={"body_part": PARTS},
)
add_way_to(
    "regulations",
    Way(60, "bodies.bodies", _l("Bodies"), also=("bodies.body", "bodies.describe", "bodies.appoint", "bodies.end_term",
                                                "bodies.take_back", "bodies.retire", "bodies.new_body")),
)

"""What replies and proposals tell the rest of the portal."""

from datetime import timedelta

from portal.audit.words import describe
from portal.calendars import declining, receiving, reply_panels
from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds import add_kinds
from portal.notifications.mail import add_object
from portal.notifications.models import Group
from portal.notifications.worker import add_chore
from portal.web.panels import add_panel

describe(
    {
        "meeting.time_proposed": _l("proposed another time"),
        "meeting.proposal_taken": _l("took the time that was proposed"),
        "meeting.proposal_declined": _l("declined the time that was proposed"),
    }
)
add_kinds(Group.MEETINGS, "proposal", decisions=("proposal.made",))
add_object("proposal", declining.declined_counter)
add_chore("replies by mail", timedelta(minutes=1), receiving.read_mailboxes)
add_panel("meeting_top", "proposals", 20, reply_panels.proposed)
add_panel("meeting_answers", "replies", 10, reply_panels.not_counted)

"""What notices tell the rest of the portal: pages, audit words, the column of the list of people, the clock."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import get_template_attribute, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, register
from portal.invitations import notice_queries, notice_views, template_views, urging  # noqa: F401  (add their pages)
from portal.invitations.builtin import LAYOUTS
from portal.invitations.models import NoticeTemplate
from portal.meetings.models import Attendee, Meeting
from portal.meetings.policy import may_arrange, may_edit, may_keep_kinds
from portal.meetings.roster import Column, add_column
from portal.meetings.tabs import Tab, add_tab
from portal.notifications.worker import add_chore

register(
    Kind(
        "notice_template", NoticeTemplate, lambda: _("Template of notices"), lambda template: template.name,
        lambda template: url_for("invitations.notice_template", template_id=template.id),
        lambda person, template: may_keep_kinds(person),
    )
)
describe(
    {
        "notice_template.added": _l("added the template"),
        "notice_template.changed": _l("changed the template"),
        "notice_template.retired": _l("took the template out of use"),
        "notice_template.reopened": _l("put the template into use again"),
        "meeting.notice_worded": _l("wrote the words of the notice"),
        "meeting.notice_unworded": _l("went back to the usual words of the notice"),
        "meeting.sent_again": _l("sent a mail again"),
        "meeting.urged": _l("urged the silent"),
    },
    details={"notice_layout": lazy_pgettext("notice", "Layout"), "reason": _l("Reason")},
    values={"notice_layout": dict(LAYOUTS)},
)


def notice_states(meeting: Meeting, person: Person, attendees: Sequence[Attendee]) -> Mapping[int, str]:
    """How what each was told fares. Two statements."""
    cell = get_template_attribute("invitations/_state.html", "state_cell")
    states, may_retry = notice_queries.states(meeting.id, attendees), may_edit(person, meeting)
    return {
        one.id: cell(states[one.id], meeting.id, one, may_retry) for one in attendees if one.id in states
    }


add_column(Column("notices", 20, lazy_pgettext("meeting", "Notice"), notice_states, may_arrange))
add_tab(
    Tab(
        40, "invitations.notice", lazy_pgettext("meeting", "Notice"), may_edit,
        also=("invitations.notice_preview", "invitations.notice_sheet", "invitations.send"),
    )
)
add_chore("urging", timedelta(minutes=1), urging.urge_due)

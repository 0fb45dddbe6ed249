"""What notices tell the rest of the portal: pages, audit words, the column of the list of people, the clock."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from flask import get_template_attribute, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext, plain_day
from portal.core.records import Kind, register
from portal.invitations import (  # noqa: F401  (the views add their pages)
    lead_time,
    notice_queries,
    notice_views,
    template_views,
    urging,
)
from portal.invitations.builtin import LAYOUTS
from portal.invitations.models import NoticeTemplate
from portal.meetings.missing import Lack, add_requirement
from portal.meetings.models import Attendee, Meeting, Phase
from portal.meetings.policy import may_arrange, may_edit, may_keep_kinds
from portal.meetings.queries import Tally
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


def late_notice(meeting: Meeting, _tally: Tally) -> Iterator[Lack]:
    """Before the first notice: that it comes later than the kind wants, or how long there is."""
    last = lead_time.last_day(meeting)
    address = url_for("invitations.notice", meeting_id=meeting.id)
    if last is not None and lead_time.is_late(meeting):
        words = _("The notice was due by %(day)s. Say why it goes out late.", day=plain_day(last))
        yield Lack(words, address, _("Write the notice"), stops=False)
    elif last is not None:
        yield Lack(_("The notice is due by %(day)s.", day=plain_day(last)), address, _("Write the notice"), stops=False)


for phase in (Phase.DRAFT, Phase.APPROVED):
    add_requirement(phase, "lead time", late_notice)
add_column(Column("notices", 20, lazy_pgettext("meeting", "Notice"), notice_states, may_arrange))
add_tab(
    Tab(
        40, "invitations.notice", lazy_pgettext("meeting", "Notice"), may_edit,
        also=("invitations.notice_preview", "invitations.notice_sheet", "invitations.send"),
    )
)
add_chore("urging", timedelta(minutes=1), urging.urge_due)

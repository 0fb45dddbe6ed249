"""What the proposals slice tells the rest of the portal."""

from typing import Any

from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.approving import add_facts, set_hider, set_router
from portal.meetings.gates import add_gate
from portal.meetings.missing import add_requirement
from portal.meetings.models import Meeting, Phase
from portal.meetings.signals import meeting_changed
from portal.meetings.tabs import Tab, add_tab
from portal.proposals import commands, facts, panels, policy
from portal.proposals.routing import route
from portal.web.navigation import put_under
from portal.web.panels import add_panel

set_router(route)
set_hider(policy.hides)
add_facts("proposal", facts.facts, facts.LABELS, facts.TERMS)
add_gate("proposal", commands.let_submit)
put_under("meetings", "proposals")
add_tab(Tab(15, "proposals.proposal", _l("Proposal"), policy.may_look))
add_panel("meeting", "proposal", 5, panels.of_meeting)
add_requirement(Phase.DRAFT, "proposal", panels.missing_in_draft)
add_requirement(Phase.ANNOUNCED, "lapsed", panels.missing_after_notice)
describe({"meeting.proposal_saved": _l("wrote the proposal")})


@meeting_changed.connect
def go_by_the_kind(meeting: Meeting, **_people: Any) -> None:
    """A meeting of another kind goes by another profile."""
    commands.unbind_changed_kind(meeting)

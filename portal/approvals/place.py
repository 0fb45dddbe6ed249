"""What the approvals slice tells the rest of the portal: record, words of the log, notices, place, panel, chore."""

from flask import url_for

from portal.approvals import asking, inbox, panels, policy, queries
from portal.approvals.models import ApprovalCase
from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.worker import add_chore
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

register(
    Kind(
        "approval_case", ApprovalCase, lambda: _("Approval"), lambda case: case.snapshot["title"],
        lambda case: url_for("approvals.case", case_id=case.id), policy.may_see, queries.hidden_from,
    )
)
add_kinds(Group.TASKS, "approval_case", decisions={"approval_case.asked"})
describe(
    {
        "approval_case.submitted": lazy_pgettext("approval", "submitted it for approval"),
        "approval_case.agreed": lazy_pgettext("approval", "agreed"),
        "approval_case.returned": lazy_pgettext("approval", "gave it back"),
        "approval_case.effective": lazy_pgettext("approval", "gave the last agreement: it is in force"),
        "approval_case.withdrawn": lazy_pgettext("approval", "withdrew the submission"),
        "approval_case.lapsed": lazy_pgettext("approval", "changed what was submitted, so that it is approved again"),
        "approval_case.escalated": lazy_pgettext("approval", "asked the leaders: it was not decided in time"),
    },
    details={
        "round": lazy_pgettext("approval", "Round"), "on_behalf_of": _l("Decided for"), "reason": _l("Reason"),
    },
)
add_place(Place(15, "approvals.inbox", _l("Approvals"), "decision", count=inbox.count_waiting))
add_panel("my_day", "approvals", 21, panels.of_my_day)
add_chore("approvals", asking.EVERY, asking.escalate_due)
add_chore("newcomers to approvals", asking.NEWCOMERS_EVERY, asking.ask_newcomers)

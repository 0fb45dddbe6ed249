"""What the approvals slice tells the rest of the portal: record, words of the log, kinds of notices, place, chore."""

from flask import url_for

from portal.approvals import policy, queries
from portal.approvals.models import ApprovalCase
from portal.core.i18n import gettext as _
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group

register(
    Kind(
        "approval_case", ApprovalCase, lambda: _("Approval"), lambda case: case.snapshot["title"],
        lambda case: url_for("approvals.case", case_id=case.id), policy.may_see, queries.hidden_from,
    )
)
add_kinds(Group.TASKS, "approval_case", decisions={"approval_case.asked"})

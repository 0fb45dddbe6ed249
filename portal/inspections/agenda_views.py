"""Findings of a body come before its next meeting: the region of the meeting's page, and its agenda."""

from flask import Response

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.i18n import ngettext
from portal.core.records import kind_of, load
from portal.inspections import panels
from portal.inspections.views import bp
from portal.meetings import policy
from portal.meetings.models import Meeting
from portal.web.forms import Form
from portal.web.fragments import carry_out, go


@bp.post("/meetings/<int:meeting_id>/findings/agenda")
def put_on_agenda(meeting_id: int) -> Response:
    """Put them on its agenda."""
    meeting: Meeting = load("meeting", meeting_id, me())
    allow(policy.may_edit(me(), meeting))
    form = Form()
    count = carry_out(form, panels.put_on_agenda, me(), meeting) or 0
    words = ngettext("%(num)s finding is on the agenda.", "%(num)s findings are on the agenda.", count)
    return go(words if count else " ".join(form.form_errors), kind_of("meeting").address(meeting))

"""Pages of leave: the case, the decision, and taking it back."""

from typing import Any

from flask import Response, request, url_for

from portal.accounts.session import me
from portal.answers import leave as commands
from portal.answers import policy
from portal.answers.forms import DecisionForm
from portal.answers.models import LeaveRequest
from portal.answers.views import bp
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.meetings import policy as meetings
from portal.web.addresses import own_address
from portal.web.fragments import carry_out, done, go, page


@bp.get("/leave/<int:leave_id>")
def leave(leave_id: int) -> Response:
    """Who asks to be excused from which meeting and why, with the buttons for whoever may decide."""
    return _case(load("leave_request", leave_id, me()), DecisionForm(formdata=None))


def _case(asked: LeaveRequest, form: DecisionForm, block: str = "case") -> Response:
    meeting = asked.attendee.meeting
    context: dict[str, Any] = {
        "asked": asked, "meeting": meeting, "form": form, "may_decide": policy.may_decide(me(), asked),
        "sees_meeting": meetings.may_see(me(), meeting), "is_own": asked.attendee.person_id == me().id,
    }
    return page("answers/leave.html", block=block, **context)


@bp.post("/leave/<int:leave_id>/decision")
def decision(leave_id: int) -> Response:
    """Grant or refuse; lists and the case hear of it."""
    asked = load("leave_request", leave_id, me())
    form = DecisionForm()
    if form.validate():
        grants = form.decision.data == "grant"
        carry_out(form, commands.grant if grants else commands.refuse, me(), asked, form.words.data)
        if not form.errors:
            said = _("The leave is granted.") if grants else _("The leave is not granted.")
            to = own_address(form.back.data, url_for(".leave", leave_id=leave_id))
            return done(said, to, changed="answers", focus="leave-title")
    return _case(asked, form, "decide")


@bp.post("/leave/<int:leave_id>/withdrawal")
def withdrawal(leave_id: int) -> Response:
    """I no longer ask for it."""
    asked = load("leave_request", leave_id, me())
    commands.withdraw(me(), asked)
    db.session.commit()
    to = url_for("meetings.meeting", meeting_id=asked.attendee.meeting_id)
    return go(_("Your request is withdrawn. Please say whether you come."), own_address(request.form.get("back"), to))

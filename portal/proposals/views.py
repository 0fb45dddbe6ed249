"""The page of a meeting's proposal: written, submitted, and where its approval stands."""

from flask import Blueprint, Response, request, url_for

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db, expect_only_reads
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.meetings import phases
from portal.meetings import policy as meetings
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting
from portal.meetings.pages import meeting_page
from portal.proposals import commands, policy
from portal.proposals.forms import ProposalForm, form_of
from portal.proposals.records import proposal_of
from portal.proposals.showing import region
from portal.web.fragments import carry_out, go

bp = Blueprint("proposals", __name__)

@bp.route("/meetings/<int:meeting_id>/proposal", methods=["GET", "POST"])
def proposal(meeting_id: int) -> Response:
    """What the meeting proposes; a POST saves it and, with `then=submit`, submits it."""
    found = _seen(meeting_id)
    form = form_of(proposal_of(found))
    if not form.is_submitted():
        return _answer(found, form)
    commands.insist_author(me(), found)
    seen = form.seen.data or None
    if not (form.validate() and carry_out(form, commands.save_proposal, me(), found, form.draft(), seen)):
        return _answer(found, form)
    here = url_for(".proposal", meeting_id=meeting_id)
    if request.form.get("then") != "submit":
        return go(_("The proposal is saved."), here)
    return _submit(found, here)


def _submit(meeting: Meeting, here: str) -> Response:
    """Submit what has just been saved; a refusal stands above the form, which keeps what is stored."""
    expect_only_reads(False)
    form = ProposalForm(formdata=None)
    carry_out(form, phases.submit, me(), meeting)
    if not form.form_errors:
        return go(_("The proposal is submitted; those of the first step are told."), here)
    refused = form_of(proposal_of(meeting), formdata=None)
    refused.form_errors = form.form_errors
    return _answer(meeting, refused)


def _seen(meeting_id: int) -> Meeting:
    """The meeting, if the actor may know of it or was asked to approve it. Raises Missing, or NotAllowed."""
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None or not (meetings.may_see(me(), meeting) or policy.may_look(me(), meeting)):
        raise Missing(_("There is no such record."))
    if not is_regulated(meeting):
        raise Missing(_("No regulation holds for meetings of this kind."))
    allow(policy.may_look(me(), meeting))
    return meeting


def _answer(meeting: Meeting, form: ProposalForm) -> Response:
    return meeting_page(
        "proposals/proposal.html", block="proposal", meeting=meeting, form=form, **region(me(), meeting)
    )

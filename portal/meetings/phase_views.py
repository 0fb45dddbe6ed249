"""Taking a meeting from one phase to the next, by buttons and short forms."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, request

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext, span
from portal.core.records import load
from portal.meetings import moving, phases, policy, queries
from portal.meetings.approving import may_approve
from portal.meetings.making_form import ReasonForm, ResumeForm
from portal.meetings.models import Meeting
from portal.meetings.views import address_of, bp
from portal.web.fragments import carry_out, go, page


def _seen(meeting_id: int) -> Meeting:
    found: Meeting = load("meeting", meeting_id, me())
    return found


def _step(meeting_id: int, command: Callable[..., Any], words: str) -> Response:
    """Run a command that needs nothing but the meeting."""
    found = _seen(meeting_id)
    command(me(), found)
    db.session.commit()
    return go(words, address_of(found))


@bp.post("/meetings/<int:meeting_id>/submission")
def submission(meeting_id: int) -> Response:
    """Ask for approval."""
    return _step(meeting_id, phases.submit, _("Those who approve are told."))


@bp.post("/meetings/<int:meeting_id>/approval")
def approval(meeting_id: int) -> Response:
    """Agree to what was shown, which the form names."""
    approve = partial(phases.approve, seen=request.form.get("seen", ""))
    return _step(meeting_id, approve, _("The meeting is approved; its organizer is told."))


@bp.post("/meetings/<int:meeting_id>/start")
def start(meeting_id: int) -> Response:
    return _step(meeting_id, phases.start, _("The meeting has started."))


@bp.post("/meetings/<int:meeting_id>/end")
def end(meeting_id: int) -> Response:
    return _step(meeting_id, phases.end, _("The meeting has ended."))


@bp.post("/meetings/<int:meeting_id>/reopening")
def reopening(meeting_id: int) -> Response:
    """Take the closing back."""
    return _step(meeting_id, phases.reopen, _("The meeting is open again."))


@bp.route("/meetings/<int:meeting_id>/return", methods=["GET", "POST"])
def return_for_change(meeting_id: int) -> Response:
    """Give what was submitted back to its organizer, with the reason."""
    found = _seen(meeting_id)
    allow(may_approve(me(), found))
    return _with_reason(
        found, phases.return_for_change, _("The organizer is told what to change."),
        title=_("What should be changed?"), send=_("Give it back"), says="", danger=False,
    )


@bp.route("/meetings/<int:meeting_id>/closing", methods=["GET", "POST"])
def closing(meeting_id: int) -> Response:
    """Say that nothing is left to do of a meeting that was held."""
    found = _seen(meeting_id)
    allow(policy.may_record(me(), found))
    says = ""
    if phases.open_lines(found):
        says = _("Not all lines of the agenda were dealt with. Say why.")
    return _with_reason(
        found, phases.close, _("The meeting is closed."), title=_("Close the meeting"), send=_("Close it"), says=says,
        danger=False,
    )


@bp.route("/meetings/<int:meeting_id>/postponement", methods=["GET", "POST"])
def postponement(meeting_id: int) -> Response:
    """Put the meeting off to a time that is not known yet."""
    found = _seen(meeting_id)
    allow(policy.may_edit(me(), found))
    return _with_reason(
        found, moving.postpone, _("The meeting is postponed."),
        title=_("Postpone “%(subject)s”?", subject=found.subject), send=_("Postpone the meeting"),
        says=_says_who_hears(found), danger=True,
    )


@bp.route("/meetings/<int:meeting_id>/cancellation", methods=["GET", "POST"])
def cancellation(meeting_id: int) -> Response:
    """Call the meeting off."""
    found = _seen(meeting_id)
    allow(policy.may_edit(me(), found))
    return _with_reason(
        found, moving.cancel_meeting, _("The meeting is cancelled."),
        title=_("Cancel “%(subject)s”?", subject=found.subject), send=_("Cancel the meeting"),
        says=_says_who_hears(found), danger=True,
    )


def _says_who_hears(meeting: Meeting) -> str:
    told = queries.tally(meeting.id).told
    words = [ngettext("%(num)s person will be told.", "%(num)s people will be told.", told)] if told else []
    if meeting.booking_id is not None:
        words.append(_("The room becomes free for others."))
    return " ".join(words)


def _with_reason(
    meeting: Meeting, command: Callable[..., Any], done: str, *, title: str, send: str, says: str, danger: bool
) -> Response:
    """Ask for a reason, and run the command with it."""
    form = ReasonForm()
    if form.validate_on_submit():
        carry_out(form, command, me(), meeting, form.reason.data)
        if not form.errors:
            return go(done, address_of(meeting))
    return page(
        "meetings/reason.html", block="form", form=form, meeting=meeting, title=title, send=send, says=says,
        danger=danger,
    )


@bp.route("/meetings/<int:meeting_id>/resumption", methods=["GET", "POST"])
def resumption(meeting_id: int) -> Response:
    """Give a postponed meeting its new time: that of a booking of mine, or one of its own with a place."""
    found = _seen(meeting_id)
    allow(policy.may_edit(me(), found))
    form = ResumeForm(venue=found.venue, online_url=found.online_url)
    bookings = queries.free_bookings(me().id, clock.now())
    form.offer([(one, f"{span(one.starts_at, one.ends_at)} · {one.room.name}") for one in bookings])
    if form.validate_on_submit():
        booking = next((one for one in bookings if one.id == form.booking_id.data), None)
        carry_out(
            form, moving.resume, me(), found, booking=booking, starts_at=form.starts_at.data,
            ends_at=form.ends_at.data, venue=form.venue.data, online_url=form.online_url.data,
        )
        if not form.errors:
            return go(_("The meeting has a new time; its people are asked again."), address_of(found))
    return page("meetings/resume.html", block="form", form=form, meeting=found)

"""The way of a meeting through its phases: submitted, approved or returned, started, ended, closed."""

from datetime import timedelta

from portal.accounts.models import Person
from portal.approvals import commands as approvals
from portal.approvals import queries as cases
from portal.approvals.models import ApprovalCase, Verdict
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy
from portal.meetings.approving import KIND, lapse, open_case, waiting_case
from portal.meetings.changing import changed, insist_not_over, insist_standing, insist_timed, lock, take
from portal.meetings.gates import pass_gates
from portal.meetings.kinds import is_regulated, needs_approval
from portal.meetings.models import Meeting, Phase
from portal.meetings.moving import fitting_reason
from portal.regulations.profiles import Act

# Whoever starts a meeting sooner means another one.
EARLIEST_START = timedelta(hours=12)


def submit(actor: Person, meeting: Meeting) -> None:
    """Ask those who may approve the meeting to do so, and tell them.

    What was approved and has lapsed since is submitted again, after the notice too. Raises NotAllowed, or DomainError
    if its kind needs no approval, or it is approved or submitted already.
    """
    take(actor, meeting)
    insist_not_over(meeting)
    insist_timed(meeting)
    if not needs_approval(meeting):
        raise DomainError(_("This kind of meeting needs no approval."))
    if meeting.approved_at is not None or (meeting.announced_at is not None and not has_lapsed(meeting)):
        raise DomainError(_("This meeting is approved already."))
    lapse(actor, meeting)
    if meeting.submitted_at is not None:
        raise DomainError(_("This meeting waits for its approval already."))
    pass_gates(actor, meeting, Act.SUBMIT)
    meeting.submitted_at, meeting.returned_at, meeting.return_reason = clock.now(), None, ""
    changed(meeting)
    record(actor, "meeting.submitted", meeting, title=meeting.subject)
    open_case(actor, meeting)


def approve(actor: Person, meeting: Meeting, seen: str | None = None) -> None:
    """Agree in the actor's seat; the last agreement lets the notice go out, and gives the meeting its number.

    `seen` is the digest of what the actor was shown. Nobody approves what they organize. Raises NotAllowed, or
    DomainError if it is not submitted, or not as it was shown.
    """
    approvals.decide(actor, _take_submitted(actor, meeting), Verdict.AGREED, seen=seen)


def return_for_change(actor: Person, meeting: Meeting, reason: str) -> None:
    """Give a submitted meeting back to its organizer, who is told why. Raises what `approve` does."""
    approvals.decide(actor, _take_submitted(actor, meeting), Verdict.RETURNED, reason)


def _take_submitted(actor: Person, meeting: Meeting) -> ApprovalCase:
    lock(meeting)
    if meeting.submitted_at is None or meeting.approved_at is not None:
        allow(policy.may_decide(actor, meeting))
    insist_standing(meeting)
    insist_timed(meeting)
    return waiting_case(meeting)


def has_lapsed(meeting: Meeting) -> bool:
    """Whether a meeting of which a notice was sent has lost its approval since. One statement, few for most."""
    if meeting.announced_at is None or meeting.approved_at is not None or not is_regulated(meeting):
        return False
    return cases.last_case(KIND, meeting.id) is not None


def insist_approved(meeting: Meeting) -> None:
    """Raise DomainError if the meeting has to be approved first."""
    if has_lapsed(meeting):
        raise DomainError(_("What was approved has changed: it has to be approved again before the next notice."))
    if needs_approval(meeting) and meeting.approved_at is None and meeting.announced_at is None:
        raise DomainError(_("This kind of meeting has to be approved before its notice is sent."))


# --- The meeting itself ---


def start(actor: Person, meeting: Meeting) -> None:
    """Say that the meeting has begun, be it early. Raises NotAllowed, or DomainError if it cannot have."""
    phase = _take_running(actor, meeting)
    if phase not in {Phase.ANNOUNCED, Phase.RUNNING}:
        raise DomainError(_("Only a meeting whose notice was sent can start."))
    if meeting.started_at is not None:
        raise DomainError(_("This meeting has started already."))
    now = clock.now()
    if meeting.starts_at - now > EARLIEST_START:
        raise DomainError(_("This meeting is more than twelve hours away. Move it, so that its people know."))
    if has_lapsed(meeting):
        raise DomainError(_("What was approved has changed since. It has to be submitted and approved again."))
    pass_gates(actor, meeting, Act.START)
    meeting.started_at = now
    changed(meeting)
    record(actor, "meeting.started", meeting)


def end(actor: Person, meeting: Meeting) -> None:
    """Say that the meeting has ended, early or late; its room is kept as long as it was booked."""
    phase = _take_running(actor, meeting)
    if phase not in {Phase.RUNNING, Phase.HELD}:
        raise DomainError(_("This meeting has not started yet."))
    if meeting.ended_at is not None:
        raise DomainError(_("This meeting has ended already."))
    meeting.ended_at = clock.now()
    meeting.started_at = meeting.started_at or meeting.starts_at
    changed(meeting)
    record(actor, "meeting.ended", meeting)


def _take_running(actor: Person, meeting: Meeting) -> Phase:
    lock(meeting)
    allow(policy.may_arrange(actor, meeting))
    insist_standing(meeting)
    insist_timed(meeting)
    return meeting.phase(clock.now())


def close(actor: Person, meeting: Meeting, reason: str = "") -> None:
    """Say that nothing is left to do of a meeting that was held.

    `reason` says why lines of the agenda were not dealt with, if some were not although others were. Raises
    NotAllowed, or DomainError if it was not held, or the reason is missing.
    """
    lock(meeting)
    allow(policy.may_record(actor, meeting))
    if meeting.phase(clock.now()) != Phase.HELD:
        raise DomainError(_("Only a meeting that was held can be closed."))
    if open_lines(meeting) and not reason.strip():
        raise DomainError(_("Say why not all lines of the agenda were dealt with."), "reason")
    pass_gates(actor, meeting, Act.CLOSE)
    meeting.closed_at = clock.now()
    changed(meeting)
    record(actor, "meeting.closed", meeting, reason=fitting_reason(reason))


def open_lines(meeting: Meeting) -> int:
    """How many lines of the agenda have not been dealt with, if it was followed line by line at all."""
    started = [item for item in meeting.agenda if item.started_at is not None]
    return sum(item.ended_at is None for item in meeting.agenda) if started else 0


def reopen(actor: Person, meeting: Meeting) -> None:
    """Take the closing back. Raises NotAllowed, or DomainError if it is not closed."""
    lock(meeting)
    allow(policy.may_record(actor, meeting))
    if meeting.closed_at is None:
        raise DomainError(_("This meeting is not closed."))
    meeting.closed_at = None
    changed(meeting)
    record(actor, "meeting.reopened", meeting)

"""What people are told of a meeting on its way through its phases."""

from portal.approvals.models import ApprovalCase, ApprovalStep
from portal.approvals.words import name_of
from portal.core.i18n import day_and_time, reader, span
from portal.core.i18n import gettext as _
from portal.meetings.models import Meeting
from portal.meetings.words import Where
from portal.web.addresses import absolute_address


def submitted(meeting: Meeting, case: ApprovalCase, step: ApprovalStep) -> tuple[str, str]:
    """Subject and body for those who may approve it, in the words of the step that waits."""
    subject = _("Please approve: %(subject)s, %(time)s", subject=meeting.subject, time=_time(meeting))
    says = _("%(person)s asks you to approve “%(subject)s”.", person=meeting.organizer.name, subject=meeting.subject)
    address = absolute_address("approvals.case", case_id=case.id)
    return subject, "\n\n".join((says, *_of_step(case, step), _when_and_where(meeting), address))


def _of_step(case: ApprovalCase, step: ApprovalStep) -> list[str]:
    """Of a route of several steps which one it is, of a later round why, and by when, if there is a day."""
    lines = [_("Step: %(step)s.", step=name_of(step))] if len(case.steps) > 1 else []
    if case.round > 1:
        lines.append(_("It is approved once more: %(reason)s", reason=case.reason))
    if step.due_at is not None:
        lines.append(_("Please decide by %(time)s.", time=day_and_time(step.due_at)))
    return lines


def approved(meeting: Meeting) -> tuple[str, str]:
    """Subject and body for the organizer."""
    by = meeting.approved_by.name if meeting.approved_by else ""
    subject = _("Approved: %(title)s, %(time)s", title=meeting.subject, time=_time(meeting))
    says = _("%(person)s has approved “%(subject)s”. You can send the notice now.", person=by, subject=meeting.subject)
    return subject, "\n\n".join((says, _when_and_where(meeting), _address(meeting)))


def returned(meeting: Meeting, by: str) -> tuple[str, str]:
    """Subject and body for the organizer."""
    subject = _("To be changed: %(subject)s, %(time)s", subject=meeting.subject, time=_time(meeting))
    says = _("%(person)s asks you to change “%(subject)s” before it is approved.", person=by, subject=meeting.subject)
    why = _("Reason: %(reason)s", reason=meeting.return_reason)
    return subject, "\n\n".join((says, why, _address(meeting)))


def resumed(meeting: Meeting, before: Where) -> tuple[str, str]:
    """Subject and body that give a postponed meeting its new time and place."""
    subject = _("New time: %(subject)s, %(time)s", subject=meeting.subject, time=_time(meeting))
    says = _("“%(subject)s” was postponed and has a new time.", subject=meeting.subject)
    was = _("Before, it was: %(what)s", what=f"{span(before.starts_at, before.ends_at)} · {before.location}")
    answer = _("Answers so far no longer count. Please answer again: %(address)s", address=_address(meeting))
    return subject, "\n\n".join((says, _when_and_where(meeting), was, answer))


def _when_and_where(meeting: Meeting) -> str:
    lines = [_("When: %(time)s (%(zone)s)", time=_time(meeting), zone=reader().zone.key),
             _("Where: %(place)s", place=meeting.location)]
    if meeting.online_url:
        lines.append(_("Online: %(address)s", address=meeting.online_url))
    return "\n".join(lines)


def _time(meeting: Meeting) -> str:
    return span(meeting.starts_at, meeting.ends_at)


def _address(meeting: Meeting) -> str:
    return absolute_address("meetings.meeting", meeting_id=meeting.id)

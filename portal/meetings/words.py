"""What people are told of meetings, in the language and on the clock of whoever reads it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.core.i18n import reader, span
from portal.meetings.models import Meeting
from portal.web.addresses import absolute_address

Words = Callable[[], tuple[str, str]]


class Where(NamedTuple):
    """When and where a meeting is, or was to be."""

    starts_at: datetime
    ends_at: datetime
    location: str


def invitation(meeting: Meeting) -> tuple[str, str]:
    """Subject and body that invite to the meeting."""
    title = _("Invitation: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    organizer = meeting.organizer.name
    invites = _("%(organizer)s invites you to “%(subject)s”.", organizer=organizer, subject=meeting.subject)
    answer = _("Say whether you come: %(address)s", address=_address(meeting))
    return title, _paragraphs(invites, _when_and_where(meeting), meeting.purpose, _agenda(meeting), answer)


def moved(meeting: Meeting, before: Where) -> tuple[str, str]:
    """Subject and body that say what changed, the new and the old."""
    title = _("Moved: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("“%(subject)s” has been moved.", subject=meeting.subject)
    was = "\n".join(_what_was(meeting, before))
    address = _address(meeting)
    answer = _("Answers so far were for the old time or room. Please answer again: %(address)s", address=address)
    return title, _paragraphs(says, _when_and_where(meeting), was, answer)


def cancelled(meeting: Meeting) -> tuple[str, str]:
    """Subject and body that call the meeting off."""
    title = _("Cancelled: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("“%(subject)s” is cancelled.", subject=meeting.subject)
    return title, _paragraphs(says, _when_and_where(meeting), _address(meeting))


def restored(meeting: Meeting) -> tuple[str, str]:
    """Subject and body that say the meeting takes place after all."""
    title = _("On again: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("“%(subject)s” takes place after all.", subject=meeting.subject)
    answer = _("Answers so far no longer count. Please answer again: %(address)s", address=_address(meeting))
    return title, _paragraphs(says, _when_and_where(meeting), answer)


def withdrawn(meeting: Meeting) -> tuple[str, str]:
    """Subject and body for somebody who is no longer asked to come."""
    title = _("No longer needed: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("You are no longer asked to come to “%(subject)s”.", subject=meeting.subject)
    return title, _paragraphs(says, _when_and_where(meeting))


def _when_and_where(meeting: Meeting) -> str:
    time = _("When: %(time)s (%(zone)s)", time=span(meeting.starts_at, meeting.ends_at), zone=reader().zone.key)
    return time + "\n" + _("Where: %(place)s", place=meeting.location)


def _what_was(meeting: Meeting, before: Where) -> list[str]:
    lines = []
    if (before.starts_at, before.ends_at) != (meeting.starts_at, meeting.ends_at):
        lines.append(_("Before, it was: %(what)s", what=span(before.starts_at, before.ends_at)))
    if before.location != meeting.location:
        lines.append(_("Before, it was in: %(what)s", what=before.location))
    return lines


def _agenda(meeting: Meeting) -> str:
    items = [f"{number}. {item.title}" for number, item in enumerate(meeting.agenda, 1)]
    return "\n".join([_("Agenda:"), *items]) if items else ""


def _short_time(meeting: Meeting) -> str:
    return span(meeting.starts_at, meeting.ends_at)


def _address(meeting: Meeting) -> str:
    return absolute_address("meetings.meeting", meeting_id=meeting.id)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)

"""What people are told of meetings, in the language and on the clock of whoever reads it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import NamedTuple

from portal.core.i18n import day_and_time, reader, span
from portal.core.i18n import gettext as _
from portal.meetings.models import Meeting, Part
from portal.meetings.parts import part_name
from portal.web.addresses import absolute_address

Words = Callable[[], tuple[str, str]]


class Where(NamedTuple):
    """When and where a meeting is, or was to be."""

    starts_at: datetime
    ends_at: datetime
    location: str


class Role(NamedTuple):
    """What somebody is in a meeting, and what for if they are staff."""

    part: Part
    duty: str = ""

    @property
    def name(self) -> str:
        return f"{part_name(self.part)} ({self.duty})" if self.duty else part_name(self.part)


def invitation(meeting: Meeting) -> tuple[str, str]:
    """Subject and body that invite to the meeting."""
    title = _("Invitation: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    organizer = meeting.organizer.name
    invites = _("%(organizer)s invites you to “%(subject)s”.", organizer=organizer, subject=meeting.subject)
    answer = _("Say whether you come: %(address)s", address=page_of(meeting))
    return title, _paragraphs(invites, _when_and_where(meeting), meeting.purpose, _agenda(meeting), answer)


def added(meeting: Meeting) -> tuple[str, str]:
    """Subject and body for somebody who is asked to come after all others were."""
    title = _("Added to a meeting: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    organizer = meeting.organizer.name
    invites = _("%(organizer)s has added you to “%(subject)s”.", organizer=organizer, subject=meeting.subject)
    answer = _("Say whether you come: %(address)s", address=page_of(meeting))
    return title, _paragraphs(invites, _when_and_where(meeting), meeting.purpose, _agenda(meeting), answer)


def urged(meeting: Meeting) -> tuple[str, str]:
    """Subject and body that remind of an answer that is missing."""
    title = _("Please answer: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("You have not said yet whether you come to “%(subject)s”.", subject=meeting.subject)
    by = _("Please answer by %(time)s.", time=day_and_time(meeting.answer_by)) if meeting.answer_by else ""
    answer = _("Say whether you come: %(address)s", address=page_of(meeting))
    return title, _paragraphs(says, by, _when_and_where(meeting), answer)


def moved(meeting: Meeting, before: Where) -> tuple[str, str]:
    """Subject and body that say what changed, the new and the old: the time, the place or both."""
    is_later = (before.starts_at, before.ends_at) != (meeting.starts_at, meeting.ends_at)
    named = {"subject": meeting.subject, "time": _short_time(meeting)}
    title = _("Moved: %(subject)s, %(time)s", **named)
    says = _("“%(subject)s” has been moved.", subject=meeting.subject)
    if not is_later:
        title = _("Another place: %(subject)s, %(time)s", **named)
        says = _("“%(subject)s” takes place somewhere else.", subject=meeting.subject)
    was = "\n".join(_what_was(meeting, before))
    address = page_of(meeting)
    answer = _("Answers so far were for the old time or room. Please answer again: %(address)s", address=address)
    return title, _paragraphs(says, _when_and_where(meeting), was, answer)


def link_changed(meeting: Meeting, before: str) -> tuple[str, str]:
    """Subject and body that give another address for taking part online; answers stay."""
    title = _("Another online address: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("The online address of “%(subject)s” has changed.", subject=meeting.subject)
    if not meeting.online_url:
        says = _("“%(subject)s” can no longer be joined online.", subject=meeting.subject)
    was = _("Before: %(what)s", what=before) if before else ""
    return title, _paragraphs(says, _when_and_where(meeting), was, page_of(meeting))


def renamed(meeting: Meeting, before: str) -> tuple[str, str]:
    """Subject and body that say by which name the meeting goes now; answers stay."""
    title = _("Another subject: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("“%(before)s” is now “%(subject)s”.", before=before, subject=meeting.subject)
    return title, _paragraphs(says, _when_and_where(meeting), page_of(meeting))


def part_changed(meeting: Meeting, before: Role, now: Role) -> tuple[str, str]:
    """Subject and body for somebody who is something else in the meeting now."""
    title = _("Your part: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("Your part in “%(subject)s” has changed.", subject=meeting.subject)
    parts = _("Your part: %(part)s", part=now.name) + "\n" + _("Before: %(what)s", what=before.name)
    return title, _paragraphs(says, parts, _when_and_where(meeting), page_of(meeting))


def cancelled(meeting: Meeting) -> tuple[str, str]:
    """Subject and body that call the meeting off."""
    title = _("Cancelled: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("“%(subject)s” is cancelled.", subject=meeting.subject)
    return title, _paragraphs(says, _why_off(meeting), _when_and_where(meeting), page_of(meeting))


def postponed(meeting: Meeting) -> tuple[str, str]:
    """Subject and body that say the meeting is put off to a time that is not known yet."""
    title = _("Postponed: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("“%(subject)s” is postponed. A new time will be told.", subject=meeting.subject)
    was = _("It was to be: %(time)s", time=_short_time(meeting))
    return title, _paragraphs(says, _why_off(meeting), was, page_of(meeting))


def restored(meeting: Meeting) -> tuple[str, str]:
    """Subject and body that say the meeting takes place after all."""
    title = _("On again: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("“%(subject)s” takes place after all.", subject=meeting.subject)
    answer = _("Answers so far no longer count. Please answer again: %(address)s", address=page_of(meeting))
    return title, _paragraphs(says, _when_and_where(meeting), answer)


def withdrawn(meeting: Meeting) -> tuple[str, str]:
    """Subject and body for somebody who is no longer asked to come."""
    title = _("No longer needed: %(subject)s, %(time)s", subject=meeting.subject, time=_short_time(meeting))
    says = _("You are no longer asked to come to “%(subject)s”.", subject=meeting.subject)
    return title, _paragraphs(says, _when_and_where(meeting))


def _when_and_where(meeting: Meeting) -> str:
    lines = [
        _("When: %(time)s (%(zone)s)", time=_short_time(meeting), zone=reader().zone.key),
        _("Where: %(place)s", place=meeting.location) if meeting.location else "",
        _("Online: %(address)s", address=meeting.online_url) if meeting.online_url else "",
    ]
    return "\n".join(line for line in lines if line)


def _why_off(meeting: Meeting) -> str:
    return _("Reason: %(reason)s", reason=meeting.off_reason) if meeting.off_reason else ""


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


_own_page: ContextVar[str] = ContextVar("own_page", default="")


@contextmanager
def pointing_to(address: str) -> Iterator[None]:
    """Within the block, what is said leads to this page instead of the meeting's, which asks for a sign-in."""
    token = _own_page.set(address)
    try:
        yield
    finally:
        _own_page.reset(token)


def page_of(meeting: Meeting) -> str:
    """Where the reader finds the meeting."""
    return _own_page.get() or absolute_address("meetings.meeting", meeting_id=meeting.id)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)

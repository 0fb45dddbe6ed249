"""What people are told of proposed times, in the language and on the clock of whoever reads it."""

from datetime import datetime
from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.core.i18n import span
from portal.meetings.models import Meeting
from portal.meetings.words import page_of


class Proposal(NamedTuple):
    """Who would rather meet when, and what they say to it."""

    name: str
    starts_at: datetime
    ends_at: datetime
    comment: str = ""


def proposed(meeting: Meeting, proposal: Proposal) -> tuple[str, str]:
    """Subject and body for those who may move the meeting."""
    title = _("Another time proposed: %(subject)s", subject=meeting.subject)
    says = _("%(person)s proposes another time for “%(subject)s”.", person=proposal.name, subject=meeting.subject)
    times = "\n".join(
        [
            _("Proposed: %(time)s", time=span(proposal.starts_at, proposal.ends_at)),
            _("So far: %(time)s", time=span(meeting.starts_at, meeting.ends_at)),
        ]
    )
    decide = _("Take it or decline it: %(address)s", address=page_of(meeting))
    return title, "\n\n".join(part for part in (says, times, proposal.comment, decide) if part)


def declined(meeting: Meeting, proposal: Proposal) -> tuple[str, str]:
    """Subject and body for whoever proposed it."""
    title = _("The time stays: %(subject)s", subject=meeting.subject)
    says = _("“%(subject)s” is not moved to the time that you proposed.", subject=meeting.subject)
    times = "\n".join(
        [
            _("Proposed: %(time)s", time=span(proposal.starts_at, proposal.ends_at)),
            _("It stays: %(time)s", time=span(meeting.starts_at, meeting.ends_at)),
        ]
    )
    answer = _("Say whether you come: %(address)s", address=page_of(meeting))
    return title, "\n\n".join([says, times, answer])

"""The papers that go with a notice: in its mails, or behind a link where mails would grow too large."""

from collections.abc import Sequence
from typing import NamedTuple

from portal.agenda.models import Paper
from portal.core.i18n import gettext as _
from portal.meetings.models import Meeting
from portal.meetings.words import page_of

# All that a mail may carry: base64 makes a third more of it, and many servers refuse what is over 10 MB.
LARGEST_MAIL = 8 * 1_000_000


class Carried(NamedTuple):
    """What mails take along, or that it is too large: all or none."""

    files: tuple[tuple[str, str, str], ...] = ()
    is_too_large: bool = False

    def note(self, meeting: Meeting) -> str:
        """Where to read what is too large for a mail, in the reader's language; nothing if it goes along."""
        if not self.is_too_large:
            return ""
        return _("The papers are too large for a mail. They are here: %(address)s", address=page_of(meeting))


def attachments_of(papers: Sequence[Paper]) -> Carried:
    """The papers as mails carry them, if they are not too large together."""
    if total_size(papers) > LARGEST_MAIL:
        return Carried(is_too_large=True)
    return Carried(tuple((paper.file_name, paper.media_type, paper.content_hash) for paper in papers))


def total_size(papers: Sequence[Paper]) -> int:
    """In octets."""
    return sum(paper.size for paper in papers)

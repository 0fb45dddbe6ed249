"""The agenda as lines of text, one for each item."""

from collections.abc import Iterable

from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.models import AgendaItem, Meeting

LONGEST_LINE = 200
MOST_LINES = 100


def write_agenda(meeting: Meeting, titles: Iterable[str]) -> None:
    """Make the agenda these lines. An item stays the same record by its words, else by its place; else it is removed.

    Resolutions refer to items, and keep referring to one whose words are corrected.
    """
    lines = [line for line in (title.strip() for title in titles) if line]
    check_agenda(lines)
    old = list(meeting.agenda)
    by_words = {item.title: item for item in reversed(old)}
    kept = [by_words.pop(line, None) for line in lines]
    free = {item: item for item in old if item not in kept}
    for place, line in enumerate(lines):
        same_place = old[place] if place < len(old) else None
        item = kept[place] or (free.pop(same_place, None) if same_place else None) or AgendaItem()
        item.title, item.position = line, place
        kept[place] = item
    for item in free:
        item.removed_at = clock.now()
    meeting.agenda.extend(item for item in kept if item and item not in old)
    if old:
        db.session.flush()
        db.session.expire(meeting, ["agenda"])


def check_agenda(lines: list[str]) -> None:
    if len(lines) > MOST_LINES:
        raise DomainError(_("An agenda has at most %(count)s items.", count=MOST_LINES), "agenda")
    if any(len(line) > LONGEST_LINE for line in lines):
        raise DomainError(_("An item of the agenda has at most %(count)s characters.", count=LONGEST_LINE), "agenda")

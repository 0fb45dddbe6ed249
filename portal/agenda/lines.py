"""Everything that can be done to the lines of an agenda. Each change locks the meeting: changes come one by one."""

from collections.abc import Sequence

from portal.accounts.models import Person
from portal.agenda import queries
from portal.agenda.planning import order_of, version_of
from portal.agenda.typed import Line, Presenter, check, presenters
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings.approving import lapse
from portal.meetings.changing import changed, one_line, take
from portal.meetings.models import AgendaItem, Meeting

MOST_LINES = 100


def add_lines(actor: Person, meeting: Meeting, lines: Sequence[Line], *, field: str | None = None) -> list[AgendaItem]:
    """Put these lines at the end, and answer them; all or none.

    `field` is the field of the form that all words of a refusal belong to. Raises NotAllowed, or DomainError.
    """
    items = take_lines(actor, meeting)
    if len(items) + len(lines) > MOST_LINES:
        raise DomainError(_("An agenda has at most %(count)s items.", count=MOST_LINES), field or "title")
    for line in lines:
        check(line, field)
    meant = presenters([line.presenter for line in lines], field or "presenter")
    added = [_filled(AgendaItem(meeting_id=meeting.id), line, meant.get(line.presenter)) for line in lines]
    for position, item in enumerate(added, len(items)):
        item.position = position
    db.session.add_all(added)
    if added:
        _written(actor, meeting)
        record(actor, "meeting.lines_added", meeting, lines=[item.title for item in added])
    return added


def change_line(actor: Person, meeting: Meeting, item_id: int, line: Line, *, seen: str | None = None) -> AgendaItem:
    """Give one line other words, minutes or presenter; it stays the same record.

    `seen` is the line's version that the actor looked at; if somebody has changed it since, it is refused.
    """
    item = _one(take_lines(actor, meeting), item_id)
    _insist_seen(item, seen)
    check(line)
    _filled(item, line, presenters([line.presenter], "presenter").get(line.presenter))
    _written(actor, meeting)
    record(actor, "meeting.line_changed", meeting, line=item.title)
    return item


def move_line(actor: Person, meeting: Meeting, item_id: int, to: int, *, seen: str | None = None) -> AgendaItem:
    """Put the line at that place, from 0; beyond the ends is at the end. `seen` is the order that was looked at."""
    items = take_lines(actor, meeting)
    item = _one(items, item_id)
    if seen not in (None, order_of(items)):
        raise DomainError(_("Somebody else has changed the agenda meanwhile. This is how it is now."))
    others = [other for other in items if other is not item]
    others.insert(max(0, min(to, len(others))), item)
    if others != items:
        _number(others)
        _written(actor, meeting)
        record(actor, "meeting.line_moved", meeting, line=item.title, place=item.position + 1)
    return item


def remove_line(actor: Person, meeting: Meeting, item_id: int, *, seen: str | None = None) -> AgendaItem:
    """Take a line off; what refers to it still does, and `restore_line` puts it back."""
    items = take_lines(actor, meeting)
    item = _one(items, item_id)
    _insist_seen(item, seen)
    now = clock.now()
    if item.started_at and not item.ended_at:
        item.ended_at = now
    item.removed_at = now
    _number([other for other in items if other is not item])
    _written(actor, meeting)
    record(actor, "meeting.line_removed", meeting, line=item.title)
    return item


def restore_line(actor: Person, meeting: Meeting, item_id: int) -> AgendaItem:
    """Put a removed line back where it was."""
    items = take_lines(actor, meeting)
    item = db.session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != meeting.id:
        raise Missing(_("There is no such line."))
    if item.removed_at is None:
        return item
    if len(items) >= MOST_LINES:
        raise DomainError(_("An agenda has at most %(count)s items.", count=MOST_LINES))
    item.removed_at = None
    items.insert(item.position, item)
    _number(items)
    _written(actor, meeting)
    record(actor, "meeting.line_restored", meeting, line=item.title)
    return item


def take_lines(actor: Person, meeting: Meeting) -> list[AgendaItem]:
    """The lines as they stand, when the actor may change them; nobody else changes them meanwhile."""
    take(actor, meeting)
    if meeting.closed_at is not None:
        raise DomainError(_("This meeting is closed."))
    return queries.lines_anew(meeting.id)


def _filled(item: AgendaItem, line: Line, presenter: Presenter | None) -> AgendaItem:
    found = presenter or Presenter()
    item.title, item.kind, item.minutes = one_line(line.title), line.kind, line.minutes
    item.presenter, item.presenter_name = found.person, one_line(found.name)
    return item


def _one(items: Sequence[AgendaItem], item_id: int) -> AgendaItem:
    for item in items:
        if item.id == item_id:
            return item
    raise Missing(_("There is no such line any more."))


def _insist_seen(item: AgendaItem, seen: str | None) -> None:
    if seen not in (None, version_of(item)):
        raise DomainError(_("Somebody else has changed this line meanwhile. This is how it is now."))


def _number(items: Sequence[AgendaItem]) -> None:
    for position, item in enumerate(items):
        item.position = position


def _written(actor: Person, meeting: Meeting) -> None:
    """Write the lines, and let whoever shows the meeting read them anew; what was asked for is asked for again."""
    db.session.flush()
    db.session.expire(meeting, ["agenda"])
    lapse(actor, meeting)
    changed(meeting)

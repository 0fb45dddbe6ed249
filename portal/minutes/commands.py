"""Opening and writing minutes. Each change locks the minutes; what changes both locks the meeting first."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings.changing import lock, one_line
from portal.meetings.models import AgendaItem, Meeting
from portal.minutes import policy
from portal.minutes.models import Minutes, MinutesComment, MinutesLine
from portal.minutes.queries import lines_of
from portal.resolutions import commands as resolutions
from portal.resolutions.commands import Duty
from portal.resolutions.models import Resolution

LONGEST, LONGEST_TITLE, MOST_LINES = 40_000, 200, 200
# Whoever goes on writing is not logged again and again.
SITTING = timedelta(minutes=10)


class Typed(NamedTuple):
    """What somebody typed into a field, and the mark of the text that they had before them."""

    text: str
    seen: str


class Clash(DomainError):
    """Somebody else has written something else meanwhile; `theirs` is what stands in each such field now."""

    def __init__(self, theirs: Mapping[str, str]) -> None:
        super().__init__(_("Somebody else has changed this meanwhile. Choose what is to stand here."))
        self.theirs = theirs


def mark_of(text: str) -> str:
    """Another one for each other text: what a page saw of a field."""
    return sha256(text.encode()).hexdigest()[:16]


# --- Opening ---


def open_minutes(actor: Person, meeting: Meeting) -> Minutes:
    """Begin the minutes of a meeting that has begun, with a line for each of its agenda.

    If somebody else was quicker, theirs are answered. Raises NotAllowed, or DomainError.
    """
    allow(policy.may_keep(actor, meeting))
    lock(meeting)
    known = db.session.scalars(select(Minutes).where(Minutes.meeting_id == meeting.id)).one_or_none()
    if known is not None:
        return known
    if not policy.has_begun(meeting):
        raise DomainError(_("Minutes can be opened once the meeting has begun."))
    now = clock.now()
    made = Minutes(meeting=meeting, opened_by=actor, opened_at=now, changed_by=actor, changed_at=now, revision=0)
    db.session.add(made)
    db.session.flush()
    _follow(made, actor)
    record(actor, "minutes.opened", made, title=meeting.subject)
    return made


# --- Following the agenda ---


def follow_agenda(meeting: Meeting, **_signal: object) -> None:
    """Give the minutes of the meeting, if they are not final, the lines that its agenda has now.

    A line that left the agenda stays as long as anything is written on it.
    """
    if not policy.has_begun(meeting):
        return
    minutes = db.session.scalars(
        select(Minutes).where(Minutes.meeting_id == meeting.id).with_for_update(key_share=True, of=Minutes)
    ).one_or_none()
    if minutes is not None and minutes.final_at is None:
        _follow(minutes, minutes.changed_by)


def _follow(minutes: Minutes, by: Person) -> None:
    items = {item.id: item for item in _standing_items(minutes.meeting_id)}
    lines = list(lines_of(minutes.id, anew=True))
    for line in lines:
        if line.agenda_item_id in items:
            line.title = items[line.agenda_item_id].title
    gone = [line for line in lines if line.agenda_item_id is not None and line.agenda_item_id not in items]
    for line in gone:
        if _is_bare(line):
            lines.remove(line)
            db.session.delete(line)
    known = {line.agenda_item_id for line in lines}
    now = clock.now()
    lines += [
        MinutesLine(
            minutes=minutes, item=item, title=item.title, revision=0, changed_by=by, changed_at=now, position=0
        )
        for item in items.values() if item.id not in known
    ]
    _put_in_order(lines)
    db.session.flush()


def _standing_items(meeting_id: int) -> list[AgendaItem]:
    return list(db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.id)
    ))


def _put_in_order(lines: list[MinutesLine]) -> None:
    """As on the agenda, one that left it where it was; what was on no agenda comes last."""
    lines.sort(key=lambda line: (line.item is None, line.item.position if line.item else line.position))
    for position, line in enumerate(lines):
        if line.position != position:
            line.position = position
        if line not in db.session:
            db.session.add(line)


def _is_bare(line: MinutesLine) -> bool:
    """Nothing is written on it, voted on or said of it."""
    if line.discussion or line.conclusion or line.votes:
        return False
    said = select(MinutesComment.id).where(MinutesComment.line_id == line.id)
    return db.session.scalars(said.limit(1)).first() is None


# --- Writing ---


def take(actor: Person, minutes: Minutes) -> None:
    """Make sure that the actor may write these minutes, and that nobody else changes them meanwhile.

    Raises NotAllowed, or DomainError if they are final.
    """
    allow(policy.may_keep(actor, minutes.meeting))
    db.session.refresh(minutes, with_for_update={"key_share": True, "of": Minutes})
    if minutes.final_at is not None:
        raise DomainError(_("These minutes are final. Add what is to be corrected as an addendum."))


def line_in(minutes: Minutes, line_id: int) -> MinutesLine:
    """One line of these minutes as it is now; raises Missing if there is none."""
    line = db.session.get(MinutesLine, line_id, populate_existing=True)
    if line is None or line.minutes_id != minutes.id:
        raise Missing(_("There is no such line any more."))
    return line


def write_line(actor: Person, minutes: Minutes, line_id: int, typed: Mapping[str, Typed]) -> MinutesLine:
    """Write discussion and conclusion of a line, or one of them; of a line on no agenda also its title.

    Raises NotAllowed, DomainError, or Clash if somebody else has changed that text meanwhile: then nothing is written.
    """
    take(actor, minutes)
    line = line_in(minutes, line_id)
    _insist_titled(line, typed)
    _write(actor, minutes, line, typed)
    return line


def _insist_titled(line: MinutesLine, typed: Mapping[str, Typed]) -> None:
    if "title" not in typed:
        return
    if line.agenda_item_id is not None:
        raise DomainError(_("What this line is called stands in the agenda. Change it there."), "title")
    _fitting_title(typed["title"].text)


def write_frame(actor: Person, minutes: Minutes, typed: Mapping[str, Typed]) -> Minutes:
    """Write the opening and closing words, or one of them. Raises what `write_line` does."""
    take(actor, minutes)
    _write(actor, minutes, minutes, typed)
    return minutes


def _write(actor: Person, minutes: Minutes, into: Minutes | MinutesLine, typed: Mapping[str, Typed]) -> None:
    texts = {name: _clean(name, one.text) for name, one in typed.items()}
    now_there = {name: getattr(into, name) for name in texts}
    other = {name: text for name, text in texts.items() if text != now_there[name]}
    clashing = {name: now_there[name] for name in other if typed[name].seen != mark_of(now_there[name])}
    if clashing:
        raise Clash(clashing)
    if not other:
        return
    if into.changed_by_id != actor.id or not into.revision or clock.now() - into.changed_at > SITTING:
        of_line = into.title if isinstance(into, MinutesLine) else ""
        record(actor, "minutes.written", minutes, line=of_line)
    for name, text in other.items():
        setattr(into, name, text)
    touch(actor, into)
    db.session.flush()


def _clean(name: str, text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST), name)
    return one_line(text) if name == "title" else text


def touch(actor: Person, into: Minutes | MinutesLine) -> None:
    """Who changed it last, and that it is another one now."""
    into.revision += 1
    into.changed_by, into.changed_at = actor, clock.now()


def resolve_in(actor: Person, minutes: Minutes, duty: Duty, *, agenda_item_id: int | None = None) -> Resolution:
    """Write down what was resolved: it is issued with the minutes, so that final ones take no more.

    Raises NotAllowed, or DomainError naming the field.
    """
    lock(minutes.meeting)
    take(actor, minutes)
    return resolutions.resolve(actor, minutes.meeting, duty, agenda_item_id=agenda_item_id, at_once=False)


# --- Lines that were on no agenda ---


def add_line(actor: Person, minutes: Minutes, title: str) -> MinutesLine:
    """Minute something that was on no agenda, at the end. Raises NotAllowed, or DomainError naming the field."""
    take(actor, minutes)
    title = _fitting_title(title)
    count, last = db.session.execute(
        select(func.count(), func.max(MinutesLine.position)).where(MinutesLine.minutes_id == minutes.id)
    ).one()
    if count >= MOST_LINES:
        raise DomainError(_("Minutes have at most %(count)s lines.", count=MOST_LINES), "title")
    line = MinutesLine(
        minutes=minutes, title=title, position=(last or 0) + 1, revision=0, changed_by=actor, changed_at=clock.now()
    )
    db.session.add(line)
    db.session.flush()
    record(actor, "minutes.line_added", minutes, line=title)
    return line


def remove_line(actor: Person, minutes: Minutes, line_id: int) -> None:
    """Take off a line that was on no agenda and on which nothing is written. Raises NotAllowed, or DomainError."""
    take(actor, minutes)
    line = line_in(minutes, line_id)
    if line.agenda_item_id is not None:
        raise DomainError(_("This line is on the agenda. Take it off there."))
    if not _is_bare(line):
        raise DomainError(_("Something is written on this line. Empty it first."))
    db.session.delete(line)
    db.session.flush()
    record(actor, "minutes.line_removed", minutes, line=line.title)


def _fitting_title(title: str) -> str:
    title = one_line(title)
    if not title:
        raise DomainError(_("Please fill this in."), "title")
    if len(title) > LONGEST_TITLE:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_TITLE), "title")
    return title

"""Asking those who were missed why, once, and writing down why and what was done about it."""

from sqlalchemy import select

from portal.accounts.models import Person
from portal.attendance import policy, queries, words
from portal.attendance.models import AbsenceNote
from portal.attendance.queries import Line
from portal.attendance.standing import State
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.models import Meeting
from portal.meetings.telling import tell_attendees

# How many meetings one round of the clock deals with.
MOST = 20
LONGEST = 500
TO_EXPLAIN = frozenset({State.LATE, State.ABSENT})


def explain(actor: Person, meeting: Meeting, line: Line, reason: str) -> AbsenceNote:
    """Write down why somebody was late or absent; raises DomainError for whoever was neither, or without words."""
    attendee = line.attendee
    allow(policy.may_explain(actor, attendee))
    note = queries.note_of(attendee.id)
    if note is None and not may_be_explained(meeting, line):
        raise DomainError(_("%(person)s was neither late nor absent without leave.", person=attendee.name), "reason")
    said = _fitting(reason, "reason")
    if not said:
        raise DomainError(_("Please say why."), "reason")
    if note is None:
        note = AbsenceNote(attendee_id=attendee.id)
        db.session.add(note)
    note.reason, note.noted_at, note.noted_by_id = said, clock.now(), actor.id
    db.session.flush()
    record(actor, "meeting.absence_explained", meeting, person=attendee.name, reason=said)
    return note


def may_be_explained(meeting: Meeting, line: Line) -> bool:
    """Whether there is something to explain: they were late, or the meeting is over and they were missed."""
    return line.state == State.LATE or (line.state == State.ABSENT and policy.is_over(meeting, clock.now()))


def follow_up(actor: Person, meeting: Meeting, line: Line, *, reason: str, done: str) -> AbsenceNote:
    """Write down what was done about an absence, and its reason if it is another one than was known."""
    allow(policy.may_follow_up(actor, line.attendee))
    note = queries.note_of(line.attendee.id)
    if note is None or note.reason != _fitting(reason, "reason"):
        note = explain(actor, meeting, line, reason)
    said = _fitting(done, "done")
    if said == note.follow_up:
        return note
    note.follow_up = said
    note.followed_up_at, note.followed_up_by_id = (clock.now(), actor.id) if said else (None, None)
    db.session.flush()
    record(actor, "meeting.absence_followed_up", meeting, person=line.attendee.name, follow_up=said)
    return note


def _fitting(text: str, field: str) -> str:
    said = text.strip()
    if len(said) > LONGEST:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST), field)
    return said


def ask_the_missing() -> None:
    """Ask those who were missed in meetings that are closed, or over for a day, why they were not there; once.

    Where nobody was marked, nobody took the attendance, and nobody is asked. One statement if there is nothing to do.
    """
    ids = queries.absences_to_ask_about(clock.now(), MOST)
    if not ids:
        return
    meetings = db.session.scalars(
        select(Meeting)
        .where(Meeting.id.in_(ids), Meeting.absences_asked_at.is_(None))
        .order_by(Meeting.id)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    for meeting in meetings:
        _ask(meeting)


def _ask(meeting: Meeting) -> None:
    meeting.absences_asked_at = clock.now()
    explained = queries.notes_in(meeting.id)
    missing = [
        line.attendee for line in queries.lines_of(meeting)
        if line.state == State.ABSENT and line.attendee.person_id and line.attendee.id not in explained
        and line.attendee.invited_at is not None
    ]
    db.session.flush()
    if missing:
        tell_attendees(meeting, missing, "meeting.missed", lambda: words.missed(meeting))
        record(None, "meeting.absences_asked", meeting, people=[attendee.name for attendee in missing])

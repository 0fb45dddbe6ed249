"""Reading templates of notices, how notices fare, and who was urged when."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.invitations.models import NoticeTemplate, Urge
from portal.meetings.models import Answer, Attendee, MeetingKind
from portal.notifications.queries import Fate, Told, outside_states_of, states_of


def templates() -> Sequence[NoticeTemplate]:
    """All templates by name, those out of use last. One statement."""
    return db.session.scalars(
        select(NoticeTemplate)
        .options(joinedload(NoticeTemplate.kind))
        .order_by(NoticeTemplate.retired_at.is_not(None), NoticeTemplate.name)
    ).all()


def templates_for(kind_id: int | None) -> Sequence[NoticeTemplate]:
    """The templates that a meeting of that kind may take, those of the kind first. One statement."""
    fits: ColumnElement[bool] = NoticeTemplate.kind_id.is_(None)
    if kind_id is not None:
        fits = or_(fits, NoticeTemplate.kind_id == kind_id)
    return db.session.scalars(
        select(NoticeTemplate)
        .where(fits, NoticeTemplate.retired_at.is_(None))
        .order_by(NoticeTemplate.kind_id.is_(None), NoticeTemplate.name)
    ).all()


def kinds(and_id: int | None = None) -> Sequence[MeetingKind]:
    """The kinds of meetings in use, and the one of that id. One statement."""
    wanted = or_(MeetingKind.retired_at.is_(None), MeetingKind.id == and_id)
    return db.session.scalars(select(MeetingKind).where(wanted).order_by(MeetingKind.name)).all()


def urges_of(meeting_id: int) -> Sequence[Urge]:
    """Who urged the silent when, newest first. One statement."""
    return db.session.scalars(
        select(Urge)
        .options(joinedload(Urge.by))
        .where(Urge.meeting_id == meeting_id, Urge.people > 0)
        .order_by(Urge.id.desc())
    ).all()


class State(NamedTuple):
    """How the newest that somebody was told of a meeting fares. `name` is one of the steps of a notice's way."""

    name: str
    told: Told


def states(meeting_id: int, attendees: Sequence[Attendee]) -> Mapping[int, State]:
    """By attendee's id, how what they were told fares; nothing for who was not told.

    Two statements, four for a date of a recurring meeting.
    """
    persons, outsiders = states_of("meeting", meeting_id), outside_states_of("meeting", meeting_id)
    series_id = next((attendee.meeting.series_id for attendee in attendees), None)
    if series_id is not None:
        # What was told of all dates at once, unless something was told of this one since.
        persons = {**states_of("meeting_series", series_id), **persons}
        outsiders = {**outside_states_of("meeting_series", series_id), **outsiders}
    found = {}
    for attendee in attendees:
        told = persons.get(attendee.person_id) if attendee.person_id else outsiders.get(attendee.id)
        if told is not None and attendee.invited_at is not None:
            found[attendee.id] = State(_step(attendee, told), told)
    return found


def _step(attendee: Attendee, told: Told) -> str:
    if attendee.answer != Answer.NONE:
        return "answered"
    # What was read in the portal has arrived, whatever became of its mail.
    return "read" if told.read_at is not None else Fate(told.fate).value

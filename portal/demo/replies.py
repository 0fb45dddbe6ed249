"""Leave that waits for a decision, somebody sent instead, and what people need, in the meetings ahead."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from portal.accounts.models import Person
from portal.answers import commands, leave, needs, queries, substitutes
from portal.core import clock
from portal.core.db import db
from portal.demo.people import SIGN_INS
from portal.demo.words import Words
from portal.meetings.kinds import kind_of
from portal.meetings.models import Answer, Attendee, Meeting, MeetingKind, NeedKind, Part

YESTERDAY = timedelta(hours=20)


def reply(words: Words) -> None:
    """Let some of those invited to the meetings ahead ask for leave, send somebody, and say what they need."""
    now = clock.now()
    ahead = db.session.scalars(
        select(Meeting)
        .where(
            Meeting.announced_at.is_not(None), Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None),
            Meeting.starts_at > now + YESTERDAY, Meeting.announced_at < now - YESTERDAY,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    if not ahead:
        return
    with clock.standing_at(now - YESTERDAY):
        _ask_for_leave(_with_leave(ahead, words), words)
        for meeting in ahead[:3]:
            _send_somebody(meeting)
            _need(meeting, words)


def _with_leave(ahead: Sequence[Meeting], words: Words) -> Meeting:
    """The first meeting whose kind wants leave approved; if there is none, the last is made such a one."""
    found = [meeting for meeting in ahead if kind_of(meeting).leave_needs_approval]
    if found:
        return found[0]
    kind = db.session.scalars(select(MeetingKind).where(MeetingKind.leave_needs_approval)).first()
    ahead[-1].kind = kind or MeetingKind(name=words.leave_kind, prefix="L", leave_needs_approval=True)
    return ahead[-1]


def _ask_for_leave(meeting: Meeting, words: Words) -> None:
    """Two ask and wait; one was told to come."""
    for place, (attendee, person) in enumerate(_others(meeting)[:3]):
        commands.answer(person, meeting, Answer.DECLINED, words.declines[place % 2])
        asked = leave.open_request(attendee)
        chair = next((one.person for one in meeting.attendees if one.part == Part.CHAIR), None)
        if place == 2 and asked is not None and chair is not None:
            leave.refuse(chair, asked, words.leave_no)


def _send_somebody(meeting: Meeting) -> None:
    for _attendee, person in reversed(_others(meeting)):
        suggested = [one for one in queries.substitutes_for(person, meeting) if one.is_free]
        if suggested and not substitutes.needs_approval(meeting):
            substitutes.send(person, meeting, suggested[0].person)
            return


def _need(meeting: Meeting, words: Words) -> None:
    for (kind, said), (attendee, person) in zip(words.needs, _others(meeting), strict=False):
        needs.state_needs(person, meeting, attendee, {NeedKind(kind): said})


def _others(meeting: Meeting) -> list[tuple[Attendee, Person]]:
    """Those required whom nobody signs in as, and who come for themselves."""
    return [
        (attendee, attendee.person) for attendee in meeting.attendees
        if attendee.person is not None and attendee.part == Part.REQUIRED and attendee.substitutes_id is None
        and attendee.answer != Answer.DELEGATED and attendee.person.login not in SIGN_INS
    ]

"""An answer and what is needed with it, said in one go; and what is shown to whoever answers."""

from collections.abc import Mapping
from typing import Any

from portal.accounts.models import Person
from portal.answers import commands, leave, needs, queries, replacing, substitutes
from portal.answers.forms import ANSWERS
from portal.answers.models import Outcome
from portal.core import clock
from portal.meetings import policy as meetings
from portal.meetings.models import Answer, Attendee, Meeting, NeedKind

Needs = Mapping[NeedKind, str]


def reply(
    actor: Person, meeting: Meeting, answer: Answer, comment: str, stated: Needs | None, *, seen: int | None = None
) -> Attendee:
    """As `commands.answer`, with needs if they were asked."""
    part = commands.answer(actor, meeting, answer, comment, seen=seen)
    if stated is not None:
        needs.state_needs(actor, meeting, part, stated)
    return part


def reply_by_link(
    attendee: Attendee, answer: Answer, comment: str, stated: Needs | None, *, seen: int | None = None
) -> Attendee:
    """As `commands.answer_by_link`, with needs if they were asked."""
    commands.answer_by_link(attendee, answer, comment, seen=seen)
    if stated is not None:
        needs.state_needs_by_link(attendee, stated)
    return attendee


def reply_for(
    actor: Person, meeting: Meeting, attendee: Attendee, answer: Answer | None, comment: str, stated: Needs | None
) -> Attendee:
    """As `commands.answer_for`, with needs if they were asked; without an answer needs alone."""
    if answer is not None:
        commands.answer_for(actor, meeting, attendee, answer, comment)
    if stated is not None:
        needs.state_needs(actor, meeting, attendee, stated)
    return attendee


def can_answer(meeting: Meeting) -> bool:
    """Whether the meeting still takes answers at all."""
    return meeting.cancelled_at is None and meeting.postponed_at is None and meeting.ends_at > clock.now()


def shown(part: Attendee) -> dict[str, Any]:
    """How the attendee stands to the meeting, for the form in which they answer. Four statements at most."""
    meeting = part.meeting
    newest = queries.newest_request(part.id)
    waits = newest if newest and newest.decided_at is None else None
    refused = newest if newest and newest.outcome == Outcome.REFUSED and part.answer == Answer.NONE else None
    return {
        "meeting": meeting, "part": part, "answers": ANSWERS, "asked": waits, "refused": refused,
        "substitute": replacing.substitute_of(part), "place": _place(part),
        "is_late": commands.is_late(meeting), "needs_leave": leave.needs_leave(meeting, part),
        "is_on_leave": bool(newest and newest.outcome == Outcome.GRANTED and part.answer == Answer.DECLINED),
        "approves_substitute": substitutes.needs_approval(meeting),
    }


def _place(part: Attendee) -> int:
    return queries.place_in_line(part) if part.answer == Answer.WAITING else 0


def own_part(person: Person, meeting: Meeting) -> Attendee | None:
    """The person's part in a meeting that still takes answers."""
    return meetings.told_part(person, meeting) if can_answer(meeting) else None

"""Minutes of the meetings that were held: final and handed out, in review, and one that is being written."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.demo.words import MinutesWords, Words
from portal.meetings.kinds import kind_of
from portal.meetings.models import Meeting, Part, Phase
from portal.minutes import commands, copies, reviewing, votes
from portal.minutes.commands import Typed, mark_of
from portal.minutes.models import Minutes

HOUR = timedelta(hours=1)
EMPTY = mark_of("")


def write_minutes(words: Words) -> None:
    """Of the first four that were held: two are final, one is in review, one has just been begun."""
    query = select(Meeting).where(Meeting.cancelled_at.is_(None)).order_by(Meeting.id)
    held = [one for one in db.session.scalars(query) if one.phase(clock.now()) in {Phase.HELD, Phase.CLOSED}]
    chosen = list(zip(held, words.minutes, strict=False))
    for place, (meeting, said) in enumerate(chosen):
        with clock.standing_at(meeting.ends_at + HOUR):
            minutes = _write(meeting, said, words.follow_up.vote)
        if place == len(chosen) - 1:
            continue
        chair, recorder = _one(meeting, Part.CHAIR), _one(meeting, Part.RECORDER)
        with clock.standing_at(meeting.ends_at + 3 * HOUR):
            reviewing.submit(recorder, minutes)
        with clock.standing_at(meeting.ends_at + 5 * HOUR):
            if place == 1:
                reviewing.comment(chair, minutes, words.follow_up.comment, minutes.lines[1].id)
                continue
            reviewing.make_final(chair, minutes)
            _hand_out(recorder, minutes)


def _write(meeting: Meeting, said: MinutesWords, question: str) -> Minutes:
    recorder = _one(meeting, Part.RECORDER)
    minutes = commands.open_minutes(recorder, meeting)
    frame = {"opening": Typed(said.opening, EMPTY), "closing": Typed(said.closing, EMPTY)}
    commands.write_frame(recorder, minutes, frame)
    for line, (discussion, conclusion) in zip(minutes.lines, said.lines, strict=False):
        typed = {"discussion": Typed(discussion, EMPTY), "conclusion": Typed(conclusion, EMPTY)}
        commands.write_line(recorder, minutes, line.id, typed)
    if kind_of(meeting).has_votes:
        count = votes.Count(question=question, in_favour=5, against=1, abstained=1, entitled=7, quorum=5)
        votes.note_vote(recorder, minutes, minutes.lines[1].id, count)
    return minutes


def _hand_out(recorder: Person, minutes: Minutes) -> None:
    """To all who were asked; every other has read them."""
    asked: Sequence[int] = [one.person_id for one in minutes.meeting.attendees if one.person_id]
    handed_out = copies.hand_out(recorder, minutes, [number for number in asked if number != recorder.id])
    with clock.standing_at(clock.now() + HOUR):
        for copy in handed_out[::2]:
            copies.mark_opened(copy.person, minutes)


def _one(meeting: Meeting, part: Part) -> Person:
    person = next(one.person for one in meeting.attendees if one.part == part)
    assert person is not None, "nobody from outside chairs or records here"
    return person

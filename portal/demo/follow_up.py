"""What becomes of what was decided: instructions, pauses, delays, urging, minutes in each state, a bulletin."""

from datetime import timedelta

from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.demo.people import ENGINEERING, LOGISTICS, OPERATIONS, Staff
from portal.demo.words import ResolutionWords, Words
from portal.resolutions import nodes, reporting
from portal.resolutions.commands import Duty, improve, instruct
from portal.resolutions.models import Priority, Resolution, Rhythm
from portal.resolutions.today import today
from portal.supervision import bulletins, delays, urging
from portal.supervision.periods import Period

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEKS_AGO = timedelta(days=20)


def follow_up(words: Words, staff: Staff) -> None:
    """Let things run that no meeting resolved: three weeks ago for the most part."""
    said, supervisor = words.follow_up, staff.known_as("supervisor")
    with clock.standing_at(clock.now() - WEEKS_AGO):
        lifts = instruct(
            supervisor, staff.leaders[0], _duty(staff, LOGISTICS, said.instructions[0], 35, priority=Priority.URGENT)
        )
        detectors = improve(supervisor, _duty(staff, LOGISTICS, said.improvement, 16))
        server = improve(supervisor, _duty(staff, ENGINEERING, said.paused, 60))
        roster = instruct(
            supervisor, staff.leaders[0],
            _duty(
                staff, OPERATIONS, said.weekly, 50, rhythm=Rhythm.WEEKLY, measure=said.measure,
                assisting_ids=[staff.departments[ENGINEERING][0].id],
                milestones=[(title, today() + (10 + 20 * place) * DAY) for place, title in enumerate(said.milestones)],
            ),
        )
    instruct(supervisor, staff.leaders[0], _duty(staff, OPERATIONS, said.instructions[1], 6), is_confidential=True)
    _report(staff, lifts, said.instructions[0], 40, days_ago=6)
    _report(staff, roster, said.weekly, 30, days_ago=9)
    _report(staff, detectors, said.improvement, 100, days_ago=8)
    with clock.standing_at(clock.now() - 7 * DAY):
        nodes.pause(supervisor, server, said.pause_reason)
        nodes.review(staff.known_as("office"), detectors)
        nodes.close(supervisor, detectors)
    _delay(words, staff)
    _urge(words, supervisor)
    last_month = today().replace(day=1) - DAY
    with clock.standing_at(clock.now() - 2 * HOUR):
        bulletins.issue(supervisor, Period(last_month.replace(day=1), today()), words=said.bulletin)


def _delay(words: Words, staff: Staff) -> None:
    """Somebody asks for two weeks more, and the supervisor has yet to decide."""
    said = words.follow_up
    with clock.standing_at(clock.now() - WEEKS_AGO):
        room = improve(staff.known_as("supervisor"), _duty(staff, OPERATIONS, said.delayed, 24))
    _report(staff, room, said.delayed, 80, days_ago=3)
    with clock.standing_at(clock.now() - HOUR):
        delays.ask(
            _head(staff, room), room, reason=said.delay_reason, progress=said.delay_progress,
            new_due_on=room.due_on + 14 * DAY,
        )


def _urge(words: Words, supervisor: Person) -> None:
    """What is late longest is urged by hand."""
    query = select(Resolution).where(Resolution.stands(), Resolution.due_on < today()).order_by(Resolution.due_on)
    late = db.session.scalars(query.limit(1)).one()
    with clock.standing_at(clock.now() - 3 * HOUR):
        urging.urge(supervisor, late, words.follow_up.urging)


def _duty(staff: Staff, place: int, said: ResolutionWords, days: int, **more: object) -> Duty:
    department, members = staff.departments[place]
    return Duty(
        text=said.text, department_id=department.id, owner_id=members[1].id, due_on=today() + days * DAY,
        **more,  # type: ignore[arg-type]
    )


def _report(staff: Staff, resolution: Resolution, said: ResolutionWords, percent: int, *, days_ago: int) -> None:
    """The owner drafts it, and the head signs it an hour later."""
    then, head = clock.now() - days_ago * DAY, _head(staff, resolution)
    with clock.standing_at(then):
        draft = reporting.report(
            resolution.owner, resolution, percent=percent, done=said.done, problems=said.problems, next_step=said.next
        )
    with clock.standing_at(then + timedelta(hours=1)):
        reporting.sign(head, draft)


def _head(staff: Staff, resolution: Resolution) -> Person:
    return next(members[0] for department, members in staff.departments if department.id == resolution.department_id)

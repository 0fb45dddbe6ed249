"""Meetings in every phase and resolutions with every light, made by the same commands that people use.

What lies in the past was done in the past: the clock is stood back for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from portal.accounts.models import Person
from portal.answers import commands as answers
from portal.core import clock
from portal.core.db import db
from portal.demo.agendas import plan_lines
from portal.demo.people import OFFICE, OPERATIONS, Staff
from portal.demo.words import MeetingWords, ResolutionWords, Words
from portal.invitations.sending import send_notice
from portal.meetings import commands, moving, phases
from portal.meetings.details import Details
from portal.meetings.kind_commands import Settings, add_kind
from portal.meetings.kinds import kind_of
from portal.meetings.models import Answer, Confidentiality, Meeting, MeetingKind, Part, Phase
from portal.meetings.people import invite
from portal.resolutions import commands as resolutions
from portal.resolutions import nodes, reporting
from portal.rooms import commands as rooms
from portal.rooms.holding import RoomTaken
from portal.rooms.models import Booking, Room

NOTICE = timedelta(days=6)
SATURDAY = 5
HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Plan:
    """A meeting to be. `days` counts working days from today; 0 is today, at an hour that fits the phase."""

    days: int
    at: time
    minutes: int
    phase: Phase
    organizer: str
    people: tuple[str, ...] = ()
    others: int = 5
    waiting: tuple[str, ...] = ()
    # In the order of KINDS; none is an ordinary meeting.
    kind: int | None = None
    degree: Confidentiality = Confidentiality.INTERNAL
    link: str = ""
    has_room: bool = True
    seats: int | None = None


@dataclass(frozen=True)
class Decision:
    """A resolution to be, of which meeting and department, due so many days from today."""

    meeting: int
    department: int
    due: int
    owner: int = 1
    percent: int | None = None
    is_closed: bool = False


EXECUTIVE, REGULAR, STEERING = range(3)
# Their names are in the words, in this order.
KINDS = (
    Settings(
        "", "E", needs_approval=True, quorum_percent=67, answer_days=1, urge_days="1", lead_days=1, has_votes=True
    ),
    Settings("", "R", Confidentiality.INTERNAL, answer_days=0, late_minutes=5),
    Settings("", "S", Confidentiality.DEPARTMENT, leave_needs_approval=True, answer_days=1, urge_days="2,1"),
)
LINK = "https://meet.example.org/"
# In the order of `meetings` in the words.
MEETINGS = (
    Plan(-15, time(10), 90, Phase.CLOSED, "office", ("leader", "head"), kind=EXECUTIVE),
    Plan(-10, time(14), 60, Phase.HELD, "office", ("leader", "head", "rooms")),
    Plan(-6, time(9, 30), 90, Phase.HELD, "office", ("head", "rooms", "employee")),
    Plan(-3, time(15), 60, Phase.HELD, "office", ("head", "admin", "employee")),
    Plan(0, time(0), 90, Phase.RUNNING, "head", ("head", "employee"), 4, kind=REGULAR),
    Plan(0, time(0), 60, Phase.ANNOUNCED, "office", ("employee", "rooms", "head"), 5, ("employee", "head")),
    Plan(1, time(10), 60, Phase.ANNOUNCED, "head", ("employee", "office"), 4, ("employee",), link=LINK + "survey"),
    Plan(
        1, time(14), 90, Phase.ANNOUNCED, "office", ("leader", "head"), 4, ("leader", "head"), EXECUTIVE,
        Confidentiality.INVITED,
    ),
    Plan(3, time(9), 120, Phase.ANNOUNCED, "office", ("auditor", "rooms"), 3, ("auditor", "rooms")),
    Plan(5, time(13, 30), 60, Phase.ANNOUNCED, "office", ("head", "employee", "admin"), 8, kind=STEERING, seats=6),
    Plan(2, time(15), 60, Phase.DRAFT, "office", ("leader",), 6, kind=EXECUTIVE),
    Plan(4, time(10), 120, Phase.DRAFT, "employee", ("admin",), 3),
    Plan(2, time(11), 60, Phase.CANCELLED, "office", ("rooms", "employee"), 3),
    Plan(-1, time(16), 60, Phase.POSTPONED, "office", ("head",), 6),
    Plan(2, time(16, 30), 45, Phase.ANNOUNCED, "office", ("head", "employee"), 3, link=LINK + "a", has_room=False),
    Plan(3, time(16), 60, Phase.ANNOUNCED, "leader", ("leader", "head"), 1, degree=Confidentiality.SECRET),
    Plan(6, time(9), 90, Phase.APPROVED, "office", ("leader", "head"), 6, kind=EXECUTIVE),
)
# In the order of `resolutions` in the words.
RESOLUTIONS = (
    Decision(0, 2, 25, percent=40),
    Decision(0, OPERATIONS, -2, owner=2, percent=60),
    Decision(1, 1, 3, percent=50),
    Decision(1, 1, -1, percent=100, is_closed=True),
    Decision(2, 7, -4, percent=70),
    Decision(2, 7, 14, owner=2, percent=20),
    Decision(3, 4, 1, owner=2, percent=60),
    Decision(3, OPERATIONS, 4, owner=2, percent=100, is_closed=True),
    Decision(3, 5, 9, percent=100),
    Decision(4, OPERATIONS, 10, owner=2),
)


def hold_meetings(
    words: Words, rng: Random, zone: ZoneInfo, staff: Staff, house: Sequence[Room]
) -> list[Meeting]:
    """Make the meetings, what they resolved, and a few bookings of the employee; answers what is yet to be closed."""
    made = []
    office = staff.known_as("office")
    kinds = [add_kind(office, kind._replace(name=name)) for kind, name in zip(KINDS, words.kinds, strict=True)]
    for place, plan in enumerate(MEETINGS):
        said = words.meetings[place]
        starts_at = _start(plan, zone)
        ends_at = starts_at + timedelta(minutes=plan.minutes)
        organizer = staff.known_as(plan.organizer)
        with clock.standing_at(min(starts_at, clock.now()) - NOTICE):
            meeting = _make(plan, place, said, organizer, house, kinds, (starts_at, ends_at))
            _invite(meeting, plan, rng, staff)
        _announce(meeting, plan, words, rng, staff)
        made.append(meeting)
    for decision, decided in zip(RESOLUTIONS, words.resolutions, strict=True):
        _resolve(made[decision.meeting], decision, decided, zone, staff)
    _book_for_the_employee(words, zone, staff, house)
    return [meeting for meeting, plan in zip(made, MEETINGS, strict=True) if plan.phase == Phase.CLOSED]


def close(meetings: Sequence[Meeting]) -> None:
    """When all else is done to them, a day after each."""
    for meeting in meetings:
        with clock.standing_at(meeting.ends_at + timedelta(days=1)):
            phases.close(meeting.organizer, meeting)


def _make(
    plan: Plan, place: int, said: MeetingWords, organizer: Person, house: Sequence[Room], kinds: Sequence[MeetingKind],
    span: tuple[datetime, datetime],
) -> Meeting:
    """The draft, in a room or online."""
    spoken: dict[str, Any] = {"subject": said.subject, "purpose": said.purpose, "agenda": said.agenda}
    spoken["details"] = Details(
        kind_id=None if plan.kind is None else kinds[plan.kind].id, confidentiality=plan.degree, online_url=plan.link,
        capacity=plan.seats,
    )
    if not plan.has_room:
        return commands.make_meeting_elsewhere(organizer, *span, **spoken)
    return commands.make_meeting(organizer, _book(organizer, house, place, said.subject, *span), **spoken)


def _start(plan: Plan, zone: ZoneInfo) -> datetime:
    """When it starts: on a working day by the plan, today around this moment."""
    here = clock.now().astimezone(zone)
    half_hour = here.replace(minute=here.minute - here.minute % 30, second=0)
    if plan.phase == Phase.RUNNING:
        return half_hour
    if plan.days == 0:
        # Two hours from now, but not at night and not tomorrow.
        return min(max(half_hour + 4 * HALF_HOUR, half_hour.replace(hour=9, minute=0)), _last_start(half_hour))
    day, left = here.date(), abs(plan.days)
    while left:
        day += timedelta(days=1 if plan.days > 0 else -1)
        left -= day.weekday() < SATURDAY
    return datetime.combine(day, plan.at, zone)


def _last_start(half_hour: datetime) -> datetime:
    return max(half_hour + HALF_HOUR, half_hour.replace(hour=19, minute=0))


def _book(
    owner: Person, house: Sequence[Room], place: int, title: str, starts_at: datetime, ends_at: datetime
) -> Booking:
    """Book a middling room, the next if it is taken."""
    wide = [room for room in house if (room.capacity or 0) >= 12] or list(house)
    for step in range(len(wide)):
        room = wide[(place * 3 + step) % len(wide)]
        try:
            with db.session.begin_nested():
                return rooms.book(owner, room.id, title, starts_at, ends_at)
        except RoomTaken:
            continue
    raise AssertionError("every room of the demonstration is taken at once")


def _invite(meeting: Meeting, plan: Plan, rng: Random, staff: Staff) -> None:
    organizer = meeting.organizer
    named = [staff.known_as(login) for login in plan.people]
    recorder = staff.departments[OFFICE][1][3]
    others = [person for person in staff.extras if person not in (*named, recorder)]
    chosen = rng.sample(others, plan.others)
    invite(organizer, meeting, named[:1], Part.CHAIR)
    invite(organizer, meeting, [recorder], Part.RECORDER)
    invite(organizer, meeting, [*named[1:], *chosen[1:]])
    invite(organizer, meeting, chosen[:1], Part.OPTIONAL)


def _announce(meeting: Meeting, plan: Plan, words: Words, rng: Random, staff: Staff) -> None:
    """Take the meeting from its draft to the phase of its plan; a draft that needs approval waits for it."""
    drafted_at, formal = meeting.created_at, kind_of(meeting).needs_approval
    with clock.standing_at(drafted_at + timedelta(hours=1)):
        if formal:
            plan_lines(meeting)
            phases.submit(meeting.organizer, meeting)
        if plan.phase == Phase.DRAFT:
            return
        if formal:
            phases.approve(staff.known_as("leader"), meeting)
        if plan.phase == Phase.APPROVED:
            return
        send_notice(meeting.organizer, meeting)
    for hours, attendee in enumerate(meeting.attendees, start=2):
        assert attendee.person is not None, "nobody from outside was asked"
        if attendee.person.login not in plan.waiting and rng.random() < 0.85:
            answer, comments = _answer(words, rng)
            if answer == Answer.DECLINED and kind_of(meeting).leave_needs_approval:
                continue
            with clock.standing_at(drafted_at + timedelta(hours=hours)):
                answers.answer(attendee.person, meeting, answer, rng.choice(comments))
    if plan.phase == Phase.CANCELLED:
        with clock.standing_at(drafted_at + timedelta(days=3)):
            commands.cancel_meeting(meeting.organizer, meeting)
    if plan.phase == Phase.POSTPONED:
        with clock.standing_at(drafted_at + timedelta(days=3)):
            moving.postpone(meeting.organizer, meeting)


def _answer(words: Words, rng: Random) -> tuple[Answer, Sequence[str]]:
    luck = rng.random()
    if luck < 0.78:
        return Answer.ACCEPTED, words.accepts
    return (Answer.DECLINED, words.declines) if luck < 0.9 else (Answer.TENTATIVE, words.maybes)


def _resolve(meeting: Meeting, decision: Decision, said: ResolutionWords, zone: ZoneInfo, staff: Staff) -> None:
    """Write it down when the meeting ends, then report on it, and close it, between then and now."""
    now = clock.now()
    department, members = staff.departments[decision.department]
    recorder = staff.departments[OFFICE][1][3]
    agenda = meeting.agenda
    with clock.standing_at(min(meeting.ends_at, now)):
        resolution = resolutions.resolve(
            recorder, meeting,
            resolutions.Duty(
                text=said.text, department_id=department.id, owner_id=members[decision.owner].id,
                due_on=now.astimezone(zone).date() + timedelta(days=decision.due),
            ),
            agenda_item_id=agenda[RESOLUTIONS.index(decision) % len(agenda)].id,
        )
    if decision.percent is None:
        return
    since = max(now - meeting.ends_at, timedelta())
    with clock.standing_at(now - since / 2):
        reporting.report(
            members[0], resolution, percent=decision.percent, done=said.done, problems=said.problems,
            next_step=said.next,
        )
    if decision.is_closed:
        with clock.standing_at(now - since / 3):
            nodes.review(recorder, resolution)
            nodes.close(staff.known_as("supervisor"), resolution)


def _book_for_the_employee(words: Words, zone: ZoneInfo, staff: Staff, house: Sequence[Room]) -> None:
    employee = staff.known_as("employee")
    for days, title in enumerate(words.own, start=1):
        starts_at = _start(Plan(days, time(8 + 2 * days), 60, Phase.DRAFT, "employee"), zone)
        _book(employee, house, 7 * days, title, starts_at, starts_at + timedelta(hours=1))

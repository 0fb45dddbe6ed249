"""Four meetings under the regulations, each at another point of its way; bodies, the annual plan, and an inspection."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random
from zoneinfo import ZoneInfo

from portal.accounts.models import Person
from portal.approvals import commands as approvals
from portal.approvals import queries as cases
from portal.approvals.models import ApprovalCase, Verdict
from portal.bodies.commands import appoint
from portal.bodies.models import Part as Seat
from portal.core import clock
from portal.core.db import db
from portal.core.workdays import after, before
from portal.demo.people import ENGINEERING, LOGISTICS, OFFICE, OPERATIONS, Staff
from portal.demo.preparing import do_tasks, fill_forms, sign_clauses, sign_readiness
from portal.demo.presences import come_and_go
from portal.demo.words import ProposalWords, RegulatedWords, Words
from portal.inspections import commands as inspections
from portal.inspections import findings, violations
from portal.inspections.models import Result, Sanction, Scope
from portal.invitations.sending import send_notice
from portal.meetings import phases
from portal.meetings.commands import make_meeting
from portal.meetings.details import Details
from portal.meetings.kind_commands import Settings, add_kind
from portal.meetings.models import Meeting, MeetingKind, Part
from portal.meetings.people import invite
from portal.minutes import commands as minutes
from portal.minutes import reviewing
from portal.planning import commands as planning
from portal.planning import versions
from portal.planning.models import AnnualPlan
from portal.proposals.commands import Draft, save_proposal
from portal.proposals.models import Heading
from portal.regulations.profiles import PROFILES, Phase
from portal.resolutions.commands import Duty
from portal.rooms import commands as rooms
from portal.rooms.holding import RoomTaken
from portal.rooms.models import Booking, Room

FINANCE, PERSONNEL, PUBLICITY = 1, 2, 6
PREFIXES = {"operations": "O", "high_end": "H", "agency": "A", "foreign": "F"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COUNTRY = "CN"


@dataclass(frozen=True)
class Way:
    """A meeting so many working days from now, whose preparation began `lead` working days before it."""

    profile: str
    organizer: str
    days: int
    lead: int
    size: int
    # Who has yet to agree, of the first step.
    without: tuple[str, ...] = ()


WAYS = (
    Way("operations", "head", 4, 16, 12),
    Way("high_end", "office", 12, 28, 20),
    Way("agency", "office", -8, 22, 14),
    Way("foreign", "office", 32, 36, 24, without=("head",)),
)


def regulate(words: Words, zone: ZoneInfo, staff: Staff, house: Sequence[Room]) -> None:
    """Appoint the bodies, take each meeting as far as it has come, and inspect what was prepared."""
    said = words.regulated
    _appoint(staff, clock.now().astimezone(zone).date())
    kinds = [
        add_kind(staff.known_as("office"), Settings(name, PREFIXES[key], profile=key, has_votes=key == "agency"))
        for key, name in zip(PROFILES, said.kinds, strict=True)
    ]
    plan = _plan(said, staff, kinds, clock.now().astimezone(zone).year)
    made = {}
    for way in WAYS:
        place = PROFILES.index(way.profile)
        meeting = _take_along(way, words, place, kinds[place], zone, staff, house)
        if meeting.starts_at.astimezone(zone).year == plan.year:
            planning.link(staff.known_as("office"), plan.entries[place], meeting)
        made[way.profile] = meeting
    _inspect(said, staff, made["agency"], zone)


# --- Bodies ---


def _appoint(staff: Staff, today: date) -> None:
    since, until = today.replace(month=1, day=1), date(today.year + 2, 12, 31)
    admin = staff.known_as("admin")
    heads = {place: staff.departments[place][1] for place in range(len(staff.departments))}
    seats = {
        "leading_group": list(staff.leaders[:3]),
        "foreign_office": [staff.known_as("office"), heads[OFFICE][3]],
        "review_hr": list(heads[PERSONNEL][:2]),
        "review_finance": list(heads[FINANCE][:2]),
        "review_security": [staff.known_as("head"), heads[LOGISTICS][0]],
        "review_it": [heads[ENGINEERING][0], admin],
        "review_publicity": list(heads[PUBLICITY][:2]),
        "supervisory_body": [staff.known_as("supervisor")],
    }
    for key, people in seats.items():
        for place, person in enumerate(people):
            part = Seat.MEMBER if place else Seat.CHAIR
            appoint(admin, key, person, part, starts_on=since, ends_on=until)


def _plan(said: RegulatedWords, staff: Staff, kinds: Sequence[MeetingKind], year: int) -> AnnualPlan:
    """The year's plan, in force; and next year's, in which departments enter what they need."""
    office, (department, members) = staff.known_as("office"), staff.departments[OPERATIONS]
    for opened in (year, year + 1):
        plan = planning.open_plan(office, opened)
        for place, theme in enumerate(said.plan_entries):
            kind, month = kinds[place % len(kinds)], 2 + 5 * place % 11
            values = planning.Values(
                theme, date(opened, month, 12), kind.id, place=said.plan_places[place % 2],
                participants=said.plan_participants, size=12 + 4 * place, budget=Decimal(5000),
            )
            planning.enter(members[0] if place == len(kinds) else office, plan, department.id, values)
        if opened == year:
            version, colleague = versions.submit(office, plan), staff.departments[OFFICE][1][3]
            case = cases.last_case("plan_version", version.id)
            assert case is not None, "it has been submitted"
            for person in (colleague, staff.leaders[0]):
                approvals.decide(person, case, Verdict.AGREED)
            in_force = plan
    return in_force


# --- Meetings ---


def _take_along(
    way: Way, words: Words, place: int, kind: MeetingKind, zone: ZoneInfo, staff: Staff, house: Sequence[Room]
) -> Meeting:
    """From its draft as far as time allows: what was due until now was done in time, but for what is left open."""
    said = words.regulated.meetings[place]
    now, organizer = clock.now(), staff.known_as(way.organizer)
    today = now.astimezone(zone).date()
    day = after(today, way.days, COUNTRY) if way.days > 0 else before(today, -way.days, COUNTRY)
    starts_at = datetime.combine(day, time(9 if way.days % 2 else 14), zone)
    with clock.standing_at(_morning(before(day, way.lead, COUNTRY), zone)):
        meeting = _propose(way, said, kind, organizer, staff, _book(organizer, house, said.subject, starts_at))
        phases.submit(organizer, meeting)
        _agree(meeting, words.regulated, [staff.known_as(login) for login in way.without])
    if way.without:
        return meeting
    with clock.standing_at(_morning(before(day, way.lead - 4, COUNTRY), zone)):
        send_notice(organizer, meeting)
    if starts_at < now:
        fill_forms(meeting, staff.known_as("rooms"))
    do_tasks(meeting, words, staff.leaders)
    if starts_at < now:
        _hold(meeting, words, said)
    is_over = starts_at < now
    sign_clauses(
        meeting, words.regulated, [organizer, staff.leaders[1]],
        list(Phase) if is_over else [Phase.GOVERN, Phase.PLAN],
    )
    return meeting


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(9, 30), zone)


def _book(owner: Person, house: Sequence[Room], title: str, starts_at: datetime) -> Booking:
    """The largest room that is free."""
    for room in sorted(house, key=lambda room: -(room.capacity or 0)):
        try:
            with db.session.begin_nested():
                return rooms.book(owner, room.id, title, starts_at, starts_at + 2 * HOUR)
        except RoomTaken:
            continue
    raise AssertionError("every room of the demonstration is taken at once")


def _propose(
    way: Way, words: ProposalWords, kind: MeetingKind, organizer: Person, staff: Staff, booking: Booking
) -> Meeting:
    others = [person for person in staff.extras if person.department_id][: way.size - 2]
    meeting = make_meeting(
        organizer, booking, subject=words.subject, purpose=words.purpose, agenda=words.agenda,
        details=Details(
            kind_id=kind.id, outcome=words.outcome, chair=staff.leaders[1], recorder=staff.departments[OFFICE][1][3],
            department_id=organizer.department_id,
        ),
    )
    invite(organizer, meeting, [one for one in others if one not in (organizer, staff.departments[OFFICE][1][3])])
    site, people, information = words.risks
    amounts = {Heading.VENUE: 2000, Heading.CATERING: 150 * way.size, Heading.MATERIALS: 800}
    save_proposal(
        organizer, meeting,
        Draft(
            theme=words.theme, size=way.size, circle=words.circle, publicity=words.publicity, site_risk=site,
            people_risk=people, information_risk=information, has_notable_guests=bool(words.notable),
            notable_guests=words.notable, guest_risk=people if words.notable else "", venue_reason=words.venue,
            lessons=words.lessons, unplanned_reason=words.outcome,
            budget={heading: (Decimal(amounts.get(heading, 0)), "") for heading in Heading},
        ),
    )
    return meeting


def _agree(meeting: Meeting, said: RegulatedWords, absent: Sequence[Person]) -> None:
    """All who are asked agree one after the other, but for those who have not come to it yet."""
    case, comments = cases.last_case("meeting", meeting.id), cycle(said.comments)
    assert case is not None, "it has been submitted"
    for person in _asked(case, absent):
        with clock.standing_at(clock.now() + 2 * HOUR):
            approvals.decide(person, case, Verdict.AGREED, next(comments))


def _asked(case: ApprovalCase, absent: Sequence[Person]) -> Iterator[Person]:
    """The next person who may fill a seat, until nobody is left."""
    heard: set[int] = set()
    while (step := case.current) is not None:
        seat = next(
            (seat for seat in step.seats if seat.verdict is None
             and not any(one.person in absent for one in seat.asked)), None,
        )
        if seat is None:
            return
        person = next(one.person for one in seat.asked if one.person_id not in heard)
        heard.add(person.id)
        yield person


def _hold(meeting: Meeting, words: Words, said: ProposalWords) -> None:
    """People come to it, and its minutes are final two days after it."""
    sign_readiness(meeting)
    come_and_go(meeting, words, Random(meeting.id))  # noqa: S311  (the same people come each time)
    people = {attendee.part: attendee.person for attendee in meeting.attendees}
    chair, recorder = people[Part.CHAIR], people[Part.RECORDER]
    assert chair is not None, "nobody from outside chairs"
    assert recorder is not None, "nobody from outside records"
    with clock.standing_at(meeting.ends_at + DAY):
        record = minutes.open_minutes(recorder, meeting)
        for line in record.lines:
            typed = minutes.Typed(said.theme, minutes.mark_of(""))
            minutes.write_line(recorder, record, line.id, {"discussion": typed})
        reviewing.submit(recorder, record)
    with clock.standing_at(meeting.ends_at + 2 * DAY):
        reviewing.make_final(chair, record)


# --- Supervision ---


def _inspect(said: RegulatedWords, staff: Staff, meeting: Meeting, zone: ZoneInfo) -> None:
    """Last week the supervisor looked into how meetings were prepared; one thing was wrong, and is being mended."""
    supervisor, today = staff.known_as("supervisor"), clock.now().astimezone(zone).date()
    department, members = staff.departments[OPERATIONS]
    with clock.standing_at(clock.now() - 9 * DAY):
        inspection = inspections.plan(
            supervisor, title=said.inspection, scope=Scope.PREPARATION, profile="agency", inspector=supervisor,
            starts_on=today - 60 * DAY, ends_on=today - 10 * DAY, due_on=today, repeat_months=6,
        )
    with clock.standing_at(clock.now() - 5 * DAY):
        for place, line in enumerate(inspection.lines):
            result = Result.KEPT if place else Result.NOT_KEPT
            inspections.fill_in(supervisor, line, result, "" if place else said.finding)
        finding = findings.find(
            supervisor, inspection, said=said.finding, department_id=department.id, clause=inspection.lines[0].clause,
            meeting_id=meeting.id, cause=said.cause,
        )
        findings.lay_down(
            supervisor, finding,
            Duty(text=said.measure, department_id=department.id, owner_id=members[1].id, due_on=today + 14 * DAY),
        )
        inspections.hold(supervisor, inspection, said.verdict)
        violation = violations.record(
            supervisor, clause="AGY-2.2", facts=said.violation, department_id=department.id, meeting_id=meeting.id
        )
    with clock.standing_at(clock.now() - 3 * DAY):
        violations.decide(staff.leaders[0], violation, Sanction.CRITICISM, said.sanction)

"""A meeting of three hundred: everybody in the house and guests, in parts, groups, most of them with an answer."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, select, update

from portal.accounts.models import Department, Person, spelling_of
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.demo.people import HOST, OFFICE, Staff, names
from portal.demo.words import CrowdWords, Words
from portal.invitations.eligibility import add_rule
from portal.invitations.groups import change_group, make_group, make_group_of
from portal.invitations.models import Trait
from portal.invitations.sending import send_notice
from portal.meetings.admission import Invitee
from portal.meetings.commands import make_meeting_elsewhere
from portal.meetings.details import Details
from portal.meetings.guests import Facts, Visitor, add_guests
from portal.meetings.models import Answer, Attendee, Confidentiality, Meeting, Part
from portal.meetings.people import invite_all

MORE = 200
WHOLE = 300
RANKS = ("9", "8", "7", "6", "5")
NOTICE = timedelta(days=6)
SATURDAY = 5
EVENT = "meeting.answered"
# By whom, what, of which record, and its details.
LogLine = tuple[int | None, str, int, dict[str, Any]]


def gather(words: Words, locale: str, zone: ZoneInfo, staff: Staff) -> None:
    """Engage two hundred more, and call everybody and some guests to a meeting in two working days."""
    rng = Random(300)  # noqa: S311
    _engage_more(words, rng, staff)
    _give_ranks(staff)
    office = staff.known_as("office")
    starts_at = _start(zone)
    with clock.standing_at(clock.now() - NOTICE):
        meeting = make_meeting_elsewhere(
            office, starts_at, starts_at + timedelta(minutes=150), subject=words.crowd.subject,
            purpose=words.crowd.purpose, agenda=words.crowd.agenda,
            details=Details(venue=words.crowd.venue, confidentiality=Confidentiality.INTERNAL),
        )
        leader = staff.known_as("leader")
        add_rule(
            office, meeting, trait=Trait.POST, values=list(dict.fromkeys(words.leaders)), part=Part.CHAIR,
            reason=words.crowd.rule,
        )
        invite_all(office, meeting, _parts(words.crowd, staff, leader))
        add_guests(office, meeting, _guests(words, locale, rng, WHOLE - len(meeting.attendees)))
        _keep_groups(words.crowd, staff, office, meeting)
        send_notice(office, meeting)
    _answer(words, rng, meeting)


def _start(zone: ZoneInfo) -> datetime:
    day, left = clock.now().astimezone(zone).date(), 2
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return datetime.combine(day, time(14), zone)


def _engage_more(words: Words, rng: Random, staff: Staff) -> None:
    taken = {person.name for person in staff.everybody}
    logins = {person.login for person in staff.everybody}
    free = [(name, spelt) for name, spelt in names(words, rng) if name not in taken and spelt not in logins][:MORE]
    units = db.session.scalars(select(Department).order_by(Department.id)).all()
    now = clock.now()
    rows = [
        {
            "login": spelt, "name": name, "spelling": spelling_of(name), "email": f"{spelt}@{HOST}",
            "post": rng.choice(words.posts), "department_id": units[place % len(units)].id, "created_at": now,
        }
        for place, (name, spelt) in enumerate(free)
    ]
    db.session.execute(insert(Person), rows)
    made = db.session.execute(select(Person.id, Person.login).where(Person.login.in_([row["login"] for row in rows])))
    _log([(None, "person.added", person_id, {"login": login, "roles": []}) for person_id, login in made])


def _give_ranks(staff: Staff) -> None:
    """Leaders the highest, heads the next, all others by their number; a badge for each."""
    heads = {members[0].id for _unit, members in staff.departments}
    leaders = {person.id for person in staff.leaders}
    ids = db.session.scalars(select(Person.id).order_by(Person.id)).all()
    rows = [
        {
            "of": person_id, "badge": f"{20_000 + person_id}",
            "rank": "11" if person_id in leaders else "10" if person_id in heads else RANKS[person_id % len(RANKS)],
        }
        for person_id in ids
    ]
    table = Person.__table__
    ranked = update(table).values(rank=bindparam("rank"), badge=bindparam("badge"))  # type: ignore[arg-type]
    db.session.connection().execute(ranked.where(table.c.id == bindparam("of")), rows)
    db.session.expire_all()


def _parts(words: CrowdWords, staff: Staff, chair: Person) -> list[Invitee]:
    office = staff.departments[OFFICE][1]
    parts: dict[int, tuple[Part, str]] = {chair.id: (Part.CHAIR, ""), office[3].id: (Part.RECORDER, "")}
    parts |= {members[0].id: (Part.SPEAKER, "") for _unit, members in staff.departments}
    helpers = [*office[4:], *staff.departments[-1][1][4:]]
    parts |= {person.id: (Part.STAFF, words.duties[place % len(words.duties)]) for place, person in enumerate(helpers)}
    everybody = db.session.scalars(select(Person).where(Person.left_at.is_(None)).order_by(Person.id)).all()
    usual = (Part.REQUIRED, Part.REQUIRED, Part.REQUIRED, Part.OPTIONAL)
    return [
        Invitee(person, *parts.get(person.id, (usual[person.id % len(usual)], "")))
        for person in everybody if person.department_id or person.id in parts or person in staff.leaders
    ]


def _guests(words: Words, locale: str, rng: Random, count: int) -> Sequence[Visitor]:
    found = []
    for place in range(count):
        surname, given = rng.choice(words.surnames), rng.choice(words.given)
        unit, post = words.crowd.units[place % len(words.crowd.units)], words.posts[place % len(words.posts)]
        email = f"guest{place + 1}@{['partner', 'city', 'press'][place % 3]}.example" if place % 9 else ""
        facts = Facts(words.name.format(surname=surname[0], given=given[0]), unit, post, email, locale)
        found.append(Visitor(facts, Part.OBSERVER if place % 3 else Part.OPTIONAL))
    return found


def _keep_groups(words: CrowdWords, staff: Staff, office: Person, meeting: Meeting) -> None:
    heads = make_group(
        office, words.groups[0], {members[0].id: Part.SPEAKER for _unit, members in staff.departments}
    )
    change_group(office, heads, name=heads.name, is_shared=True)
    make_group_of(office, words.groups[1], meeting)
    team = staff.departments[OFFICE][1]
    make_group(office, words.groups[2], {person.id: Part.STAFF for person in team})


def _answer(words: Words, rng: Random, meeting: Meeting) -> None:
    """What most of them have answered since; each answer stands in the log."""
    told = db.session.execute(
        select(Attendee.id, Attendee.person_id)
        .where(Attendee.meeting_id == meeting.id, Attendee.invited_at.is_not(None))
        .order_by(Attendee.id)
    ).all()
    rows, since = [], clock.now() - NOTICE
    lines: list[LogLine] = []
    for attendee_id, person_id in told:
        if rng.random() > 0.72:
            continue
        luck, at = rng.random(), since + timedelta(minutes=rng.randint(30, 8000))
        answer = Answer.ACCEPTED if luck < 0.85 else Answer.DECLINED if luck < 0.94 else Answer.TENTATIVE
        comment = rng.choice(words.declines) if answer == Answer.DECLINED else ""
        rows.append({"of": attendee_id, "answer": answer.value, "comment": comment, "answered_at": at})
        if person_id:
            lines.append((person_id, EVENT, meeting.id, {"answer": answer.value, "comment": comment}))
    table = Attendee.__table__
    said: dict[str, Any] = {name: bindparam(name) for name in ("answer", "comment", "answered_at")}
    by_id = update(table).values(said).where(table.c.id == bindparam("of"))  # type: ignore[arg-type]
    db.session.connection().execute(by_id, rows)
    db.session.expire_all()
    _log(lines)


def _log(lines: Sequence[LogLine]) -> None:
    people = {row.id: row.name for row in db.session.execute(select(Person.id, Person.name))}
    now = clock.now()
    db.session.execute(
        insert(AuditEntry),
        [
            {
                "at": now, "actor_id": actor, "actor_name": people.get(actor or 0, ""), "action": action,
                "record_kind": action.partition(".")[0], "record_id": record_id, "details": details,
            }
            for actor, action, record_id, details in lines
        ],
    )

"""What a new meeting takes from one before, or from a template: words, agenda and people, without answers."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import insert, select

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings.admission import Invitee, objections_to
from portal.meetings.models import AgendaItem, Answer, Attendee, Guest, ItemKind, Meeting, Part

# Chosen in the form of the new meeting, which is filled with who it was.
SEATS = (Part.CHAIR, Part.RECORDER)
GUEST = ("name", "unit", "post", "email", "locale")


class Source(NamedTuple):
    """Where a new meeting comes from. `content` is what `content_of` made; with a `day` it is proposed for that.

    `made(actor, meeting)` is called in the same transaction, once the meeting is there.
    """

    content: dict[str, Any]
    meeting_id: int | None = None
    made: Callable[[Person, Meeting], object] | None = None


# What a new meeting may begin with besides, named by slices above: `plan-7` is asked of `plan`.
_origins: dict[str, Callable[[Person, int], Source | None]] = {}


def add_origin(name: str, find: Callable[[Person, int], Source | None]) -> None:
    """Let `find(actor, number)` answer what a meeting begins with; nothing if the actor may not use it."""
    _origins[name] = find


def origin(actor: Person, name: str, number: int) -> Source | None:
    """What stands for that name and number, if anything does that the actor may use."""
    return _origins[name](actor, number) if name in _origins else None


def content_of(meeting: Meeting) -> dict[str, Any]:
    """All that another meeting may take over, as plain values."""
    return {
        "subject": meeting.subject, "purpose": meeting.purpose, "outcome": meeting.outcome,
        "kind_id": meeting.kind_id, "department_id": meeting.department_id,
        "body_id": meeting.body_id,
        "confidentiality": str(meeting.confidentiality), "venue": meeting.venue, "online_url": meeting.online_url,
        "timezone": meeting.timezone, "capacity": meeting.capacity, "quorum": meeting.quorum,
        "minutes": int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
        "agenda": [_line(item) for item in meeting.agenda],
        "people": [_seat(one) for one in meeting.attendees if one.substitutes_id is None],
        "meeting_id": meeting.id,
    }


def _line(item: AgendaItem) -> dict[str, Any]:
    return {
        "title": item.title, "kind": str(item.kind), "minutes": item.minutes, "presenter_id": item.presenter_id,
        "presenter_name": item.presenter_name,
    }


def _seat(attendee: Attendee) -> dict[str, Any]:
    seat: dict[str, Any] = {"part": str(attendee.part), "duty": attendee.duty}
    if attendee.guest is None:
        return {**seat, "person_id": attendee.person_id}
    return {**seat, "guest": {name: getattr(attendee.guest, name) for name in GUEST}}


def seated(content: dict[str, Any], part: Part) -> Person | None:
    """Who had that part, unless they have left. One statement at most."""
    ids = [seat["person_id"] for seat in content["people"] if seat["part"] == part and seat.get("person_id")]
    person = db.session.get(Person, ids[0]) if ids else None
    return person if person is not None and person.is_active else None


def pour(meeting: Meeting, content: dict[str, Any]) -> None:
    """Give a new, flushed meeting the people, and its lines of the same words what they were.

    Who has left stays away, and whom a rule keeps out. The statements do not grow with the number of people.
    """
    lines = {line["title"]: line for line in content["agenda"]}
    active = _active({line["presenter_id"] for line in lines.values() if line["presenter_id"]})
    for item in meeting.agenda:
        if line := lines.get(item.title):
            item.kind, item.minutes = ItemKind(line["kind"]), line["minutes"]
            item.presenter_name = line["presenter_name"]
            item.presenter_id = line["presenter_id"] if line["presenter_id"] in active else None
    _pour_people(meeting, [seat for seat in content["people"] if seat["part"] not in SEATS])
    db.session.flush()
    db.session.expire(meeting, ["attendees"])


def _active(ids: Iterable[int]) -> dict[int, Person]:
    found = db.session.scalars(select(Person).where(Person.id.in_(list(ids)), Person.left_at.is_(None)))
    return {person.id: person for person in found}


def _pour_people(meeting: Meeting, seats: list[dict[str, Any]]) -> None:
    active = _active({seat["person_id"] for seat in seats if seat.get("person_id")})
    known = {one.person_id for one in meeting.attendees}
    invitees = [
        Invitee(active[seat["person_id"]], Part(seat["part"]), seat["duty"])
        for seat in seats if seat.get("person_id") in active and seat["person_id"] not in known
    ]
    kept_out = {objection.person.id for objection in objections_to(meeting, invitees)}
    rows = [
        {
            "meeting_id": meeting.id, "person_id": one.person.id, "part": one.part, "duty": one.duty,
            "answer": Answer.NONE,
        }
        for one in invitees if one.person.id not in kept_out
    ]
    if rows:
        # Not by the session: on SQLite it would take a statement for each.
        db.session.execute(insert(Attendee), rows)
    _pour_guests(meeting, [seat for seat in seats if seat.get("guest")])


def _pour_guests(meeting: Meeting, seats: list[dict[str, Any]]) -> None:
    if not seats:
        return
    guests = [Guest(**seat["guest"]) for seat in seats]
    db.session.add_all(guests)
    db.session.flush()
    rows = [
        {
            "meeting_id": meeting.id, "guest_id": guest.id, "part": Part(seat["part"]), "duty": seat["duty"],
            "answer": Answer.NONE,
        }
        for guest, seat in zip(guests, seats, strict=True)
    ]
    db.session.execute(insert(Attendee), rows)

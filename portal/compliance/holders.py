"""Who puts their name to clauses: by a role of the portal, by a part in the meeting, or by a seat in a body."""

from dataclasses import dataclass

from portal.accounts.models import Person, Role
from portal.accounts.queries import house_today
from portal.bodies.queries import bodies_of
from portal.core.db import db, only_reads
from portal.meetings.models import Meeting, Part
from portal.meetings.policy import part_in

ROLES = {
    "office": Role.MEETING_OFFICE, "meeting_office": Role.MEETING_OFFICE, "leader": Role.LEADER,
    "supervisor": Role.SUPERVISOR, "auditor": Role.AUDITOR, "administrator": Role.ADMINISTRATOR,
    "room_manager": Role.ROOM_MANAGER,
}
PARTS = {"chair": Part.CHAIR, "recorder": Part.RECORDER, "staff": Part.STAFF}


def of_house(key: str) -> str:
    """Who answers for a clause of the organisation: what organizers do for a meeting, the meeting office does here."""
    return "office" if key == "organizer" or key in PARTS else key


@dataclass(frozen=True)
class Hand:
    """A person with the bodies in which they serve today."""

    person: Person
    bodies: frozenset[str]

    def holds(self, key: str, meeting: Meeting | None = None) -> bool:
        """Whether that role, part or body is theirs, in this meeting if it is one of a meeting."""
        if key in ROLES:
            return self.person.has_role(ROLES[key])
        if key in self.bodies:
            return True
        if meeting is None:
            return False
        if key == "organizer":
            return meeting.organizer_id == self.person.id
        part = part_in(self.person, meeting) if key in PARTS else None
        return part is not None and part.part == PARTS[key]


def hand_of(person: Person) -> Hand:
    """The person with their bodies. One statement; while nothing is written they are read once."""
    if not only_reads():
        return Hand(person, frozenset(bodies_of(person, house_today())))
    known: dict[int, Hand] = db.session.info.setdefault("hands", {})
    if person.id not in known:
        known[person.id] = Hand(person, frozenset(bodies_of(person, house_today())))
    return known[person.id]

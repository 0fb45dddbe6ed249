"""Who holds the roles that a checklist names, for one meeting."""

from collections.abc import Sequence
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.bodies.queries import members_of
from portal.core.db import db
from portal.meetings.models import Attendee, Meeting, Part
from portal.rooms.resource_queries import keepers_of
from portal.tasks.queries import count_open

ROLES = {role.value: role for role in Role}


class Holders:
    """Looks each role up once. Of the meeting office whoever has least to do is next."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self._bodies: dict[str, Person | None] = {}

    def of(self, role: str) -> Person | None:
        """Who holds the role, or None if nobody does who works here."""
        if role == "office":
            return self._next_of_office()
        if role in self._own:
            return self._own[role]
        if role in ROLES:
            return self._first(accounts.with_role(ROLES[role]))
        if role not in self._bodies:
            self._bodies[role] = self._first(members_of({role}, accounts.house_today())[role])
        return self._bodies[role]

    @cached_property
    def _own(self) -> dict[str, Person | None]:
        """Those that the meeting itself knows."""
        meeting = self.meeting
        department_id = meeting.department_id or meeting.organizer.department_id
        return {
            "organizer": self._first([meeting.organizer]),
            "chair": self._in_part(Part.CHAIR), "recorder": self._in_part(Part.RECORDER),
            "staff": self._in_part(Part.STAFF) or self._first([meeting.organizer]),
            "head": self._first(accounts.heads_of(department_id)) if department_id else None,
            Role.ROOM_MANAGER.value: self._keeper(),
        }

    @cached_property
    def _parts(self) -> Sequence[Attendee]:
        """The people of the meeting who have one of these parts; staff with a duty first."""
        return db.session.scalars(
            select(Attendee)
            .options(joinedload(Attendee.person))
            .where(
                Attendee.meeting_id == self.meeting.id, Attendee.part.in_((Part.CHAIR, Part.RECORDER, Part.STAFF)),
                Attendee.person_id.is_not(None),
            )
            .order_by(Attendee.duty == "", Attendee.id)
        ).all()

    def _in_part(self, part: Part) -> Person | None:
        return self._first([one.person for one in self._parts if one.part == part and one.person is not None])

    def _keeper(self) -> Person | None:
        """Who is named for the booked room, or else a room manager of the house."""
        booking = self.meeting.booking
        named = keepers_of(booking.room) if booking is not None else []
        return self._first(named) or self._first(accounts.with_role(Role.ROOM_MANAGER))

    @cached_property
    def _office(self) -> dict[Person, int]:
        people = accounts.with_role(Role.MEETING_OFFICE)
        counts = count_open([person.id for person in people])
        return {person: counts[person.id] for person in people}

    def _next_of_office(self) -> Person | None:
        organizer = self.meeting.organizer
        if organizer in self._office:
            return organizer
        if not self._office:
            return None
        chosen = min(self._office, key=lambda person: (self._office[person], person.id))
        self._office[chosen] += 1
        return chosen

    @staticmethod
    def _first(people: Sequence[Person]) -> Person | None:
        return next((person for person in people if person.is_active), None)

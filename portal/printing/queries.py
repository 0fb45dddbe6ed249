"""Reading who is to be printed and who sits where."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased, selectinload

from portal.accounts.models import Role, RoleGrant
from portal.core.db import db
from portal.meetings import queries as meetings
from portal.meetings.models import Answer, Attendee, Part
from portal.printing.models import SeatPlan

# Who is not expected has no seat by itself.
AWAY = {Answer.DECLINED, Answer.DELEGATED, Answer.WAITING}
AFTER_HEADS = (Part.SPEAKER, Part.REQUIRED, Part.RECORDER, Part.OPTIONAL, Part.OBSERVER, Part.STAFF)


def plan_of(meeting_id: int) -> SeatPlan | None:
    """The seats of the meeting as they are now. Two statements."""
    found = select(SeatPlan).options(selectinload(SeatPlan.seats)).where(SeatPlan.meeting_id == meeting_id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def places_in(plan: SeatPlan) -> dict[int, int]:
    """The place of each attendee who has one. A substitute sits where the absent one would. One statement."""
    places = {seat.attendee_id: seat.place for seat in plan.seats}
    absent = aliased(Attendee)
    instead = (
        select(Attendee.id, absent.id)
        .join(absent, Attendee.substitutes_id == absent.id)
        .where(Attendee.meeting_id == plan.meeting_id, absent.answer == Answer.DELEGATED)
    )
    for comes, gone in db.session.execute(instead):
        if gone in places and comes not in places:
            places[comes] = places.pop(gone)
    return places


def by_precedence(meeting_id: int) -> Sequence[Attendee]:
    """Everybody in the meeting: chair, leaders, heads of departments, the rest by part and name. Two statements."""
    people = meetings.people_in(meeting_id)
    here = select(Attendee.person_id).where(Attendee.meeting_id == meeting_id)
    grants = select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(here))
    roles = {(person, Role(role)) for person, role in db.session.execute(grants)}

    def standing(attendee: Attendee) -> int:
        if attendee.part == Part.CHAIR:
            return 0
        if attendee.part == Part.STAFF:
            return 99
        for place, role in enumerate((Role.LEADER, Role.DEPARTMENT_HEAD), 1):
            if (attendee.person_id, role) in roles:
                return place
        return 3 + AFTER_HEADS.index(Part(attendee.part))

    return sorted(people, key=standing)


def is_expected(attendee: Attendee) -> bool:
    return attendee.answer not in AWAY

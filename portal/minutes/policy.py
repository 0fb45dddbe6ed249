"""Who may write, review, finish and read minutes."""

from sqlalchemy import select

from portal.accounts.models import Person, Role, RoleGrant
from portal.core import clock
from portal.core.db import db
from portal.meetings import policy as meetings
from portal.meetings.models import Attendee, Meeting, Part, Phase
from portal.minutes.models import Minutes, MinutesCopy

BEGUN = (Phase.RUNNING, Phase.HELD, Phase.CLOSED)


def has_begun(meeting: Meeting) -> bool:
    """Whether there is something to be minuted, and neither a cancellation nor another time in between."""
    return meeting.phase(clock.now()) in BEGUN


def may_keep(actor: Person, meeting: Meeting) -> bool:
    """Who keeps the record of the meeting: its editors, and the told chair and recorder; final or not."""
    return meetings.may_record(actor, meeting)


def may_write(actor: Person, minutes: Minutes) -> bool:
    """The same, as long as the minutes are not final."""
    return minutes.final_at is None and may_keep(actor, minutes.meeting)


def may_read(actor: Person, minutes: Minutes) -> bool:
    """Drafts are for those who keep the record; final ones for all who may see the meeting or were given a copy.

    Of a secret meeting a copy gives no right: who is no longer in it is to know of it no more.
    """
    if may_keep(actor, minutes.meeting):
        return True
    if minutes.final_at is None:
        return False
    return meetings.may_see(actor, minutes.meeting) or (not minutes.meeting.is_secret and has_copy(actor, minutes))


def has_copy(actor: Person, minutes: Minutes) -> bool:
    """Whether the final minutes were handed out to the actor. One statement."""
    mine = MinutesCopy.minutes_id == minutes.id, MinutesCopy.person_id == actor.id
    return db.session.scalars(select(MinutesCopy.id).where(*mine)).first() is not None


def may_finish(actor: Person, minutes: Minutes) -> bool:
    """Make them final or give them back: the told chair.

    If nobody chairs, an editor of the meeting; not who submitted them, unless there is no other.
    """
    meeting = minutes.meeting
    chairs = chairs_of(meeting.id)
    if chairs:
        return actor.id in {chair.id for chair in chairs}
    if not meetings.may_edit(actor, meeting):
        return False
    return actor.id != minutes.submitted_by_id or not others_who_edit(meeting, actor)


def finishers(minutes: Minutes) -> list[Person]:
    """Who is asked to make submitted minutes final."""
    meeting = minutes.meeting
    chairs = chairs_of(meeting.id)
    if chairs or minutes.submitted_by is None:
        return chairs
    others = others_who_edit(meeting, minutes.submitted_by)
    organizer = [person for person in others if person.id == meeting.organizer_id]
    return organizer or others


def chairs_of(meeting_id: int) -> list[Person]:
    """Who was told to chair the meeting and still works here. One statement."""
    return list(db.session.scalars(
        select(Person)
        .join(Attendee, Attendee.person_id == Person.id)
        .where(
            Attendee.meeting_id == meeting_id, Attendee.part == Part.CHAIR, Attendee.invited_at.is_not(None),
            Person.left_at.is_(None),
        )
        .order_by(Person.id)
    ))


def others_who_edit(meeting: Meeting, actor: Person) -> list[Person]:
    """The other editors of the meeting who still work here. One statement, or one for each who may be one."""
    office = select(RoleGrant.person_id).where(RoleGrant.role == Role.MEETING_OFFICE)
    able = db.session.scalars(
        select(Person)
        .where(
            (Person.id == meeting.organizer_id) | Person.id.in_(office), Person.id != actor.id,
            Person.left_at.is_(None),
        )
        .order_by(Person.id)
    )
    return [person for person in able if meetings.may_edit(person, meeting)]

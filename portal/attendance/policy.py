"""Who may say who was there, from when until when, and who may read the figures."""

from datetime import datetime, timedelta

from portal.accounts.models import Person, Role
from portal.meetings import policy as meetings
from portal.meetings.kinds import kind_of
from portal.meetings.models import Attendee, Format, Meeting, Part

# Who is missed when they do not come.
MUST_COME = (Part.CHAIR, Part.RECORDER, Part.SPEAKER, Part.REQUIRED)
# A meeting that somebody has begun may last longer than planned.
GRACE = timedelta(hours=1)


def may_arrange(actor: Person, meeting: Meeting) -> bool:
    """Who runs the desk, the wall and the lists."""
    return meetings.may_arrange(actor, meeting)


def may_add(actor: Person, meeting: Meeting) -> bool:
    """Who may let in somebody who is not on the list."""
    return meetings.may_edit(actor, meeting)


def opens_at(meeting: Meeting) -> datetime:
    """From when on people can be marked as present."""
    earliest = meeting.starts_at - timedelta(minutes=kind_of(meeting).check_in_minutes)
    return min(earliest, meeting.started_at or earliest)


def closes_at(meeting: Meeting) -> datetime:
    """Until when somebody can have arrived."""
    if meeting.ended_at is not None:
        return meeting.ended_at
    return meeting.ends_at + GRACE if meeting.started_at is not None else meeting.ends_at


def takes_place(meeting: Meeting) -> bool:
    """It was announced, and is neither cancelled nor postponed."""
    return meeting.announced_at is not None and meeting.cancelled_at is None and meeting.postponed_at is None


def is_open(meeting: Meeting, now: datetime) -> bool:
    """Whether people can say now that they are here."""
    return takes_place(meeting) and meeting.closed_at is None and opens_at(meeting) <= now <= closes_at(meeting)


def is_online(meeting: Meeting) -> bool:
    """Whether people may take part from where no wall is seen."""
    return meeting.format in {Format.ONLINE, Format.HYBRID}


def is_over(meeting: Meeting, now: datetime) -> bool:
    return meeting.ended_at is not None or now >= meeting.ends_at


def may_explain(actor: Person, attendee: Attendee) -> bool:
    """Who may write down why somebody was late or absent: they themselves, and whoever follows it up."""
    return actor.id == attendee.person_id or may_follow_up(actor, attendee)


def may_follow_up(actor: Person, attendee: Attendee) -> bool:
    """Who runs the day, and the head of the person's department; of a secret meeting only who is named in it."""
    meeting, person = attendee.meeting, attendee.person
    if may_arrange(actor, meeting):
        return True
    heads = person is not None and leads(actor, person.department_id)
    return heads and (not meeting.is_secret or meetings.may_see(actor, meeting))


def leads(actor: Person, department_id: int | None) -> bool:
    """Whether the actor heads that department."""
    same = department_id is not None and actor.department_id == department_id
    return same and actor.has_role(Role.DEPARTMENT_HEAD)


def reads_all(actor: Person) -> bool:
    """Who may read everybody's attendance, but in secret meetings that they are not named in."""
    return actor.has_role(*meetings.READERS)


def compares(actor: Person) -> bool:
    """Who may read more than their own attendance."""
    return reads_all(actor) or (actor.has_role(Role.DEPARTMENT_HEAD) and actor.department_id is not None)

"""Who may do what to meetings. How confidential a meeting is decides who may know of it at all."""

from sqlalchemy import inspect, select

from portal.accounts.models import Person, Role
from portal.approvals.queries import records_asked
from portal.core.db import db, only_reads
from portal.meetings.kinds import needs_approval
from portal.meetings.models import Attendee, Confidentiality, Meeting, Part
from portal.rooms import policy as rooms
from portal.rooms.models import Booking

READERS = (Role.MEETING_OFFICE, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)
ARRANGING = (Part.CHAIR, Part.RECORDER, Part.STAFF)


def may_make(actor: Person, booking: Booking) -> bool:
    """Whose booking it is, whoever made it for them, and the meeting office for all whose title is no secret."""
    office = actor.has_role(Role.MEETING_OFFICE) and rooms.may_read(actor, booking)
    return actor.is_active and (rooms.belongs_to(actor, booking) or office) and not booking.is_closure


def may_make_elsewhere(actor: Person) -> bool:
    """Everybody may call a meeting that needs no room of the house."""
    return actor.is_active


def may_keep_kinds(actor: Person) -> bool:
    """Kinds of meetings, templates and words of notices are kept by the meeting office and the administrator."""
    return actor.has_role(Role.MEETING_OFFICE, Role.ADMINISTRATOR)


def may_edit(actor: Person, meeting: Meeting) -> bool:
    """The organizer, and the meeting office; of a secret meeting only those of the office who are named in it."""
    if actor.id == meeting.organizer_id:
        return True
    return actor.has_role(Role.MEETING_OFFICE) and (not meeting.is_secret or part_in(actor, meeting) is not None)


def may_change_booking(actor: Person, booking: Booking) -> bool:
    """The meeting office, the bookings of the meetings that it edits, although they may be private."""
    if not actor.has_role(Role.MEETING_OFFICE):
        return False
    meeting = db.session.scalars(select(Meeting).where(Meeting.booking_id == booking.id)).one_or_none()
    return meeting is not None and may_edit(actor, meeting)


def may_decide(actor: Person, meeting: Meeting) -> bool:
    """Leaders and the meeting office approve; where the kind asks for it, nobody approves what they organize."""
    if meeting.is_secret and not is_in(actor, meeting):
        return False
    own = actor.id == meeting.organizer_id and needs_approval(meeting)
    return actor.has_role(Role.LEADER, Role.MEETING_OFFICE) and not own


def is_in(actor: Person, meeting: Meeting) -> bool:
    """Whoever organizes the meeting or has a part in it, told of or not."""
    return actor.id == meeting.organizer_id or part_in(actor, meeting) is not None


def may_see(actor: Person, meeting: Meeting) -> bool:
    """Before the first notice only who prepares or approves it; from then on as confidentiality says."""
    if may_edit(actor, meeting) or told_part(actor, meeting) is not None:
        return True
    if meeting.is_secret:
        return False
    return _may_find(actor, meeting) or _was_asked(actor, meeting)


def _was_asked(actor: Person, meeting: Meeting) -> bool:
    """Whether the actor was asked to approve the meeting in some round. One statement, none if it never waited."""
    if meeting.submitted_at is None and meeting.approved_at is None and meeting.returned_at is None:
        return False
    return db.session.scalar(select(records_asked("meeting", actor.id, meeting.id).exists())) or False


def _may_find(actor: Person, meeting: Meeting) -> bool:
    if meeting.announced_at is None:
        return meeting.submitted_at is not None and may_decide(actor, meeting)
    if actor.has_role(*READERS) or meeting.confidentiality == Confidentiality.INTERNAL:
        return True
    department = meeting.department_id or meeting.organizer.department_id
    return (
        meeting.confidentiality == Confidentiality.DEPARTMENT
        and department is not None and actor.department_id == department
    )


def may_answer(actor: Person, meeting: Meeting) -> bool:
    """Whoever was told of the meeting as one of its people."""
    return told_part(actor, meeting) is not None


def may_record(actor: Person, meeting: Meeting) -> bool:
    """Who writes down what was decided: organizer, meeting office, and the told chair and recorder."""
    part = told_part(actor, meeting)
    return may_edit(actor, meeting) or (part is not None and part.part in {Part.CHAIR, Part.RECORDER})


def may_arrange(actor: Person, meeting: Meeting) -> bool:
    """Who runs the day, with desk and lists: its editors, and the chair, recorder and staff who were told."""
    if may_edit(actor, meeting):
        return True
    part = told_part(actor, meeting)
    return part is not None and part.part in ARRANGING


def part_in(actor: Person, meeting: Meeting) -> Attendee | None:
    """The actor's part in the meeting, told of or not. One statement at most, however many people are in it.

    A page asks for it again and again: while nothing is written it is read once.
    """
    if "attendees" not in inspect(meeting).unloaded:
        return next((attendee for attendee in meeting.attendees if attendee.person_id == actor.id), None)
    if not only_reads():
        return _part_in(actor, meeting)
    known: dict[tuple[int, int], Attendee | None] = db.session.info.setdefault("parts in meetings", {})
    if (actor.id, meeting.id) not in known:
        known[actor.id, meeting.id] = _part_in(actor, meeting)
    return known[actor.id, meeting.id]


def _part_in(actor: Person, meeting: Meeting) -> Attendee | None:
    mine = select(Attendee).where(Attendee.meeting_id == meeting.id, Attendee.person_id == actor.id)
    return db.session.scalars(mine).one_or_none()


def told_part(actor: Person, meeting: Meeting) -> Attendee | None:
    """The actor's part in the meeting, if a notice told of it."""
    part = part_in(actor, meeting)
    return part if part is not None and part.invited_at is not None else None

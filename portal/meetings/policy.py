"""Who may do what to meetings."""

from portal.accounts.models import Person, Role
from portal.meetings.models import Attendee, Meeting, Part
from portal.rooms import policy as rooms
from portal.rooms.models import Booking

READERS = (Role.MEETING_OFFICE, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR)


def may_make(actor: Person, booking: Booking) -> bool:
    """Whose booking it is, whoever made it for them, and the meeting office for all whose title is no secret."""
    office = actor.has_role(Role.MEETING_OFFICE) and rooms.may_read(actor, booking)
    return actor.is_active and (rooms.belongs_to(actor, booking) or office) and not booking.is_closure


def may_edit(actor: Person, meeting: Meeting) -> bool:
    """The organizer and the meeting office."""
    return actor.id == meeting.organizer_id or actor.has_role(Role.MEETING_OFFICE)


def may_see(actor: Person, meeting: Meeting) -> bool:
    """Before the first notice only who prepares it; from then on everyone who was told, and who oversees."""
    if may_edit(actor, meeting):
        return True
    if meeting.announced_at is None:
        return False
    return actor.has_role(*READERS) or told_part(actor, meeting) is not None


def may_answer(actor: Person, meeting: Meeting) -> bool:
    """Whoever was told of the meeting as one of its people."""
    return told_part(actor, meeting) is not None


def may_record(actor: Person, meeting: Meeting) -> bool:
    """Who writes down what was decided: organizer, meeting office, and the told chair and recorder."""
    part = told_part(actor, meeting)
    return may_edit(actor, meeting) or (part is not None and part.part in {Part.CHAIR, Part.RECORDER})


def told_part(actor: Person, meeting: Meeting) -> Attendee | None:
    """The actor's part in the meeting, if a notice told of it."""
    told = (attendee for attendee in meeting.attendees if attendee.invited_at is not None)
    return next((attendee for attendee in told if attendee.person_id == actor.id), None)

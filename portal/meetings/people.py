"""Who is in a meeting: added, given other parts, taken off. Statements do not grow with the number of people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings import words
from portal.meetings.admission import Invitee, admit
from portal.meetings.changing import changed, insist_not_over, one_line, revise_series, take
from portal.meetings.models import Answer, Attendee, Guest, Meeting, Part
from portal.meetings.telling import tell_attendees

LONGEST_DUTY = 100
LONGEST_WAIVER = 300


def invite(
    actor: Person, meeting: Meeting, people: Iterable[Person], part: Part = Part.REQUIRED, *, duty: str = "",
    waiver: str = "",
) -> list[Attendee]:
    """Add those who are not in the meeting yet, all in one part, and answer them; the next notice tells them."""
    return invite_all(actor, meeting, [Invitee(person, part, duty) for person in people], waiver=waiver)


def invite_all(
    actor: Person, meeting: Meeting, invitees: Sequence[Invitee], *, waiver: str = ""
) -> list[Attendee]:
    """Add those who are not in the meeting yet, each in their part, and answer them; the next notice tells them.

    `waiver` says why those are admitted whom a rule keeps out. Raises Ineligible without it, DomainError for a
    second chair or if the meeting is cancelled or over, Missing for somebody who has left.
    """
    take(actor, meeting)
    return enter_people(actor, meeting, invitees, waiver=waiver)


def enter_people(
    actor: Person | None, meeting: Meeting, invitees: Sequence[Invitee], *, waiver: str = ""
) -> list[Attendee]:
    """As `invite_all`, by a rule if by nobody. The caller has locked the meeting and asked for the right."""
    insist_not_over(meeting)
    if any(not invitee.person.is_active for invitee in invitees):
        raise Missing(_("There is no such person."))
    known = {attendee.person_id for attendee in meeting.attendees}
    new: dict[int, Invitee] = {}
    for invitee in invitees:
        if invitee.person.id not in known:
            new.setdefault(invitee.person.id, _fitting(invitee))
    if not new:
        return []
    insist_one_chair(meeting, [invitee.person.name for invitee in new.values() if invitee.part == Part.CHAIR])
    reason = fitting_waiver(waiver)
    waived = admit(meeting, list(new.values()), reason)
    _add(meeting, new, dict.fromkeys(waived, reason))
    _record_new(actor, meeting, new, waived, reason)
    return [attendee for attendee in meeting.attendees if attendee.person_id in new]


def _fitting(invitee: Invitee) -> Invitee:
    return invitee._replace(duty=fitting_duty(invitee.part, invitee.duty))


def fitting_duty(part: Part, duty: str) -> str:
    """The duty on one line, which only staff have; raises DomainError if it is too long."""
    line = one_line(duty) if part == Part.STAFF else ""
    if len(line) > LONGEST_DUTY:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_DUTY), "duty")
    return line


def fitting_waiver(waiver: str) -> str:
    """The reason on one line; raises DomainError if it is too long."""
    line = one_line(waiver)
    if len(line) > LONGEST_WAIVER:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_WAIVER), "waiver")
    return line


def insist_one_chair(meeting: Meeting, new: Sequence[str], leaving: Iterable[int] = ()) -> None:
    """Raise DomainError if these names would make a second chair; `leaving` are attendees whose part changes too."""
    gone = set(leaving)
    chairs = [one.name for one in meeting.attendees if one.part == Part.CHAIR and one.id not in gone]
    if new and len(chairs) + len(new) > 1:
        others = [*chairs, *new]
        raise DomainError(
            _("A meeting has one chair. Choose between %(first)s and %(second)s.", first=others[0], second=others[1]),
            "part",
        )


def _add(meeting: Meeting, new: dict[int, Invitee], waivers: dict[int, str]) -> None:
    # Not by the session: on SQLite it would take a statement for each.
    db.session.execute(
        insert(Attendee),
        [
            {
                "meeting_id": meeting.id, "person_id": person_id, "part": invitee.part, "duty": invitee.duty,
                "waiver": waivers.get(person_id, ""), "answer": Answer.NONE,
            }
            for person_id, invitee in new.items()
        ],
    )
    db.session.expire(meeting, ["attendees"])
    changed(meeting)


def _record_new(
    actor: Person | None, meeting: Meeting, new: dict[int, Invitee], waived: set[int], waiver: str
) -> None:
    by_part: dict[Part, list[str]] = defaultdict(list)
    for invitee in new.values():
        by_part[invitee.part].append(invitee.person.name)
    for part, names in by_part.items():
        record(actor, "meeting.invited", meeting, people=names, part=part.value)
    if waived:
        names = [invitee.person.name for invitee in new.values() if invitee.person.id in waived]
        record(actor, "meeting.waived", meeting, people=names, waiver=waiver)


def change_part(
    actor: Person, meeting: Meeting, attendee: Attendee, part: Part, *, duty: str = "", waiver: str = ""
) -> bool:
    """Give somebody another part, and tell them if they know of the meeting; answers whether anything changed."""
    return change_parts(actor, meeting, [attendee], part, duty=duty, waiver=waiver) > 0


def change_parts(
    actor: Person, meeting: Meeting, attendees: Sequence[Attendee], part: Part, *, duty: str = "", waiver: str = ""
) -> int:
    """Give all of these that part; tells those who know of the meeting what they were and are, and answers how many.

    Raises Ineligible for whom a rule keeps from it, without a waiver; DomainError for a second chair.
    """
    take(actor, meeting)
    attendees = _of_meeting(attendees, meeting)
    duty, reason = fitting_duty(part, duty), fitting_waiver(waiver)
    changing = [attendee for attendee in attendees if (attendee.part, attendee.duty) != (part, duty)]
    if not changing:
        return 0
    if part == Part.CHAIR:
        insist_one_chair(meeting, [one.name for one in changing], [one.id for one in changing])
    waived = admit(meeting, [Invitee(one.person, part, duty) for one in changing if one.person], reason)
    before = {attendee.id: words.Role(attendee.part, attendee.duty) for attendee in changing}
    for attendee in changing:
        attendee.part, attendee.duty = part, duty
        attendee.waiver = reason if attendee.person_id in waived else ""
    changed(meeting)
    names = [attendee.name for attendee in changing]
    record(actor, "meeting.part_changed", meeting, people=names, part=part.value, duty=duty)
    if waived:
        names = [one.name for one in changing if one.person_id in waived]
        record(actor, "meeting.waived", meeting, people=names, waiver=reason)
    _tell_of_part(actor, meeting, changing, before)
    return len(changing)


def _tell_of_part(
    actor: Person, meeting: Meeting, attendees: Sequence[Attendee], before: dict[int, words.Role]
) -> None:
    """Tell each what they were and are; nobody whom no notice has reached, and nobody of what is over."""
    if meeting.ends_at <= clock.now():
        return
    by_role: dict[words.Role, list[Attendee]] = defaultdict(list)
    for attendee in attendees:
        if attendee.invited_at is not None and attendee.person_id != actor.id:
            by_role[before[attendee.id]].append(attendee)
    for role, told in by_role.items():
        now = words.Role(told[0].part, told[0].duty)
        tell_attendees(meeting, told, "meeting.part_changed", partial(words.part_changed, meeting, role, now))


def uninvite(actor: Person, meeting: Meeting, attendee: Attendee) -> None:
    """Take somebody off the meeting, and tell them if they had been told of it."""
    uninvite_all(actor, meeting, [attendee])


def uninvite_all(actor: Person, meeting: Meeting, attendees: Sequence[Attendee]) -> int:
    """Take these off the meeting, tell those who had been told of it, and answer how many are gone."""
    take(actor, meeting)
    insist_not_over(meeting)
    attendees = _of_meeting(attendees, meeting)
    if not attendees:
        return 0
    told = [one for one in attendees if one.invited_at is not None and one.person_id != actor.id]
    tell_attendees(meeting, told, "meeting.withdrawn", lambda: words.withdrawn(meeting))
    names = [attendee.name for attendee in attendees]
    gone = [attendee.person_id for attendee in attendees if attendee.person_id]
    guests = [attendee.guest_id for attendee in attendees if attendee.guest_id]
    # What hangs on them goes by the database: the session would read it for each.
    db.session.execute(delete(Attendee).where(Attendee.id.in_([attendee.id for attendee in attendees])))
    if guests:
        db.session.execute(delete(Guest).where(Guest.id.in_(guests)))
    db.session.expire(meeting, ["attendees"])
    revise_series(meeting)
    changed(meeting, *gone)
    record(actor, "meeting.uninvited", meeting, people=names)
    return len(names)


def _of_meeting(attendees: Iterable[Attendee], meeting: Meeting) -> Sequence[Attendee]:
    """These with who they are, in one statement; raises Missing if one is of another meeting, or gone."""
    ids = {attendee.id for attendee in attendees}
    found = db.session.scalars(
        select(Attendee)
        .options(joinedload(Attendee.person), joinedload(Attendee.guest))
        .where(Attendee.meeting_id == meeting.id, Attendee.id.in_(ids))
        .order_by(Attendee.id)
        .execution_options(populate_existing=True)
    ).all()
    if len(found) < len(ids):
        raise Missing(_("There is no such person in this meeting."))
    return found

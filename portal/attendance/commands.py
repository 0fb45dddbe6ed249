"""Saying who was there. Whoever is marked twice has one mark; a wrong one is voided with its reason, never changed."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.models import Person
from portal.attendance import policy, queries
from portal.attendance.codes import codes_at, is_code, window_at
from portal.attendance.grants import is_granted
from portal.attendance.models import CheckIn, Way
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import clock_time, day_and_time
from portal.core.i18n import gettext as _
from portal.meetings.changing import lock, one_line
from portal.meetings.kinds import kind_of
from portal.meetings.models import Attendee, Meeting, Part
from portal.meetings.people import invite
from portal.presence import commands as presence
from portal.presence.models import Way as RoomWay
from portal.presence.queries import presence_of

LONGEST_REASON = 300


class Marked(NamedTuple):
    """The mark that stands, and whether it was made just now."""

    mark: CheckIn
    is_new: bool


# --- The wall ---


def show_codes(actor: Person, meeting: Meeting, *, anew: bool = False) -> None:
    """Give the meeting the secret from which the codes on its wall are made; `anew` ends the codes shown before."""
    allow(policy.may_arrange(actor, meeting))
    lock(meeting)
    if meeting.check_in_key and not anew:
        return
    meeting.check_in_key = secrets.token_hex(32)
    db.session.flush()
    record(actor, "meeting.codes_shown", meeting)


def code_now(meeting: Meeting) -> str:
    """What stands within the code to scan at this moment; nothing before the wall is shown."""
    key = meeting.check_in_key
    return codes_at(key, meeting.id, window_at(clock.now())).scanned if key else ""


# --- Marks ---


def arrive(
    actor: Person | None, meeting: Meeting, attendee: Attendee, proof: str, holders: list[str]
) -> Marked:
    """The attendee, the actor or a guest, says that they are here: `proof` is a code from the wall, or its grant.

    Raises DomainError if the proof has run out, or nobody can sign in now.
    """
    insist_themselves(actor, meeting, attendee)
    if not is_proof(meeting, proof, holders):
        raise DomainError(_("This code has run out. Scan the one that is on the screen now."))
    return _arrive(actor, meeting, attendee, Way.CODE)


def is_proof(meeting: Meeting, proof: str, holders: list[str]) -> bool:
    """Whether it shows that one of the holders stood before the meeting's wall a moment ago."""
    return is_code(meeting.check_in_key, meeting.id, proof, clock.now()) or is_granted(proof, meeting.id, holders)


def arrive_online(actor: Person | None, meeting: Meeting, attendee: Attendee) -> Marked:
    """The attendee says that they take part from where no wall is seen; raises DomainError if nobody does."""
    insist_themselves(actor, meeting, attendee)
    if not policy.is_online(meeting):
        raise DomainError(_("People meet in the room. Scan the code there, or go to the desk."))
    return _arrive(actor, meeting, attendee, Way.OWN if actor else Way.LINK)


def insist_themselves(actor: Person | None, meeting: Meeting, attendee: Attendee) -> None:
    """Raise NotAllowed unless the attendee of this meeting is the actor, or, without one, a guest."""
    own = attendee.person_id == actor.id if actor else attendee.guest_id is not None
    allow(own and attendee.meeting_id == meeting.id)


def mark(
    actor: Person, meeting: Meeting, attendee: Attendee, way: Way = Way.DESK, arrived_at: datetime | None = None
) -> Marked:
    """Somebody at the desk sees that the attendee is here, or was from `arrived_at` on."""
    allow(policy.may_arrange(actor, meeting))
    _insist_of(meeting, attendee)
    return _arrive(actor, meeting, attendee, way, arrived_at)


def _arrive(
    actor: Person | None, meeting: Meeting, attendee: Attendee, way: Way, arrived_at: datetime | None = None
) -> Marked:
    arrived = arrived_at or clock.now()
    insist_time(meeting, arrived)
    made = _put([_row(attendee.id, way, actor, arrived)])
    if not made:
        return Marked(_come_back(actor, meeting, attendee), False)
    record(actor, "meeting.checked_in", meeting, person=attendee.name, how=way.value)
    if arrived_at is None:
        _check_room_in(actor, meeting)
    return Marked(made[0], True)


def _row(attendee_id: int, way: Way, actor: Person | None, arrived_at: datetime) -> dict[str, Any]:
    return {
        "attendee_id": attendee_id, "way": way.value, "by_id": actor.id if actor else None, "arrived_at": arrived_at,
        "marked_at": clock.now(), "void_reason": "",
    }


def _put(rows: Sequence[dict[str, Any]]) -> Sequence[CheckIn]:
    """Make these marks but of those who have one; answers those that were made."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    standing = {"index_elements": ["attendee_id"], "index_where": text("voided_at IS NULL")}
    made = insert(CheckIn).on_conflict_do_nothing(**standing).returning(CheckIn)  # type: ignore[arg-type]
    return db.session.scalars(made, rows).all()


def _come_back(actor: Person | None, meeting: Meeting, attendee: Attendee) -> CheckIn:
    """Whoever had left and is seen again has not left."""
    found = queries.standing_mark(attendee.id)
    if found is None:
        raise DomainError(_("Somebody is correcting this mark. Try again."))
    if found.left_at is not None:
        found.left_at = None
        db.session.flush()
        record(actor, "meeting.came_back", meeting, person=attendee.name)
    return found


def _check_room_in(actor: Person | None, meeting: Meeting) -> None:
    """Whoever is at the meeting is in its room, so that it is not given back. Nobody's mark fails with it."""
    if meeting.booking_id is None:
        return
    line = presence_of(meeting.booking_id)
    if line is not None and line.checked_in_at is not None:
        return
    with suppress(DomainError):
        presence.check_in(actor, meeting.booking_id, RoomWay.CODE)


def insist_time(meeting: Meeting, arrived_at: datetime) -> None:
    """Raise DomainError unless somebody can have arrived at that time."""
    if not policy.takes_place(meeting):
        raise DomainError(_("This meeting does not take place, or nobody has been told of it yet."))
    if meeting.closed_at is not None:
        raise DomainError(_("This meeting is closed."))
    opens_at, closes_at = policy.opens_at(meeting), policy.closes_at(meeting)
    if arrived_at < opens_at:
        raise DomainError(_("People can sign in from %(time)s on.", time=day_and_time(opens_at)), "time")
    if arrived_at > closes_at:
        raise DomainError(_("This meeting ended at %(time)s.", time=day_and_time(closes_at)), "time")
    if arrived_at > clock.now():
        raise DomainError(_("This time is still to come."), "time")


def _insist_of(meeting: Meeting, attendee: Attendee) -> None:
    if attendee.meeting_id != meeting.id:
        raise Missing(_("There is no such person in this meeting."))


def write_paper(actor: Person, meeting: Meeting, arrivals: Mapping[int, datetime]) -> int:
    """Mark at once all whom the paper list names, by attendee's id; answers how many were not marked before."""
    allow(policy.may_arrange(actor, meeting))
    names = {line.attendee.id: line.attendee.name for line in queries.lines_of(meeting)}
    if arrivals.keys() - names.keys():
        raise Missing(_("There is no such person in this meeting."))
    for arrived_at in arrivals.values():
        insist_time(meeting, arrived_at)
    made = _put([_row(one, Way.PAPER, actor, at) for one, at in arrivals.items()]) if arrivals else []
    if made:
        people = sorted(names[mark.attendee_id] for mark in made)
        record(actor, "meeting.paper_entered", meeting, people=people, how=Way.PAPER.value)
    return len(made)


def leave(actor: Person, meeting: Meeting, attendee: Attendee) -> CheckIn:
    """Somebody leaves, says whoever runs the day or they themselves. Raises DomainError if they are not there."""
    _insist_of(meeting, attendee)
    allow(policy.may_arrange(actor, meeting) or attendee.person_id == actor.id)
    found = queries.standing_mark(attendee.id, lock=True)
    if not kind_of(meeting).has_check_out:
        raise DomainError(_("In this meeting nobody signs out."))
    if found is None:
        raise DomainError(_("%(person)s is not signed in.", person=attendee.name))
    if found.left_at is None:
        found.left_at = max(clock.now(), found.arrived_at)
        db.session.flush()
        record(actor, "meeting.checked_out", meeting, person=attendee.name)
    return found


def correct(
    actor: Person, meeting: Meeting, attendee: Attendee, *, seen: int, reason: str,
    arrived_at: datetime | None = None,
) -> CheckIn | None:
    """Void the mark `seen` for a reason; with a time, somebody was there all the same, from then on.

    Raises DomainError without a reason, or if somebody else has corrected it meanwhile.
    """
    allow(policy.may_arrange(actor, meeting))
    _insist_of(meeting, attendee)
    wrong = queries.standing_mark(attendee.id, lock=True)
    if wrong is None or wrong.id != seen:
        raise DomainError(_("Somebody else has corrected this mark meanwhile. Look at it again."))
    words = one_line(reason)
    if not words or len(words) > LONGEST_REASON:
        raise DomainError(_("Please say why, in at most %(count)s characters.", count=LONGEST_REASON), "reason")
    if arrived_at is not None:
        _insist_possible(meeting, arrived_at)
    wrong.voided_at, wrong.voided_by_id, wrong.void_reason = clock.now(), actor.id, words
    db.session.flush()
    record(
        actor, "meeting.mark_corrected", meeting, person=attendee.name, was_at=wrong.arrived_at,
        arrived_at=arrived_at, reason=words,
    )
    if arrived_at is None:
        return None
    return _put([_row(attendee.id, Way.DESK, actor, arrived_at)])[0]


def _insist_possible(meeting: Meeting, arrived_at: datetime) -> None:
    """As `insist_time`, for what was written down before the meeting was closed."""
    if not policy.opens_at(meeting) <= arrived_at <= min(policy.closes_at(meeting), clock.now()):
        between = clock_time(policy.opens_at(meeting)), clock_time(policy.closes_at(meeting))
        raise DomainError(_("A time from %(first)s to %(last)s, please.", first=between[0], last=between[1]), "time")


def undo(actor: Person, meeting: Meeting, mark_id: int) -> Attendee:
    """Take back a mark that was just made at the desk; raises Missing if it does not stand."""
    allow(policy.may_arrange(actor, meeting))
    found = db.session.get(CheckIn, mark_id)
    if found is None or found.attendee.meeting_id != meeting.id or found.voided_at is not None:
        raise Missing(_("This mark has been taken back already."))
    correct(actor, meeting, found.attendee, seen=mark_id, reason=_("Taken back at the desk."))
    return found.attendee


def let_in(actor: Person, meeting: Meeting, person: Person) -> Marked:
    """Somebody who is not on the list may stay as an observer, and is here."""
    allow(policy.may_add(actor, meeting))
    added = invite(actor, meeting, [person], Part.OBSERVER, waiver=_("Let in at the desk."))
    if not added:
        raise DomainError(_("%(person)s is in this meeting already.", person=person.name))
    # They know of it: they are here. No notice is to tell them.
    added[0].invited_at = clock.now()
    db.session.flush()
    return mark(actor, meeting, added[0])

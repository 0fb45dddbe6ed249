"""Letting a meeting off a requirement, taking that back, and asking for it."""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy.exc import IntegrityError

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.audit.commands import record
from portal.bodies.queries import members_of
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.deadlines import policy, words
from portal.deadlines.calendar import Line, State, calendar_of
from portal.deadlines.models import Waiver
from portal.meetings import policy as meetings
from portal.meetings.changing import insist_standing, lock
from portal.meetings.models import Meeting
from portal.notifications.commands import tell

LONGEST_REASON = 1000
# What notices of last moments are about: the timetable of a meeting, which those may open who can waive.
TIMETABLE = "timetable"


def waive(actor: Person, meeting: Meeting, clause: str, demand: str, reason: str) -> Waiver:
    """Let the meeting off a requirement by its key, or without one off all that the clause asks for.

    The organizer and the supervisors are told. Raises NotAllowed, or DomainError if the profile asks for no such
    thing, it is waived or reached in time already, or no reason is given.
    """
    lock(meeting)
    lines = _lines_of(meeting, clause, demand)
    allow(all(policy.may_waive(actor, meeting, line.requirement) for line in lines))
    insist_standing(meeting)
    _insist_wanted(lines)
    waiver = Waiver(
        meeting=meeting, clause=clause, demand=demand, reason=_fitting(reason), by=actor, at=clock.now()
    )
    # Worded first: a failed flush expires what the words come from.
    taken = DomainError(_("This is waived already."))
    db.session.add(waiver)
    try:
        db.session.flush()
    except IntegrityError as refusal:
        raise (taken if "waiver" in str(refusal.orig) else refusal) from None
    record(actor, "meeting.waived", meeting, clause=clause, demand=demand, reason=waiver.reason)
    _tell(actor, meeting, "timetable.waived", partial(words.waived, meeting, waiver))
    return waiver


def _lines_of(meeting: Meeting, clause: str, demand: str) -> list[Line]:
    lines = [
        line for line in calendar_of(meeting)
        if line.requirement.clause == clause and (line.requirement.key == demand or (not demand and clause))
    ]
    if not lines:
        raise DomainError(_("The regulation of this meeting asks for no such thing."))
    return lines


def _insist_wanted(lines: Sequence[Line]) -> None:
    if all(line.state == State.WAIVED for line in lines):
        raise DomainError(_("This is waived already."))
    if all(line.state == State.NOT_NEEDED or (line.reached and not line.is_late) for line in lines):
        raise DomainError(_("There is nothing to waive: this was done in time, or is not needed."))


def _fitting(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise DomainError(_("Please say why."), "reason")
    if len(said) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")
    return said


def revoke(actor: Person, waiver: Waiver) -> Waiver:
    """Let what was waived hold again; whoever may waive it may. Raises NotAllowed, or DomainError if it stands no more.
    """
    meeting = waiver.meeting
    lock(meeting)
    lines = _lines_of(meeting, waiver.clause, waiver.demand)
    allow(all(policy.may_waive(actor, meeting, line.requirement) for line in lines))
    db.session.refresh(waiver)
    if waiver.revoked_at is not None:
        raise DomainError(_("This waiver was taken back already."))
    waiver.revoked_at, waiver.revoked_by = clock.now(), actor
    db.session.flush()
    record(actor, "meeting.waiver_revoked", meeting, clause=waiver.clause, demand=waiver.demand)
    _tell(actor, meeting, "timetable.revoked", partial(words.revoked, meeting, waiver, actor.name))
    return waiver


def ask(actor: Person, meeting: Meeting, key: str, reason: str) -> int:
    """Ask those who may to let the meeting off a requirement; answers how many were asked.

    Raises NotAllowed, or DomainError if nobody may, or no reason is given.
    """
    allow(policy.may_ask(actor, meeting))
    lock(meeting)
    insist_standing(meeting)
    line = next((one for one in calendar_of(meeting) if one.requirement.key == key), None)
    if line is None:
        raise DomainError(_("The regulation of this meeting asks for no such thing."))
    _insist_wanted([line])
    said = _fitting(reason)
    able = [person for person in _named(line.requirement.waiver) if policy.may_waive(person, meeting, line.requirement)]
    if not able:
        raise DomainError(_("Nobody may waive this."))
    record(actor, "meeting.waiver_asked", meeting, clause=line.requirement.clause, demand=key, reason=said)
    return tell(able, "timetable.asked", TIMETABLE, meeting, partial(words.asked, meeting, line, actor.name, said))


def _named(names: Sequence[str]) -> list[Person]:
    """Who holds one of these roles or serves in one of these bodies, each once."""
    roles = [Role(name) for name in names if name in set(Role)]
    bodies = members_of(set(names) - set(Role), accounts.house_today())
    found = [*(accounts.with_role(*roles) if roles else ()), *(one for people in bodies.values() for one in people)]
    return list({person.id: person for person in found}.values())


def _tell(actor: Person, meeting: Meeting, kind: str, said: Callable[[], tuple[str, str]]) -> None:
    """The organizer and the supervisors, unless they did it, or may not know of the meeting."""
    watching = accounts.with_role(Role.SUPERVISOR)
    if meeting.is_secret:
        watching = [one for one in watching if meetings.may_see(one, meeting)]
    people = {one.id: one for one in (meeting.organizer, *watching) if one.id != actor.id}
    tell(people.values(), kind, TIMETABLE, meeting, said)

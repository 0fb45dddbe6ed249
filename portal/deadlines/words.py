"""What is said of last moments: who may waive one, why something is refused, and what people are told."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from portal.accounts import roles as roles_of_people
from portal.bodies import names as bodies
from portal.core.i18n import day_and_time, pgettext
from portal.core.i18n import gettext as _
from portal.deadlines.calendar import Line, State
from portal.deadlines.models import Waiver
from portal.meetings.models import Meeting
from portal.regulations.profiles import Act, Requirement, Text
from portal.regulations.queries import packaged_profiles
from portal.web.addresses import absolute_address


def names_of(roles: Sequence[str]) -> str:
    """What a reader calls those roles and bodies."""
    known: dict[str, Any] = {**bodies.KNOWN, **roles_of_people.NAMES}
    return pgettext("between names", ", ").join(str(known.get(role, role)) for role in roles)


def clause_of(line: Line) -> str:
    """The clause by its id and title; what no clause asks for is the organisation's own rule."""
    if line.clause is None:
        return line.requirement.clause or _("the organisation’s own rule")
    return _("%(id)s “%(title)s”", id=line.clause.id, title=line.clause.title)


def who_may(requirement: Requirement) -> str:
    """Who may let a meeting off it."""
    if not requirement.waiver:
        return _("Nobody may waive this.")
    return _("It may be waived by: %(roles)s.", roles=names_of(requirement.waiver))


def refusal(line: Line, act: Act) -> str:
    """Why the act must not be done: what is missing or too late, by which clause, and who may waive it."""
    what, clause = str(line.requirement.title), clause_of(line)
    if line.requirement.gates == act and line.reached is None:
        said = _("This is required first: %(what)s (%(clause)s).", what=what, clause=clause)
    else:
        said = _("The last moment for this has passed, %(time)s: %(what)s (%(clause)s).",
                 time=day_and_time(line.due_at), what=what, clause=clause)
    return pgettext("between sentences", " ").join((said, who_may(line.requirement)))


def refusals(lines: Iterable[Line], act: Act) -> str:
    """The same of several; empty if nothing refuses."""
    return pgettext("between sentences", " ").join(refusal(line, act) for line in lines)


@cache
def titles() -> dict[str, Text]:
    """What each requirement is called, for the log: as the package calls it."""
    return {one.key: one.title for profile in packaged_profiles().values() for one in profile.requirements}


# --- What people are told ---


def _page(meeting: Meeting) -> str:
    return absolute_address("deadlines.timetable", meeting_id=meeting.id)


def warning(meeting: Meeting, lines: Sequence[Line]) -> tuple[str, str]:
    """For those who prepare the meeting: what is soon too late, and what is too late."""
    missed = [line for line in lines if line.state == State.MISSED]
    subject = _("Too late: %(subject)s", subject=meeting.subject)
    if not missed:
        subject = _("Soon too late: %(subject)s", subject=meeting.subject)
    said = [
        _("%(what)s: until %(time)s (%(clause)s)", what=line.requirement.title, time=day_and_time(line.due_at),
          clause=clause_of(line))
        for line in lines
    ]
    body = _("These are last moments of the meeting’s regulation. Do what is missing, or ask who may waive it.")
    return subject, "\n\n".join((body, "\n".join(said), _page(meeting)))


def asked(meeting: Meeting, line: Line, name: str, reason: str) -> tuple[str, str]:
    """For those who may waive it."""
    return (
        _("A waiver is asked for: %(subject)s", subject=meeting.subject),
        _("%(name)s asks you to let the meeting off this: %(what)s (%(clause)s).\n\nReason: %(reason)s\n\n"
          "Decide here: %(address)s", name=name, what=line.requirement.title, clause=clause_of(line), reason=reason,
          address=_page(meeting)),
    )


def waived(meeting: Meeting, waiver: Waiver) -> tuple[str, str]:
    """For the organizer and the supervisors."""
    return (
        _("Waived: %(subject)s", subject=meeting.subject),
        _("%(name)s lets the meeting off this: %(what)s.\n\nReason: %(reason)s\n\n%(address)s", name=waiver.by.name,
          what=_demand(waiver), reason=waiver.reason, address=_page(meeting)),
    )


def revoked(meeting: Meeting, waiver: Waiver, name: str) -> tuple[str, str]:
    """For the organizer and the supervisors."""
    return (
        _("Waived no more: %(subject)s", subject=meeting.subject),
        _("%(name)s has taken the waiver back; this holds again: %(what)s.\n\n%(address)s", name=name,
          what=_demand(waiver), address=_page(meeting)),
    )


def _demand(waiver: Waiver) -> str:
    title = titles().get(waiver.demand)
    what = str(title) if title else waiver.demand
    return " · ".join(part for part in (what, waiver.clause) if part)

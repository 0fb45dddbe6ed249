"""Somebody signs that a meeting is ready (会前检查), with all that was shown then."""

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.meetings.changing import insist_not_over, insist_standing, insist_timed, lock
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting
from portal.proposals.records import profile_for, proposal_of
from portal.readiness import policy
from portal.readiness.items import Item, due_before, items_of
from portal.readiness.models import ReadinessCheck
from portal.readiness.queries import Ready, state_of
from portal.regulations.labels import person_name
from portal.regulations.profiles import Profile
from portal.tasks.names import title_of


def sign_off(actor: Person, meeting: Meeting) -> ReadinessCheck:
    """Sign that everything is in place.

    Raises NotAllowed, or DomainError, naming the clause and what fails, as long as anything does; also if it is signed
    already, or the meeting is off or over.
    """
    allow(is_regulated(meeting) and policy.may_sign_off(actor, meeting))
    lock(meeting)
    insist_standing(meeting)
    insist_timed(meeting)
    insist_not_over(meeting)
    ready = state_of([meeting.id])[meeting.id]
    if ready.check is not None:
        raise DomainError(_("%(name)s has signed it already.", name=ready.check.by.name))
    proposal = proposal_of(meeting)
    profile = profile_for(meeting, proposal)
    items = items_of(meeting, profile, proposal, ready)
    _insist_ready(profile, items)
    made = ReadinessCheck(meeting=meeting, at=clock.now(), by=actor, shown=_shown(meeting, items, ready))
    db.session.add(made)
    db.session.flush()
    record(actor, "meeting.readiness_signed", meeting)
    return made


def _insist_ready(profile: Profile, items: list[Item]) -> None:
    failing = [item for item in items if item.fails]
    if not failing:
        return
    names = pgettext("between names", ", ").join(
        f"{item.title} ({item.clause.id})" if item.clause else item.title for item in failing
    )
    requirement = profile.requirement("readiness")
    words = _("Not everything is in place yet: %(items)s.", items=names)
    if requirement is not None and requirement.clause:
        words = f"{requirement.clause}: {words}"
    if requirement is not None and requirement.waiver:
        who = pgettext("between names", ", ").join(person_name(role) for role in requirement.waiver)
        words += " " + _("Who may let the meeting off this check, with a reason: %(who)s.", who=who)
    raise DomainError(words)


def _shown(meeting: Meeting, items: list[Item], ready: Ready) -> list[object]:
    tasks = [
        {
            "key": f"task-{task.id}", "title": title_of(task), "state": "ready",
            "words": task.done_by.name if task.done_by else "", "clause": ", ".join(task.clauses),
        }
        for task in due_before(ready.tasks, meeting.starts_at)
    ]
    return [*(item.kept() for item in items), *tasks]

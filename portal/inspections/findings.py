"""What an inspection found wrong, on its way to the end: cause, measure, effect. Each raises NotAllowed, or DomainError
with what is in the way and its field."""

from functools import partial

from portal.accounts import queries as accounts
from portal.accounts.models import Department, Person
from portal.audit.commands import record
from portal.bodies.models import Body
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.inspections import policy, queries, words
from portal.inspections.commands import close_if_done, lock
from portal.inspections.models import Finding, Inspection
from portal.meetings.models import Meeting
from portal.notifications.commands import tell
from portal.regulations.queries import profiles_in_force
from portal.resolutions.commands import Duty, improve_for
from portal.resolutions.models import Resolution


def insist_clause(clause: str) -> str:
    """The id of a clause of a regulation in force; raises DomainError for another. One statement."""
    clause = clause.strip()
    if not any(profile.clause(clause) for profile in profiles_in_force().values()):
        raise DomainError(_("No regulation has a clause %(clause)s.", clause=clause), "clause")
    return clause


def insist_meeting(actor: Person, meeting_id: int | None) -> Meeting | None:
    """The meeting, if the actor may know of it; raises DomainError if not."""
    if meeting_id is None:
        return None
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None or not policy.may_know(actor, meeting):
        raise DomainError(_("There is no such meeting."), "meeting_id")
    return meeting


def insist_department(department_id: int) -> Department:
    department = db.session.get(Department, department_id)
    if department is None:
        raise DomainError(_("There is no such department."), "department_id")
    return department


def find(
    actor: Person, inspection: Inspection, *, said: str, department_id: int, clause: str = "",
    meeting_id: int | None = None, body_id: int | None = None, cause: str = "",
) -> Finding:
    """Write down what is wrong; the heads of the department are told.

    It is shown at the next meeting of the body, which is that of the meeting if nobody names another.
    """
    allow(policy.may_hold(actor, inspection))
    lock(inspection)
    if inspection.closed_at is not None:
        raise DomainError(_("This inspection is closed."))
    if not said.strip():
        raise DomainError(_("Please fill this in."), "words")
    clause = insist_clause(clause) if clause.strip() else ""
    meeting, department = insist_meeting(actor, meeting_id), insist_department(department_id)
    made = Finding(
        inspection=inspection, clause=clause, meeting=meeting, department=department, words=said.strip(),
        body=_body(body_id) or (meeting.body if meeting else None), cause=cause.strip(), effect="",
        found_by=actor, found_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    record(actor, "finding.made", made, inspection=inspection.number, clause=clause, department=department.name)
    heads = [head for head in accounts.heads_of(department.id) if head.id != actor.id]
    tell(heads, "finding.made", "finding", made, partial(words.found, made))
    return made


def _body(body_id: int | None) -> Body | None:
    if body_id is None:
        return None
    body = db.session.get(Body, body_id)
    if body is None or body.retired_at is not None:
        raise DomainError(_("This body does not exist any more."), "body_id")
    return body


def explain(actor: Person, finding: Finding, cause: str) -> Finding:
    """Say what caused it, or say it anew as long as it is open."""
    allow(policy.may_explain(actor, finding))
    _take(finding)
    if not cause.strip():
        raise DomainError(_("Please say what caused it."), "cause")
    finding.cause = cause.strip()
    db.session.flush()
    record(actor, "finding.explained", finding, cause=finding.cause)
    return finding


def lay_down(actor: Person, finding: Finding, duty: Duty) -> Resolution:
    """Lay down a measure: an improvement that somebody owns until a day, and whose source the finding is.

    It is confidential if the finding is about a secret meeting.
    """
    allow(policy.may_hold(actor, finding.inspection))
    _take(finding)
    if not finding.cause:
        raise DomainError(_("Say first what caused it: the measure is to remove the cause."))
    is_secret = finding.meeting is not None and finding.meeting.is_secret
    made = improve_for(actor, duty, source=("finding", finding.id), is_confidential=is_secret)
    record(actor, "finding.measured", finding, measure=made.number, owner=made.owner.name)
    return made


def close(actor: Person, finding: Finding, effect: str) -> Finding:
    """Say what was seen of the effect once all its measures are closed: not by somebody who owns one.

    With the last finding its inspection is closed.
    """
    allow(policy.may_hold(actor, finding.inspection))
    _take(finding)
    measures = queries.measures_of([finding.id]).get(finding.id, [])
    if not measures:
        raise DomainError(_("Lay down a measure first: a finding is closed by what was done about it."))
    waiting = next((one for one in measures if one.closed_at is None), None)
    if waiting is not None:
        raise DomainError(_("Measure %(number)s is not closed yet.", number=waiting.number))
    if any(one.owner_id == actor.id for one in measures):
        raise DomainError(_("You carried the measure out yourself. Somebody else has to see its effect."))
    if not effect.strip():
        raise DomainError(_("Please say what was seen of the effect."), "effect")
    finding.effect, finding.closed_at, finding.closed_by = effect.strip(), clock.now(), actor
    db.session.flush()
    record(actor, "finding.closed", finding, effect=finding.effect)
    close_if_done(actor, finding.inspection)
    return finding


def _take(finding: Finding) -> None:
    # The whole inspection: its last finding closes it.
    lock(finding.inspection)
    db.session.refresh(finding)
    if finding.closed_at is not None:
        raise DomainError(_("This finding is closed."))

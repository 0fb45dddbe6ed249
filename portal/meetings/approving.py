"""What of a meeting is approved, by whom, and what follows: the slices above say by which route, and add facts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from functools import partial
from typing import Any

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.approvals import asking, snapshots
from portal.approvals import commands as approvals
from portal.approvals import queries as cases
from portal.approvals.models import ApprovalCase, ApprovalStep, State
from portal.approvals.policy import rights
from portal.approvals.subjects import ASKED, EFFECTIVE, PLAIN, RETURNED, StepPlan, Subject, add_subject
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.meetings import phase_words, policy, secrecy
from portal.meetings.changing import changed, insist_standing, insist_timed, lock
from portal.meetings.kinds import is_regulated, kind_name
from portal.meetings.models import Meeting, Phase
from portal.meetings.names import CONFIDENTIALITIES, FORMATS
from portal.meetings.numbers import next_number
from portal.meetings.signals import meeting_approved, meeting_veiled
from portal.notifications.commands import tell
from portal.notifications.withholding import withhold

Facts = Callable[[Meeting], list[list[Any]]]
Route = Callable[[Meeting], Sequence[StepPlan] | None]
Hides = Callable[[Person, Meeting], bool]

KIND = "meeting"
LONGEST_RETURN = 500

_labels: dict[str, Any] = {
    "purpose": _l("Purpose"), "outcome": _l("Expected outcome"), "kind": _l("Kind of meeting"),
    "department": _l("Department"), "time": _l("When"), "format": _l("Format"), "place": _l("Place"),
    "online_url": lazy_pgettext("meeting", "Online"), "confidentiality": _l("Confidentiality"),
    "organizer": _l("Organizer"), "agenda": _l("Agenda"), "line": _l("Line"), "minutes": _l("Minutes"),
    "subject": _l("Subject"),
}
_terms: dict[str, Any] = {}
_facts: dict[str, Facts] = {}
_route: dict[str, Route] = {}
_hides: dict[str, Hides] = {}


def set_router(route: Route) -> None:
    """Let `route(meeting)` answer the steps of a meeting's approval; nothing if the plain one applies."""
    _route[KIND] = route


def set_hider(hides: Hides) -> None:
    """Let `hides(reader, meeting)` keep what is approved from those who would read it otherwise."""
    _hides[KIND] = hides


def _is_hidden(actor: Person, meeting: Meeting) -> bool:
    return KIND in _hides and _hides[KIND](actor, meeting)


def add_facts(name: str, facts: Facts, labels: Mapping[str, Any], terms: Mapping[str, Any] | None = None) -> None:
    """Let what a slice above knows of a meeting be part of what is approved: `[[name, value], …]`, as `Subject` says.

    `labels` names its facts, `terms` the words in them.
    """
    _facts[name] = facts
    _labels.update(labels)
    _terms.update(terms or {})


# --- What is signed ---


def contents(meeting: Meeting) -> dict[str, Any]:
    """All that is approved of a meeting, as it stands."""
    own: list[list[Any]] = [
        ["subject", meeting.subject], ["purpose", meeting.purpose], ["outcome", meeting.outcome],
        ["kind", kind_name(meeting.kind)], ["department", meeting.department.name if meeting.department else ""],
        ["time", {"span": [one.astimezone(UTC).isoformat() for one in (meeting.starts_at, meeting.ends_at)]}],
        ["format", {"term": str(meeting.format)}], ["place", meeting.location], ["online_url", meeting.online_url],
        ["confidentiality", {"term": str(meeting.confidentiality)}], ["organizer", meeting.organizer.name],
        ["agenda", {"table": [[one.title, one.minutes] for one in meeting.agenda], "head": ["line", "minutes"]}],
    ]
    more = [fact for facts in _facts.values() for fact in facts(meeting)]
    return {"title": meeting.subject, "facts": [*own, *more]}


def said_of_changes(case: ApprovalCase, meeting: Meeting) -> str:
    """Which of the facts are others now than in the case, by name."""
    names = [name for name, *_values in snapshots.differences(case.snapshot, contents(meeting))]
    return _("Changed: %(what)s", what=", ".join(str(_labels.get(name, name)) for name in names))


# --- Asking, deciding, and what undoes it ---


def open_case(actor: Person, meeting: Meeting) -> ApprovalCase:
    """Ask those of the first step. The caller holds the meeting's lock."""
    planned = _route[KIND](meeting) if KIND in _route else None
    plain = planned is None
    return approvals.submit(actor, KIND, meeting, PLAIN if planned is None else planned, own_allowed=plain)


def waiting_case(meeting: Meeting) -> ApprovalCase:
    """The case that waits; opened now for what was submitted before there were any. Raises DomainError."""
    if meeting.approved_at is not None:
        raise DomainError(_("This meeting is approved already."))
    if meeting.submitted_at is None:
        raise DomainError(_("This meeting does not wait for approval."))
    return cases.open_case(KIND, meeting.id) or open_case(meeting.organizer, meeting)


def may_approve(actor: Person, meeting: Meeting) -> bool:
    """Whether the meeting waits for a word of the actor now."""
    if meeting.submitted_at is None or meeting.approved_at is not None:
        return False
    case = cases.open_case(KIND, meeting.id)
    return policy.may_decide(actor, meeting) if case is None else bool(rights(actor, case))


def to_sign(meeting: Meeting) -> tuple[str, int | None]:
    """The digest of what the meeting's page shows, and the id of its case if more than that is signed.

    Under a regulation what is signed is on the page of the case.
    """
    case = cases.open_case(KIND, meeting.id)
    return snapshots.digest_of(contents(meeting)), case.id if case is not None and is_regulated(meeting) else None


def lapse(actor: Person, meeting: Meeting, why: str = "", *, reopens: bool = False) -> bool:
    """Undo the approval, or the asking for it, of what has become another meeting; answers whether it did.

    Who may approve a meeting changes it without that, unless it is under a regulation or waits. `reopens` undoes it
    after the notice too, of a meeting under a regulation: nothing else of it changes. The caller holds its lock.
    """
    if meeting.submitted_at is None and meeting.approved_at is None:
        return False
    if meeting.approved_at is not None and not _may_lapse(actor, meeting, reopens):
        return False
    db.session.flush()
    last = cases.last_case(KIND, meeting.id)
    if last is not None and last.state in {State.OPEN, State.EFFECTIVE}:
        if approvals.lapse(actor, KIND, meeting, why or said_of_changes(last, meeting)) is None:
            return False
    elif meeting.approved_at is None:
        return False
    meeting.approved_at = meeting.approved_by = meeting.submitted_at = None
    db.session.flush()
    record(actor, "meeting.approval_lapsed", meeting)
    return True


def _may_lapse(actor: Person, meeting: Meeting, reopens: bool) -> bool:
    if meeting.announced_at is not None:
        return reopens and is_regulated(meeting) and meeting.phase(clock.now()) == Phase.ANNOUNCED
    return is_regulated(meeting) or not policy.may_decide(actor, meeting)


def give_up(actor: Person, meeting: Meeting) -> None:
    """Nobody has to decide on a meeting that is off. The caller holds its lock."""
    if meeting.submitted_at is not None and meeting.approved_at is None:
        approvals.end_silently(actor, KIND, meeting.id)
        meeting.submitted_at = None


def _may_look(actor: Person, meeting: Meeting) -> bool:
    return policy.may_edit(actor, meeting)


def _asked(meeting: Meeting) -> list[Person]:
    able = accounts.with_role(Role.LEADER, Role.MEETING_OFFICE)
    return [person for person in able if policy.may_decide(person, meeting)]


def _check(meeting: Meeting) -> None:
    insist_standing(meeting)
    insist_timed(meeting)


def _opened(actor: Person, meeting: Meeting, case: ApprovalCase, step: ApprovalStep) -> None:
    people = [person for person in asking.asked_in(step) if person.id not in {actor.id, meeting.organizer_id}]
    tell(people, "meeting.submitted", KIND, meeting, partial(phase_words.submitted, meeting, case, step))


def _effective(actor: Person, meeting: Meeting, _case: ApprovalCase) -> None:
    meeting.approved_at, meeting.approved_by = clock.now(), actor
    meeting.number = meeting.number or next_number(meeting)
    changed(meeting)
    record(actor, "meeting.approved", meeting, title=meeting.subject)
    tell([meeting.organizer], "meeting.approved", KIND, meeting, partial(phase_words.approved, meeting))
    meeting_approved.send(meeting, actor=actor)


def _returned(actor: Person, meeting: Meeting, _case: ApprovalCase, said: str) -> None:
    if len(said) > LONGEST_RETURN:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_RETURN), "reason")
    meeting.submitted_at, meeting.returned_at, meeting.return_reason = None, clock.now(), said
    changed(meeting)
    record(actor, "meeting.returned", meeting, reason=said)
    tell([meeting.organizer], "meeting.returned", KIND, meeting, partial(phase_words.returned, meeting, actor.name))


def _withdrawn(_actor: Person, meeting: Meeting, _case: ApprovalCase) -> None:
    meeting.submitted_at = None
    changed(meeting)


@meeting_veiled.connect
def withhold_cases(meeting: Meeting, *, readers: set[int]) -> None:
    """What was told of its cases says nothing more to those who may no longer know of it."""
    ids = [case.id for case in cases.cases_of(KIND, meeting.id)]
    if ids:
        withhold("approval_case", ids, readers, secrecy.withheld)


add_subject(
    Subject(
        KIND, contents, _labels, _may_look, may_decide=policy.may_decide, asked=_asked,
        is_barred=lambda actor, meeting: meeting.is_secret and not policy.is_in(actor, meeting),
        is_hidden=_is_hidden, is_own=lambda actor, meeting: actor.id == meeting.organizer_id,
        lock=lock, check=_check, opened=_opened, effective=_effective, returned=_returned, withdrawn=_withdrawn,
        tells_itself=frozenset({ASKED, RETURNED, EFFECTIVE}), words_field="reason",
        terms=_terms,
    )
)
_terms.update({**dict(FORMATS), **dict(CONFIDENTIALITIES)})

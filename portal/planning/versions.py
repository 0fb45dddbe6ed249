"""Versions of the annual plan: submitted, approved by the meeting office and a leader, and told apart."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from flask import current_app

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.approvals import commands as approvals
from portal.approvals import queries as cases
from portal.approvals.models import ApprovalCase, Rule, State
from portal.approvals.subjects import StepPlan, Subject, add_subject, of_role
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.notifications.commands import tell
from portal.planning import policy, queries, words
from portal.planning.commands import lock
from portal.planning.models import AnnualPlan, PlanEntry, PlanVersion

KIND = "plan_version"
LONGEST_REASON = 1000
STEPS = (
    StepPlan(
        {"en": "Meeting office", "zh_Hans": "会议办公室", "zh_Hant": "會議辦公室"}, (of_role(Role.MEETING_OFFICE),),
        Rule.ANY,
    ),
    StepPlan({"en": "Leader", "zh_Hans": "领导", "zh_Hant": "領導"}, (of_role(Role.LEADER),), Rule.ANY),
)
FIELDS = ("planned_on", "department", "theme", "kind", "purpose", "place", "participants", "size", "budget")
HEADS = ("planned_on", "department", "theme", "kind", "place", "participants", "size", "budget")
LABELS = {
    "planned_on": _l("Planned for"), "department": _l("Department"), "theme": _l("Theme"), "kind": _l("Kind"),
    "purpose": _l("Purpose"), "place": _l("Place"), "participants": _l("Participants"), "size": _l("How many people"),
    "budget": _l("Budget"), "entries": _l("Meetings"), "version": _l("Version"), "reason": _l("Reason"),
    "total": _l("Budget of all"),
}


def content_of(entries: Iterable[PlanEntry]) -> list[dict[str, Any]]:
    """The entries that stand as plain values, by day."""
    return [
        {
            "id": one.id, "department_id": one.department_id, "department": one.department.name, "theme": one.theme,
            "kind": one.kind.name if one.kind else "", "purpose": one.purpose,
            "planned_on": one.planned_on.isoformat(), "place": one.place, "participants": one.participants,
            "size": one.size, "budget": f"{one.budget:.2f}" if one.budget is not None else None,
        }
        for one in entries if one.dropped_at is None
    ]


def submit(actor: Person, plan: AnnualPlan, reason: str = "") -> PlanVersion:
    """Put the plan as it stands before the meeting office and a leader.

    `reason` says why there is another version. Raises NotAllowed, or DomainError if a version waits already, nothing
    is planned, nothing has changed since the one in force, or the reason is missing.
    """
    allow(policy.may_keep(actor))
    lock(plan)
    known = queries.versions_of(plan)
    states = cases.last_cases(KIND, [version.id for version in known])
    if any(case.state == State.OPEN for case in states.values()):
        raise DomainError(_("A version of the plan waits for its approval already."))
    content = content_of(queries.entries_of(plan))
    if not content:
        raise DomainError(_("Nothing is planned yet."))
    current = in_force(known, states)
    if current is not None and current.content == content:
        raise DomainError(_("Nothing has changed since version %(number)s, which is in force.", number=current.number))
    version = PlanVersion(
        plan=plan, number=len(known) + 1, reason=_fitting(reason, is_first=not known), content=content,
        made_at=clock.now(), made_by=actor,
    )
    db.session.add(version)
    db.session.flush()
    record(actor, "plan_version.submitted", version, year=plan.year, number=version.number, reason=version.reason)
    # Whoever put the plan together may speak for the office; the leader is always another voice.
    approvals.submit(actor, KIND, version, STEPS, own_allowed=True)
    return version


def _fitting(reason: str, *, is_first: bool) -> str:
    said = reason.strip()
    if not said and not is_first:
        raise DomainError(_("Please say why the plan is another."), "reason")
    if len(said) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")
    return said


def in_force(versions: Sequence[PlanVersion], states: Mapping[int, ApprovalCase]) -> PlanVersion | None:
    """The last of these versions that was approved."""
    approved = [one for one in versions if one.id in states and states[one.id].state == State.EFFECTIVE]
    return max(approved, key=lambda one: one.number, default=None)


# --- Telling apart ---


class Change(NamedTuple):
    """An entry that one version has otherwise than another; `fields` are name, before and after."""

    before: dict[str, Any] | None
    after: dict[str, Any] | None
    fields: Sequence[tuple[str, Any, Any]]

    @property
    def sort(self) -> str:
        if self.before is None:
            return "added"
        return "dropped" if self.after is None else "changed"

    @property
    def shown(self) -> dict[str, Any]:
        return self.after or self.before or {}


def differences(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[Change]:
    """What was added, dropped and changed, by day."""
    old, new = {one["id"]: one for one in before}, {one["id"]: one for one in after}
    changes = [_change(old.get(entry_id), new.get(entry_id)) for entry_id in {**old, **new}]
    return sorted(
        (one for one in changes if one.sort != "changed" or one.fields), key=lambda one: one.shown["planned_on"]
    )


def _change(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change:
    if before is None or after is None:
        return Change(before, after, ())
    fields = [(name, before[name], after[name]) for name in FIELDS if before[name] != after[name]]
    return Change(before, after, fields)


# --- What is signed ---


def _contents(version: PlanVersion) -> dict[str, Any]:
    """The same whoever asks: in the organisation's language."""
    settings: Settings = current_app.config["PORTAL"]
    with speaking_to(settings.locale, settings.timezone):
        title = words.version_title(version)
    total = sum((Decimal(one["budget"]) for one in version.content if one["budget"]), Decimal(0))
    rows = [[_cell(one, name) for name in HEADS] for one in version.content]
    return {
        "title": title,
        "facts": [
            ["version", version.number], ["reason", version.reason], ["total", {"money": f"{total:.2f}"}],
            ["entries", {"table": rows, "head": list(HEADS)}],
        ],
    }


def _cell(entry: dict[str, Any], name: str) -> Any:
    value = entry[name]
    return {"money": value} if name == "budget" and value is not None else value


def _lock(version: PlanVersion) -> None:
    lock(version.plan)


def _effective(actor: Person, version: PlanVersion, _case: ApprovalCase) -> None:
    heads = [one for one in accounts.with_role(Role.DEPARTMENT_HEAD) if one.id != actor.id]
    tell(heads, "plan_version.in_force", KIND, version, partial(words.in_force, version))


add_subject(
    Subject(
        KIND, _contents, LABELS, policy.may_see_version, lock=_lock,
        effective=_effective,
    )
)

"""What a case says, made ready for a page: the facts of its snapshot by their types, and the stages of its way."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app

from portal.accounts.models import Person, Role
from portal.accounts.roles import role_name
from portal.approvals import snapshots
from portal.approvals.models import ApprovalCase, ApprovalSeat, ApprovalStep
from portal.approvals.subjects import Subject, subject_of
from portal.bodies.names import name_of as body_name
from portal.bodies.queries import bodies_by_key
from portal.core.i18n import day_and_time, money, span
from portal.core.i18n import gettext as _
from portal.core.settings import Settings

# As many of those who are asked are named; the rest is counted.
NAMED = 6


class Shown(NamedTuple):
    """A value as it is written: as text, as lines, or as rows below a head."""

    text: str = ""
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    head: tuple[str, ...] = ()


class Fact(NamedTuple):
    """A named value of a snapshot."""

    label: str
    value: Shown


class Change(NamedTuple):
    """A named value that was another in the round before."""

    label: str
    before: Shown
    after: Shown


def renewed(case: ApprovalCase, record: Any) -> dict[str, Any] | None:
    """What whoever decides would sign, if that is something else by now and is submitted anew by itself."""
    subject = subject_of(case.record_kind)
    contents = subject.contents(record) if subject.renews else case.snapshot
    return None if snapshots.digest_of(contents) == case.digest else contents


def facts_of(case: ApprovalCase, contents: dict[str, Any] | None = None) -> list[Fact]:
    """All that is signed, or of these contents instead, in its order, without what says nothing."""
    subject = subject_of(case.record_kind)
    facts = (
        Fact(_label(subject, name), shown(subject, value)) for name, value in (contents or case.snapshot)["facts"]
    )
    return [fact for fact in facts if fact.value != Shown()]


def changes_of(case: ApprovalCase, before: ApprovalCase) -> list[Change]:
    """What this round says otherwise than the one before."""
    subject = subject_of(case.record_kind)
    return [
        Change(_label(subject, name), shown(subject, was), shown(subject, now))
        for name, was, now in snapshots.differences(before.snapshot, case.snapshot)
    ]


def _label(subject: Subject, name: str) -> str:
    return str(subject.labels.get(name, name))


def _money(_subject: Subject, amount: str) -> str:
    settings: Settings = current_app.config["PORTAL"]
    return money(amount, settings.currency)


# By the type that a value names, as `subjects.Subject` lists them.
_WRITTEN: dict[str, Callable[[Subject, Any], str]] = {
    "at": lambda _subject, instant: day_and_time(datetime.fromisoformat(instant)),
    "span": lambda _subject, instants: span(*map(datetime.fromisoformat, instants)),
    "money": _money,
    "term": lambda subject, name: str(subject.terms.get(name, name)),
}


def shown(subject: Subject, value: Any) -> Shown:
    """The value as its type is written, in the reader's language and zone."""
    if isinstance(value, dict) and "list" in value:
        return Shown(lines=tuple(_text(subject, one) for one in value["list"]))
    if isinstance(value, dict) and "table" in value:
        head = tuple(_label(subject, name) for name in value.get("head", ())) if value["table"] else ()
        return Shown(rows=tuple(tuple(_text(subject, cell) for cell in row) for row in value["table"]), head=head)
    return Shown(_text(subject, value))


def _text(subject: Subject, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    ((kind, inner),) = value.items()
    return _WRITTEN[kind](subject, inner)


# --- The way ---


class Seat(NamedTuple):
    """A voice of a stage: whose it is, and who is asked while it is empty."""

    seat: ApprovalSeat
    holder: str
    asked: list[Person]
    more: int


class Stage(NamedTuple):
    """A step as a page shows it; `state` is passed, waits, ahead or stopped."""

    step: ApprovalStep
    state: str
    seats: list[Seat]


def stages_of(case: ApprovalCase) -> list[Stage]:
    """All steps of the case in order. One statement at most."""
    keys = {seat.key for step in case.steps for seat in step.seats if seat.holder == "body"}
    bodies = {body.key: body_name(body) for body in bodies_by_key(keys)} if keys else {}
    return [Stage(step, _state(case, step), [_seat(seat, bodies) for seat in step.seats]) for step in case.steps]


def _state(case: ApprovalCase, step: ApprovalStep) -> str:
    if step.passed_at is not None:
        return "passed"
    if step is case.current:
        return "waits"
    return "stopped" if step.opened_at is not None else "ahead"


def _seat(seat: ApprovalSeat, bodies: dict[str, str]) -> Seat:
    asked = [one.person for one in seat.asked] if seat.verdict is None else []
    return Seat(seat, _holder(seat, bodies), asked[:NAMED], max(0, len(asked) - NAMED))


def _holder(seat: ApprovalSeat, bodies: dict[str, str]) -> str:
    if seat.holder == "person":
        return seat.person.name if seat.person else ""
    if seat.holder == "body":
        return bodies.get(seat.key, seat.key)
    return role_name(Role(seat.key)) if seat.holder == "role" else _("One of those who may decide")

"""Handing in many reports at once: all of them, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import ngettext
from portal.resolutions import reporting
from portal.resolutions.models import Resolution


class What(StrEnum):
    """What is done with one resolution of the week."""

    REPORT = "report"
    NOTHING_NEW = "nothing_new"
    SIGN = "sign"


@dataclass(frozen=True)
class Update:
    """One row: `values` are what `reporting.report` takes, `seen` the version of the last report that was known."""

    resolution: Resolution
    what: What
    seen: str
    values: Mapping[str, Any] = field(default_factory=dict)


class RowsRefused(DomainError):
    """Some rows were refused, so that none is kept; `errors` are their refusals by the id of the resolution."""

    def __init__(self, errors: Mapping[int, DomainError]) -> None:
        words = ngettext(
            "Nothing is kept yet: look at the row marked below.",
            "Nothing is kept yet: look at the %(num)s rows marked below.", len(errors),
        )
        super().__init__(words)
        self.errors = errors


def hand_in(actor: Person, updates: Sequence[Update]) -> int:
    """Do all of it, and answer how much that was. Raises RowsRefused with every refusal there is."""
    refused: dict[int, DomainError] = {}
    # In one order, whoever hands in what: two that lock each other's rows would wait for ever.
    for update in sorted(updates, key=lambda update: update.resolution.id):
        try:
            with db.session.begin_nested():
                _do(actor, update)
        except DomainError as error:
            refused[update.resolution.id] = error
    if refused:
        raise RowsRefused(refused)
    return len(updates)


def _do(actor: Person, update: Update) -> None:
    if update.what == What.REPORT:
        reporting.report(actor, update.resolution, seen=update.seen, **update.values)
    elif update.what == What.NOTHING_NEW:
        reporting.report_nothing_new(actor, update.resolution, seen=update.seen)
    else:
        _sign(actor, update)


def _sign(actor: Person, update: Update) -> None:
    newest = reporting.newest_report(update.resolution)
    is_again = newest is not None and newest.signed_by_id == actor.id
    # A second click signs what it has signed.
    if newest is not None and not (is_again and update.seen.startswith(f"{newest.id}-")):
        reporting.sign(actor, newest, seen=update.seen)

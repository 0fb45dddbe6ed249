"""One thing done to many resolutions at once: each row is done or refused by itself, by the command that does it to
one."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import or_, select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.meetings.models import Attendee, Meeting, Part
from portal.resolutions import commands, nodes, policy
from portal.resolutions.models import Node, Priority, Resolution, Rhythm
from portal.resolutions.names import PRIORITIES, RHYTHMS
from portal.resolutions.queries import named, seen_by
from portal.resolutions.rhythms import expect_report

MOST = 200


@dataclass(frozen=True)
class BulkAction:
    """What can be done to many: `may(actor)` shows it, `do(actor, resolution, words)` does it or raises DomainError.

    Whether the actor may do it to a row, its command says.
    """

    name: str
    label: Any
    may: Callable[[Person], bool]
    do: Callable[[Person, Resolution, str], Any]
    group: Any = ""


@dataclass
class Outcome:
    """What was done to which, and why not to the others."""

    done: list[Resolution] = field(default_factory=list)
    refused: list[tuple[Resolution, str]] = field(default_factory=list)


_actions: dict[str, BulkAction] = {}


def add_bulk(
    name: str, label: Any, may: Callable[[Person], bool], do: Callable[[Person, Resolution, str], Any], group: Any = ""
) -> None:
    """Let this be done to many; adding it twice replaces the first."""
    _actions[name] = BulkAction(name, label, may, do, group)


def actions_for(actor: Person) -> list[BulkAction]:
    """What the actor may be able to do to some of them."""
    answers = {may: may(actor) for may in {action.may for action in _actions.values()}}
    return [action for action in _actions.values() if answers[action.may]]


def do_to_many(actor: Person, name: str, ids: Collection[int], words: str = "") -> Outcome:
    """Do it to each of these that the actor may see, in the order of their ids; what is refused leaves no trace.

    Raises DomainError naming the field if none is chosen, too many are, or there is no such thing to do.
    """
    action = next((one for one in actions_for(actor) if one.name == name), None)
    if action is None:
        raise DomainError(_("Please choose what is to be done."), "action")
    if not ids:
        raise DomainError(_("Please choose at least one resolution."), "chosen")
    if len(ids) > MOST:
        raise DomainError(_("At most %(count)s at once, please.", count=MOST), "chosen")
    outcome = Outcome()
    for resolution in _chosen(actor, ids):
        try:
            with db.session.begin_nested():
                action.do(actor, resolution, words)
        except DomainError as error:
            outcome.refused.append((resolution, str(error)))
        else:
            outcome.done.append(resolution)
    return outcome


def _chosen(actor: Person, ids: Collection[int]) -> Sequence[Resolution]:
    return db.session.scalars(
        select(Resolution).options(*named()).where(Resolution.id.in_(ids), seen_by(actor)).order_by(Resolution.id)
    ).all()


# --- What changes by itself, without a step on its way ---


def set_priority(actor: Person, resolution: Resolution, priority: Priority) -> None:
    """Say how much it presses. Raises NotAllowed, or DomainError for what has ended."""
    allow(policy.may_supervise(actor, resolution))
    commands.take(resolution)
    resolution.priority, resolution.changed_at = priority, clock.now()
    db.session.flush()
    record(actor, "resolution.prioritised", resolution, priority=str(priority))


def set_rhythm(actor: Person, resolution: Resolution, rhythm: Rhythm) -> None:
    """Say how often it is reported on; of what runs the next report is counted from today, or from its start.

    Raises NotAllowed, or DomainError for what has ended, or has no milestones to report at.
    """
    allow(policy.may_supervise(actor, resolution))
    commands.take(resolution)
    if rhythm == Rhythm.MILESTONES and all(one.reached_at for one in resolution.milestones):
        raise DomainError(_("It is to be reported at its milestones, but has none."))
    resolution.rhythm, resolution.changed_at = rhythm, clock.now()
    if resolution.node in (Node.ISSUED, Node.SIGNED_FOR, Node.WORKED_ON):
        expect_report(resolution)
    db.session.flush()
    record(actor, "resolution.paced", resolution, rhythm=str(rhythm))


# --- What the board offers; other slices add theirs ---


def _supervises(actor: Person) -> bool:
    return actor.has_role(*policy.REGISTRARS)


def _issue(actor: Person, resolution: Resolution, words: str) -> None:
    commands.issue(actor, resolution)


def _set(command: Callable[..., None], value: Any, actor: Person, resolution: Resolution, words: str) -> None:
    command(actor, resolution, value)


def _keeps_records(actor: Person) -> bool:
    """Whether there may be something for the actor to approve, issue or review: of meetings held, or of the house."""
    organized = select(Meeting.id).where(Meeting.organizer_id == actor.id)
    kept = select(Attendee.meeting_id).where(
        Attendee.person_id == actor.id, Attendee.part.in_((Part.CHAIR, Part.RECORDER)), Attendee.invited_at.is_not(None)
    )
    return _supervises(actor) or bool(db.session.scalar(select(or_(organized.exists(), kept.exists()))))


add_bulk("approve", _l("Approve"), _keeps_records, commands.approve)
add_bulk("issue", _l("Issue"), _keeps_records, _issue)
add_bulk("review", _l("Find that they are done"), _keeps_records, nodes.review)
add_bulk("close", lazy_pgettext("resolution", "Close"), lambda actor: actor.has_role(*policy.SUPERVISORS), nodes.close)
for _value, _words in PRIORITIES.items():
    add_bulk(f"priority-{_value}", _words, _supervises, partial(_set, set_priority, _value), _l("Priority"))
_reports = lazy_pgettext("resolution", "Reports")
for _pace, _words in RHYTHMS.items():
    add_bulk(f"rhythm-{_pace}", _words, _supervises, partial(_set, set_rhythm, _pace), _reports)

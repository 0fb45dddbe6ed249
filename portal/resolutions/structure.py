"""How resolutions hang together: split into parts, merged, linked, handed over. Each raises NotAllowed, or DomainError
with what is in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import delete, select

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.notifications.commands import tell
from portal.resolutions import policy, words
from portal.resolutions.commands import Duty, enter, issue_new, lock, note, people_of, take
from portal.resolutions.models import Event, Resolution, ResolutionLink
from portal.resolutions.nodes import end_otherwise, insist_parts_ended, insist_running
from portal.resolutions.today import today

MOST_PARTS = 12


@dataclass(frozen=True)
class Portion:
    """One part of a resolution: what, whose, and until when. `row` is where it stood in the form."""

    text: str
    owner_id: int
    due_on: date
    row: int = 0

    def field(self, name: str) -> str:
        """What the form calls the field of that name."""
        return f"parts-{self.row}-{name}"


# --- Parts ---


def split(actor: Person, resolution: Resolution, portions: Sequence[Portion]) -> list[Resolution]:
    """Divide it into parts, which are issued at once: each is due no later than the whole, and belongs to the
    department of its owner. The whole is reviewed when they have ended."""
    allow(policy.may_hand_over(actor, resolution))
    take(resolution)
    insist_running(resolution)
    if not portions:
        raise DomainError(_("Please give at least one part."))
    if len(portions) > MOST_PARTS:
        raise DomainError(_("At most %(count)s parts at once, please.", count=MOST_PARTS))
    owners = [_owner_of_part(actor, resolution, portion) for portion in portions]
    parts = [
        _part_of(actor, resolution, portion, owner) for portion, owner in zip(portions, owners, strict=True)
    ]
    numbers = ", ".join(part.number or "" for part in parts)
    note(actor, resolution, Event.SPLIT, numbers)
    record(actor, "resolution.split", resolution, parts=numbers)
    return parts


def _owner_of_part(actor: Person, resolution: Resolution, portion: Portion) -> Person:
    first, last = today(), resolution.due_on
    if last < first:
        raise DomainError(_("It is overdue, so no part of it can be due in time. Ask for more time first."))
    if not first <= portion.due_on <= last:
        raise DomainError(
            _("Please give a day from %(first)s to %(last)s.", first=plain_day(first), last=plain_day(last)),
            portion.field("due_on"),
        )
    return _new_owner(actor, resolution, portion.owner_id, portion.field("owner_id"))


def _part_of(actor: Person, resolution: Resolution, portion: Portion, owner: Person) -> Resolution:
    assert owner.department_id is not None, "an owner belongs to a department"
    part = Resolution(
        origin=resolution.origin, meeting=resolution.meeting, agenda_item_id=resolution.agenda_item_id,
        source_kind=resolution.source_kind, source_id=resolution.source_id, instructed_by=resolution.instructed_by,
        is_confidential=resolution.is_confidential, parent_id=resolution.id,
    )
    enter(
        actor, part,
        Duty(
            text=portion.text, department_id=owner.department_id, owner_id=owner.id, due_on=portion.due_on,
            priority=resolution.priority,
        ),
    )
    issue_new(actor, part)
    return part


# --- Merging and linking ---


def merge(actor: Person, resolution: Resolution, into: Resolution) -> None:
    """Let it end: what is left of it is done with the other, which stays as it is. Both stay readable."""
    allow(policy.may_supervise(actor, resolution) and policy.may_supervise(actor, into))
    _insist_two(resolution, into)
    _take_in_order(resolution, into)
    insist_parts_ended(resolution)
    if resolution.is_secret != into.is_secret:
        raise DomainError(_("One of them is confidential and the other is not."), "other")
    if resolution.id in _ancestors(into):
        raise DomainError(_("The other is a part of this one."), "other")
    was_running = resolution.issued_at is not None
    end_otherwise(resolution)
    resolution.merged_into_id = into.id
    note(actor, resolution, Event.MERGED, f"→ {into.number or into.id}")
    note(actor, into, Event.MERGED, f"← {resolution.number or resolution.id}")
    record(actor, "resolution.merged", resolution, other=into.number or "")
    record(actor, "resolution.merged", into, other=resolution.number or "")
    if was_running:
        tell(people_of(resolution, actor), "resolution.merged", "resolution", resolution,
             partial(words.merged, resolution, into))


def _insist_two(one: Resolution, other: Resolution) -> None:
    if one.id == other.id:
        raise DomainError(_("This is the same resolution. Please choose another."), "other")


def _take_in_order(*resolutions: Resolution) -> None:
    """Lock both, the lower number first, so that two who merge crosswise do not wait for each other."""
    for one in sorted(resolutions, key=lambda resolution: resolution.id):
        take(one)


def _ancestors(resolution: Resolution) -> set[int]:
    """What it is a part of, at whatever remove."""
    above = select(Resolution.id, Resolution.parent_id).where(Resolution.id == resolution.id).cte(recursive=True)
    higher = select(Resolution.id, Resolution.parent_id).join(above, Resolution.id == above.c.parent_id)
    # UNION, not UNION ALL: even a circle, which nothing makes, would end.
    return set(db.session.scalars(select(above.union(higher).c.id))) - {resolution.id}


def link(actor: Person, resolution: Resolution, other: Resolution) -> None:
    """Say that two have to do with each other; `other` is one that the actor may see."""
    allow(policy.may_supervise(actor, resolution) and policy.may_see(actor, other))
    _insist_two(resolution, other)
    pair = sorted((resolution.id, other.id))
    lock(resolution if resolution.id == pair[0] else other)
    if db.session.get(ResolutionLink, tuple(pair)) is not None:
        raise DomainError(_("These two are linked already."), "other")
    db.session.add(ResolutionLink(one_id=pair[0], other_id=pair[1]))
    db.session.flush()
    record(actor, "resolution.linked", resolution, other=other.number or "")


def unlink(actor: Person, resolution: Resolution, other: Resolution) -> None:
    """Take the link back, if there is one."""
    allow(policy.may_supervise(actor, resolution) and policy.may_see(actor, other))
    one_id, other_id = sorted((resolution.id, other.id))
    gone = db.session.execute(
        delete(ResolutionLink).where(ResolutionLink.one_id == one_id, ResolutionLink.other_id == other_id)
    )
    if gone.rowcount:  # type: ignore[attr-defined]
        record(actor, "resolution.unlinked", resolution, other=other.number or "")


# --- Handing over ---


def hand_over(actor: Person, resolution: Resolution, owner_id: int, said: str = "") -> None:
    """Give it to another owner, and with them to their department; within a department its head may too.

    The old and the new owner and their heads are told. SEQUENCE rises (RFC 5546 §2.1.4).
    """
    allow(policy.may_hand_over(actor, resolution))
    take(resolution)
    if owner_id == resolution.owner_id:
        raise DomainError(_("%(name)s owns it already.", name=resolution.owner.name), "owner_id")
    owner = _new_owner(actor, resolution, owner_id, "owner_id")
    before = people_of(resolution, actor)
    change = f"{resolution.owner.name} ({resolution.department.name}) → "
    _give(resolution, owner)
    change += f"{owner.name} ({resolution.department.name})"
    said = said.strip()
    note(actor, resolution, Event.HANDED_OVER, f"{change}\n{said}" if said else change)
    record(actor, "resolution.handed_over", resolution, change=change, words=said)
    if resolution.issued_at is not None:
        people = {person.id: person for person in (*before, *people_of(resolution, actor))}
        tell(people.values(), "resolution.handed_over", "resolution", resolution,
             partial(words.handed_over, resolution, change, said))


def _give(resolution: Resolution, owner: Person) -> None:
    department = owner.department
    assert department is not None, "an owner belongs to a department"
    resolution.owner, resolution.department = owner, department
    resolution.assisting = [one for one in resolution.assisting if one.id != department.id]
    resolution.sequence += 1


def _new_owner(actor: Person, resolution: Resolution, owner_id: int, field: str) -> Person:
    """Somebody who can own it or a part of it: heads choose among their own people only."""
    found = accounts.people_by_id([owner_id])
    if not found or not found[0].is_active:
        raise DomainError(_("This person does not work here any more."), field)
    owner = found[0]
    if owner.department_id is None:
        raise DomainError(_("%(name)s belongs to no department.", name=owner.name), field)
    is_outside = owner.department_id != resolution.department_id
    if is_outside and not policy.may_supervise(actor, resolution):
        raise DomainError(_("Please choose somebody of your own department."), field)
    return owner

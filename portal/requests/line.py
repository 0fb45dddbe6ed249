"""Reading who waits for what, in which order, and whether it is free."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.requests.models import Wait
from portal.rooms.models import LONGEST, Hold, Resource, Visibility

_waits = (Wait.ended_at.is_(None), Wait.booking_id.is_(None))


class InLine(NamedTuple):
    """Somebody who waits, and how many come before them for that time or part of it."""

    wait: Wait
    before: int

    @property
    def place(self) -> int:
        return self.before + 1


def of_person(person_id: int) -> list[InLine]:
    """For what the person waits, and what is offered to them, soonest first. One statement."""
    rows = db.session.execute(
        select(Wait, _count_before(Wait.resource_id, Wait.starts_at, Wait.ends_at, Wait.id))
        .options(joinedload(Wait.resource).joinedload(Resource.area), joinedload(Wait.booking))
        .where(Wait.person_id == person_id, Wait.ended_at.is_(None))
        .order_by(Wait.starts_at, Wait.id)
    )
    return [InLine(*row) for row in rows]


def count_for(resource_id: int, starts_at: datetime, ends_at: datetime) -> int:
    """How many wait for that time or part of it. One statement."""
    return db.session.scalars(select(_count_before(resource_id, starts_at, ends_at, None))).one()


def _count_before(resource_id: object, starts_at: object, ends_at: object, wait_id: object) -> ColumnElement[int]:
    other = aliased(Wait)
    count = select(func.count(other.id)).where(
        other.ended_at.is_(None), other.booking_id.is_(None), other.resource_id == resource_id,
        other.starts_at < ends_at, other.ends_at > starts_at,
    )
    return (count if wait_id is None else count.where(other.id < wait_id)).scalar_subquery()


def count_of(person_id: int) -> int:
    """For how many times the person waits. One statement."""
    return db.session.scalars(
        select(func.count(Wait.id)).where(Wait.person_id == person_id, Wait.ended_at.is_(None))
    ).one()


def same(person_id: int, resource_id: int, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the person waits for just that already. One statement."""
    found = select(Wait.id).where(
        Wait.person_id == person_id, Wait.resource_id == resource_id, Wait.starts_at == starts_at,
        Wait.ends_at == ends_at, Wait.ended_at.is_(None),
    )
    return db.session.scalars(found.limit(1)).first() is not None


def is_free(resource: Resource, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a unit of it is free for that whole time, and for what goes before and after. One statement."""
    kept_from, kept_until = resource.kept_from(starts_at), resource.kept_until(ends_at)
    held = _held_units(resource.id, kept_from, kept_until, since=kept_from)
    return db.session.scalars(select(held)).one() < resource.quantity


def _held_units(resource_id: object, kept_from: object, kept_until: object, *, since: datetime) -> ColumnElement[int]:
    """How many units are held for part of that time, which begins at `since` or later: no hold is longer than a day."""
    return (
        select(func.count(Hold.unit.distinct()))
        .where(
            Hold.resource_id == resource_id, Hold.released_at.is_(None), Hold.starts_at > since - LONGEST,
            Hold.starts_at < kept_until, Hold.ends_at > kept_from,
        )
        .scalar_subquery()
    )


def maybe_free_ids(limit: int) -> Sequence[int]:
    """The waits for times that nothing holds any more, first come first. One statement.

    What has to be free before and after is not looked at here; few are left after this.
    """
    now = clock.now()
    held = _held_units(Wait.resource_id, Wait.starts_at, Wait.ends_at, since=now)
    return db.session.scalars(
        select(Wait.id)
        .join(Wait.resource)
        .where(*_waits, Wait.starts_at > now, Resource.retired_at.is_(None), held < Resource.quantity)
        .order_by(Wait.id)
        .limit(limit)
    ).all()


def over_ids(limit: int) -> Sequence[int]:
    """The waits whose time has come without it becoming free. One statement."""
    due = select(Wait.id).where(*_waits, Wait.starts_at <= clock.now())
    return db.session.scalars(due.order_by(Wait.id).limit(limit)).all()


def unanswered_ids(limit: int) -> Sequence[int]:
    """The offers that nobody answered in time. One statement."""
    due = select(Wait.id).where(
        Wait.ended_at.is_(None), Wait.booking_id.is_not(None), Wait.decide_by <= clock.now()
    )
    return db.session.scalars(due.order_by(Wait.id).limit(limit)).all()


def locked(wait_id: int, *, skip_locked: bool = False) -> Wait | None:
    """The wait as it is now, locked; None if it is to be skipped."""
    return db.session.scalars(
        select(Wait)
        .where(Wait.id == wait_id)
        .with_for_update(key_share=True, skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    ).one_or_none()


def offer_of(booking_id: int) -> Wait | None:
    """Whose offer the booking is, if it is one. One statement."""
    return db.session.scalars(
        select(Wait).where(Wait.booking_id == booking_id, Wait.ended_at.is_(None))
    ).one_or_none()


def hidden_from(person: Person, wait_ids: Iterable[int]) -> set[int]:
    """Which of these waits are for something private of somebody else. One statement."""
    private = select(Wait.id).where(
        Wait.id.in_(list(wait_ids)), Wait.visibility == Visibility.PRIVATE, Wait.person_id != person.id
    )
    return set(db.session.scalars(private))

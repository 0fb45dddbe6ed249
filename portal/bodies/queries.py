"""Who belongs to which body."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from portal.accounts.models import Person
from portal.bodies.models import Body, Membership
from portal.core.db import db


def serving_on(day: date) -> ColumnElement[bool]:
    """The condition that a term runs on that day."""
    return (Membership.starts_on <= day) & or_(Membership.ends_on.is_(None), Membership.ends_on >= day)


def members_of(keys: Collection[str], day: date) -> dict[str, list[Person]]:
    """Who serves in each of these bodies on that day and has not left, the chair first. One statement."""
    rows = db.session.execute(
        select(Body.key, Person)
        .join(Membership, Membership.body_id == Body.id)
        .join(Person, Membership.person_id == Person.id)
        .where(Body.key.in_(keys), Body.retired_at.is_(None), Person.left_at.is_(None), serving_on(day))
        .order_by(Membership.part != "chair", Membership.part != "deputy", Person.id)
    )
    found: dict[str, list[Person]] = {key: [] for key in keys}
    for key, person in rows.unique():
        if person not in found[key]:
            found[key].append(person)
    return found


def bodies_of(person: Person, day: date) -> Sequence[str]:
    """The keys of the bodies in which the person serves on that day. One statement."""
    return db.session.scalars(
        select(Body.key)
        .join(Membership, Membership.body_id == Body.id)
        .where(Membership.person_id == person.id, Body.retired_at.is_(None), serving_on(day))
        .distinct()
        .order_by(Body.key)
    ).all()

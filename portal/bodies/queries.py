"""Which bodies there are, and who belongs to which."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.accounts.queries import house_today
from portal.bodies.models import Body, Membership
from portal.bodies.names import KNOWN
from portal.core.db import db, only_reads
from portal.core.errors import Missing
from portal.core.i18n import gettext as _


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


def serves_in(person: Person, key: str) -> bool:
    """Whether the person belongs to that body today. One statement.

    A page asks again and again: while nothing is written it is read once.
    """
    if not only_reads():
        return key in bodies_of(person, house_today())
    known: dict[int, Sequence[str]] = db.session.info.setdefault("bodies of people", {})
    if person.id not in known:
        known[person.id] = bodies_of(person, house_today())
    return key in known[person.id]


def body_of(key: str) -> Body:
    """The body of that key; one that the regulations name may not be written down yet and has no id.

    Raises Missing for another key. One statement.
    """
    found = db.session.scalars(
        select(Body).options(joinedload(Body.department)).where(Body.key == key)
    ).one_or_none()
    if found is None and key in KNOWN:
        return Body(key=key, name="", duties="")
    if found is None:
        raise Missing(_("There is no such body."))
    return found


def all_bodies() -> list[Body]:
    """Those that the regulations name in their order, written down or not, then the others. One statement."""
    rows = db.session.scalars(select(Body).options(joinedload(Body.department)).order_by(Body.id)).all()
    written = {body.key: body for body in rows}
    known = [written.get(key) or Body(key=key, name="", duties="") for key in KNOWN]
    return known + [body for body in rows if body.key not in KNOWN]


def terms_of(body_ids: Collection[int]) -> Sequence[Membership]:
    """All terms in these bodies with their people, by part, the latest first. One statement, none without bodies."""
    if not body_ids:
        return []
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.person, innerjoin=True).joinedload(Person.department))
        .where(Membership.body_id.in_(body_ids))
        .order_by(
            Membership.part != "chair", Membership.part != "deputy", Membership.part == "secretary",
            Membership.starts_on.desc(), Membership.id,
        )
    ).all()


def convening() -> Sequence[Body]:
    """The bodies that can meet: those with a member today. One statement."""
    serving = select(Membership.body_id).where(serving_on(house_today()))
    return db.session.scalars(
        select(Body).where(Body.retired_at.is_(None), Body.id.in_(serving)).order_by(Body.id)
    ).all()


def bodies_by_key(keys: Collection[str]) -> Sequence[Body]:
    """The bodies of these keys, those out of use too. One statement."""
    return db.session.scalars(select(Body).where(Body.key.in_(keys)).order_by(Body.id)).all()

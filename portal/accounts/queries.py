"""Looking people up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Department, Person, Role, RoleGrant, SignIn
from portal.core.db import db

# Built once: it runs on every request, and building a statement takes longer than running it.
_SIGNED_IN = (
    select(Person)
    .join(SignIn, SignIn.person_id == Person.id)
    .outerjoin(Person.grants)
    .options(contains_eager(Person.grants))
    .where(
        SignIn.key_hash == bindparam("key_hash"), SignIn.ends_at > bindparam("now"), Person.left_at.is_(None)
    )
)


def signed_in(key_hash: str, now: datetime) -> Person | None:
    """The person of a running session, with roles. One statement."""
    found = db.session.scalars(_SIGNED_IN, {"key_hash": key_hash, "now": now})
    return found.unique().one_or_none()


def active_people() -> Select[Person]:
    return select(Person).where(Person.left_at.is_(None))


def person_by_login(login: str) -> Person | None:
    return db.session.scalars(active_people().where(Person.login == login.strip().lower())).one_or_none()


def people_named(words: str, limit: int = 12) -> Sequence[Person]:
    """People whose name, login, e-mail or department holds the words, best first. One statement."""
    pattern = "%" + _escaped(words.strip().lower()) + "%"
    starts = pattern[1:]
    name = func.lower(Person.name)
    return db.session.scalars(
        active_people()
        .outerjoin(Person.department)
        .options(contains_eager(Person.department))
        .where(
            or_(
                name.like(pattern, escape="\\"),
                Person.login.like(starts, escape="\\"),
                Person.email.like(starts, escape="\\"),
                func.lower(Department.name).like(pattern, escape="\\"),
            )
        )
        .order_by(name.like(starts, escape="\\").desc(), Person.name, Person.id)
        .limit(limit)
    ).all()


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def departments() -> Sequence[Department]:
    return db.session.scalars(select(Department).order_by(Department.id)).all()


def members_of(department_id: int) -> Sequence[Person]:
    return db.session.scalars(
        active_people().where(Person.department_id == department_id).order_by(Person.id)
    ).all()


def everybody() -> Sequence[Person]:
    """All active people with their departments, for choosing one without JavaScript. One statement."""
    return db.session.scalars(
        active_people().options(joinedload(Person.department)).order_by(Person.department_id, Person.name)
    ).all()


def heads_of(department_id: int) -> Sequence[Person]:
    """Who heads the department: its members that hold the role."""
    return db.session.scalars(
        active_people()
        .join(RoleGrant)
        .where(Person.department_id == department_id, RoleGrant.role == Role.DEPARTMENT_HEAD)
        .order_by(Person.id)
    ).all()

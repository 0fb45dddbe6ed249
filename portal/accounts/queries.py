"""Looking people up."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from flask import current_app
from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Delegation, Department, Person, Role, RoleGrant, SignIn
from portal.core import clock
from portal.core.db import db
from portal.core.settings import Settings

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
    """People whose name, login, e-mail or department holds the words, best first. One statement.

    张三 is found by “zs” and “zhangsan” too.
    """
    pattern = "%" + _escaped(words.strip().lower()) + "%"
    starts = pattern[1:]
    spelt = "% " + _escaped("".join(words.lower().split())) + "%"
    name = func.lower(Person.name)
    return db.session.scalars(
        active_people()
        .outerjoin(Person.department)
        .options(contains_eager(Person.department))
        .where(
            or_(
                name.like(pattern, escape="\\"),
                Person.spelling.like(spelt, escape="\\"),
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


def with_role(*any_of: Role) -> Sequence[Person]:
    """The active people that hold one of the roles, with all of theirs. Two statements."""
    holders = select(RoleGrant.person_id).where(RoleGrant.role.in_(any_of))
    return db.session.scalars(
        active_people().options(selectinload(Person.grants)).where(Person.id.in_(holders)).order_by(Person.id)
    ).all()


# --- Who decides for whom ---


def house_today() -> date:
    """The day by which absences count: the organisation's (the zone of the settings, not the reader's)."""
    settings: Settings = current_app.config["PORTAL"]
    return clock.now().astimezone(settings.timezone).date()


def principals_of(person: Person, day: date) -> Sequence[int]:
    """The ids of those for whom the person decides on that day, who have not left. One statement."""
    return db.session.scalars(
        select(Delegation.principal_id)
        .join(Delegation.principal)
        .where(
            Delegation.delegate_id == person.id, Delegation.starts_on <= day, Delegation.ends_on >= day,
            Person.left_at.is_(None),
        )
        .distinct()
        .order_by(Delegation.principal_id)
    ).all()


def delegates_of(person_ids: Iterable[int], day: date) -> Sequence[Person]:
    """Who decides on that day for any of these, and has not left. One statement."""
    chosen = select(Delegation.delegate_id).where(
        Delegation.principal_id.in_(list(person_ids)), Delegation.starts_on <= day, Delegation.ends_on >= day
    )
    return db.session.scalars(active_people().where(Person.id.in_(chosen)).order_by(Person.id)).all()


def people_by_id(ids: Iterable[int]) -> Sequence[Person]:
    """These people with their roles. Two statements, none without ids."""
    wanted = list(ids)
    query = select(Person).options(selectinload(Person.grants)).where(Person.id.in_(wanted)).order_by(Person.id)
    return db.session.scalars(query).all() if wanted else []


def delegations_of(person_id: int, day: date) -> Sequence[Delegation]:
    """Who decides for the person and for whom the person decides, from that day on, soonest first. One statement."""
    return db.session.scalars(
        select(Delegation)
        .options(joinedload(Delegation.principal), joinedload(Delegation.delegate))
        .where(
            or_(Delegation.principal_id == person_id, Delegation.delegate_id == person_id), Delegation.ends_on >= day
        )
        .order_by(Delegation.starts_on, Delegation.id)
    ).all()

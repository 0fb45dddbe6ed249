"""Who has read a version: whoever opened its page, or read one of the notices of it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core.db import db
from portal.notifications.models import Notice


class Readers(NamedTuple):
    """How many were told of a version, and how many of them have read it."""

    told: int
    read: int


def _of(version_id: int) -> tuple[ColumnElement[bool], ...]:
    return Notice.record_kind == "regulation_version", Notice.record_id == version_id


def readers_of(version_id: int) -> Readers:
    """Of those still here. One statement."""
    told, read = db.session.execute(
        select(
            func.count(Notice.recipient_id.distinct()),
            func.count(Notice.recipient_id.distinct()).filter(Notice.read_at.is_not(None)),
        )
        .join(Notice.recipient)
        .where(*_of(version_id), Person.left_at.is_(None))
    ).one()
    return Readers(told, read)


def unread_of(version_id: int, most: int | None = None) -> Sequence[Person]:
    """Who was told and has read none of the notices, by department and name. One statement."""
    told = select(Notice.recipient_id).where(*_of(version_id))
    read = told.where(Notice.read_at.is_not(None))
    return db.session.scalars(
        select(Person)
        .options(joinedload(Person.department))
        .where(Person.id.in_(told), Person.id.not_in(read), Person.left_at.is_(None))
        .order_by(Person.department_id, Person.name, Person.id)
        .limit(most)
    ).all()


def has_unread(person_id: int, version_id: int) -> bool:
    """Whether somebody was told of it and has not read it. One statement."""
    told, read = db.session.execute(
        select(func.count(), func.count(Notice.read_at)).where(*_of(version_id), Notice.recipient_id == person_id)
    ).one()
    return bool(told) and not read

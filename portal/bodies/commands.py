"""Founding bodies, and appointing people to them. Each raises NotAllowed, or DomainError with what is in the way."""

import re
from datetime import date
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Department, Person, Role
from portal.accounts.queries import house_today
from portal.audit.commands import record
from portal.bodies import policy, words
from portal.bodies.models import Body, Membership, Part
from portal.bodies.names import KNOWN, PARTS, is_known, name_of
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.core.spelling import spellings
from portal.notifications.commands import tell

LONGEST_KEY = 30
# What stands in addresses where keys do, and what else profiles call people by: no body makes its members chairs.
RESERVED = {"new", "colleagues", "head", "office", "organizer", "owner", "chair", "recorder", "staff", *Role}


def found(actor: Person, *, name: str, duties: str = "", department_id: int | None = None) -> Body:
    """Write down one of the organisation's own bodies; its key is made of its name."""
    allow(policy.may_keep(actor))
    name = " ".join(name.split())
    if not name:
        raise DomainError(_("Please fill this in."), "name")
    body = Body(
        key=_free_key(name), name=name, duties=duties, department_id=_department_id(department_id),
        created_at=clock.now(),
    )
    db.session.add(body)
    db.session.flush()
    record(actor, "body.founded", body, name=name)
    return body


def _free_key(name: str) -> str:
    """Latin letters and numbers: of Chinese names its pinyin. A number tells bodies of one name apart."""
    spelt = next((way for way in reversed(spellings(name)) if way.isascii() and len(way) > len(name)), name.lower())
    key = re.sub(r"[^a-z0-9]+", "_", spelt).strip("_")[: LONGEST_KEY - 4] or "body"
    taken = set(db.session.scalars(select(Body.key).where(Body.key.startswith(key, autoescape=True))))
    taken |= {*KNOWN, *RESERVED}
    return next(one for one in (key, *(f"{key}_{count}" for count in range(2, 1000))) if one not in taken)


def _department_id(department_id: int | None) -> int | None:
    if department_id is not None and db.session.get(Department, department_id) is None:
        raise DomainError(_("There is no such department."), "department_id")
    return department_id


def written(key: str) -> Body:
    """The body of that key, locked; one that the regulations name is written down now if it is not yet.

    Raises Missing for another key.
    """
    query = select(Body).where(Body.key == key).with_for_update(of=Body).execution_options(populate_existing=True)
    body = db.session.scalars(query).one_or_none()
    if body is None and key in KNOWN:
        try:
            with db.session.begin_nested():
                db.session.add(Body(key=key, created_at=clock.now()))
        except IntegrityError:
            pass  # Somebody else was quicker.
        body = db.session.scalars(query).one_or_none()
    if body is None:
        raise Missing(_("There is no such body."))
    return body


def _standing(key: str) -> Body:
    body = written(key)
    if body.retired_at is not None:
        raise DomainError(_("This body does not exist any more."))
    return body


def describe(actor: Person, key: str, *, name: str, duties: str, department_id: int | None) -> Body:
    """Say what it is called, what it has to do, and for which department it acts.

    Without a name, one that the regulations name is called as they do.
    """
    allow(policy.may_keep(actor))
    body = _standing(key)
    name = " ".join(name.split())
    if not name and not is_known(body):
        raise DomainError(_("Please fill this in."), "name")
    body.name, body.duties, body.department_id = name, duties, _department_id(department_id)
    db.session.flush()
    record(actor, "body.changed", body, name=name_of(body))
    return body


def retire(actor: Person, key: str) -> Body:
    """Let one of the organisation's own exist no more; its terms end today, those that have not begun never begin."""
    allow(policy.may_keep(actor))
    body = _standing(key)
    if is_known(body):
        raise DomainError(_("The regulations name this body, so it stays. End the terms of its members instead."))
    today = house_today()
    body.retired_at = clock.now()
    for term in _terms_after(body, today):
        if term.starts_on > today:
            db.session.delete(term)
        else:
            term.ends_on = today
    db.session.flush()
    record(actor, "body.retired", body, name=name_of(body))
    return body


def _terms_after(body: Body, day: date) -> list[Membership]:
    runs = or_(Membership.ends_on.is_(None), Membership.ends_on > day)
    return list(db.session.scalars(select(Membership).where(Membership.body_id == body.id, runs)))


# --- Terms ---


def appoint(
    actor: Person, key: str, person: Person, part: Part, *, starts_on: date, ends_on: date | None = None
) -> Membership:
    """Let the person belong to the body from the first day to the last, which may be open; they are told."""
    allow(policy.may_keep(actor))
    body = _standing(key)
    if not person.is_active:
        raise DomainError(_("This person does not work here any more."), "person")
    if ends_on is not None and ends_on < starts_on:
        raise DomainError(_("The last day is before the first."), "ends_on")
    _insist_free(body, person, part, starts_on, ends_on)
    term = Membership(body=body, person=person, part=part, starts_on=starts_on, ends_on=ends_on)
    db.session.add(term)
    db.session.flush()
    _record(actor, "body.appointed", term)
    if person.id != actor.id:
        tell([person], "body.appointed", "body", body, partial(words.appointed, term))
    return term


def _insist_free(body: Body, person: Person, part: Part, starts_on: date, ends_on: date | None) -> None:
    """Nobody serves twice at once, and one person chairs at a time. The body is locked."""
    overlaps = [or_(Membership.ends_on.is_(None), Membership.ends_on >= starts_on)]
    if ends_on is not None:
        overlaps.append(Membership.starts_on <= ends_on)
    for other in db.session.scalars(select(Membership).where(Membership.body_id == body.id, *overlaps)):
        said = {"name": other.person.name, "part": PARTS[other.part], "term": words.term_of(other)}
        if other.person_id == person.id:
            raise DomainError(_("%(name)s belongs to it already: %(part)s, %(term)s.", **said), "person")
        if part == other.part == Part.CHAIR:
            raise DomainError(_("%(name)s chairs it then: %(term)s. End that term first.", **said), "part")


def end_term(actor: Person, term: Membership, last_day: date) -> Membership:
    """Let the term end on that day; the member is told."""
    allow(policy.may_keep(actor))
    body = _standing(term.body.key)
    db.session.refresh(term)
    if last_day < term.starts_on:
        raise DomainError(_("The term begins on %(day)s only.", day=plain_day(term.starts_on)), "last_day")
    if term.ends_on is not None and last_day > term.ends_on:
        raise DomainError(_("The term ends on %(day)s already.", day=plain_day(term.ends_on)), "last_day")
    term.ends_on = last_day
    db.session.flush()
    _record(actor, "body.term_ended", term)
    if term.person_id != actor.id:
        tell([term.person], "body.term_ended", "body", body, partial(words.ended, term))
    return term


def take_back(actor: Person, term: Membership) -> Body:
    """Undo an appointment whose term has not begun; who was appointed is told."""
    allow(policy.may_keep(actor))
    body, person = _standing(term.body.key), term.person
    if term.starts_on <= house_today():
        raise DomainError(_("This term has begun. End it instead."))
    _record(actor, "body.appointment_undone", term)
    db.session.delete(term)
    db.session.flush()
    if person.id != actor.id:
        tell([person], "body.appointment_undone", "body", body, lambda: words.taken_back(name_of(body)))
    return body


def _record(actor: Person, action: str, term: Membership) -> None:
    record(
        actor, action, term.body, member=term.person.name, body_part=str(term.part),
        starts_on=term.starts_on.isoformat(), ends_on=term.ends_on.isoformat() if term.ends_on else None,
    )

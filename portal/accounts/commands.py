"""What can be done to accounts: people and departments added, sessions begun and ended, taste kept."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts import passwords, policy, queries
from portal.accounts.models import Department, FailedSignIn, Person, Role, RoleGrant, SignIn
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _

SESSION_LASTS = timedelta(hours=12)
THROTTLE_SPAN = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30
PORTAL_LOGIN = "portal"


class Refused(DomainError):
    """Sign-in failed; the words never say which part was wrong."""


class TooManyTries(DomainError):
    """Sign-in is closed for a while for this account or this address (answered with 429)."""


def sign_in(login: str, password: str, address: str) -> str:
    """Begin a session and return its key, or raise Refused or TooManyTries.

    Commits by itself, in two steps: hashing takes tens of milliseconds, during which no write lock is held. The
    try counts as failed until it has succeeded, so that many at once are counted too.
    """
    login = login.strip().lower()[:80]
    if _is_throttled(login, address):
        db.session.rollback()
        raise TooManyTries(_("Too many attempts. Wait a quarter of an hour and try again."))
    person = queries.person_by_login(login)
    person_id, known_hash = (person.id, person.password_hash) if person else (None, None)
    db.session.add(FailedSignIn(login=login, address=address, at=clock.now()))
    db.session.commit()
    if not passwords.fits(known_hash, password):
        raise Refused(_("The name or the password is not right."))
    key = _begin_session(db.session.get_one(Person, person_id), password, address)
    db.session.commit()
    return key


def _is_throttled(login: str, address: str) -> bool:
    since = clock.now() - THROTTLE_SPAN
    tries = select(func.count()).select_from(FailedSignIn).where(FailedSignIn.at > since)
    return (
        db.session.scalars(tries.where(FailedSignIn.login == login)).one() >= TRIES_PER_ACCOUNT
        or db.session.scalars(tries.where(FailedSignIn.address == address)).one() >= TRIES_PER_ADDRESS
    )


def _begin_session(person: Person, password: str, address: str) -> str:
    if person.password_hash and passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hashed(password)
    key = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.login == person.login))
    db.session.add(
        SignIn(
            key_hash=key_hash(key), person_id=person.id, address=address, started_at=now,
            ends_at=now + SESSION_LASTS,
        )
    )
    record(person, "person.signed_in", person, address=address)
    return key


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def sign_out(actor: Person, key: str) -> None:
    """End the session of that key."""
    db.session.execute(update(SignIn).where(SignIn.key_hash == key_hash(key)).values(ends_at=clock.now()))
    record(actor, "person.signed_out", actor)


def forget_old_sessions() -> None:
    """Drop what no longer matters: sessions that ended and failures past the throttle's span (a clock's job)."""
    now = clock.now()
    db.session.execute(delete(SignIn).where(SignIn.ends_at < now - timedelta(days=30)))
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.at < now - THROTTLE_SPAN))


def choose_language(actor: Person, locale: str) -> None:
    """Talk to the actor in this language from now on, in pages and mails."""
    actor.locale = locale
    record(actor, "person.preferences", actor, locale=locale)


def choose_theme(actor: Person, theme: str) -> None:
    actor.theme = theme
    record(actor, "person.preferences", actor, theme=theme)


def choose_density(actor: Person, density: str) -> None:
    """Put the lines of grids and lists closer together, or further apart."""
    actor.density = density
    record(actor, "person.preferences", actor, density=density)


def add_department(actor: Person | None, name: str) -> Department:
    """Add a unit; the command line acts as nobody and may."""
    allow(actor is None or policy.may_manage_people(actor))
    department = Department(name=name)
    db.session.add(department)
    db.session.flush()
    record(actor, "department.added", department, name=name)
    return department


def add_person(
    actor: Person | None,
    *,
    login: str,
    name: str,
    email: str,
    roles: set[Role] | frozenset[Role] = frozenset(),
    department: Department | None = None,
    post: str = "",
    rank: str = "",
    badge: str | None = None,
    password: str | None = None,
    locale: str | None = None,
    timezone: str | None = None,
) -> Person:
    """Add a person; raises DomainError naming the field if login, e-mail or badge is taken or the password short.

    The command line acts as nobody (`actor` None) and may.
    """
    allow(actor is None or policy.may_manage_people(actor))
    if password is not None:
        _check_password(password)
    login, email = login.strip().lower(), email.strip().lower()
    taken = _("Somebody else has the login “%(login)s” or the e-mail “%(email)s”.", login=login, email=email)
    worn = _("Somebody else has the badge “%(badge)s”.", badge=badge)
    person = Person(
        login=login, name=name.strip(), email=email, department=department, post=post, rank=rank,
        badge=badge or None, locale=locale, timezone=timezone, created_at=clock.now(),
        password_hash=passwords.hashed(password) if password else None,
        grants=[RoleGrant(role=role) for role in sorted(roles - {Role.EMPLOYEE})],
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError as refusal:
        if "badge" in str(refusal.orig):
            raise DomainError(worn, "badge") from None
        raise DomainError(taken, "login") from None
    record(actor, "person.added", person, login=login, roles=sorted(roles))
    return person


def set_password(actor: Person | None, person: Person, password: str) -> None:
    """Give the person another password and end their sessions; raises DomainError if it is too short.

    The command line acts as nobody (`actor` None) and may.
    """
    allow(actor is None or policy.may_manage_people(actor))
    _check_password(password)
    person.password_hash = passwords.hashed(password)
    now = clock.now()
    db.session.execute(
        update(SignIn).where(SignIn.person_id == person.id, SignIn.ends_at > now).values(ends_at=now)
    )
    record(actor, "person.password", person)


def _check_password(password: str) -> None:
    if len(password) < passwords.SHORTEST:
        raise DomainError(
            _("A password needs at least %(count)s characters.", count=passwords.SHORTEST), "password"
        )


def the_portal_itself() -> Person:
    """The person that imported bookings belong to when nobody is named; it has no password."""
    return queries.person_by_login(PORTAL_LOGIN) or add_person(
        None, login=PORTAL_LOGIN, name="Portal", email="portal@localhost"
    )

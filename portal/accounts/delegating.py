"""Choosing who decides what one would oneself, for the days of an absence."""

from datetime import date, timedelta

from portal.accounts import policy, queries
from portal.accounts.models import Delegation, Person
from portal.accounts.signals import delegation_ended, delegation_made
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _

LONGEST_ABSENCE = timedelta(days=366)


def delegate(actor: Person, person: Person, starts_on: date, ends_on: date) -> Delegation:
    """Let the person decide for the actor from the first day to the last, on the organisation's calendar.

    Raises DomainError, with the field, for oneself, somebody who has left, and days that cannot be.
    """
    _check_person(actor, person)
    _check_days(starts_on, ends_on)
    delegation = Delegation(
        principal=actor, delegate=person, starts_on=starts_on, ends_on=ends_on, created_at=clock.now()
    )
    db.session.add(delegation)
    db.session.flush()
    _log(actor, "delegation.made", delegation)
    delegation_made.send(delegation, actor=actor)
    return delegation


def _check_person(actor: Person, person: Person) -> None:
    if person.id == actor.id:
        raise DomainError(_("Choose somebody else than yourself."), "delegate")
    if not person.is_active:
        raise DomainError(_("Nobody here is called that."), "delegate")


def _check_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise DomainError(_("The last day must not be before the first."), "ends_on")
    if ends_on < queries.house_today():
        raise DomainError(_("That time is past."), "ends_on")
    if ends_on - starts_on > LONGEST_ABSENCE:
        raise DomainError(_("A year at most, please."), "ends_on")


def end_delegation(actor: Person, delegation: Delegation) -> None:
    """Nobody decides for the principal any more by this; what was decided stays. Raises NotAllowed."""
    allow(policy.may_end_delegation(actor, delegation))
    _log(actor, "delegation.ended", delegation)
    delegation_ended.send(delegation, actor=actor)
    db.session.delete(delegation)
    db.session.flush()


def _log(actor: Person, action: str, delegation: Delegation) -> None:
    record(
        actor, action, delegation, principal=delegation.principal.name, delegate=delegation.delegate.name,
        starts_on=delegation.starts_on.isoformat(), ends_on=delegation.ends_on.isoformat(),
    )

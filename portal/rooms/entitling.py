"""Who keeps an area or a resource, and who may book what not everyone may book."""

from portal.accounts.models import Department, Person
from portal.audit.commands import record
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.rooms import policy
from portal.rooms.keeping import kind_of, lock
from portal.rooms.models import Area, Keeper, Resource, Right


def name_keeper(actor: Person, place: Area | Resource, person: Person) -> None:
    """Let the person look after it. Raises NotAllowed, or DomainError if they do already or have left."""
    allow(policy.may_manage_rooms(actor))
    lock(place)
    if not person.is_active:
        raise DomainError(_("%(name)s is not here any more.", name=person.name), "person")
    if any(keeper.person_id == person.id for keeper in place.keepers):
        raise DomainError(_("%(name)s is named already.", name=person.name), "person")
    place.keepers.append(Keeper(person=person))
    db.session.flush()
    record(actor, f"{kind_of(place)}.keeper_named", place, person=person.name)


def dismiss_keeper(actor: Person, place: Area | Resource, keeper: Keeper) -> None:
    """Let the person look after it no more."""
    allow(policy.may_manage_rooms(actor))
    lock(place)
    name = keeper.person.name
    place.keepers.remove(keeper)
    db.session.flush()
    record(actor, f"{kind_of(place)}.keeper_dismissed", place, person=name)


def restrict(actor: Person, resource: Resource, *, is_restricted: bool) -> None:
    """Keep it for those who are named, or open it to everyone. Who is named stays so either way."""
    allow(policy.keeps(actor, resource))
    lock(resource)
    resource.is_restricted = is_restricted
    db.session.flush()
    record(actor, "room.restricted" if is_restricted else "room.opened_to_all", resource, name=resource.name)


def grant_right(actor: Person, resource: Resource, whom: Person | Department) -> None:
    """Let the person, or everyone of the department, book it. Raises NotAllowed, or DomainError if they may already."""
    allow(policy.keeps(actor, resource))
    lock(resource)
    field = "person" if isinstance(whom, Person) else "department_id"
    if any(whom in (right.person, right.department) for right in resource.rights):
        raise DomainError(_("%(name)s is named already.", name=whom.name), field)
    right = Right(person=whom) if isinstance(whom, Person) else Right(department=whom)
    resource.rights.append(right)
    db.session.flush()
    record(actor, "room.right_granted", resource, whom=whom.name)


def withdraw_right(actor: Person, resource: Resource, right: Right) -> None:
    """Let them book it no more; what they have booked stands."""
    allow(policy.keeps(actor, resource))
    lock(resource)
    name = (right.person or right.department or resource).name
    resource.rights.remove(right)
    db.session.flush()
    record(actor, "room.right_withdrawn", resource, whom=name)

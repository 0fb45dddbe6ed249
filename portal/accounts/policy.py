"""Who may do what to accounts."""

from portal.accounts.models import Delegation, Person, Role


def may_manage_people(actor: Person) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)


def may_see_delegation(actor: Person, delegation: Delegation) -> bool:
    """The two whom it concerns."""
    return actor.id in (delegation.principal_id, delegation.delegate_id)


def may_end_delegation(actor: Person, delegation: Delegation) -> bool:
    """Whoever is away, and whoever was chosen and cannot."""
    return may_see_delegation(actor, delegation)

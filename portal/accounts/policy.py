"""Who may do what to accounts."""

from portal.accounts.models import Person, Role


def may_manage_people(actor: Person) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)

"""Who may do what to accounts."""

from portal.accounts.models import Person, Role


def may_manage_people(actor: Person) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)


def may_read_whole_log(actor: Person) -> bool:
    return actor.has_role(Role.AUDITOR, Role.ADMINISTRATOR)

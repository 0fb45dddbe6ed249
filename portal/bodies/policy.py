"""Who may do what to bodies. Everybody reads who belongs to which."""

from portal.accounts.models import Person, Role

KEEPERS = (Role.ADMINISTRATOR, Role.MEETING_OFFICE)


def may_keep(actor: Person) -> bool:
    """Bodies and their members are kept by the administrator and the meeting office."""
    return actor.has_role(*KEEPERS)

"""Who may do what with calendars that people bring along."""

from portal.accounts.models import Person
from portal.importers.models import Overlay


def may_import(actor: Person) -> bool:
    """Everybody; what each of the bookings may be is for the rooms to say."""
    return actor.is_active


def may_see(actor: Person, overlay: Overlay) -> bool:
    """What somebody has elsewhere is nobody else's business: others hear that they are busy."""
    return overlay.person_id == actor.id


def may_remove(actor: Person, overlay: Overlay) -> bool:
    return may_see(actor, overlay)

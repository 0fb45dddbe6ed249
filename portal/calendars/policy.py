"""Who may do what to calendars."""

from portal.accounts.models import Person, Role
from portal.calendars.models import Feed


def may_see(actor: Person, feed: Feed) -> bool:
    """A subscription is its owner's alone."""
    return actor.is_active and actor.id == feed.person_id


def may_subscribe(actor: Person) -> bool:
    return actor.is_active


def may_see_busy(actor: Person, person: Person) -> bool:
    """When a colleague is busy everyone in the house may know, as when they look for a common time; not with what."""
    return actor.is_active and person.is_active


def may_see_replies(actor: Person) -> bool:
    """Whoever keeps the mail going: the meeting office and the administrator."""
    return actor.has_role(Role.MEETING_OFFICE, Role.ADMINISTRATOR)

"""Who may do what to calendars."""

from portal.accounts.models import Person
from portal.calendars.models import Feed


def may_see(actor: Person, feed: Feed) -> bool:
    """A subscription is its owner's alone."""
    return actor.is_active and actor.id == feed.person_id


def may_subscribe(actor: Person) -> bool:
    return actor.is_active

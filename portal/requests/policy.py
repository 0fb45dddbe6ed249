"""Who decides requests, and who may see them and those who wait."""

from collections.abc import Sequence

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.requests.models import BookingRequest, Turn, Wait
from portal.rooms import policy as rooms


def right_of(actor: Person, asked: BookingRequest) -> int | None:
    """By whose right the actor may decide it now: their own id, or that of somebody they decide for today, or None.

    Those whose turn it is and everyone further up. Nobody decides what they ask for themself, unless they keep it.
    """
    if is_own(actor, asked) and not rooms.keeps(actor, asked.resource):
        return None
    return next((person.id for person in _acting(actor) if _is_in_turn(person, asked)), None)


def may_decide(actor: Person, asked: BookingRequest) -> bool:
    return asked.is_pending and right_of(actor, asked) is not None


def is_own(actor: Person, asked: BookingRequest) -> bool:
    """Who asks, and for whom."""
    return asked.requester_id == actor.id or rooms.belongs_to(actor, asked.about)


def may_see(actor: Person, asked: BookingRequest) -> bool:
    """Who asks, who keeps what is asked for or decides for these, and who decided."""
    if not actor.is_active:
        return False
    if is_own(actor, asked) or asked.decided_by_id == actor.id:
        return True
    return any(rooms.keeps(person, asked.resource) for person in _acting(actor))


def _acting(actor: Person) -> Sequence[Person]:
    """The actor, and those for whom they decide today."""
    principals = accounts.principals_of(actor, accounts.house_today())
    return [actor, *accounts.people_by_id(principals)] if actor.is_active else []


def _is_in_turn(person: Person, asked: BookingRequest) -> bool:
    if rooms.may_manage_rooms(person):
        return True
    resource = asked.resource
    keepers = {
        Turn.RESOURCE: (*resource.keepers, *resource.area.keepers), Turn.AREA: resource.area.keepers, Turn.HOUSE: ()
    }
    return any(keeper.person_id == person.id for keeper in keepers[Turn(asked.turn)])


def may_see_wait(actor: Person, wait: Wait) -> bool:
    """Only whoever waits: for what others wait is nobody's business."""
    return wait.person_id == actor.id

"""Whose turn a request is: whoever keeps the room, then whoever keeps its area, then the room managers."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.core.db import db
from portal.requests.models import Turn
from portal.rooms.models import Keeper, Resource

ORDER = (Turn.RESOURCE, Turn.AREA, Turn.HOUSE)


class Deciders(NamedTuple):
    """A turn and whose it is."""

    turn: Turn
    people: Sequence[Person]


def first(resource: Resource) -> Deciders:
    """Who decides first; with nobody there at all the turn is the house's, where somebody may yet be found."""
    return _first_of(ORDER, resource) or Deciders(Turn.HOUSE, [])


def after(turn: Turn, resource: Resource) -> Deciders | None:
    """Who decides when these have not; None after the last. Turns without people are left out."""
    return _first_of(ORDER[ORDER.index(turn) + 1 :], resource)


def _first_of(turns: Sequence[Turn], resource: Resource) -> Deciders | None:
    found = (Deciders(turn, people_of(turn, resource)) for turn in turns)
    return next((deciders for deciders in found if deciders.people), None)


def people_of(turn: Turn, resource: Resource) -> Sequence[Person]:
    """Whose turn it is, without those who have left. One or two statements."""
    if turn == Turn.HOUSE:
        return _house()
    kept = Keeper.resource_id == resource.id if turn == Turn.RESOURCE else Keeper.area_id == resource.area_id
    named = select(Keeper.person_id).where(kept)
    return db.session.scalars(accounts.active_people().where(Person.id.in_(named)).order_by(Person.id)).all()


def _house() -> Sequence[Person]:
    """The room managers; where there is none, the administrators."""
    people = accounts.with_role(Role.ROOM_MANAGER, Role.ADMINISTRATOR)
    return [person for person in people if person.has_role(Role.ROOM_MANAGER)] or people


def with_delegates(people: Sequence[Person]) -> list[Person]:
    """These and whoever decides for one of them today: all who are to be told. One statement."""
    ids = [person.id for person in people]
    return [*people, *accounts.delegates_of(ids, accounts.house_today())]

"""Who is told of what is owed: of many resolutions at once, each person by one mail that lists all of theirs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Select, select

from portal.accounts.models import Person, Role, RoleGrant
from portal.accounts.queries import active_people
from portal.core.db import db
from portal.notifications.commands import tell
from portal.resolutions.models import Resolution
from portal.resolutions.queries import hidden_from

EVERY = timedelta(hours=1)
# The kinds of record that mails about several resolutions are about.
LISTS = ("letter", "evaluation", "orphan")

People = Iterable[tuple[Resolution, Iterable[Person]]]


def heads_by_department(department_ids: Iterable[int]) -> dict[int, list[Person]]:
    """Who heads each of these departments. One statement."""
    heads = db.session.scalars(
        active_people()
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.department_id.in_(set(department_ids)), RoleGrant.role == Role.DEPARTMENT_HEAD)
        .order_by(Person.id)
    )
    found: dict[int, list[Person]] = {}
    for head in heads:
        if head.department_id is not None:
            found.setdefault(head.department_id, []).append(head)
    return found


def who_watch(roles: Sequence[Role], resolutions: Sequence[Resolution]) -> dict[int, list[Person]]:
    """For the number of each resolution the active people of these roles who may know of it.

    Two statements, and some for each of those people if any of the resolutions is secret.
    """
    holders = select(RoleGrant.person_id).where(RoleGrant.role.in_(roles))
    people = db.session.scalars(active_people().where(Person.id.in_(holders)).order_by(Person.id)).all()
    secret = [one.id for one in resolutions if one.is_secret]
    hidden = {person.id: hidden_from(person, secret) if secret else set() for person in people}
    return {one.id: [person for person in people if one.id not in hidden[person.id]] for one in resolutions}


def tell_lists(
    told: People, kind: str, words: Callable[[Sequence[Resolution]], tuple[str, str]]
) -> Mapping[int, list[Resolution]]:
    """Tell each person once of all that concerns them; answers it by the person's number.

    `kind` is `list.event`, of which the list is one of `LISTS`, and leads to a page. In the words each resolution is a
    paragraph that ends with its address.
    """
    people: dict[int, Person] = {}
    lists: dict[int, list[Resolution]] = {}
    for resolution, concerned in told:
        for person in concerned:
            if resolution not in lists.setdefault(person.id, []):
                lists[person.id].append(resolution)
            people[person.id] = person
    if people:
        first = next(iter(lists.values()))[0]
        tell(
            people.values(), kind, kind.partition(".")[0], first, lambda: words([]),
            personal=lambda person: words(lists[person.id]),
        )
    return lists


def claimed(query: Select[Resolution]) -> Sequence[Resolution]:
    """What the query finds once no other worker deals with it any more. One statement when there is nothing.

    It is found by what another worker writes as it deals with it: waited for by the locks, and then seen by the
    second statement, which sees what was written meanwhile.
    """
    first = db.session.scalars(query.order_by(Resolution.id).with_for_update(key_share=True, of=Resolution))
    ids = [one.id for one in first]
    return db.session.scalars(query.where(Resolution.id.in_(ids)).order_by(Resolution.id)).all() if ids else []

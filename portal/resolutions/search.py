"""Finding resolutions by any piece of their words, in Chinese as in English, the newest first.

What many hold is found among the newest; what few hold, by the index. So neither takes long, however many there are.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core.db import db
from portal.resolutions.models import Resolution
from portal.resolutions.queries import seen_by
from portal.resolutions.search_index import candidates, holds
from portal.resolutions.search_models import Wording

MOST = 50
# How many of the newest are looked at one by one.
NEWEST = 4000


def find(actor: Person, words: Sequence[str]) -> Sequence[Resolution]:
    """What the actor may see that holds all of these folded words, at most so many. Three statements at most."""
    if not words:
        return []
    found = _ids(_held(actor, words).where(Resolution.id > select(func.max(Resolution.id) - NEWEST).scalar_subquery()))
    if len(found) < MOST:
        found = _ids(_held(actor, words).where(Resolution.id.in_(candidates(words))))
    return db.session.scalars(
        select(Resolution)
        .options(
            joinedload(Resolution.owner, innerjoin=True), joinedload(Resolution.department, innerjoin=True),
            joinedload(Resolution.meeting),
        )
        .where(Resolution.id.in_(found))
        .order_by(Resolution.id.desc())
    ).all()


def _held(actor: Person, words: Sequence[str]) -> Select[Any]:
    return (
        select(Resolution.id)
        .join(Wording, Wording.resolution_id == Resolution.id)
        .where(*holds(words), seen_by(actor))
        .order_by(Resolution.id.desc())
        .limit(MOST)
    )


def _ids(query: Select[Any]) -> Sequence[int]:
    return db.session.scalars(query).all()

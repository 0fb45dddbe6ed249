"""Finding resolutions by any piece of their words, in Chinese as in English, the newest first.

What many hold is found among the newest; what few hold, by the index. So neither takes long, however many there are.
"""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Person
from portal.core.db import db
from portal.resolutions.models import Resolution
from portal.resolutions.queries import seen_by
from portal.resolutions.search_index import holding, holds
from portal.resolutions.search_models import Wording

MOST = 50
# How many of the newest are looked at one by one.
NEWEST = 2000


def find(actor: Person, words: Sequence[str]) -> Sequence[Resolution]:
    """What the actor may see that holds all of these folded words, at most so many. Seven statements at most."""
    if not words:
        return []
    newest = db.session.scalar(select(func.max(Wording.resolution_id))) or 0
    near = select(Wording.resolution_id).where(Wording.resolution_id > newest - NEWEST, *holds(words))
    found = _seen(actor, near)
    if len(found) < MOST:
        found = _seen(actor, holding(words))
    if not found:
        # For one of none SQLite would walk through all resolutions.
        return []
    chosen = db.session.scalars(
        select(Resolution)
        # One by one: joined, PostgreSQL may look for the fifty through all that a department owes.
        .options(*map(selectinload, (Resolution.owner, Resolution.department, Resolution.meeting)))
        .where(Resolution.id.in_(found))
    )
    # In order here, for the same reason.
    return sorted(chosen, key=lambda resolution: resolution.id, reverse=True)


def _seen(actor: Person, holding: Select[int]) -> Sequence[int]:
    """The newest of these that the actor may see: each is looked at only until there are enough."""
    held = holding.order_by(Wording.resolution_id.desc()).cte().prefix_with("MATERIALIZED", dialect="postgresql")
    return db.session.scalars(
        select(held.c.resolution_id)
        .join(Resolution, Resolution.id == held.c.resolution_id)
        .where(seen_by(actor))
        .order_by(held.c.resolution_id.desc())
        .limit(MOST)
    ).all()

"""Reading who was urged."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.supervision.models import Urging


def urgings_of(resolution_id: int) -> Sequence[Urging]:
    """How those who owe it were urged, by hand and by the clock, the newest first. One statement."""
    return db.session.scalars(
        select(Urging)
        .options(joinedload(Urging.by))
        .where(Urging.resolution_id == resolution_id)
        .order_by(Urging.id.desc())
    ).all()

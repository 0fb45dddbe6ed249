"""Finding another resolution by its number."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core.db import db
from portal.resolutions.models import Resolution
from portal.resolutions.queries import seen_by

MOST_CANDIDATES = 50


def numbered(actor: Person, text: str) -> Resolution | None:
    """The resolution of that number, if the actor may see it; the text may say more after it. One statement."""
    number = text.strip().partition(" ")[0].upper()
    return db.session.scalars(
        select(Resolution)
        .options(joinedload(Resolution.meeting))
        .where(func.upper(Resolution.number) == number, seen_by(actor))
    ).one_or_none()


def candidates(actor: Person, resolution: Resolution) -> Sequence[Resolution]:
    """Open ones of the same department or meeting, the newest first, to choose from. One statement."""
    kin = [Resolution.department_id == resolution.department_id]
    if resolution.meeting_id is not None:
        kin.append(Resolution.meeting_id == resolution.meeting_id)
    return db.session.scalars(
        select(Resolution)
        .where(Resolution.id != resolution.id, Resolution.stands(), Resolution.number.is_not(None), or_(*kin),
               seen_by(actor))
        .order_by(Resolution.id.desc())
        .limit(MOST_CANDIDATES)
    ).all()

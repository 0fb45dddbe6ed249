"""Calendars that people bring along, so that the portal does not take them for free: brought, replaced, removed."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, bindparam, delete, func, insert, select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.calendars.revisions import raise_people
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.importers import policy
from portal.importers.models import BusyTime, Overlay
from portal.importers.times import Time

MOST_OVERLAYS = 10
LONGEST_NAME = 100


def bring(actor: Person, name: str, times: Iterable[Time]) -> Overlay:
    """Keep these times as the actor's calendar of that name, instead of what it held.

    Raises NotAllowed, or DomainError without a name, without times, or for more calendars than one may bring.
    """
    allow(policy.may_import(actor))
    if not name.strip() or len(name) > LONGEST_NAME:
        raise DomainError(_("Please give it a name of at most %(count)s characters.", count=LONGEST_NAME), "name")
    # Of times that are said twice one is kept.
    rows = {(time.uid, time.starts_at): time for time in times}
    if not rows:
        raise DomainError(_("Nothing of this file would keep you busy."))
    overlay = _overlay(actor, name)
    db.session.execute(delete(BusyTime).where(BusyTime.overlay_id == overlay.id))
    own = {"overlay_id": overlay.id, "person_id": actor.id}
    db.session.execute(insert(BusyTime), [{**own, **time._asdict()} for time in rows.values()])
    record(actor, "overlay.imported", overlay, count=len(rows))
    raise_people([actor.id])
    return overlay


def _overlay(actor: Person, name: str) -> Overlay:
    """The actor's own of that name, or a new one, while others who would make one of that name wait."""
    db.session.execute(select(Person.id).where(Person.id == actor.id).with_for_update(key_share=True))
    overlays = list(db.session.scalars(overlays_of(actor.id)))
    overlay = next((one for one in overlays if one.name == name), None)
    if overlay is None:
        if len(overlays) >= MOST_OVERLAYS:
            raise DomainError(
                _("You have %(count)s calendars already. Remove one, or use its name.", count=len(overlays)), "name"
            )
        overlay = Overlay(person_id=actor.id, name=name)
        db.session.add(overlay)
    overlay.imported_at = clock.now()
    db.session.flush()
    return overlay


def remove(actor: Person, overlay: Overlay) -> None:
    """Forget the calendar and its times."""
    allow(policy.may_remove(actor, overlay))
    record(actor, "overlay.removed", overlay)
    db.session.delete(overlay)
    db.session.flush()
    raise_people([actor.id])


def overlays_of(person_id: int) -> Select[Overlay]:
    return select(Overlay).where(Overlay.person_id == person_id).order_by(Overlay.name, Overlay.id)


def counted_overlays(person_id: int) -> Sequence[tuple[Overlay, int]]:
    """The person's calendars by name, and how many times each holds. One statement."""
    held = select(func.count()).where(BusyTime.overlay_id == Overlay.id).scalar_subquery()
    rows = db.session.execute(overlays_of(person_id).add_columns(held)).all()
    return [(row[0], row[1]) for row in rows]


# Built once: they run with every search for a time and every week that is looked at.
busy_time = BusyTime.__table__.c
TOUCHED = (
    select(busy_time.person_id, busy_time.starts_at, busy_time.ends_at, busy_time.title)
    .where(
        busy_time.person_id.in_(bindparam("person_ids", expanding=True)), busy_time.starts_at < bindparam("ends_at"),
        busy_time.ends_at > bindparam("starts_at"),
    )
    .order_by(busy_time.starts_at, busy_time.id)
)
AHEAD = (
    select(busy_time.person_id, busy_time.starts_at, busy_time.ends_at, busy_time.title)
    .where(busy_time.person_id == bindparam("person_id"), busy_time.ends_at > bindparam("starts_at"))
    .order_by(busy_time.starts_at, busy_time.id)
    .limit(bindparam("most"))
)

"""Reminding inspectors of what is due: once a week before, and once when it is late."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from sqlalchemy import Select, exists, select

from portal.accounts.models import Person
from portal.accounts.queries import house_today
from portal.audit.commands import record
from portal.audit.models import AuditEntry
from portal.core import workdays
from portal.core.db import db
from portal.inspections import words
from portal.inspections.models import Inspection
from portal.notifications.commands import tell

EVERY = timedelta(hours=1)
BEFORE = timedelta(days=7)
SOON, LATE = "inspection.due_soon", "inspection.overdue"


def remind() -> None:
    """Tell each inspector of theirs; nothing at times without work. Two statements while there is nothing new.

    Several workers may do it at once.
    """
    if workdays.is_quiet():
        return
    today = house_today()
    for action, until in ((LATE, today - timedelta(days=1)), (SOON, today + BEFORE)):
        for inspection in _claimed(action, until):
            record(None, action, inspection, number=inspection.number, due_on=inspection.due_on.isoformat())
            tell([inspection.inspector], action, "inspection", inspection,
                 partial(words.due, inspection, action == LATE))


def _claimed(action: str, until: date) -> Sequence[Inspection]:
    """What is due until that day and was not said of it by another worker, who is waited for by the locks."""
    found = db.session.scalars(_unsaid(action, until).with_for_update(key_share=True, of=Inspection)).all()
    ids = [one.id for one in found]
    return db.session.scalars(_unsaid(action, until).where(Inspection.id.in_(ids))).all() if ids else []


def _unsaid(action: str, until: date) -> Select[Inspection]:
    """Whoever was told that it is late need not be told that it soon will be."""
    was_said = exists().where(
        AuditEntry.record_kind == "inspection", AuditEntry.record_id == Inspection.id,
        AuditEntry.action.in_({action, LATE}),
    )
    return (
        select(Inspection)
        .join(Inspection.inspector)
        .where(Inspection.held_at.is_(None), Inspection.due_on <= until, Person.left_at.is_(None), ~was_said)
        .order_by(Inspection.id)
    )

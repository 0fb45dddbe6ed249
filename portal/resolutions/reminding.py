"""Reminding owners of the reports that are expected, on the working day before."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import groupby

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from portal.accounts.models import Person
from portal.core import clock, workdays
from portal.core.db import db
from portal.core.settings import Settings
from portal.notifications.commands import tell
from portal.notifications.models import Notice
from portal.resolutions import report_words
from portal.resolutions.models import Resolution
from portal.resolutions.today import midnight, today
from portal.resolutions.week import waits

ROUND, KIND = "report_round", "resolution.reports_to_come"
# On the organisation's clock, so that nobody is woken.
FIRST_HOUR, LAST_HOUR = 8, 18


def remind() -> int:
    """Tell each owner once a day, in one notice, which of their reports are expected before the working day after
    the next begins; answers how many people were told. On free days nobody is; the caller commits."""
    settings: Settings = current_app.config["PORTAL"]
    day, hour = today(), clock.now().astimezone(settings.timezone).hour
    if not workdays.is_worked(day, settings.holidays) or not FIRST_HOUR <= hour < LAST_HOUR:
        return 0
    expected = _expected(day, workdays.after(day, 1, settings.holidays))
    told = _claim({one.owner_id for one in expected}, day) if expected else set()
    count = 0
    for owner_id, theirs in groupby(expected, key=lambda one: one.owner_id):
        if owner_id in told:
            count += _tell(list(theirs))
    return count


def _expected(day: date, until: date) -> Sequence[Resolution]:
    """What is to be reported on after the day, up to the next working day, by owner. One statement."""
    return db.session.scalars(
        select(Resolution)
        .join(Resolution.owner)
        .options(contains_eager(Resolution.owner))
        .where(
            Resolution.stands(), Resolution.paused_at.is_(None), Resolution.report_by > day,
            Resolution.report_by <= until, ~waits(), Person.left_at.is_(None),
        )
        .order_by(Resolution.owner_id, Resolution.report_by, Resolution.id)
    ).all()


def _claim(owner_ids: set[int], day: date) -> set[int]:
    """Those of them that this worker tells: whom another tells at this moment, or who was told today, is left out.

    Two statements: the second sees what the worker wrote whose lock has just ended.
    """
    claimed = db.session.scalars(
        select(Person.id).where(Person.id.in_(owner_ids)).with_for_update(skip_locked=True, key_share=True)
    ).all()
    told = db.session.scalars(
        select(Notice.recipient_id).where(
            Notice.recipient_id.in_(claimed), Notice.kind == KIND, Notice.created_at >= midnight(day)
        )
    )
    return set(claimed) - set(told)


def _tell(theirs: list[Resolution]) -> int:
    owner = theirs[0].owner
    return tell([owner], KIND, ROUND, owner, partial(report_words.to_come, theirs))

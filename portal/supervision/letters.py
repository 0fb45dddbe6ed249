"""Letters by the clock to those who are late: blue, yellow, red, each once for each day that was missed.

Each working day that is missed makes the next letter harder: the first goes to the owner, the second to the heads of
the department too, the third to the leaders besides.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person, Role
from portal.core import clock, workdays
from portal.core.db import db
from portal.core.settings import Settings
from portal.resolutions.models import Resolution
from portal.resolutions.today import today
from portal.supervision import urging_words as words
from portal.supervision.models import Letter, Urging
from portal.supervision.owing import heads_by_department, tell_lists, who_watch

DAY = timedelta(days=1)
BY_CLOCK = (Letter.BLUE, Letter.YELLOW, Letter.RED)
MOST = 2000  # in one round; what is left comes in the next


class Due(NamedTuple):
    """A letter that is to go out for a resolution, for the day that it missed, and to whom."""

    resolution: Resolution
    letter: Letter
    missed_on: date
    people: list[Person]


def send_letters() -> None:
    """Send the letters that are due, to each person one mail for each letter; nothing at times without work.

    One statement while nothing is due; the rest does not grow with the number of letters. Several workers may do it at
    once: whoever claims a letter sends it.
    """
    if workdays.is_quiet():
        return
    due = _with_people(_find(today()))
    claimed = _claim(due)
    for letter in BY_CLOCK:
        told = [(one.resolution, one.people) for one in due if one.letter == letter and one.resolution.id in claimed]
        tell_lists(told, f"letter.{letter}", partial(words.letter, letter))


# --- What is due ---


def _find(day: date) -> list[tuple[Resolution, Letter, date]]:
    """What was missed long enough ago for a letter that has not gone out, nor a harder one. One statement."""
    missed, until = _missed_on(day), _thresholds(day)
    found = db.session.scalars(_late(day, missed).where(_deserves(missed, until)).limit(MOST)).all()
    return [(one, _letter_for(when, until), when) for one in found if (when := _missed_by(one, day)) is not None]


def _missed_on(day: date) -> ColumnElement[date]:
    """The due day if it is past, else the day of the report that is missing."""
    return case((Resolution.due_on < day, Resolution.due_on), else_=Resolution.report_by)


def _missed_by(resolution: Resolution, day: date) -> date | None:
    """`_missed_on` of one resolution."""
    return resolution.due_on if resolution.due_on < day else resolution.report_by


def _late(day: date, missed: ColumnElement[date]) -> Select[Resolution]:
    """Those that run and are past a day. Of what was reported done nothing more is expected but a review."""
    return (
        select(Resolution)
        .options(
            joinedload(Resolution.owner, innerjoin=True), joinedload(Resolution.department, innerjoin=True),
            joinedload(Resolution.meeting),
        )
        .where(
            Resolution.stands(), Resolution.issued_at.is_not(None), Resolution.paused_at.is_(None),
            Resolution.reported_at.is_(None), missed < day,
        )
        .order_by(missed, Resolution.id)
    )


def _thresholds(day: date) -> dict[Letter, date]:
    """For each letter the last missed day for which it goes out by that day: so many working days have passed."""
    settings: Settings = current_app.config["PORTAL"]
    return {
        letter: workdays.before(day + DAY, days, settings.holidays) - DAY
        for letter, days in zip(BY_CLOCK, settings.letter_days, strict=True)
    }


def _letter_for(missed_on: date, until: dict[Letter, date]) -> Letter:
    """The hardest that is due: one that was never sent is skipped."""
    return [letter for letter in BY_CLOCK if missed_on <= until[letter]][-1]


def _deserves(missed: ColumnElement[date], until: dict[Letter, date]) -> ColumnElement[bool]:
    wanted = []
    for place, letter in enumerate(BY_CLOCK):
        harder = BY_CLOCK[place + 1:]
        was_sent = exists().where(
            Urging.resolution_id == Resolution.id, Urging.missed_on == missed,
            Urging.letter.in_([letter, *harder]),
        )
        softest = [missed > until[harder[0]]] if harder else []
        wanted.append(and_(missed <= until[letter], *softest, ~was_sent))
    return or_(*wanted)


# --- To whom ---


def _with_people(found: Sequence[tuple[Resolution, Letter, date]]) -> list[Due]:
    """The red letter, and what nobody here owes, goes to the leaders too; a secret one to those who may see it."""
    if not found:
        return []
    heads = heads_by_department(one.department_id for one, _letter, _missed in found)
    due = [Due(one, letter, missed_on, _owing(one, letter, heads)) for one, letter, missed_on in found]
    above = [one.resolution for one in due if one.letter == Letter.RED or not one.people]
    leaders = who_watch([Role.LEADER], above) if above else {}
    return [
        one._replace(people=list(dict.fromkeys([*one.people, *leaders.get(one.resolution.id, [])]))) for one in due
    ]


def _owing(resolution: Resolution, letter: Letter, heads: dict[int, list[Person]]) -> list[Person]:
    """Blue goes to the owner, the harder ones to the heads too; to them in any case if the owner has left."""
    owner = [resolution.owner] if resolution.owner.is_active else []
    return owner if owner and letter == Letter.BLUE else [*owner, *heads.get(resolution.department_id, [])]


def _claim(due: Sequence[Due]) -> set[int]:
    """Write down that they go out; answers of which resolutions no other worker did so before. One statement."""
    if not due:
        return set()
    rows = [
        {
            "resolution_id": one.resolution.id, "letter": one.letter.value, "missed_on": one.missed_on,
            "at": clock.now(), "words": "", "recipients": ", ".join(person.name for person in one.people),
        }
        for one in sorted(due, key=lambda one: one.resolution.id)
    ]
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    made = insert(Urging).on_conflict_do_nothing().returning(Urging.resolution_id)
    return set(db.session.scalars(made, rows))

"""From which day to which something is counted."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from flask import abort

from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=1100)


class Period(NamedTuple):
    """Both days are part of it; they are those of the organisation's calendar."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{plain_day(self.first)} – {plain_day(self.last)}"


def presets(today: date) -> list[tuple[str, Period]]:
    """The periods that are asked for most, each with what a reader calls it."""
    month, quarter = today.replace(day=1), today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    year = today.replace(month=1, day=1)
    return [
        (_("This month"), _beginning(month, months=1)),
        (_("Last month"), _beginning(month - relativedelta(months=1), months=1)),
        (_("This quarter"), _beginning(quarter, months=3)),
        (_("This year"), _beginning(year, months=12)),
    ]


def _beginning(first: date, *, months: int) -> Period:
    return Period(first, first + relativedelta(months=months) - ONE_DAY)


def asked_for(arguments: Any, today: date) -> Period:
    """What `?from=…&until=…` says, else this month; 404 for what is no day, and never longer than `LONGEST`."""
    usual = presets(today)[0][1]
    first, last = _day(arguments.get("from")), _day(arguments.get("until"))
    if first is None and last is None:
        return usual
    last = last or max(today, first or today)
    first = first or last.replace(day=1)
    return Period(max(min(first, last), last - LONGEST), last)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        abort(404)
    return day if day is None or 1971 < day.year < 2199 else abort(404)

"""What rules and series are called, and what people are told of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, get_day_names
from babel.lists import format_list

from portal.accounts.models import Person
from portal.core.i18n import babel_locale, ngettext, plain_day, reader, span
from portal.core.i18n import gettext as _
from portal.rooms.models import Booking
from portal.series.models import Series
from portal.series.recurrence import Frequency, Rule, parse
from portal.web.addresses import absolute_address


def rule_of(series: Series) -> Rule:
    return parse(series.rule, series.starts_at.astimezone(series.zone))


def series_words(series: Series) -> str:
    """`Every 2 weeks on Monday and Thursday until 31 Mar 2027`."""
    return rule_words(rule_of(series), series.starts_at, series.zone)


def rule_words(rule: Rule, starts_at: datetime, zone: ZoneInfo) -> str:
    """The rule in the reader's language; days are those of the zone."""
    pattern, end = _pattern(rule, starts_at.astimezone(zone)), _end(rule, zone)
    return _("%(pattern)s %(end)s", pattern=pattern, end=end) if end else pattern


def _pattern(rule: Rule, first: datetime) -> str:
    # Not by plurals: Chinese has one form for all numbers, and says "every week" without one.
    every = rule.interval
    if rule.frequency == Frequency.DAILY:
        return _("Every %(num)s days", num=every) if every > 1 else _("Every day")
    if rule.frequency == Frequency.WEEKLY:
        days = _days(rule.weekdays)
        return _("Every %(num)s weeks on %(days)s", num=every, days=days) if every > 1 else _(
            "Every week on %(days)s", days=days
        )
    if rule.frequency == Frequency.MONTHLY:
        day = _day_of_month(rule)
        return _("Every %(num)s months on %(day)s", num=every, day=day) if every > 1 else _(
            "Every month on %(day)s", day=day
        )
    day = format_skeleton("MMMMd", first.date(), locale=babel_locale(reader().locale))
    return _("Every %(num)s years on %(day)s", num=every, day=day) if every > 1 else _(
        "Every year on %(day)s", day=day
    )


def weekday_names(width: Literal["wide", "abbreviated", "narrow"] = "wide") -> list[str]:
    """Monday to Sunday in the reader's language."""
    names = get_day_names(width, locale=babel_locale(reader().locale))
    return [names[day] for day in range(7)]


def _days(weekdays: Sequence[int]) -> str:
    names = weekday_names()
    return str(format_list([names[day] for day in weekdays], locale=babel_locale(reader().locale)))


def _day_of_month(rule: Rule) -> str:
    if rule.month_day == -1:
        return _("the last day")
    if rule.nth is None:
        return _("day %(number)s", number=rule.month_day)
    said = {
        1: _("the first %(weekday)s"), 2: _("the second %(weekday)s"), 3: _("the third %(weekday)s"),
        4: _("the fourth %(weekday)s"), 5: _("the fifth %(weekday)s"), -1: _("the last %(weekday)s"),
    }
    return said[rule.nth] % {"weekday": _days(rule.weekdays)}


def _end(rule: Rule, zone: ZoneInfo) -> str:
    if rule.until:
        return _("until %(day)s", day=plain_day(rule.until.astimezone(zone).date()))
    return ngettext("once", "%(num)s times", rule.count) if rule.count else ""


def made_for_you(series: Series, by: Person, bookings: Sequence[Booking]) -> tuple[str, str]:
    """Subject and body that tell the owner who booked a series for them."""
    first, rule = bookings[0], series_words(series)
    subject = _("Booked for you: %(title)s, %(time)s", title=series.title, time=rule)
    says = _("%(person)s has booked %(room)s for you: “%(title)s”.", person=by.name, room=series.room.name,
             title=series.title)
    when = _("%(rule)s, for the first time %(time)s (%(zone)s)", rule=rule,
             time=span(first.starts_at, first.ends_at), zone=reader().zone.key)
    address = absolute_address("series.series", series_id=series.id)
    return subject, "\n\n".join((says, when, _("You can change or cancel it: %(address)s", address=address)))

"""The reader's language and time zone, and every way a string, day or instant is put into them.

Catalogs are read as the .po files that translators edit, so that none can be stale. Flask-Babel would do
much of this, but has had no release since 2023; this is the thin layer over Babel that we need of it.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta, get_timezone_name
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency
from babel.support import LazyProxy

LOCALES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
CATALOGS = Path(__file__).resolve().parents[1] / "translations"


class Reader(NamedTuple):
    """Whom we are talking to: the language they read and the zone their clock shows."""

    locale: str
    zone: ZoneInfo


_NOBODY = Reader("en", ZoneInfo("UTC"))
_reader: ContextVar[Reader] = ContextVar("reader", default=_NOBODY)


def reader() -> Reader:
    return _reader.get()


def speak_to(locale: str, zone: ZoneInfo) -> None:
    """Put everything said from here on, until the next call, into this language and zone."""
    _reader.set(Reader(locale, zone))


@contextmanager
def speaking_to(locale: str, zone: ZoneInfo) -> Iterator[None]:
    """Put everything said within the block into this language and zone (a mail to somebody else)."""
    token = _reader.set(Reader(locale, zone))
    try:
        yield
    finally:
        _reader.reset(token)


@lru_cache
def catalog(locale: str) -> GNUTranslations:
    """The translations of one locale, compiled in memory from its .po file."""
    file = CATALOGS / locale / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as source:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(source, locale=locale))
    compiled.seek(0)
    return GNUTranslations(compiled)


def gettext(message: str, **values: Any) -> str:
    """The message in the reader's language, with `%(name)s` filled in."""
    text = catalog(_reader.get().locale).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """Like `gettext`, in the form for `num`, which `%(num)s` stands for."""
    return catalog(_reader.get().locale).ngettext(singular, plural, num) % {"num": num, **values}


def pgettext(context: str, message: str, **values: Any) -> str:
    """Like `gettext`, for a word that needs another translation in another place."""
    text = catalog(_reader.get().locale).pgettext(context, message)
    return text % values if values else text


def lazy_gettext(message: str, **values: Any) -> LazyProxy:
    """A message translated when it is shown: for labels made at import time."""
    return LazyProxy(gettext, message, enable_cache=False, **values)


def lazy_pgettext(context: str, message: str) -> LazyProxy:
    """Like `pgettext`, translated when it is shown."""
    return LazyProxy(pgettext, context, message, enable_cache=False)


def best_locale(accept_language: str, default: str) -> str:
    """The locale that suits an Accept-Language header best (RFC 9110 §12.5.4)."""
    ranked = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _, weight = part.strip().lower().partition(";q=")
        try:
            ranked.append((-float(weight or 1), position, tag))
        except ValueError:
            continue
    for negative_weight, _, tag in sorted(ranked):
        if negative_weight and (locale := _locale_for(tag)):
            return locale
    return default


def _locale_for(tag: str) -> str | None:
    parts = tag.replace("_", "-").split("-")
    if parts[0] == "zh":
        return "zh_Hant" if {"hant", "tw", "hk", "mo"} & set(parts[1:]) else "zh_Hans"
    return "en" if parts[0] == "en" else None


@lru_cache
def babel_locale(locale: str) -> Locale:
    return Locale.parse(locale)


def language_tag() -> str:
    """The reader's language as HTML's `lang` and BCP 47 write it."""
    return _reader.get().locale.replace("_", "-")


def local(instant: datetime) -> datetime:
    """An instant on the reader's clock."""
    return instant.astimezone(_reader.get().zone)


def clock_time(instant: datetime) -> str:
    """`14:30` on the reader's clock; the 24-hour form is usual in all our languages at work."""
    return local(instant).strftime("%H:%M")


def long_day(day: date) -> str:
    """`Saturday, 21 November 2026` or `2026年11月21日星期六`."""
    return format_date(day, "full", locale=babel_locale(_reader.get().locale))


def short_day(day: date) -> str:
    """`21 Nov` or `11月21日`, with the weekday."""
    return format_skeleton("MMMEd", day, locale=babel_locale(_reader.get().locale))


def plain_day(day: date) -> str:
    """`21 Nov 2026` or `2026年11月21日`."""
    return format_date(day, "medium", locale=babel_locale(_reader.get().locale))


def day_and_time(instant: datetime) -> str:
    """`Sat, 21 Nov, 14:30` on the reader's clock."""
    return f"{short_day(local(instant).date())} {clock_time(instant)}"


def full_instant(instant: datetime) -> str:
    """`21 Nov 2026, 14:30:05` on the reader's clock: for logs."""
    locale = babel_locale(_reader.get().locale)
    return format_datetime(local(instant), "yyyy-MM-dd HH:mm:ss", locale=locale)


def span(starts_at: datetime, ends_at: datetime) -> str:
    """`Sat, 21 Nov 14:00–15:30` on the reader's clock, naming the second day only if it differs."""
    first, last = local(starts_at), local(ends_at)
    end = clock_time(ends_at) if first.date() == last.date() else day_and_time(ends_at)
    return f"{day_and_time(starts_at)}–{end}"


def hours_span(starts_at: datetime, ends_at: datetime) -> str:
    """`14:00–15:30` on the reader's clock."""
    return f"{clock_time(starts_at)}–{clock_time(ends_at)}"


def zone_name(instant: datetime) -> str:
    """What the time on the reader's clock is called at that instant: `China Standard Time`."""
    return get_timezone_name(local(instant), width="long", locale=babel_locale(_reader.get().locale))


def ago(instant: datetime, now: datetime) -> str:
    """`3 hours ago` or `3小时前`."""
    locale = babel_locale(_reader.get().locale)
    return format_timedelta(instant - now, add_direction=True, locale=locale)


def money(amount: Decimal | str, currency: str) -> str:
    """`CN¥1,200.00` or `¥1,200.00`: an amount of that currency as the reader writes it."""
    return str(format_currency(Decimal(amount), currency, locale=babel_locale(_reader.get().locale)))

"""How the log is read aloud: each slice says what its actions and their details are called."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from portal.core.i18n import clock_time, local, pgettext, plain_day

_actions: dict[str, Any] = {}
_labels: dict[str, Any] = {}
_values: dict[str, Mapping[Any, Any]] = {}


def describe(
    actions: Mapping[str, Any],
    details: Mapping[str, Any] | None = None,
    values: Mapping[str, Mapping[Any, Any]] | None = None,
) -> None:
    """Give words (lazy strings) to actions, such as `{"booking.moved": lazy_gettext("moved the booking")}`.

    Likewise to the names of their details, and for details that hold a code to each of their values; several slices
    may have values of one name.
    """
    _actions.update(actions)
    _labels.update(details or {})
    for name, words in (values or {}).items():
        _values[name] = {**_values.get(name, {}), **words}


def words_for(action: str) -> str:
    """The action in the reader's language; an action nobody described shows its own name."""
    return str(_actions.get(action, action))


def details_for(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of each detail that says something, in the reader's language and on their clock."""
    return [(str(_labels.get(name, name)), _said(name, value)) for name, value in details.items() if _speaks(value)]


def _speaks(value: Any) -> bool:
    return value not in (None, "", [])


def _said(name: str, value: Any) -> str:
    if name.endswith("_at"):
        instant = datetime.fromisoformat(value)
        return f"{plain_day(local(instant).date())} {clock_time(instant)}"
    if name.endswith("_on"):
        return plain_day(date.fromisoformat(value))
    words = _values.get(name, {})
    several = value if isinstance(value, list) else [value]
    return pgettext("between names", ", ").join(str(words.get(one, one)) for one in several)

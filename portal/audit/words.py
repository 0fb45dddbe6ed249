"""How the log is read aloud: each slice says what its actions are called."""

from typing import Any

_actions: dict[str, Any] = {}


def describe(actions: dict[str, Any]) -> None:
    """Give words (lazy strings) to actions, such as `{"booking.moved": lazy_gettext("Booking moved")}`."""
    _actions.update(actions)


def words_for(action: str) -> str:
    """The action in the reader's language; an action nobody described shows its own name."""
    return str(_actions.get(action, action))

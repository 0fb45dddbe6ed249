"""Pieces that a higher slice adds to a lower slice's page, which does not know it.

The meeting page shows resolutions, and "My day" shows something of every slice: each registers a panel for
the place, and the page renders what was registered, in order.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

_panels: dict[str, dict[str, tuple[int, Callable[..., str]]]] = {}


def add_panel(place: str, name: str, order: int, render: Callable[..., str]) -> None:
    """Let `render(*subjects)` answer a piece of HTML at that place of a page."""
    _panels.setdefault(place, {})[name] = (order, render)


def panels_at(place: str, *subjects: Any) -> list[Markup]:
    """The pieces of that place, in order; for templates. Each renders through an escaping template."""
    ranked = sorted(_panels.get(place, {}).values(), key=lambda panel: panel[0])
    return [Markup(render(*subjects)) for _, render in ranked]  # noqa: S704

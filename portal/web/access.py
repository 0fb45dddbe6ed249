"""Every route asks for a sign-in unless it is marked here, by the few that do not."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def open_to_everyone(view: View) -> View:
    """Let this view answer people who are not signed in."""
    view.is_open = True  # type: ignore[attr-defined]
    return view


def open_to_machines(view: View) -> View:
    """Let this view answer whoever knows its address, without a session: no cookie is read, set or varied on.

    Its errors are a plain sentence instead of a page.
    """
    view.is_for_machines = True  # type: ignore[attr-defined]
    return open_to_everyone(view)


def is_open() -> bool:
    """Whether the view of this request answers everyone."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "is_open", False))


def is_for_machines() -> bool:
    """Whether this request is for a view that has no session."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "is_for_machines", False))

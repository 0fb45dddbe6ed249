"""Answering a page or a piece of it from one template, and running a command on behalf of a form."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, flash, make_response, redirect, render_template, request
from jinja2_fragments.flask import render_block

from portal.core.db import db, expect_only_reads
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.web.forms import Form

Made = TypeVar("Made")


def wants_fragment() -> bool:
    """HTMX wants a piece, unless it follows a boosted link or restores its history."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, *, block: str, status: int | None = None, **context: Any) -> Response:
    """Answer HTMX with the named block and everyone else with the whole page; 422 if `form` has errors."""
    if wants_fragment():
        html = render_block(template, block, **context)
    else:
        html = render_template(template, **context)
    form = context.get("form")
    response = make_response(html, status or (422 if form is not None and form.errors else 200))
    response.vary.add("HX-Request")
    return response


def carry_out(form: Form, command: Callable[..., Made], *args: Any, **kwargs: Any) -> Made | None:
    """Run one command and commit it; if a rule says no, put its words on the form and answer None.

    What the actor has no right to, or may not know of, is no mistake in the form and goes on to the error page.
    After it the request only reads: SQLite's one writer need not wait until the answer is rendered.
    """
    try:
        made = command(*args, **kwargs)
        db.session.commit()
    except (NotAllowed, Missing):
        raise
    except DomainError as error:
        db.session.rollback()
        form.refuse(error)
        return None
    finally:
        expect_only_reads(True)
    return made


def done(words: str, to: str, *, changed: str = "", focus: str = "") -> Response:
    """Say that it is done: a plain form goes on to `to`; HTMX stays, closes its dialog and hears what changed.

    Regions of the page listen for `<changed>-changed` and fetch themselves anew; then the element with the id
    `focus` takes the focus.
    """
    if not wants_fragment():
        flash(words)
        return make_response(redirect(to, code=303))
    return announce(make_response("", 204), words, changed=changed, focus=focus)


def announce(response: Response, words: str, *, changed: str = "", focus: str = "") -> Response:
    """Let HTMX say these words beside what the response holds, and tell the regions that listen, as `done` does."""
    events: dict[str, Any] = {"done": {"words": words, "focus": focus}}
    if changed:
        events[f"{changed}-changed"] = {}
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def go(words: str, to: str) -> Response:
    """Say that it is done and go to another page, whoever asks."""
    flash(words)
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = to
        return response
    return make_response(redirect(to, code=303))

"""Errors that a person understands, with a reference that the log also bears."""

import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from jinja2_fragments.flask import render_block
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.core.i18n import gettext as _
from portal.web.access import is_for_machines
from portal.web.fragments import wants_fragment

log = logging.getLogger("portal")

UNIQUE_VIOLATION = "23505"  # of PostgreSQL


def init_app(app: Flask, *, slow_request_ms: int) -> None:
    """Answer every kind of failure, and log slow requests."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.reference = secrets.token_hex(4)

    @app.after_request
    def watch(response: Response) -> Response:
        took = (time.perf_counter() - g.began) * 1000 if "began" in g else 0.0
        if took > slow_request_ms:
            log.warning("slow: %s %s took %d ms [%s]", request.method, request.endpoint, took, g.reference)
        return response

    app.register_error_handler(NotAllowed, lambda error: answer(403, str(error)))
    app.register_error_handler(Missing, lambda error: answer(404, str(error)))
    app.register_error_handler(DomainError, lambda error: answer(422, str(error)))
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(IntegrityError, _not_the_only_one)
    app.register_error_handler(Exception, _failure)


def answer(status: int, words: str) -> Response:
    """A whole error page; for HTMX the sentence alone, shown in the page's message region; for machines plain text."""
    db.session.rollback()
    reference = g.get("reference", "-")
    context = {"status": status, "words": words, "reference": reference}
    if is_for_machines():
        response = _plain(status, words)
    else:
        try:
            response = make_response(_render(**context), status)
        except Exception:  # What failed may be a part of every page.
            log.exception("the error page failed [%s]", reference)
            response = _plain(status, f"{words} {reference}")
    if status == 503:
        response.headers["Retry-After"] = "5"
    if wants_fragment():
        # Whatever was to be swapped: the sentence goes where messages are shown.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#messages", "innerHTML"
    return response


def _render(**context: Any) -> str:
    if wants_fragment():
        return render_block("layout/error.html", "words", **context)
    return render_template("layout/error.html", **context)


def _plain(status: int, words: str) -> Response:
    return Response(f"{words}\n", status, mimetype="text/plain")


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    words = {
        400: _("The portal did not understand this request."),
        404: _("There is no such page."),
        405: _("This address does not take that kind of request."),
        413: _("That is more than the portal accepts at once."),
        429: _("Too many attempts. Wait a quarter of an hour and try again."),
    }.get(error.code, _("The portal cannot answer this request."))
    response = answer(error.code, words)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _forged(error: CSRFError) -> Response:
    log.warning("refused a request without a valid token: %s [%s]", request.endpoint, g.reference)
    return answer(
        400,
        _("This form is from an earlier session or another site, so nothing was changed. Load the page anew "
          "and send it again."),
    )


def _database_away(error: Exception) -> Response:
    log.error("the database is away or busy: %s [%s]", error, g.get("reference", "-"))
    g.database_is_away = True
    return answer(
        503, _("The database is busy or cannot be reached. Nothing was changed; please try again shortly.")
    )


def is_database_away() -> bool:
    """Whether this request found no database: then its error page cannot say who is signed in."""
    return "database_is_away" in g


def _not_the_only_one(error: IntegrityError) -> Response:
    """Two did at once what only one can; commands say so themselves where they expect it."""
    if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION and "UNIQUE constraint" not in str(error.orig):
        return _failure(error)
    log.warning("two at once: %s %s [%s]", request.method, request.endpoint, g.get("reference", "-"))
    return answer(
        409, _("Somebody did the same at this moment, so nothing was changed. Look at it again before you go on.")
    )


def _failure(error: Exception) -> Response:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _database_away(error)
    log.exception("failed: %s %s [%s]", request.method, request.endpoint, g.get("reference", "-"))
    return answer(500, _("Something went wrong on our side. Nothing was changed."))

"""Addresses that come from outside and may only lead to our own pages, and those that go out in mails."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from werkzeug.routing import IntegerConverter, Map

from portal.core.settings import Settings

LARGEST_ID = 2**31 - 1


class RecordNumber(IntegerConverter):
    """`<int:…>` in an address: a larger number than the database keeps is no such page, not an error."""

    def __init__(self, map: Map, **limits: Any) -> None:
        super().__init__(map, **{"max": LARGEST_ID, **limits})


def init_app(app: Flask) -> None:
    """Let addresses name only what the database can hold."""
    app.url_map.converters["int"] = RecordNumber

    @app.before_request
    def refuse_nul() -> None:
        # No text of ours holds it, and PostgreSQL takes none that does.
        if "\0" in request.path or b"%00" in request.query_string:
            abort(400)


def record_number(text: str) -> int:
    """For `request.args.get(…, type=record_number)`; raises ValueError for what cannot be a record's number."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError(f"{number} is no record's number")
    return number


def own_address(address: str | None, otherwise: str) -> str:
    """The path and query of the address if it is a page of ours, else `otherwise`: nobody is led away."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return otherwise
    # Browsers take `//host`, `////host` and `/\host` for the way to another host.
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return otherwise
    if "\\" in parts.path:
        return otherwise
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def absolute_address(endpoint: str, **values: Any) -> str:
    """The whole address of a page for mails and feeds, by the settings: there may be no request."""
    settings: Settings = current_app.config["PORTAL"]
    return settings.base_url + current_app.url_map.bind("").build(endpoint, values)

"""Conditional requests and compression (RFC 9110 §12.5.3, §13.1), for answers that are polled."""

import gzip
from datetime import datetime

from flask import Response, request

# A third of level 9's time for nearly its size on calendars.
LEVEL = 4


def accepts_gzip() -> bool:
    """Whether Accept-Encoding names gzip, or else `*`, with a weight above 0 (RFC 9110 §12.5.3)."""
    weights = {name.lower(): weight for name, weight in request.accept_encodings}
    for name in ("gzip", "x-gzip", "*"):
        if name in weights:
            return weights[name] > 0
    return False


def is_unchanged(etag: str, changed_at: datetime) -> bool:
    """Whether the client has it already: If-None-Match decides, and only without it If-Modified-Since (§13.2.2)."""
    if "If-None-Match" in request.headers:
        return request.if_none_match.contains_weak(etag)
    since = request.if_modified_since
    return since is not None and changed_at <= since


def negotiated(etag: str) -> str:
    """The validator of the form that this client gets: each form has its own (RFC 9110 §8.8.3.3)."""
    return f"{etag}-gzip" if accepts_gzip() else etag


def with_validators(response: Response, etag: str, changed_at: datetime) -> Response:
    """Give a 200 or 304 what both have in common. Private, and asked for again each time (RFC 9111 §5.2.2.4)."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(etag)
    response.last_modified = changed_at
    return response


def in_accepted_form(octets: bytes, content_type: str) -> Response:
    """The octets, compressed if and only if the client takes that. The same octets give the same answer."""
    if not accepts_gzip():
        return Response(octets, content_type=content_type)
    response = Response(gzip.compress(octets, LEVEL, mtime=0), content_type=content_type)
    response.headers["Content-Encoding"] = "gzip"
    return response

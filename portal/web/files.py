"""Handing out files that people gave."""

from datetime import datetime

from flask import Response, send_file

from portal.core import files
from portal.core.file_types import type_of


def file_response(content_hash: str, file_name: str, media_type: str, since: datetime) -> Response:
    """A kept file, which has been there since that instant. What a browser shows safely it may show."""
    kind = type_of(file_name)
    shown = kind is not None and kind.is_shown
    response = send_file(
        files.place_of(content_hash), mimetype=media_type, as_attachment=not shown, download_name=file_name,
        etag=content_hash, last_modified=since,
    )
    response.headers["Content-Type"] = media_type
    response.headers["Cache-Control"] = "private, no-store"
    return response

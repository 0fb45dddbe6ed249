"""Calendar files to save or open."""

import re
from urllib.parse import quote

from flask import Response

from portal.calendars import components


def download(octets: bytes, plain_name: str, name: str) -> Response:
    """A file, with an ASCII name for old clients and the full one percent-encoded (RFC 6266 §4.3, RFC 8187).

    Neither holds anything that could lead a client to another folder.
    """
    name = re.sub(r'[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff/\\:*?"<>|]+', " ", name).strip(" .")
    response = Response(octets, content_type=components.TYPE)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response

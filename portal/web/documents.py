"""Documents as files to save."""

import re
from urllib.parse import quote

from flask import Response, current_app

from portal.core import pdf

PDF = "application/pdf"
# What cannot be in the name of a file, or would lead a program to another folder.
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff/\\:*?"<>|]+')


def face_for(language: str) -> pdf.Typeface:
    """In an English document names are written as the house writes them."""
    settings = current_app.config["PORTAL"]
    return pdf.typeface(settings.locale if language == "en" else language, settings.print_font)


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """The content as a file to save under that name."""
    response = Response(content, mimetype=media_type)
    name = NOT_IN_NAMES.sub(" ", name).strip(" .")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response

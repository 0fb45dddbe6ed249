"""Our own static files and those that come out of packages, under addresses that change with their content."""

import hashlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

from portal.core.settings import ROOT
from portal.web.access import open_to_machines

bp = Blueprint("assets", __name__)

# django-htmx keeps to htmx's releases, unlike the packages that ship nothing but the file; Django, which it
# brings along, is never imported: we only serve the one file.
PACKAGED = {"htmx.js": ("django_htmx", "static/django_htmx/htmx-2.min.js")}


def place_of(name: str) -> tuple[Path, str]:
    """The folder and the name in it of a static file: of `static/`, or of the package that ships it."""
    if name not in PACKAGED:
        return ROOT / "static", name
    package, path = PACKAGED[name]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {package}, which ships {name}, is not installed")
    return Path(spec.origin).parent, path


@lru_cache
def static_url(name: str) -> str:
    """The address of a static file, with a part that changes when its content does."""
    folder, path = place_of(name)
    version = hashlib.sha256((folder / path).read_bytes()).hexdigest()[:10]
    return url_for("assets.static_file", version=version, name=name)


@bp.get("/static/<version>/<path:name>")
@open_to_machines
def static_file(version: str, name: str) -> Response:
    """Serve a static file for good: another content has another address."""
    response = send_from_directory(*place_of(name))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response

"""Files that people give the portal, kept in its instance folder under the SHA-256 of what is in them.

A file is never changed: another content has another name. Whoever refers to one keeps its name.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from flask import current_app

from portal.core.settings import Settings, make_private


def keep(content: bytes) -> str:
    """Store the content, if it is not there yet, and answer its SHA-256 as 64 hexadecimal digits."""
    name = hashlib.sha256(content).hexdigest()
    file = place_of(name)
    if not file.exists():
        make_private(file.parent)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as draft:
            draft.write(content)
        # Whole or not at all, also for somebody who looks meanwhile.
        os.replace(draft.name, file)  # noqa: PTH105
    return name


def place_of(name: str) -> Path:
    """Where the content of that name is kept."""
    settings: Settings = current_app.config["PORTAL"]
    return settings.instance / "files" / name[:2] / name

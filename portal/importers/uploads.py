"""Files between being uploaded and being taken in: kept in the instance folder for a while, for who gave them."""

import os
import re
import secrets
import tempfile
from datetime import timedelta
from pathlib import Path

from flask import current_app

from portal.accounts.models import Person
from portal.core import clock
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.settings import Settings, make_private

KEPT_FOR = timedelta(hours=2)
# What one person may have waiting: somebody may look at two files side by side.
MOST_KEPT = 3


def keep(person: Person, content: bytes) -> str:
    """Keep the file for that person, and answer by what it is found again. The oldest of theirs may go for it."""
    make_private(_folder())
    token = secrets.token_hex(16)
    with tempfile.NamedTemporaryFile(dir=_folder(), prefix="draft-", delete=False) as draft:
        draft.write(content)
    now = clock.now().timestamp()
    os.utime(draft.name, (now, now))
    others = sorted(_folder().glob(f"{person.id}-*.ics"), key=_age)
    for old in others[: max(0, len(others) + 1 - MOST_KEPT)]:
        old.unlink(missing_ok=True)
    Path(draft.name).replace(_place(person, token))
    return token


def kept(person: Person, token: str) -> bytes:
    """The file that this person gave; raises Missing if it is gone, or somebody else's."""
    try:
        if re.fullmatch("[0-9a-f]{32}", token):
            return _place(person, token).read_bytes()
    except FileNotFoundError:
        pass
    raise Missing(_("The file is not kept any longer. Please choose it again."))


def forget(person: Person, token: str) -> None:
    """It is taken in."""
    _place(person, token).unlink(missing_ok=True)


def forget_old() -> None:
    """Forget what nobody has taken in: a chore of the worker."""
    before = (clock.now() - KEPT_FOR).timestamp()
    for file in _folder().glob("*"):
        if _age(file) < before:
            file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    """When it was given, in seconds since 1970; 0 if somebody else has just removed it."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _place(person: Person, token: str) -> Path:
    return _folder() / f"{person.id}-{token}.ics"


def _folder() -> Path:
    settings: Settings = current_app.config["PORTAL"]
    return settings.instance / "uploads"

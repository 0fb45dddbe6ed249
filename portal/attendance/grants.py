"""What lets a code survive a sign-in: a signed word that whoever holds it stood before the wall a moment ago."""

from datetime import timedelta
from hashlib import sha256

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from portal.core import clock

LIFETIME = timedelta(minutes=10)


def grant_for(meeting_id: int, holder: str) -> str:
    """The grant for whoever can name that holder: a person, or the browser that scanned."""
    words: str = _signer().dumps([meeting_id, _hidden(holder), int(clock.now().timestamp())])
    return words


def is_granted(words: str, meeting_id: int, holders: list[str]) -> bool:
    """Whether one of these holders was given this within the last ten minutes, for that meeting."""
    try:
        of_meeting, holder, since = _signer().loads(words)
        age = clock.now().timestamp() - since
    except (BadData, ValueError, TypeError):
        return False
    is_young = 0 <= age <= LIFETIME.total_seconds()
    return of_meeting == meeting_id and holder in map(_hidden, holders) and is_young


def _hidden(holder: str) -> str:
    """Grants stand in addresses, which people pass on: they do not say by what the browser is known."""
    return sha256(holder.encode()).hexdigest()[:20]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="check-in")

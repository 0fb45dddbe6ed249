"""Signed addresses by which somebody answers without signing in, and the codes on badges."""

from functools import lru_cache

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from portal.core.db import db
from portal.core.settings import Settings
from portal.meetings.models import Attendee
from portal.web.addresses import absolute_address


def _signer(purpose: str) -> URLSafeSerializer:
    return _signer_with(current_app.secret_key or "", purpose)


@lru_cache
def _signer_with(key: str | bytes, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=f"attendee-{purpose}")


def answer_token(attendee: Attendee) -> str:
    """What stands for the attendee in a link sent to them; it holds until the attendee's `link_version` rises."""
    token: str = _signer("answer").dumps([attendee.id, attendee.link_version])
    return token


def answer_address(attendee: Attendee) -> str:
    """The absolute address of the attendee's own page."""
    settings: Settings = current_app.config["PORTAL"]
    return _before_token(settings.base_url) + answer_token(attendee)


@lru_cache
def _before_token(_base_url: str) -> str:
    """What all of these addresses begin with: they are made a thousand at a time."""
    return absolute_address("answers.by_link", token="T").removesuffix("T")  # noqa: S106  (no password)


def attendee_by_token(token: str) -> Attendee | None:
    """Whom the link was sent to, or nobody if it was changed, or ended since."""
    try:
        attendee_id, version = _signer("answer").loads(token)
    except (BadData, ValueError, TypeError):
        return None
    attendee = db.session.get(Attendee, attendee_id)
    return attendee if attendee is not None and attendee.link_version == version else None


def badge_code(attendee: Attendee) -> str:
    """What the code on the attendee's badge says, for the scanner at the desk."""
    code: str = _signer("badge").dumps(attendee.id)
    return code


def attendee_by_badge(code: str, meeting_id: int) -> Attendee | None:
    """Whose badge for that meeting this is, if it is one of ours."""
    try:
        attendee = db.session.get(Attendee, _signer("badge").loads(code))
    except (BadData, ValueError, TypeError):
        return None
    return attendee if attendee is not None and attendee.meeting_id == meeting_id else None

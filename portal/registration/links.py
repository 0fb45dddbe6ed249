"""The signed link by which somebody confirms that the address they registered with is theirs."""

from datetime import timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from portal.core import clock
from portal.core.db import db
from portal.registration.models import Registrant
from portal.web.addresses import absolute_address

HOLDS = timedelta(days=7)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="registration-confirmation")


def confirmation_token(registrant: Registrant) -> str:
    """What stands for the registrant in the mail to their address."""
    token: str = _signer().dumps([registrant.id, registrant.email])
    return token


def confirmation_address(registrant: Registrant) -> str:
    return absolute_address("registration.confirmation", token=confirmation_token(registrant))


def registrant_by_token(token: str) -> Registrant | None:
    """Whom the link was sent to, or nobody if it was changed, is too old or the registration is gone."""
    try:
        registrant_id, email = _signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    registrant = db.session.get(Registrant, registrant_id)
    # The number may have been given anew since.
    if registrant is None or registrant.email != email:
        return None
    holds = registrant.confirmed_at is not None or registrant.registered_at + HOLDS > clock.now()
    return registrant if holds else None

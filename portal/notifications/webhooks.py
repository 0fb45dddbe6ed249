"""Webhooks: where public notices go besides to people, and what puts them on their way there."""

import re
import uuid
from collections.abc import Set
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import current_app
from sqlalchemy import insert, select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import Base, db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.notifications import policy
from portal.notifications.kinds import group_of
from portal.notifications.models import Format, Group, OutgoingPost, Webhook
from portal.notifications.words import LONGEST_SUBJECT, Words, shorten

SIGNED = {Format.DINGTALK, Format.FEISHU}
USUAL_PORTS = {"https": 443, "http": 80}


def announce(kind: str, record_kind: str, subject_of: Base, words: Words) -> None:
    """Put a public notice on its way to the webhooks that want its group, each in its own language."""
    wanted = db.session.scalars(select(Webhook).where(getattr(Webhook, group_of(kind)).is_(True))).all()
    posts = [
        _new_post(webhook, words, kind=kind, record_kind=record_kind, record_id=subject_of.id)  # type: ignore[attr-defined]
        for webhook in wanted
    ]
    if posts:
        db.session.execute(insert(OutgoingPost), posts)


def _new_post(webhook: Webhook, words: Words, **about: Any) -> dict[str, Any]:
    settings: Settings = current_app.config["PORTAL"]
    with speaking_to(webhook.locale, settings.timezone):
        subject, body = words()
    return {
        "webhook_id": webhook.id, "key": str(uuid.uuid4()), "subject": shorten(subject, LONGEST_SUBJECT),
        "body": body, "created_at": clock.now(), "due_at": clock.now(), "attempts": 0, "last_error": "", **about,
    }


def add_webhook(
    actor: Person, *, name: str, url: str, format: Format, secret: str, locale: str, groups: Set[Group]
) -> Webhook:
    """Let public notices of these groups go to that address as well.

    Raises NotAllowed, or DomainError beside its field for a name that is taken or an address that may not be used.
    """
    allow(policy.may_manage_webhooks(actor))
    _check_name(name)
    check_address(url)
    webhook = Webhook(
        name=name, url=url, format=format, secret=secret if format in SIGNED else "", locale=locale,
        created_at=clock.now(), **{group: group in groups for group in Group},
    )
    db.session.add(webhook)
    db.session.flush()
    _record("webhook.added", actor, webhook)
    return webhook


def change_webhook(
    actor: Person, webhook: Webhook, *, name: str, url: str, format: Format, secret: str, locale: str,
    groups: Set[Group],
) -> None:
    """Change a webhook; without an address or a secret it keeps the one it has. Raises what `add_webhook` does."""
    allow(policy.may_manage_webhooks(actor))
    _check_name(name, but=webhook)
    check_address(url or webhook.url)
    webhook.name, webhook.url, webhook.format, webhook.locale = name, url or webhook.url, format, locale
    webhook.secret = (secret or webhook.secret) if format in SIGNED else ""
    for group in Group:
        setattr(webhook, group, group in groups)
    db.session.flush()
    _record("webhook.changed", actor, webhook)


def remove_webhook(actor: Person, webhook: Webhook) -> None:
    """Nothing goes there any more, neither what is still on its way."""
    allow(policy.may_manage_webhooks(actor))
    _record("webhook.removed", actor, webhook)
    db.session.delete(webhook)
    db.session.flush()


def send_test(actor: Person, webhook: Webhook) -> None:
    """Put a few words on their way to the webhook, to see whether they arrive."""
    allow(policy.may_manage_webhooks(actor))

    def words() -> tuple[str, str]:
        return _("A test"), _("%(person)s tries whether messages of the portal arrive here.", person=actor.name)

    post = _new_post(webhook, words, kind="webhook.tested", record_kind="webhook", record_id=webhook.id)
    db.session.execute(insert(OutgoingPost), [post])
    record(actor, "webhook.tested", webhook, name=webhook.name)


def _check_name(name: str, but: Webhook | None = None) -> None:
    namesake = db.session.scalars(select(Webhook.id).where(Webhook.name == name)).first()
    if namesake not in (None, but.id if but else None):
        raise DomainError(_("There is a webhook %(name)s already.", name=name), "name")


def _record(action: str, actor: Person, webhook: Webhook) -> None:
    """Log it without what must stay secret: the address, but for its host, and the key."""
    record(
        actor, action, webhook, name=webhook.name, format=webhook.format, host=host_of(webhook.url),
        groups=sorted(webhook.groups),
    )


# --- Addresses ---


def host_of(url: str) -> str:
    """The host of an address that was saved: the part that is no secret."""
    return urlsplit(url).hostname or ""


def check_address(url: str) -> None:
    """Raise DomainError unless the portal may write there: the allow-list keeps it from our own inner servers.

    Only HTTPS, but to this very machine; only hosts that PORTAL_WEBHOOK_HOSTS names.
    """
    settings: Settings = current_app.config["PORTAL"]
    try:
        parts = urlsplit(url)
        port = parts.port or USUAL_PORTS.get(parts.scheme)
    except ValueError:
        raise _no_address() from None
    if parts.scheme not in USUAL_PORTS or not parts.hostname or not re.fullmatch("[!-~]+", url):
        raise _no_address()
    if parts.username is not None or parts.password is not None:
        raise _no_address()
    if parts.scheme != "https" and not _is_loopback(parts.hostname):
        raise DomainError(_("The address must begin with https://."), "url")
    if _allowed_as(parts, port) not in settings.webhook_hosts:
        words = _(
            "The portal may not write to %(host)s. Whoever runs it can name the host in the setting "
            "PORTAL_WEBHOOK_HOSTS.", host=_allowed_as(parts, port),
        )
        raise DomainError(words, "url")


def _no_address() -> DomainError:
    return DomainError(_("This is not an address such as https://oapi.dingtalk.com/robot/send?access_token=…"), "url")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _allowed_as(parts: SplitResult, port: int | None) -> str:
    """How the setting names the host: with the port unless it is the usual one."""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if port == USUAL_PORTS[parts.scheme] else f"{host}:{port}"

"""Getting posts out to webhooks: as mails are, each taken by one worker and tried again until it arrives."""

import http.client
import logging
import ssl
import threading
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.notifications.course import (
    LEASE,
    SERVER_PAUSE,
    Refused,
    ServerAway,
    note_refusal,
    note_sent,
    put_back,
    take,
)
from portal.notifications.models import Format, OutgoingPost
from portal.notifications.robots import Message, judge, request_for
from portal.notifications.time_limit import cut_after
from portal.notifications.webhooks import check_address

log = logging.getLogger("portal.worker")

TIMEOUT = 10.0  # seconds until a connection stands, and again until the answer is there
LONGEST_POSTING = timedelta(seconds=30)
LARGEST_ANSWER = 65_536


def post_due(limit: int = 20, stop: threading.Event | None = None) -> int:
    """Try the posts that are due, oldest first, and answer how many were taken; commits by itself.

    A webhook whose server is away is left alone for this round and a minute. `stop` as for `deliver_due`.
    """
    last_start = clock.now() + LEASE - LONGEST_POSTING
    messages, away = _take(limit), set[int]()
    for position, message in enumerate(messages):
        if clock.now() > last_start or (stop and stop.is_set()):
            put_back(OutgoingPost, [other.id for other in messages[position:]], clock.now())
            break
        if message.webhook_id in away:
            put_back(OutgoingPost, [message.id], clock.now() + SERVER_PAUSE, "the server is away")
        elif not _try(message):
            away.add(message.webhook_id)
    return len(messages)


def _take(limit: int) -> list[Message]:
    query = select(OutgoingPost).join(OutgoingPost.webhook).options(contains_eager(OutgoingPost.webhook))
    messages = [_message(post) for post in take(query, OutgoingPost, limit)]
    db.session.commit()
    return messages


def _message(post: OutgoingPost) -> Message:
    to = post.webhook
    return Message(
        post.id, to.id, to.url, Format(to.format), to.secret, post.key, post.kind, post.record_kind, post.record_id,
        post.subject, post.body, post.created_at,
    )


def _try(message: Message) -> bool:
    """Send the message, note what came of it, and answer whether there is a server at all."""
    try:
        send(message)
    except (Refused, ServerAway) as refusal:
        # An address can be wrong for good, so that a server away counts as a try here.
        note_refusal(OutgoingPost, message.id, refusal if isinstance(refusal, Refused) else Refused(str(refusal)))
        return isinstance(refusal, Refused)
    except Exception as fault:
        # One post that cannot even be made must not hold up all that are behind it.
        log.exception("post %d cannot be made", message.id)
        note_refusal(OutgoingPost, message.id, Refused(type(fault).__name__))
    else:
        note_sent(OutgoingPost, message.id)
    return True


def send(message: Message) -> None:
    """Post the message; raises ServerAway or Refused. No redirection is followed: it could lead anywhere."""
    try:
        check_address(message.url)
    except DomainError as refusal:
        raise Refused(str(refusal), is_final=True) from None
    url, body = request_for(message, clock.now())
    status, answer = _post(url, body)
    judge(message.format, status, answer)


def _post(url: str, body: bytes) -> tuple[int, bytes]:
    connection = _connection(url)
    try:
        try:
            connection.connect()
        except OSError as failure:
            raise ServerAway(f"the server is away: {failure}") from None
        with cut_after(TIMEOUT, connection.sock):
            path = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
            connection.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8"})
            response = connection.getresponse()
            return response.status, response.read(LARGEST_ANSWER)
    except (OSError, http.client.HTTPException) as failure:
        # Not in its own words: some of them quote the address, which is secret.
        raise Refused(f"the connection was lost: {type(failure).__name__}") from None
    finally:
        connection.close()


def _connection(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    assert parts.hostname, "was checked"
    if parts.scheme == "https":
        return http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)

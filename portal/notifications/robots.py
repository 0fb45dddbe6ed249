"""What chat groups' robots understand: the request that each takes, and what its answer means.

WeCom (企业微信), DingTalk (钉钉) and Feishu (飞书) answer 200 even when they refuse, and say why in a code.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from portal.notifications.course import Refused
from portal.notifications.models import Format

LONGEST_TEXT = {Format.WECOM: 2048, Format.DINGTALK: 20_000, Format.FEISHU: 20_000}  # octets of UTF-8
# What passes: the robot's service is busy, or was written to too often. Any other code stays as it is.
PASSING = {Format.WECOM: {-1, 45009}, Format.DINGTALK: {-1, 130101}, Format.FEISHU: {9499, 11232}}
PASSING_STATUSES = {408, 425, 429}


@dataclass(frozen=True)
class Message:
    """What one post needs, apart from the database, so that none is open while it is sent."""

    id: int
    webhook_id: int
    url: str
    format: Format
    secret: str
    key: str
    kind: str
    record_kind: str
    record_id: int
    subject: str
    body: str
    written_at: datetime


def request_for(message: Message, now: datetime) -> tuple[str, bytes]:
    """The address to post to and the JSON to post, signed if there is a secret; a signature holds for an hour."""
    if message.format == Format.WECOM:
        return message.url, _json({"msgtype": "text", "text": {"content": _text(message)}})
    if message.format == Format.DINGTALK:
        url = _signed_for_dingtalk(message.url, message.secret, now) if message.secret else message.url
        return url, _json({"msgtype": "text", "text": {"content": _text(message)}})
    if message.format == Format.FEISHU:
        signature = _signature_for_feishu(message.secret, now) if message.secret else {}
        return message.url, _json({**signature, "msg_type": "text", "content": {"text": _text(message)}})
    return message.url, _json(
        {
            "id": message.key, "kind": message.kind, "record": {"kind": message.record_kind, "id": message.record_id},
            "subject": message.subject, "body": message.body, "written_at": message.written_at.isoformat(),
        }
    )


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _text(message: Message) -> str:
    """Subject and body, cut to as many octets as the robot takes."""
    text = f"{message.subject}\n\n{message.body}".strip()
    most = LONGEST_TEXT[message.format]
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len("…".encode())].decode(errors="ignore") + "…"


def _signed_for_dingtalk(url: str, secret: str, now: datetime) -> str:
    """Milliseconds and secret, signed with the secret, as two more parameters of the address."""
    milliseconds = f"{now.timestamp() * 1000:.0f}"
    digest = hmac.digest(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256)
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}timestamp={milliseconds}&sign={quote_plus(base64.b64encode(digest))}"


def _signature_for_feishu(secret: str, now: datetime) -> dict[str, str]:
    """Seconds and secret are the key, and nothing is what is signed; both stand in the body."""
    seconds = f"{now.timestamp():.0f}"
    digest = hmac.digest(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256)
    return {"timestamp": seconds, "sign": base64.b64encode(digest).decode()}


def judge(format: Format, status: int, body: bytes) -> None:
    """Raise Refused unless the answer says that the message was taken over."""
    if not 200 <= status < 300:
        is_final = status < 500 and status not in PASSING_STATUSES
        raise Refused(f"{status} {body[:300].decode(errors='replace')}".strip(), is_final=is_final)
    if format == Format.JSON:
        return
    try:
        answer = json.loads(body)
        code = answer["code" if format == Format.FEISHU else "errcode"]
    except (ValueError, KeyError, TypeError):
        raise Refused(f"an answer as no robot gives it: {body[:300].decode(errors='replace')}") from None
    if code != 0:
        words = answer.get("msg" if format == Format.FEISHU else "errmsg", "")
        raise Refused(f"{code} {words}", is_final=code not in PASSING[format])

"""A real mail server on loopback, and notices to send through it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from portal.accounts.models import Person
from portal.core.db import db
from portal.notifications.commands import tell
from portal.rooms.models import Booking


@dataclass
class Postbox:
    """What the mail server got, and what it answers: to each recipient, and to each text."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipient_answers: list[str] = field(default_factory=list)
    text_answers: list[str] = field(default_factory=list)
    has_text: threading.Event = field(default_factory=threading.Event)
    # Cleared, the server keeps the sender waiting for its answer to a text.
    may_answer: threading.Event = field(default_factory=threading.Event)
    on_mail: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        answer = self.recipient_answers.pop(0) if self.recipient_answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.has_text.set()
        if not self.may_answer.is_set():
            await asyncio.to_thread(self.may_answer.wait, 20)
            return "421 too late"
        answer = self.text_answers.pop(0) if self.text_answers else "250 OK"
        if answer == "drop":
            server.transport.abort()
            return "421 gone"
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.on_mail()
        return answer


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def mail_server(app: Flask, postbox: Postbox) -> Iterator[Controller]:
    """A mail server that the application sends through, for one test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    before = app.config["PORTAL"]
    app.config["PORTAL"] = replace(before, smtp_url=f"smtp://127.0.0.1:{port}")
    yield controller
    app.config["PORTAL"] = before
    controller.stop()


@pytest.fixture
def notice(make_booking: Callable[..., Booking], bob: Person) -> Callable[..., None]:
    """Tell Bob (or others) something about a booking."""
    booking = make_booking()

    def notify(*people: Person, subject: str = "Room changed", body: str = "Now in E102.") -> None:
        tell(people or [bob], "booking.moved", "booking", booking, lambda: (subject, body))
        db.session.commit()

    return notify

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


class Server(Controller):
    """A controller on a port that the system chose and that nobody can take in between."""

    def __init__(self, postbox: Postbox) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        super().__init__(postbox, hostname="127.0.0.1", port=self.socket.getsockname()[1])

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.socket)


@pytest.fixture
def with_settings(app: Flask) -> Iterator[Callable[..., None]]:
    """Give the application other settings, for one test."""
    before = app.config["PORTAL"]
    yield lambda **values: app.config.update(PORTAL=replace(app.config["PORTAL"], **values))
    app.config["PORTAL"] = before


@pytest.fixture
def mail_server(postbox: Postbox, with_settings: Callable[..., None]) -> Iterator[Server]:
    """A mail server that the application sends through, for one test."""
    server = Server(postbox)
    server.start()
    with_settings(smtp_url=f"smtp://127.0.0.1:{server.port}")
    yield server
    server.stop()


@pytest.fixture
def nobody_listens() -> Iterator[str]:
    """The address of a mail server that refuses every connection: the port is taken, but nobody answers there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"smtp://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def notice(make_booking: Callable[..., Booking], bob: Person) -> Callable[..., None]:
    """Tell Bob (or others) something about a booking."""
    booking = make_booking()

    def notify(*people: Person, subject: str = "Room changed", body: str = "Now in E102.") -> None:
        tell(people or [bob], "booking.moved", "booking", booking, lambda: (subject, body))
        db.session.commit()

    return notify

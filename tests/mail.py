"""A real mail server on loopback, for all tests that want mails to arrive."""

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
from aiosmtpd.smtp import SMTP
from flask import Flask


@dataclass
class Postbox:
    """What the mail server got, and what it answers: to each sender, recipient and text."""

    mails: list[EmailMessage] = field(default_factory=list)
    sender_answers: list[str] = field(default_factory=list)
    recipient_answers: list[str] = field(default_factory=list)
    text_answers: list[str] = field(default_factory=list)
    has_text: threading.Event = field(default_factory=threading.Event)
    # Cleared, the server keeps the sender waiting for its answer to a text.
    may_answer: threading.Event = field(default_factory=threading.Event)
    on_mail: Callable[[], None] = lambda: None
    # Told of each command before it is answered.
    on_command: Callable[[str], None] = lambda _command: None
    # At which commands the server next hangs up, keeps silent or drips lines without end; CONNECT is one, TEXT the
    # middle of a mail.
    hangs_up_at: list[str] = field(default_factory=list)
    keeps_silent_at: list[str] = field(default_factory=list)
    drips_at: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def meet(self, command: str, server: Any) -> None:
        """Behave badly at this command if that is asked for."""
        self.on_command(command)
        if command in self.hangs_up_at:
            self.hangs_up_at.remove(command)
            server.transport.abort()
        elif command in self.keeps_silent_at:
            self.keeps_silent_at.remove(command)
            await self.until_left_alone(server, lambda: None)
        elif command in self.drips_at:
            self.drips_at.remove(command)
            drop = b"220-wait\r\n" if command == "CONNECT" else b"250-wait\r\n"
            await self.until_left_alone(server, lambda: server.transport.write(drop))

    async def until_left_alone(self, server: Any, act: Callable[[], None]) -> None:
        while not (server.transport.is_closing() or server._reader.at_eof()):
            act()
            await asyncio.sleep(0.01)
        server.transport.abort()

    async def handle_EHLO(self, server: Any, session: Any, _envelope: Any, name: str, answers: list[str]) -> list[str]:  # noqa: N802
        session.host_name = name
        await self.meet("EHLO", server)
        return answers

    async def handle_MAIL(self, server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        await self.meet("MAIL", server)
        answer = self.sender_answers.pop(0) if self.sender_answers else "250 OK"
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        await self.meet("RCPT", server)
        answer = self.recipient_answers.pop(0) if self.recipient_answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.has_text.set()
        await self.meet("END", server)
        if server.transport.is_closing():
            return "421 gone"
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


class Listener(SMTP):
    """A server that can behave badly before the first command, and in the middle of a mail."""

    async def _handle_client(self) -> None:
        await self.event_handler.meet("CONNECT", self)
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        await self.event_handler.meet("DATA", self)
        if "TEXT" in self.event_handler.hangs_up_at:
            self.event_handler.hangs_up_at.remove("TEXT")
            await self.push("354 go on")
            await self._reader.read(100)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class Server(Controller):
    """A controller on a port that the system chose and that nobody can take in between."""

    def __init__(self, postbox: Postbox) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.listeners: list[Listener] = []
        super().__init__(postbox, hostname="127.0.0.1", port=self.socket.getsockname()[1])

    def factory(self) -> SMTP:
        self.listeners.append(Listener(self.handler, **self.SMTP_kwargs))
        return self.listeners[-1]

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self.hang_up(), self.loop).result(10)
        super().stop(no_assert)

    async def hang_up(self) -> None:
        """End what connections are left: a worker that was killed says no goodbye."""
        transports = [listener.transport for listener in self.listeners if listener.transport]
        for transport in transports:
            transport.abort()
        while any(transport.get_extra_info("socket").fileno() >= 0 for transport in transports):
            await asyncio.sleep(0)

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

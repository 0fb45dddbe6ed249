"""A real IMAP server on loopback (Twisted), whose mails are a list in memory, with and without TLS."""

import io
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import trustme
from twisted.cred import checkers, portal
from twisted.internet import reactor, ssl, threads
from twisted.internet.defer import DeferredList
from twisted.internet.protocol import Factory
from twisted.mail import imap4
from zope.interface import implementer

USER, PASSWORD = "portal@example.org", "a pass&word %9"


@implementer(imap4.IMessage, imap4.IMessageFile)
@dataclass
class Mail:
    """One mail in the mailbox."""

    uid: int
    octets: bytes
    flags: set[str] = field(default_factory=set)

    def getUID(self) -> int:  # noqa: N802
        return self.uid

    def getFlags(self) -> set[str]:  # noqa: N802
        return self.flags

    def getSize(self) -> int:  # noqa: N802
        return len(self.octets)

    def isMultipart(self) -> bool:  # noqa: N802
        return False

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.octets)


@implementer(imap4.IMailbox)
@dataclass
class Mailbox:
    """The folder INBOX, and how its server behaves: at which commands it hangs up, keeps silent, drips or floods."""

    mails: list[Mail] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    hangs_up_at: bytes = b""
    keeps_silent_at: bytes = b""
    drips_at: bytes = b""
    floods_at: bytes = b""
    offers_plain: bool = True

    def put(self, octets: bytes) -> Mail:
        self.mails.append(Mail(101 + len(self.mails), octets))
        return self.mails[-1]

    def seen(self) -> list[bool]:
        return ["\\Seen" in mail.flags for mail in self.mails]

    def fetch(self, messages: Any, uid: bool) -> list[tuple[int, Mail]]:
        messages.last = self.mails[-1].uid if self.mails else 1
        return [
            (number, mail) for number, mail in enumerate(self.mails, 1) if (mail.uid if uid else number) in messages
        ]

    def store(self, messages: Any, flags: list[str], mode: int, uid: bool) -> dict[int, set[str]]:
        for _number, mail in self.fetch(messages, uid):
            mail.flags = mail.flags | set(flags) if mode > 0 else set(flags)
        return {}

    def getUID(self, number: int) -> int:  # noqa: N802
        return self.mails[number - 1].uid

    def getFlags(self) -> list[str]:  # noqa: N802
        return ["\\Seen"]

    def getMessageCount(self) -> int:  # noqa: N802
        return len(self.mails)

    def getRecentCount(self) -> int:  # noqa: N802
        return 0

    def getUIDValidity(self) -> int:  # noqa: N802
        return 1

    def isWriteable(self) -> bool:  # noqa: N802
        return True

    def addListener(self, listener: Any) -> None:  # noqa: N802
        """Nobody is told of new mails while they look."""

    removeListener = addListener  # noqa: N815


class Connection(imap4.IMAP4Server):
    """Serves part of a mail where that is asked for, as Twisted's own does not, and misbehaves where told to."""

    mailbox: Mailbox

    def dispatchCommand(self, tag: bytes, cmd: bytes, rest: bytes, uid: Any = None) -> None:  # noqa: N802
        box, command = self.mailbox, cmd.upper()
        box.commands.append(b" ".join(filter(None, [command, rest or b""])))
        if command == box.hangs_up_at:
            self.transport.loseConnection()
        elif command == box.drips_at:
            self._drip()
        elif command == box.floods_at:
            self.transport.write(b"* 1 FETCH (UID 101 BODY[]<0> {99000000000}\r\n")
        elif command != box.keeps_silent_at:
            super().dispatchCommand(tag, cmd, rest, uid)

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        super().connectionLost(reason)
        self.connected = 0

    def _drip(self) -> None:
        if self.connected:
            self.transport.write(b"* OK wait\r\n")
            reactor.callLater(0.02, self._drip)

    def spew_body(self, part: Any, id: int, msg: Mail, _w: Any = None, _f: Any = None) -> Any:
        octets = msg.octets[part.partialBegin:][:part.partialLength]
        _w(b"BODY[]<%d> {%d}\r\n" % (part.partialBegin, len(octets)) + octets)


@dataclass
class ImapServer:
    """Where the server listens, in clear (with STARTTLS or without) and under TLS."""

    mailbox: Mailbox
    ports: dict[str, int]

    def address(self, way: str = "plain", password: str = PASSWORD, folder: str = "") -> str:
        """As the setting holds it; `way` is plain, starttls or imaps."""
        scheme = "imaps" if way == "imaps" else "imap"
        return f"{scheme}://{quote(USER, safe='')}:{quote(password)}@localhost:{self.ports[way]}/{folder}"


@contextmanager
def running_reactor() -> Iterator[None]:
    """Twisted's reactor in a thread; it runs once in a process."""
    thread = threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True)
    thread.start()
    yield
    reactor.callFromThread(reactor.stop)
    thread.join(10)


@contextmanager
def serving(authority: trustme.CA) -> Iterator[ImapServer]:
    """An empty mailbox on a server whose certificate is the authority's, while the reactor runs."""
    mailbox, certificate = Mailbox(), authority.issue_cert("localhost")
    tls = ssl.PrivateCertificate.loadPEM(
        certificate.private_key_pem.bytes() + certificate.cert_chain_pems[0].bytes()
    ).options()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Twisted's use of pyOpenSSL, when it is first used
        tls.getContext()
    connections: list[Connection] = []
    listeners = threads.blockingCallFromThread(reactor, _listen, mailbox, tls, connections)
    yield ImapServer(mailbox, {way: port.getHost().port for way, port in listeners.items()})
    threads.blockingCallFromThread(reactor, _hang_up, list(listeners.values()), connections)


def _listen(mailbox: Mailbox, tls: Any, connections: list[Connection]) -> dict[str, Any]:
    def factory(context: Any = None) -> Any:
        return _Connections(mailbox, context, connections)

    return {
        "plain": reactor.listenTCP(0, factory(), interface="127.0.0.1"),
        "starttls": reactor.listenTCP(0, factory(tls), interface="127.0.0.1"),
        "imaps": reactor.listenSSL(0, factory(), tls, interface="127.0.0.1"),
    }


def _hang_up(listeners: list[Any], connections: list[Connection]) -> Any:
    for connection in connections:
        if connection.connected:
            connection.transport.abortConnection()
    return DeferredList([listener.stopListening() for listener in listeners])


class _Connections(Factory):
    noisy = False

    def __init__(self, mailbox: Mailbox, context: Any, connections: list[Connection]) -> None:
        self.mailbox, self.context, self.connections = mailbox, context, connections
        self.portal = portal.Portal(_Realm(mailbox), [_Passwords()])

    def buildProtocol(self, addr: Any) -> Connection:  # noqa: N802
        ways = {b"PLAIN": imap4.PLAINCredentials} if self.mailbox.offers_plain else {}
        connection = Connection(ways, self.context)
        connection.mailbox, connection.portal, connection.factory = self.mailbox, self.portal, self
        self.connections.append(connection)
        return connection


class _Passwords(checkers.InMemoryUsernamePasswordDatabaseDontUse):
    def __init__(self) -> None:
        super().__init__(**{USER: PASSWORD.encode()})
        self.users = {USER.encode(): PASSWORD.encode()}


@implementer(portal.IRealm)
class _Realm:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    def requestAvatar(self, avatarId: Any, mind: Any, *interfaces: Any) -> tuple[Any, Any, Callable[[], None]]:  # noqa: N802, N803
        account = imap4.MemoryAccount(avatarId)
        account.addMailbox("INBOX", self.mailbox)
        account.addMailbox("Our replies", self.mailbox)
        return imap4.IAccount, account, lambda: None

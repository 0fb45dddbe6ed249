"""A mailbox on a mail server (IMAP4rev1, RFC 3501), read within bounds of time and octets."""

import imaplib
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from portal.calendars.envelopes import HEAD_OCTETS, MOST_OCTETS
from portal.calendars.mailboxes import Incoming, MailboxAway

TIMEOUT = 10.0  # seconds that the server may take to accept a connection, or for the next octets
LONGEST_READING = 30.0  # seconds after which the rest waits for the next time
LONGEST_SESSION = 60.0  # seconds after which the connection is cut
# How many of those that are new are asked for at once, and what the server may say besides what it is asked for.
AT_ONCE = 200
BESIDES = 1 << 20

PORTS = {"imap": 143, "imaps": 993}

_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)


@contextmanager
def opened(address: str) -> Iterator[Iterator[Incoming]]:
    """What is unseen in the folder of `imaps://user:password@host:port/folder`, oldest first.

    `imap://` begins in clear and goes on under TLS (STARTTLS); only on this very machine it may stay so. The server's
    certificate is checked.
    """
    try:
        with _session(address) as line:
            yield _mails(line)
    except (OSError, imaplib.IMAP4.error, UnicodeError, ValueError) as failure:
        raise MailboxAway(f"{type(failure).__name__}: {failure}") from None


@contextmanager
def _session(address: str) -> Iterator["_Line"]:
    line = _connected(address)
    try:
        _sign_in(line, address)
        folder = unquote(urlsplit(address).path.lstrip("/")) or "INBOX"
        line.ask(line.select, _quoted(folder))
        yield line
        with suppress(OSError, imaplib.IMAP4.error):
            line.logout()
    finally:
        with suppress(OSError):
            line.shutdown()


class _Line(imaplib.IMAP4):
    """A connection that ends after LONGEST_SESSION, and when the server sends more than it was asked for.

    The library itself waits TIMEOUT anew for each octet, and takes as many as the server says.
    """

    _left = BESIDES

    def open(self, *args: Any, **kwargs: Any) -> None:
        super().open(*args, **kwargs)
        self._end = threading.Timer(LONGEST_SESSION, self._cut)
        self._end.daemon = True
        self._end.start()

    def _cut(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def shutdown(self) -> None:
        self._end.cancel()
        super().shutdown()

    def read(self, size: int) -> bytes:
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, octets: int) -> None:
        self._left -= octets
        if self._left < 0:
            raise self.abort("the server sends more than it was asked for")

    def ask(self, command: Any, *args: Any, octets: int = 0) -> list[Any]:
        """What the server answers to a command that it must accept, with about so many octets at most."""
        self._left = octets + BESIDES
        kind, answer = command(*args)
        if kind != "OK":
            raise self.error("the server refuses what it is asked for")
        return list(answer)


class _LineOverTls(_Line, imaplib.IMAP4_SSL):
    pass


def _connected(address: str) -> _Line:
    parts, context = urlsplit(address), ssl.create_default_context()
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    if parts.scheme == "imaps":
        return _LineOverTls(host, port, ssl_context=context, timeout=TIMEOUT)
    line = _Line(host, port, timeout=TIMEOUT)
    try:
        if "STARTTLS" in line.capabilities:
            line.starttls(context)
        elif not _is_this_machine(line.sock):
            raise line.error("the server offers no encryption (STARTTLS)")
    except BaseException:
        with suppress(OSError):
            line.shutdown()
        raise
    return line


def _is_this_machine(sock: socket.socket) -> bool:
    return ip_address(sock.getpeername()[0]).is_loopback


def _sign_in(line: _Line, address: str) -> None:
    """What the server says of it is not told on: it might quote the password."""
    parts = urlsplit(address)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    try:
        if "AUTH=PLAIN" in line.capabilities:
            line.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{password}".encode())
        else:
            line.login(_quoted(user), password)
    except line.abort:
        raise
    except line.error:
        raise line.error("the server refuses user or password") from None


def _quoted(text: str) -> str:
    """A quoted string (RFC 3501 §4.3)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _mails(line: _Line) -> Iterator[Incoming]:
    """Those that nobody has seen; reading leaves them so (BODY.PEEK)."""
    ends_at = time.monotonic() + LONGEST_READING
    for uid, size in _new(line):
        if time.monotonic() > ends_at:
            return
        most = MOST_OCTETS if size <= MOST_OCTETS else HEAD_OCTETS
        answer = line.ask(line.uid, "FETCH", uid, f"(BODY.PEEK[]<0.{most}>)", octets=most)
        octets = next((part[1] for part in answer if isinstance(part, tuple) and b"BODY[" in part[0].upper()), b"")
        yield Incoming(octets[:most], size <= MOST_OCTETS, partial(_put_away, line, uid))


def _new(line: _Line) -> Sequence[tuple[str, int]]:
    """UID and size of each, the oldest first."""
    found = line.ask(line.uid, "SEARCH", "UNSEEN", "UNDELETED")
    uids = sorted(int(uid) for uid in (found[0] or b"").split())[:AT_ONCE] if found else []
    if not uids:
        return []
    answer = line.ask(line.uid, "FETCH", ",".join(map(str, uids)), "(RFC822.SIZE)")
    sizes = {}
    for part in answer:
        if isinstance(part, bytes) and (uid := _UID.search(part)) and (size := _SIZE.search(part)):
            sizes[int(uid[1])] = int(size[1])
    return [(str(uid), sizes[uid]) for uid in uids if uid in sizes]


def _put_away(line: _Line, uid: str) -> None:
    try:
        line.ask(line.uid, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
    except (OSError, imaplib.IMAP4.error) as failure:
        raise MailboxAway(f"{type(failure).__name__}: {failure}") from None

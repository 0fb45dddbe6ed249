"""One mail: its form, and the two ways it leaves, by SMTP or as a file."""

import os
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from flask import render_template

from portal.core import clock
from portal.core.files import place_of
from portal.core.settings import BadSetting, Settings
from portal.notifications.course import Refused, ServerAway
from portal.notifications.laying import LAYOUTS, plain_paragraphs, sheets
from portal.notifications.time_limit import cut_after

TIMEOUT = 10.0  # seconds that a mail server may take for one answer, or to accept a text
PORTS = {"smtp": 25, "smtps": 465}
@dataclass(frozen=True)
class Letter:
    """What a mail needs, apart from the database, so that none is open while it is sent."""

    id: int
    address: str
    message_id: str
    language: str
    subject: str
    body: str
    written_at: datetime
    # What it is about, for what others add to it: `kind` is that of the notice, `record_id` its record's.
    kind: str = ""
    record_id: int = 0
    layout: str | None = None
    links: Sequence[Sequence[str]] = ()
    # [file name, media type, name in `core.files`]
    attachments: Sequence[Sequence[str]] = ()


# Answers METHOD and octets of what a mail carries for its reader's calendar, if anything: of the notice's kind, about
# the record, to that address, sent at that instant.
MakeObject = Callable[[str, int, str, datetime], tuple[str, bytes] | None]
_objects: dict[str, MakeObject] = {}


def add_object(record_kind: str, make: MakeObject) -> None:
    """Let mails about records of that kind carry what `make` answers for each; adding another replaces the first."""
    _objects[record_kind] = make


def object_for(letter: Letter) -> tuple[str, bytes] | None:
    """METHOD and octets of what the mail carries for a calendar, as of now. It may read the database."""
    make = _objects.get(letter.kind.partition(".")[0])
    return make(letter.kind, letter.record_id, letter.address, clock.now()) if make else None


class Wire(EmailPolicy):
    """How a mail is written out: seven bits, as not every server takes eight (RFC 6152).

    The library's own way of folding puts spaces into words of Chinese (as of Python 3.11), so what is not
    ASCII is encoded by its older class for headers.
    """

    def fold(self, name: str, value: Any) -> str:
        # File names it encodes by RFC 2231, as other programs expect.
        if value.isascii() or hasattr(value, "params"):
            return super().fold(name, value)
        if hasattr(value, "addresses"):
            (address,) = value.addresses
            encoded = f"{self._encoded(name, address.display_name)}{self.linesep} <{address.addr_spec}>"
        else:
            encoded = self._encoded(name, value)
        return f"{name}: {encoded}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")

    def _encoded(self, name: str, words: str) -> str:
        """The words as RFC 2047 wants them, on as many lines as they need."""
        return Header(str(words), "utf-8", header_name=name).encode(linesep=self.linesep)


WIRE = Wire(linesep="\r\n", cte_type="7bit")


def compose(letter: Letter, settings: Settings, calendar: tuple[str, bytes] | None = None) -> EmailMessage:
    """The mail as RFC 5322 wants it, plain and HTML; a line break in a subject starts no header.

    `calendar` is METHOD and octets of an iCalendar object. Raises Refused, for good, if the address is none or a file
    that it carries is gone.
    """
    message = EmailMessage(policy=WIRE)
    message["From"] = _sender(settings)
    try:
        message["To"] = Address(addr_spec=letter.address)
    except (ValueError, IndexError, HeaderParseError) as fault:
        raise Refused(f"not an e-mail address: {fault}", is_final=True) from None
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no out-of-office replies, please
    links = "\n".join(f"{words}: {address}" for words, address in letter.links)
    message.set_content(f"{letter.body}\n\n{links}" if links else letter.body)
    html = render_template(
        "notifications/mail.html", letter=letter, paragraphs=plain_paragraphs(letter.body),
        sheets=sheets(letter.layout, letter.body) if letter.layout in LAYOUTS else [],
    )
    message.add_alternative(html, subtype="html")
    if calendar:
        _add_calendar(message, *calendar)
    for name, media_type, content in letter.attachments:
        _attach(message, name, media_type, content)
    # Last, for setting the content drops every header about content.
    message["Content-Language"] = letter.language
    return message


def _add_calendar(message: EmailMessage, method: str, octets: bytes) -> None:
    """As RFC 6047 §2.4 wants it, last among the alternatives, and once more as a file for programs that know only such.

    In base64, so that no server that rewrites lines touches them; the part that is no file has no disposition.
    """
    message.add_alternative(
        octets, maintype="text", subtype="calendar", cte="base64", params={"method": method, "charset": "UTF-8"}
    )
    message.add_attachment(octets, maintype="application", subtype="ics", filename="invite.ics")


def _attach(message: EmailMessage, name: str, media_type: str, content: str) -> None:
    maintype, _, subtype = media_type.partition("/")
    try:
        octets = place_of(content).read_bytes()
    except OSError as fault:
        raise Refused(f"the file “{name}” cannot be read: {fault.strerror}", is_final=True) from None
    message.add_attachment(
        octets, maintype=maintype or "application", subtype=subtype or "octet-stream", filename=" ".join(name.split())
    )


def _sender(settings: Settings) -> Address:
    return Address(display_name=settings.organisation, addr_spec=settings.mail_from)


Send = Callable[[EmailMessage], None]


@contextmanager
def transport(settings: Settings) -> Iterator[Send]:
    """A way to send several mails, one after the other, over one connection; raises what `Send` raises.

    `send(message)` returns when the mail has been taken over, or raises ServerAway or Refused.
    """
    if settings.smtp_url is None:
        yield partial(_write_file, settings.outbox_folder)
        return
    line = _Line(settings.smtp_url)
    try:
        yield line.send
    finally:
        line.hang_up()


def _write_file(folder: Path, message: EmailMessage) -> None:
    """Write the mail whole or not at all, under a name that sorts by time and is the same when sent again."""
    stamp = message["Date"].datetime.strftime("%Y%m%dT%H%M%SZ")
    name = f"{stamp}-{message['Message-ID'].strip('<>').partition('@')[0]}.eml"
    draft = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(message.as_bytes())
        draft.replace(folder / name)
    except OSError as failure:
        raise ServerAway(str(failure)) from None


class _Line:
    """A connection to the mail server, made when first needed and again when it was dropped."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._server: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        server = self._server or self._call()
        try:
            server.send_message(message)
        except smtplib.SMTPNotSupportedError as refusal:
            raise Refused(f"the mail server cannot write to this address: {refusal}", is_final=True) from None
        except smtplib.SMTPRecipientsRefused as refusal:
            code, words = next(iter(refusal.recipients.values()))
            raise Refused(f"{code} {_text(words)}", is_final=code >= 500) from None
        except smtplib.SMTPResponseException as refusal:
            # A refused sender is our own setting and can be mended; a refused text will always be.
            is_final = refusal.smtp_code >= 500 and isinstance(refusal, smtplib.SMTPDataError)
            raise Refused(f"{refusal.smtp_code} {_text(refusal.smtp_error)}", is_final=is_final) from None
        except (OSError, smtplib.SMTPException) as failure:
            raise Refused(f"the connection was lost: {failure}") from None
        finally:
            if server.sock is None:  # ended by either side, with a 421 too (RFC 5321 §3.8)
                self._server = None

    def _call(self) -> smtplib.SMTP:
        try:
            self._server = connect(self._url)
        except (OSError, smtplib.SMTPException, BadSetting) as failure:
            raise ServerAway(str(failure)) from None
        return self._server

    def hang_up(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._server = None


class _Brisk(smtplib.SMTP):
    """Waits no longer than TIMEOUT for a whole answer, or than six of that for a mail with all of its answers.

    The library itself waits so long for each byte of it.
    """

    _is_limited = False

    def send_message(self, *args: Any, **kwargs: Any) -> Any:
        assert self.sock is not None, "only a standing connection is kept"
        with cut_after(6 * TIMEOUT, self.sock):
            self._is_limited = True
            try:
                return super().send_message(*args, **kwargs)
            finally:
                self._is_limited = False

    def getreply(self) -> tuple[int, bytes]:
        if self._is_limited:
            return super().getreply()
        assert self.sock is not None, "asked for after connecting"
        with cut_after(TIMEOUT, self.sock):
            return super().getreply()


class _BriskOverTls(_Brisk, smtplib.SMTP_SSL):
    pass


def connect(url: str) -> smtplib.SMTP:
    """Connect to `smtp://user:password@host:port?starttls=1` or `smtps://…`; raises OSError or SMTPException.

    A server's certificate is checked, and the server is greeted: one that hangs up there has refused no mail. Raises
    BadSetting for an address of another form.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadSetting("PORTAL_SMTP_URL: not of the form smtp://user:password@host:port or smtps://….")
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise BadSetting("PORTAL_SMTP_URL: the port is not a number up to 65535.") from None
    if parts.scheme == "smtps":
        server: smtplib.SMTP = _BriskOverTls(
            parts.hostname, port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        server = _Brisk(parts.hostname, port, timeout=TIMEOUT)
    try:
        if parse_qs(parts.query).get("starttls") == ["1"]:
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words

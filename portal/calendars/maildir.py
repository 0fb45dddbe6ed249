"""A mailbox in the form of a folder (maildir), which the mail server writes into."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from portal.calendars.envelopes import MOST_OCTETS
from portal.calendars.mailboxes import Incoming, MailboxAway


@contextmanager
def opened(folder: Path) -> Iterator[Iterator[Incoming]]:
    """What is new there, in the order in which it came."""
    try:
        new = folder / "new"
        yield _mails(sorted(new.iterdir()) if new.is_dir() else [])
    except OSError as failure:
        raise MailboxAway(str(failure)) from None


def _mails(files: list[Path]) -> Iterator[Incoming]:
    for file in files:
        # Another worker may have put it away meanwhile.
        with suppress(FileNotFoundError):
            with file.open("rb") as mail:
                octets = mail.read(MOST_OCTETS + 1)
            yield Incoming(octets[:MOST_OCTETS], len(octets) <= MOST_OCTETS, partial(_put_away, file))


def _put_away(file: Path) -> None:
    """Mark the mail as seen, as a maildir does: by its name and folder."""
    seen = file.parent.parent / "cur"
    seen.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        file.rename(seen / (file.name.partition(":")[0] + ":2,S"))

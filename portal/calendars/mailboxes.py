"""What a mailbox is, wherever it stands: new mails, one after the other, each put away when it was dealt with."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple


class MailboxAway(Exception):
    """The mailbox cannot be read now and is tried again; the words are for the log and hold no secret."""


class Incoming(NamedTuple):
    """One new mail. `put_away` marks it as read, and raises MailboxAway."""

    octets: bytes
    # Whether that is all of it: the rest of what is too large is not fetched.
    is_whole: bool
    put_away: Callable[[], None]


# Opening it and reading on raise MailboxAway.
Mailbox = AbstractContextManager[Iterator[Incoming]]

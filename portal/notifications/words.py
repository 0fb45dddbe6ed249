"""What is said: words that are made in each reader's language, and cut to fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Words = Callable[[], tuple[str, str]]
LONGEST_SUBJECT = 300


def shorten(words: str, length: int) -> str:
    """The words on one line of at most so many characters."""
    line = " ".join(words.split())
    return line if len(line) <= length else line[: length - 1] + "…"


@dataclass(frozen=True)
class Enclosed:
    """What mails carry besides the words of a notice.

    `attachments` are [file name, media type, name in `core.files`]; `links` answers [words, address] for one reader's
    id, if any, and is called in that reader's language.
    `layout` is one of `laying.LAYOUTS`, or nothing for plain paragraphs.
    """

    layout: str | None = None
    attachments: Sequence[Sequence[str]] = ()
    links: Callable[[int], list[list[str]] | None] | None = None

    def columns_for(self, reader_id: int) -> dict[str, object]:
        """The columns of a mail to that reader; call it while speaking to them."""
        return {
            "layout": self.layout, "attachments": [list(one) for one in self.attachments] or None,
            "links": self.links(reader_id) if self.links else None,
        }


NOTHING = Enclosed()

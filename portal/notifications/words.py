"""What is said: words that are made in each reader's language, and cut to fit."""

from collections.abc import Callable

Words = Callable[[], tuple[str, str]]
LONGEST_SUBJECT = 300


def shorten(words: str, length: int) -> str:
    """The words on one line of at most so many characters."""
    line = " ".join(words.split())
    return line if len(line) <= length else line[: length - 1] + "…"

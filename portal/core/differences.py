"""What differs between two texts, word by word."""

import re
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar

# A Latin word, else one character: Chinese is compared character by character.
WORDS = re.compile(r"[^\W\u2e80-\uffef]+|\s+|.", re.DOTALL)
# Above that, words are not told apart any more: the time grows with the square.
MOST_WORDS = 6000

Key = TypeVar("Key", bound=Hashable)


class Piece(NamedTuple):
    """Some words: the same on both sides (`same`), taken out (`out`) or put in (`in`)."""

    sort: str
    text: str


def told_apart(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, those marked that only one of them has."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    head = _same(old, new)
    tail = _same(old[head:][::-1], new[head:][::-1])
    start, end = _whole("same", "".join(old[:head])), _whole("same", "".join(old[len(old) - tail:]))
    was, now = _changed(old[head:len(old) - tail], new[head:len(new) - tail])
    return _joined([*start, *was, *end]), _joined([*start, *now, *end])


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    unlike = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(unlike, min(len(one), len(other)))


def _changed(old: Sequence[str], new: Sequence[str]) -> tuple[list[Piece], list[Piece]]:
    if len(old) + len(new) > MOST_WORDS:
        return _whole("out", "".join(old)), _whole("in", "".join(new))
    was: list[Piece] = []
    now: list[Piece] = []
    # What stands everywhere, as spaces do, begins no match in a long text: else rewritten pages take minutes.
    for change, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        was += _whole("same" if change == "equal" else "out", "".join(old[a:b]))
        now += _whole("same" if change == "equal" else "in", "".join(new[c:d]))
    return was, now


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, with words that changed side by side marked as one, spaces between them included."""
    joined: list[Piece] = []
    for place, piece in enumerate(pieces):
        between = place + 1 < len(pieces) and joined and not piece.text.strip() and joined[-1].sort != "same"
        sort = joined[-1].sort if between else piece.sort
        if joined and joined[-1].sort == sort:
            joined[-1] = Piece(sort, joined[-1].text + piece.text)
        else:
            joined.append(Piece(sort, piece.text))
    return joined


def _whole(sort: str, text: str) -> list[Piece]:
    return [Piece(sort, text)] if text else []


def merged_keys(old: Sequence[Key], new: Sequence[Key]) -> list[Key]:
    """The keys of both: the later order, with each that is gone after the one it followed."""
    merged = list(new)
    for place, key in enumerate(old):
        if key not in merged:
            follows = old[place - 1] if place else None
            merged.insert(merged.index(follows) + 1 if follows in merged else 0, key)
    return merged

"""What differs between two versions of minutes, part by part and word by word."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext, reader, speaking_to
from portal.minutes.contents import Content
from portal.minutes.phrases import attendance_of, carried_words, facts_of, resolution_words, vote_words, zone_of

# A Latin word, else one character: Chinese is compared character by character.
WORDS = re.compile(r"[^\W\u2e80-\uffef]+|\s+|.", re.DOTALL)
# Above that, words are not told apart any more: the time grows with the square.
MOST_WORDS = 6000

Key = tuple[int | str, ...]


class Piece(NamedTuple):
    """Some words: the same on both sides (`same`), taken out (`out`) or put in (`in`)."""

    sort: str
    text: str


class Row(NamedTuple):
    """One part of the minutes, as it was and as it is; without pieces on a side where it is missing there."""

    label: str
    before: Sequence[Piece]
    after: Sequence[Piece]
    is_changed: bool


def differences(before: Content, after: Content) -> list[Row]:
    """All parts that either version has, in the order of the later one; what was taken out stays where it was."""
    old, new = _parts(before), _parts(after)
    return [_row(new.get(key) or old[key], old.get(key), new.get(key)) for key in _merged(list(old), list(new))]


def _row(named: tuple[str, str], old: tuple[str, str] | None, new: tuple[str, str] | None) -> Row:
    was, now = old[1] if old else "", new[1] if new else ""
    before, after = told_apart(was, now)
    return Row(named[0], before, after, was != now)


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


def _merged(old: Sequence[Key], new: Sequence[Key]) -> list[Key]:
    """The keys of both: the later order, with each that is gone after the one it followed."""
    merged = list(new)
    for place, key in enumerate(old):
        if key not in merged:
            follows = old[place - 1] if place else None
            merged.insert(merged.index(follows) + 1 if follows in merged else 0, key)
    return merged


def _parts(content: Content) -> dict[Key, tuple[str, str]]:
    """Heading and text of everything that can differ, by what it is."""
    with speaking_to(reader().locale, zone_of(content)):
        parts: dict[Key, tuple[str, str]] = {("title",): (_("Title"), content["title"])}
        for label, value in (*facts_of(content), *attendance_of(content)):
            parts["fact", label] = (label, value)
        parts["opening",] = (pgettext("minutes", "Opening words"), content["opening"])
        for line in content["lines"]:
            parts.update(_of_line(line))
        further = _rows(map(resolution_words, content["resolutions"]))
        carried = _rows(map(carried_words, content["carried"]))
        parts["further",] = (pgettext("minutes", "Further resolutions"), further)
        parts["carried",] = (pgettext("minutes", "From earlier meetings"), carried)
        parts["closing",] = (pgettext("minutes", "Closing words"), content["closing"])
    return {key: part for key, part in parts.items() if part[1]}


def _of_line(line: Content) -> dict[Key, tuple[str, str]]:
    texts = {
        "heading": (pgettext("minutes", "Heading"), line["title"]),
        "discussion": (pgettext("minutes", "Discussion"), line["discussion"]),
        "conclusion": (pgettext("minutes", "Conclusion"), line["conclusion"]),
        "votes": (pgettext("minutes", "Votes"), _rows(map(vote_words, line["votes"]))),
        "resolutions": (_("Resolutions"), _rows(map(resolution_words, line["resolutions"]))),
    }
    return {("line", line["id"], name): (f"{line['title']} · {label}", text) for name, (label, text) in texts.items()}


def _rows(texts: Iterable[str]) -> str:
    return "\n".join(texts)

"""What differs between two versions of minutes, part by part and word by word."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from portal.core.differences import Piece, merged_keys, told_apart
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext, reader, speaking_to
from portal.minutes.contents import Content
from portal.minutes.phrases import attendance_of, carried_words, facts_of, resolution_words, vote_words, zone_of

Key = tuple[int | str, ...]


class Row(NamedTuple):
    """One part of the minutes, as it was and as it is; without pieces on a side where it is missing there."""

    label: str
    before: Sequence[Piece]
    after: Sequence[Piece]
    is_changed: bool


def differences(before: Content, after: Content) -> list[Row]:
    """All parts that either version has, in the order of the later one; what was taken out stays where it was."""
    old, new = _parts(before), _parts(after)
    return [_row(new.get(key) or old[key], old.get(key), new.get(key)) for key in merged_keys(list(old), list(new))]


def _row(named: tuple[str, str], old: tuple[str, str] | None, new: tuple[str, str] | None) -> Row:
    was, now = old[1] if old else "", new[1] if new else ""
    before, after = told_apart(was, now)
    return Row(named[0], before, after, was != now)


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

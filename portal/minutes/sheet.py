"""Minutes as a document in the reader's language: what DOCX, PDF, text and page have in common.

The order follows the layout of official minutes (会议纪要, GB/T 9704-2012 §10.3): heading, what was dealt with, who was
there, to whom it goes. Times are on the meeting's own clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.core.i18n import gettext as _
from portal.core.i18n import local, pgettext, plain_day, reader, speaking_to
from portal.meetings.models import Confidentiality
from portal.minutes.contents import Content
from portal.minutes.models import Addendum
from portal.minutes.phrases import (
    attendance_of,
    carried_words,
    facts_of,
    instant_of,
    listed,
    part_number,
    resolution_words,
    section_number,
    vote_words,
    zone_of,
)


class Sort(StrEnum):
    """What a block of the text is."""

    SECTION = "section"  # 一、
    PART = "part"  # （一）
    TEXT = "text"
    ITEM = "item"  # a resolution


@dataclass(frozen=True)
class Block:
    """One paragraph; a resolution's also says which it is, for pages that lead there."""

    sort: Sort
    text: str
    resolution_id: int | None = None


@dataclass(frozen=True)
class Sheet:
    """All words of the document, in order."""

    organisation: str
    name: str
    title: str
    number: str
    # The day from which they stand, if they do; else that of the meeting.
    day: str
    # Who may read it, or that it is a draft; written on every page.
    marks: Sequence[str]
    is_draft: bool
    facts: Sequence[tuple[str, str]]
    body: Sequence[Block]
    attendance: Sequence[tuple[str, str]]
    addenda: Sequence[Block]
    sending: Sequence[tuple[str, str]]
    notes: Sequence[str]
    is_secret: bool

    @property
    def file_title(self) -> str:
        """What the file and its title bar are called: where they lie others may read it."""
        return " ".join(filter(None, (self.name, self.number, "" if self.is_secret else self.title)))


def sheet_of(content: Content, addenda: Iterable[Addendum] = (), sent_to: Sequence[str] = ()) -> Sheet:
    """The document of what was kept or stands now, with what was added since and whom it was handed out to."""
    with speaking_to(reader().locale, zone_of(content)):
        secret, draft = content["confidentiality"] == Confidentiality.SECRET, not content["number"]
        day = content["final_at"] or content["starts_at"]
        return Sheet(
            organisation=content["organisation"] or content["department"],
            name=pgettext("of a meeting", "Minutes"), title=content["title"], number=content["number"],
            day=plain_day(local(instant_of(day)).date()),
            marks=[*([pgettext("confidentiality", "Secret")] if secret else []), *([_("Draft")] if draft else [])],
            is_draft=draft, facts=facts_of(content), body=_body(content), attendance=attendance_of(content),
            addenda=[_addendum(one) for one in addenda],
            sending=[(pgettext("minutes", "Sent to"), listed(sent_to))] if sent_to else [],
            notes=_notes(content), is_secret=secret,
        )


def _notes(content: Content) -> list[str]:
    if content["is_marked"] or not content["present"]:
        return []
    return [_("Nobody was marked as present; those who had said that they would come are named.")]


# --- What was dealt with ---


def _body(content: Content) -> list[Block]:
    blocks = _paragraphs(content["opening"])
    sections = [_section(line) for line in content["lines"]]
    sections += [
        (heading, rows) for heading, rows in (
            (pgettext("minutes", "Further resolutions"), _resolutions(content["resolutions"])),
            (pgettext("minutes", "From earlier meetings"), _carried(content["carried"])),
            (pgettext("minutes", "Closing words"), _paragraphs(content["closing"])),
        ) if rows
    ]
    for number, (heading, rows) in enumerate(sections, 1):
        blocks += [Block(Sort.SECTION, section_number(number) + heading), *rows]
    return blocks


def _section(line: Content) -> tuple[str, list[Block]]:
    heading = line["title"]
    if line["presenter"]:
        heading = pgettext("remark on a name", "%(name)s (%(remark)s)", name=heading, remark=line["presenter"])
    parts = [(label, rows) for label, rows in parts_of(line) if rows]
    if len(parts) == 1 and parts[0][1][0].sort == Sort.TEXT:
        return heading, parts[0][1]
    rows: list[Block] = []
    for number, (label, blocks) in enumerate(parts, 1):
        rows += [Block(Sort.PART, part_number(number) + label), *blocks]
    return heading, rows


def parts_of(line: Content) -> list[tuple[str, list[Block]]]:
    """What a line of the minutes has, each with its heading."""
    return [
        (pgettext("minutes", "Discussion"), _paragraphs(line["discussion"])),
        (pgettext("minutes", "Conclusion"), _paragraphs(line["conclusion"])),
        (pgettext("minutes", "Votes"), [Block(Sort.TEXT, vote_words(vote)) for vote in line["votes"]]),
        (_("Resolutions"), _resolutions(line["resolutions"])),
    ]


def _paragraphs(text: str) -> list[Block]:
    return [Block(Sort.TEXT, row.strip()) for row in text.splitlines() if row.strip()]


def _resolutions(resolved: Sequence[Content]) -> list[Block]:
    return [
        Block(Sort.ITEM, f"{number}. {resolution_words(one)}", one["id"]) for number, one in enumerate(resolved, 1)
    ]


def _carried(carried: Sequence[Content]) -> list[Block]:
    return [
        Block(Sort.ITEM, f"{number}. {carried_words(one)}", one["id"]) for number, one in enumerate(carried, 1)
    ]


def _addendum(one: Addendum) -> Block:
    words = " ".join(one.words.split())
    label = _("Addendum %(number)s, %(day)s, %(name)s", number=one.number, day=plain_day(local(one.at).date()),
              name=one.by.name)
    return Block(Sort.TEXT, _("%(label)s: %(value)s", label=label, value=words))

"""Minutes as a document in the reader's language: what DOCX, PDF, text and page have in common.

The order follows the layout of official minutes (会议纪要, GB/T 9704-2012 §10.3): heading, what was dealt with, who was
there, to whom it goes. Times are on the meeting's own clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from portal.core.i18n import gettext as _
from portal.core.i18n import hours_span, local, long_day, pgettext, plain_day, reader, span, speaking_to, zone_name
from portal.meetings.models import Confidentiality
from portal.minutes.contents import Content
from portal.minutes.models import Addendum

DIGITS = "〇一二三四五六七八九"


class Sort(StrEnum):
    """What a block of the text is."""

    SECTION = "section"  # 一、
    PART = "part"  # （一）
    TEXT = "text"
    ITEM = "item"
    NOTE = "note"


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
    notes: Sequence[str] = field(default=())

    @property
    def file_title(self) -> str:
        """What the file and its title bar are called: where they lie others may read it."""
        return " ".join(filter(None, (self.name, self.number, "" if self.is_secret else self.title)))

    is_secret: bool = False


def sheet_of(content: Content, addenda: Iterable[Addendum] = (), sent_to: Sequence[str] = ()) -> Sheet:
    """The document of what was kept or stands now, with what was added since and whom it was handed out to."""
    with speaking_to(reader().locale, _zone(content)):
        secret, draft = content["confidentiality"] == Confidentiality.SECRET, not content["number"]
        day = content["final_at"] or content["starts_at"]
        return Sheet(
            organisation=content["organisation"] or content["department"],
            name=pgettext("of a meeting", "Minutes"), title=content["title"], number=content["number"],
            day=plain_day(local(_instant(day)).date()),
            marks=[*([pgettext("confidentiality", "Secret")] if secret else []), *([_("Draft")] if draft else [])],
            is_draft=draft, facts=facts_of(content), body=_body(content), attendance=attendance_of(content),
            addenda=[_addendum(one) for one in addenda],
            sending=[(pgettext("minutes", "Sent to"), listed(sent_to))] if sent_to else [],
            notes=_notes(content), is_secret=secret,
        )


def _zone(content: Content) -> ZoneInfo:
    return ZoneInfo(content["zone"])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- What is said of the meeting ---


def facts_of(content: Content) -> list[tuple[str, str]]:
    """When, where, chaired and recorded by whom; only what is known."""
    facts = [
        (_("Time"), _time(content)), (_("Place"), content["place"]), (_("Chair"), content["chair"]),
        (_("Recorder"), content["recorder"]), (_("Kind of meeting"), content["kind"]),
        (pgettext("minutes", "Meeting number"), content["meeting_number"]), (_("Quorum"), _quorum(content["quorum"])),
    ]
    return [(label, value) for label, value in facts if value]


def _time(content: Content) -> str:
    starts_at, ends_at = _instant(content["starts_at"]), _instant(content["ends_at"])
    first, last = local(starts_at).date(), local(ends_at).date()
    time = f"{long_day(first)} {hours_span(starts_at, ends_at)}" if first == last else span(starts_at, ends_at)
    return time if _zone(content).key == "Asia/Shanghai" else f"{time} ({zone_name(starts_at)})"


def _quorum(quorum: dict[str, Any] | None) -> str:
    if not quorum:
        return ""
    said = _("%(count)s of %(entitled)s with a vote were there, %(needed)s were needed", count=quorum["counted"],
             entitled=quorum["entitled"], needed=quorum["needed"])
    return said if quorum["is_reached"] else said + pgettext("between parts", "; ") + _("not reached")


def attendance_of(content: Content) -> list[tuple[str, str]]:
    """出席, 列席, 请假, 缺席: each with names by unit, where there is anybody."""
    late = [{**one, "is_late": True} for one in content["late"]]
    here = [*content["present"], *late]
    groups = (
        (pgettext("minutes", "Present"), [one for one in here if not one["sat_in"]]),
        (pgettext("minutes", "Sitting in"), [one for one in here if one["sat_in"]]),
        (pgettext("minutes", "Excused"), content["excused"]),
        (pgettext("minutes", "Absent"), content["absent"]),
    )
    return [(label, _by_unit(people)) for label, people in groups if people]


def _by_unit(people: Sequence[Content]) -> str:
    """Names in their order, those of one unit that follow one another together."""
    groups = []
    for unit, ones in groupby(people, lambda one: one["unit"]):
        names = listed(named(one) for one in ones)
        groups.append(pgettext("people of a unit", "%(unit)s: %(names)s", unit=unit, names=names) if unit else names)
    return pgettext("between groups", "; ").join(groups)


def named(one: Content) -> str:
    """Somebody's name, and in brackets what is to be said of how they came or why they did not."""
    remarks = [
        pgettext("attendance", "Late") if one.get("is_late") else "",
        pgettext("substitute", "for %(person)s", person=one["instead_of"]) if one["instead_of"] else "",
        _("represented by %(person)s", person=one["replaced_by"]) if one["replaced_by"] else "",
        one["reason"],
    ]
    said = pgettext("between parts", "; ").join(filter(None, remarks))
    return pgettext("remark on a name", "%(name)s (%(remark)s)", name=one["name"], remark=said) if said else one["name"]


def listed(names: Iterable[str]) -> str:
    return pgettext("between names", ", ").join(names)


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


def vote_words(vote: Content) -> str:
    """Question, result and counts in one sentence; names only of an open vote that has them."""
    result = _("adopted") if vote["is_adopted"] else _("not adopted")
    said = _(
        "%(question)s — %(result)s: %(in_favour)s for, %(against)s against, %(abstained)s abstained, of %(entitled)s "
        "entitled",
        question=vote["question"], result=result, in_favour=vote["in_favour"], against=vote["against"],
        abstained=vote["abstained"], entitled=vote["entitled"],
    )
    more = [
        _("secret vote") if vote["is_secret"] else _("open vote"), "" if vote["had_quorum"] else _("without a quorum"),
        " ".join(vote["names"].split()),
    ]
    return pgettext("between parts", "; ").join([said, *filter(None, more)])


def _resolutions(resolved: Sequence[Content]) -> list[Block]:
    return [
        Block(Sort.ITEM, f"{number}. {resolution_words(one)}", one["id"]) for number, one in enumerate(resolved, 1)
    ]


def resolution_words(one: Content) -> str:
    """Text, number, and in brackets who does it until when."""
    duty = _(
        "responsible: %(department)s, owner: %(owner)s, due: %(day)s", department=one["department"],
        owner=one["owner"], day=plain_day(date.fromisoformat(one["due_on"])),
    )
    text = " ".join(one["text"].split())
    said = pgettext("remark on a name", "%(name)s (%(remark)s)", name=text, remark=duty)
    return f"{said} [{one['number']}]" if one["number"] else said


def _carried(carried: Sequence[Content]) -> list[Block]:
    return [
        Block(Sort.ITEM, f"{number}. {carried_words(one)}", one["id"]) for number, one in enumerate(carried, 1)
    ]


def carried_words(one: Content) -> str:
    """What was resolved before, and what this meeting said of it."""
    words = " ".join(one["words"].split())
    said = resolution_words(one)
    return _("%(label)s: %(value)s", label=said, value=words) if words else said


def _addendum(one: Addendum) -> Block:
    words = " ".join(one.words.split())
    label = _("Addendum %(number)s, %(day)s, %(name)s", number=one.number, day=plain_day(local(one.at).date()),
              name=one.by.name)
    return Block(Sort.TEXT, _("%(label)s: %(value)s", label=label, value=words))


# --- Numbers of headings ---


def section_number(number: int) -> str:
    return f"{_chinese(number)}、" if is_chinese() else f"{number}. "


def part_number(number: int) -> str:
    return f"（{_chinese(number)}）" if is_chinese() else f"({number}) "


def is_chinese() -> bool:
    return reader().locale.startswith("zh")


def _chinese(number: int) -> str:
    """1 to 999 as headings count: 十二, 二十, 一百零三."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十") + (DIGITS[ones] if ones else "")
    elif ones:
        said += ("零" if hundreds else "") + DIGITS[ones]
    return said

"""What the parts of minutes are called, and said in one sentence each, in the reader's language.

They take what `contents.py` keeps. Times are on the reader's clock: `sheet.py` lets the meeting's own be that.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from portal.core.i18n import gettext as _
from portal.core.i18n import hours_span, local, long_day, pgettext, plain_day, reader, span, zone_name
from portal.minutes.contents import Content

DIGITS = "〇一二三四五六七八九"


def zone_of(content: Content) -> ZoneInfo:
    return ZoneInfo(content["zone"])


def instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def facts_of(content: Content) -> list[tuple[str, str]]:
    """When, where, chaired and recorded by whom; only what is known."""
    facts = [
        (_("Time"), _time(content)), (_("Place"), content["place"]), (_("Chair"), content["chair"]),
        (_("Recorder"), content["recorder"]), (_("Kind of meeting"), content["kind"]),
        (pgettext("minutes", "Meeting number"), content["meeting_number"]), (_("Quorum"), _quorum(content["quorum"])),
    ]
    return [(label, value) for label, value in facts if value]


def _time(content: Content) -> str:
    starts_at, ends_at = instant_of(content["starts_at"]), instant_of(content["ends_at"])
    first, last = local(starts_at).date(), local(ends_at).date()
    time = f"{long_day(first)} {hours_span(starts_at, ends_at)}" if first == last else span(starts_at, ends_at)
    return f"{time} ({zone_name(starts_at)})" if content.get("is_elsewhere") else time


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


def resolution_words(one: Content) -> str:
    """Text, number, and in brackets who does it until when."""
    duty = _(
        "responsible: %(department)s, owner: %(owner)s, due: %(day)s", department=one["department"],
        owner=one["owner"], day=plain_day(date.fromisoformat(one["due_on"])),
    )
    text = " ".join(one["text"].split())
    said = pgettext("remark on a name", "%(name)s (%(remark)s)", name=text, remark=duty)
    return f"{said} [{one['number']}]" if one["number"] else said


def carried_words(one: Content) -> str:
    """What was resolved before, and what this meeting said of it."""
    if one.get("is_hidden"):
        return _("A confidential resolution")
    words = " ".join(one["words"].split())
    said = resolution_words(one)
    return _("%(label)s: %(value)s", label=said, value=words) if words else said


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

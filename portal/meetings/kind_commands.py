"""Kinds of meetings: added, changed, retired and taken into use again by those who keep them."""

import re
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy
from portal.meetings.changing import one_line
from portal.meetings.kinds import ORDINARY
from portal.meetings.models import Confidentiality, MeetingKind
from portal.regulations.profiles import PROFILES

LONGEST_NAME, LONGEST_PREFIX, MOST_DAYS = 100, 12, 90
# What a number may begin with: letters of any script, digits, and what separates them; no spaces.
PREFIX = re.compile(r"[\w\-〔〕\[\]()（）]+")
RANGES = {
    "quorum_percent": (1, 100), "answer_days": (0, MOST_DAYS), "lead_days": (0, MOST_DAYS),
    "check_in_minutes": (0, 600), "late_minutes": (0, 240),
}


class Settings(NamedTuple):
    """What holds for all meetings of a kind, as the columns of MeetingKind say.

    Under a regulation its meetings need approval, whatever `needs_approval` says.
    """

    name: str
    prefix: str
    confidentiality: Confidentiality = Confidentiality.INVITED
    needs_approval: bool = False
    leave_needs_approval: bool = False
    substitute_needs_approval: bool = False
    quorum_percent: int | None = None
    answer_days: int | None = None
    urge_days: str = ""
    lead_days: int = 0
    check_in_minutes: int = 60
    late_minutes: int = 10
    has_check_out: bool = False
    has_votes: bool = False
    resolutions_need_approval: bool = False
    delay_needs_leader: bool = False
    profile: str = ""


def add_kind(actor: Person, settings: Settings) -> MeetingKind:
    """Make a kind of meeting known. Raises NotAllowed, or DomainError naming the field."""
    allow(policy.may_keep_kinds(actor))
    values = _checked(settings, None)
    kind = MeetingKind(**values)
    db.session.add(kind)
    db.session.flush()
    record(actor, "meeting_kind.added", kind, **values)
    return kind


def change_kind(actor: Person, kind: MeetingKind, settings: Settings) -> None:
    """Let other settings hold for its meetings from now on; numbers given stay. Raises what `add_kind` does."""
    allow(policy.may_keep_kinds(actor))
    values = _checked(settings, kind)
    before = {name: getattr(kind, name) for name in values}
    for name, value in values.items():
        setattr(kind, name, value)
    db.session.flush()
    other = {name: value for name, value in values.items() if before[name] != value}
    record(actor, "meeting_kind.changed", kind, **{"name": kind.name, **other})


def retire_kind(actor: Person, kind: MeetingKind) -> None:
    """Let no new meeting be of that kind; those that are stay so."""
    allow(policy.may_keep_kinds(actor))
    if kind.retired_at is not None:
        raise DomainError(_("This kind is out of use already."))
    kind.retired_at = clock.now()
    db.session.flush()
    record(actor, "meeting_kind.retired", kind, name=kind.name)


def reopen_kind(actor: Person, kind: MeetingKind) -> None:
    """Let new meetings be of that kind again."""
    allow(policy.may_keep_kinds(actor))
    if kind.retired_at is None:
        raise DomainError(_("This kind is in use already."))
    kind.retired_at = None
    db.session.flush()
    record(actor, "meeting_kind.reopened", kind, name=kind.name)


def _checked(settings: Settings, kind: MeetingKind | None) -> dict[str, Any]:
    values = {**settings._asdict(), "name": one_line(settings.name), "prefix": settings.prefix.strip()}
    _check_texts(values, kind)
    for field, (least, most) in RANGES.items():
        if values[field] is not None and not least <= values[field] <= most:
            raise DomainError(_("Please give a number from %(least)s to %(most)s.", least=least, most=most), field)
    values["urge_days"] = _days(settings.urge_days)
    if settings.profile not in ("", *PROFILES):
        raise DomainError(_("There is no such regulation."), "profile")
    values["needs_approval"] = settings.needs_approval or bool(settings.profile)
    return values


def _check_texts(values: dict[str, Any], kind: MeetingKind | None) -> None:
    if not 0 < len(values["name"]) <= LONGEST_NAME:
        raise DomainError(_("Please give a name of at most %(count)s characters.", count=LONGEST_NAME), "name")
    if len(values["prefix"]) > LONGEST_PREFIX or not PREFIX.fullmatch(values["prefix"]):
        raise DomainError(
            _("Please give at most %(count)s letters or digits, without spaces.", count=LONGEST_PREFIX), "prefix"
        )
    if _is_taken(func.lower(MeetingKind.name) == values["name"].lower(), kind):
        raise DomainError(_("Another kind is called that."), "name")
    if values["prefix"] == ORDINARY.prefix or _is_taken(MeetingKind.prefix == values["prefix"], kind):
        raise DomainError(_("The numbers of other meetings begin with that."), "prefix")


def _is_taken(condition: ColumnElement[bool], kind: MeetingKind | None) -> bool:
    others = [MeetingKind.id != kind.id] if kind else []
    return db.session.scalars(select(MeetingKind.id).where(condition, *others)).first() is not None


def _days(text: str) -> str:
    """Days such as `3,1`, the most first; raises DomainError for anything else."""
    parts = [part for part in re.split(r"[\s,，、;]+", text) if part]
    if not all(part.isascii() and part.isdigit() and int(part) <= MOST_DAYS for part in parts) or len(parts) > 10:
        raise DomainError(_("Please give days such as “3, 1”, at most ten of them."), "urge_days")
    return ",".join(map(str, sorted({int(part) for part in parts}, reverse=True)))

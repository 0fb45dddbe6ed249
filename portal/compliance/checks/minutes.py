"""Checks of the minutes: who writes them, what they hold, how they became final, and who has them."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, select

from portal.accounts.models import Person
from portal.compliance.checks.agenda import minutes_page
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import (
    MINUTES_DAYS,
    is_past,
    lacking,
    last_day,
    named,
    on_clock,
    organizer,
    tab,
)
from portal.compliance.checks.people import holder, in_part, people_page
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Verdict, due, met, open_
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Part
from portal.minutes.models import (
    FileSort,
    Minutes,
    MinutesComment,
    MinutesCopy,
    MinutesFile,
    MinutesLine,
    MinutesVersion,
    Why,
)
from portal.regulations.profiles import Clause

# The organisation's own choice: working days after the minutes are final until all have their copy.
COPY_DAYS = 5


class Kept(NamedTuple):
    """The minutes of a meeting."""

    meeting_id: int
    id: int
    closing: str
    submitted_at: datetime | None
    submitted_by_id: int | None
    final_at: datetime | None
    final_by: str
    is_frozen: bool
    open_comments: int


class Said(NamedTuple):
    """One line of the minutes."""

    meeting_id: int
    agenda_item_id: int | None
    discussion: str
    conclusion: str


class Copy(NamedTuple):
    """A copy of the final minutes, and whose it is."""

    meeting_id: int
    person_id: int


@loads("minutes", lambda: None)
def _minutes(batch: Batch) -> Mapping[int, Kept]:
    frozen = exists().where(MinutesVersion.minutes_id == Minutes.id, MinutesVersion.why == Why.FINAL)
    comments = (
        select(func.count()).select_from(MinutesComment)
        .where(MinutesComment.minutes_id == Minutes.id, MinutesComment.settled_at.is_(None)).scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Minutes.meeting_id, Minutes.id, Minutes.closing, Minutes.submitted_at, Minutes.submitted_by_id,
            Minutes.final_at, func.coalesce(Person.name, ""), frozen, comments,
        )
        .outerjoin(Person, Person.id == Minutes.final_by_id)
        .where(Minutes.meeting_id.in_(batch.ids))
    )
    return {row[0]: Kept._make(row) for row in rows}


@loads("minutes_lines")
def _lines(batch: Batch) -> Mapping[int, list[Said]]:
    rows = db.session.execute(
        select(Minutes.meeting_id, MinutesLine.agenda_item_id, MinutesLine.discussion, MinutesLine.conclusion)
        .join(MinutesLine, MinutesLine.minutes_id == Minutes.id)
        .where(Minutes.meeting_id.in_(batch.ids))
    )
    return by_meeting(Said._make(row) for row in rows)


@loads("copies")
def _copies(batch: Batch) -> Mapping[int, list[Copy]]:
    rows = db.session.execute(
        select(Minutes.meeting_id, MinutesCopy.person_id)
        .join(MinutesCopy, MinutesCopy.minutes_id == Minutes.id)
        .where(Minutes.meeting_id.in_(batch.ids))
    )
    return by_meeting(Copy._make(row) for row in rows)


@loads("recordings")
def _recordings(batch: Batch) -> Mapping[int, list[tuple[int, str]]]:
    rows = db.session.execute(
        select(Minutes.meeting_id, MinutesFile.title)
        .join(MinutesFile, and_(MinutesFile.minutes_id == Minutes.id, MinutesFile.removed_at.is_(None)))
        .where(Minutes.meeting_id.in_(batch.ids), MinutesFile.sort == FileSort.RECORDING)
    )
    return by_meeting((row[0], row[1]) for row in rows)


def final_of(dossier: Dossier) -> Kept | None:
    """The minutes, once they are final."""
    minutes: Kept | None = dossier.get("minutes")
    return minutes if minutes and minutes.final_at else None


def are_overdue(dossier: Dossier) -> bool:
    """Whether the minutes should be final by now: as many working days after the meeting as the profile gives them."""
    required = dossier.profile.requirement("minutes")
    return dossier.is_over and is_past(last_day(dossier), required.days if required else MINUTES_DAYS)


def recorder(dossier: Dossier) -> str:
    return holder(dossier, Part.RECORDER)


@checks("minutes.recorder_named", _l("Who is to write the minutes"))
def recorder_named(dossier: Dossier, clause: Clause) -> Verdict:
    found = in_part(dossier, Part.RECORDER)
    if found:
        return met(_("%(name)s is the recorder.", name=found[0].name), people_page(dossier))
    return due(dossier.has_begun, _("Nobody is its recorder yet."), organizer(dossier), people_page(dossier))


@checks("minutes.authored", _l("The recorder, and the final minutes as they were frozen"))
def authored(dossier: Dossier, clause: Clause) -> Verdict:
    minutes = final_of(dossier)
    lacks = [
        "" if in_part(dossier, Part.RECORDER) else _("Nobody is its recorder yet."),
        "" if minutes and minutes.is_frozen else _("The minutes are not final yet."),
    ]
    return lacking(lacks, are_overdue(dossier), recorder(dossier), minutes_page(dossier),
                   kept=_("The recorder is named, and the final minutes are kept as they are."))


@checks("minutes.checked", _l("Who submitted the minutes and who made them final, and when"))
def checked(dossier: Dossier, clause: Clause) -> Verdict:
    minutes: Kept | None = dossier.get("minutes")
    if minutes is None or minutes.submitted_at is None:
        words, turn = _("The minutes are still being written."), recorder(dossier)
        return due(are_overdue(dossier), words, turn, minutes_page(dossier))
    if minutes.final_at is None:
        words = _("The minutes wait to be made final.")
        return due(are_overdue(dossier), words, holder(dossier, Part.CHAIR), minutes_page(dossier))
    if minutes.open_comments:
        return open_(_("Comments on the minutes are not settled."), recorder(dossier), minutes_page(dossier))
    return met(_("%(name)s made the minutes final.", name=minutes.final_by), minutes_page(dossier))


@checks("minutes.closing", _l("The closing words of the minutes"))
def closing(dossier: Dossier, clause: Clause) -> Verdict:
    minutes: Kept | None = dossier.get("minutes")
    if minutes and minutes.closing.strip():
        return met(_("The minutes say how the chair closed the meeting."), minutes_page(dossier))
    words = _("The minutes have no closing words.")
    return due(final_of(dossier) is not None, words, recorder(dossier), minutes_page(dossier))


@checks("minutes.handed_out", _l("Who has a copy of the final minutes"))
def handed_out(dossier: Dossier, clause: Clause) -> Verdict:
    minutes = final_of(dossier)
    copies = tab(dossier.meeting, _("Copies"), "minutes.minutes_copies")
    if minutes is None or minutes.final_at is None:
        return open_(_("The minutes are not final yet."), recorder(dossier), minutes_page(dossier))
    have = {copy.person_id for copy in dossier.get("copies")}
    people = [one for one in dossier.get("people") if not one.is_guest and one.comes and one.invited_at]
    missing = [one.name for one in people if one.person_id not in have]
    owing = [one.owner for one in dossier.get("resolutions") if one.owner_id not in have and not one.is_withdrawn]
    lacks = [_("Without a copy: %(names)s.", names=named([*missing, *owing])) if missing or owing else ""]
    is_late = is_past(on_clock(dossier, minutes.final_at), COPY_DAYS)
    return lacking(lacks, is_late, recorder(dossier), copies,
                   kept=_("All who took part, and all who owe something, have a copy."))


@checks("minutes.recordings", _l("Recordings that belong to the minutes"))
def recordings(dossier: Dossier, clause: Clause) -> Verdict:
    files = tab(dossier.meeting, _("Files"), "minutes.minutes_files")
    if dossier.get("recordings"):
        return met(_("The recording is with the minutes, for those who may read them."), files)
    return due(final_of(dossier) is not None, _("No recording is with the minutes yet."), recorder(dossier), files)


@checks("minutes.required_content", _l("What the minutes have to say, field by field"))
def required_content(dossier: Dossier, clause: Clause) -> Verdict:
    wanted = [name for name in clause.arg.split(",") if name] or list(_content(dossier))
    names = {
        "time": _("time"), "place": _("place"), "chair": _("chair"), "people": _("people"), "agenda": _("agenda"),
        "discussion": _("discussion"), "decisions": _("decisions"),
    }
    content = _content(dossier)
    empty = [names[name] for name in wanted if not content[name]]
    lacks = [
        _("Missing: %(names)s.", names=named(empty)) if empty else "",
        "" if final_of(dossier) else _("The minutes are not final yet."),
    ]
    return lacking(lacks, are_overdue(dossier), recorder(dossier), minutes_page(dossier),
                   kept=_("The final minutes hold all that they have to."))


def _content(dossier: Dossier) -> dict[str, bool]:
    """Which of the seven the minutes hold. Time, place and people they take from the meeting."""
    lines, meeting = dossier.get("minutes_lines"), dossier.meeting
    said = bool(dossier.get("minutes"))
    resolved = any(not one.is_withdrawn for one in dossier.get("resolutions"))
    return {
        "time": said,
        "place": said and bool(meeting.location or meeting.venue or meeting.online_url),
        "chair": said and bool(in_part(dossier, Part.CHAIR)),
        "people": said and bool(dossier.get("people")),
        "agenda": bool(lines),
        "discussion": any(line.discussion.strip() for line in lines),
        "decisions": resolved or any(line.conclusion.strip() for line in lines),
    }

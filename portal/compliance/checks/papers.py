"""Checks of papers and files: when they were there, and that what is stored is what was given."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.accounts.models import Role
from portal.agenda.models import Paper
from portal.compliance.checks.agenda import agenda_page
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import organizer, role
from portal.compliance.dossier import Batch, Dossier, loads, loads_of_house
from portal.compliance.registry import checks
from portal.compliance.verdicts import Verdict, due, late, met, not_applicable, open_
from portal.core.db import db
from portal.core.files import place_of
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.meetings.models import ItemKind
from portal.minutes.models import Minutes, MinutesFile
from portal.regulations.profiles import Clause

# So many octets are read anew for one page at most; what is left is read for a later one.
MOST_READ = 64 * 1024 * 1024


class Sheet(NamedTuple):
    """A version of a paper that was not removed."""

    meeting_id: int
    added_at: datetime
    version: int
    is_replaced: bool


class Stored(NamedTuple):
    """A file that belongs to a meeting: the name it is kept under is SHA-256 of what is in it."""

    meeting_id: int
    content_hash: str
    size: int


@loads("papers")
def _papers(batch: Batch) -> Mapping[int, list[Sheet]]:
    following = aliased(Paper)
    replaced = select(following.id).where(following.replaces_id == Paper.id).exists()
    rows = db.session.execute(
        select(Paper.meeting_id, Paper.added_at, Paper.version, replaced)
        .where(Paper.meeting_id.in_(batch.ids), Paper.removed_at.is_(None))
    )
    return by_meeting(Sheet._make(row) for row in rows)


@loads("files")
def _files(batch: Batch) -> Mapping[int, list[Stored]]:
    of_papers = select(Paper.meeting_id, Paper.content_hash, Paper.size).where(Paper.meeting_id.in_(batch.ids))
    of_minutes = (
        select(Minutes.meeting_id, MinutesFile.content_hash, MinutesFile.size)
        .join(MinutesFile, MinutesFile.minutes_id == Minutes.id)
        .where(Minutes.meeting_id.in_(batch.ids))
    )
    return by_meeting(Stored._make(row) for row in db.session.execute(of_papers.union(of_minutes)))


class Reading:
    """How many octets may still be read for this page."""

    def __init__(self) -> None:
        self.left = MOST_READ

    def is_whole(self, file: Stored) -> bool | None:
        """Whether what is stored is what was given; nothing if there is no time to look now."""
        place = place_of(file.content_hash)
        try:
            stat = place.stat()
        except OSError:
            return False
        key = str(place), stat.st_size, stat.st_mtime_ns
        if key not in _known:
            if stat.st_size > self.left:
                return None
            self.left -= stat.st_size
        return stat.st_size == file.size and _digest(key) == file.content_hash


# What was read once is not read again, as long as the file has the same size and time.
_known: dict[tuple[str, int, int], str] = {}
MOST_KNOWN = 20_000


def _digest(key: tuple[str, int, int]) -> str:
    if key not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        with Path(key[0]).open("rb") as file:
            _known[key] = file_digest(file, "sha256").hexdigest()
    return _known[key]


@loads_of_house("reading")
def _reading(batch: Batch) -> Reading:
    return Reading()


@checks("papers.released", _l("When each paper was there"))
def released(dossier: Dossier, clause: Clause) -> Verdict:
    first = [one for one in dossier.get("papers") if one.version == 1]
    begun = dossier.meeting.started_at or dossier.meeting.starts_at
    if not first:
        if not any(line.kind == ItemKind.REPORT for line in dossier.get("agenda")):
            return not_applicable(_("The agenda asks for no paper, and there is none."))
        return due(dossier.has_begun, _("There is a report, and no paper yet."), organizer(dossier),
                   agenda_page(dossier))
    tardy = sum(one.added_at > begun for one in first)
    if tardy:
        words = ngettext("%(num)s paper came after the opening.", "%(num)s papers came after the opening.", tardy)
        return late(words, organizer(dossier), agenda_page(dossier))
    if dossier.meeting.announced_at is None:
        return open_(_("The papers are there; the notice that leads to them has not been sent yet."),
                     organizer(dossier),
                     agenda_page(dossier))
    return met(_("Each paper was on the meeting’s page before the opening."), agenda_page(dossier))


@checks("files.whole", _l("Whether each stored file is what was given, by its SHA-256"))
def whole(dossier: Dossier, clause: Clause) -> Verdict:
    files, turn = dossier.get("files"), role(Role.ADMINISTRATOR)
    if not files:
        return not_applicable(_("The meeting has no file."))
    found = [dossier.house("reading").is_whole(file) for file in files]
    broken = found.count(False)
    if broken:
        words = ngettext("%(num)s file is missing or is not what was given.",
                         "%(num)s files are missing or are not what was given.", broken)
        return late(words, turn, agenda_page(dossier))
    if None in found:
        return open_(_("Files are still being checked; look again."), turn, agenda_page(dossier))
    return met(_("Each file is what was given, and earlier versions are kept."), agenda_page(dossier))

"""Checks of the meeting itself: how and where it is held, its way through the phases, and who read what is secret."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import lacking, meeting_page, named, organizer, tab
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Verdict, late, met, open_
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Format
from portal.minutes.models import Minutes
from portal.regulations.profiles import Clause

# In the order in which they have to come.
STAGES = ("meeting.submitted", "meeting.approved", "meeting.announced", "meeting.started", "meeting.ended",
          "meeting.closed")
READ = ("meeting.paper_read", "minutes.file_read")
WATCHED = (*STAGES, "meeting.codes_shown", "meeting.invited", "meeting.replaced")


class Entry(NamedTuple):
    """A line of the audit log about a meeting."""

    meeting_id: int
    action: str
    at: datetime
    actor_id: int | None
    actor_name: str
    details: dict[str, Any]


_LINE = AuditEntry.action, AuditEntry.at, AuditEntry.actor_id, AuditEntry.actor_name


@loads("log")
def _log(batch: Batch) -> Mapping[int, list[Entry]]:
    rows = db.session.execute(
        select(AuditEntry.record_id, *_LINE, AuditEntry.details)
        .where(AuditEntry.record_kind == "meeting", AuditEntry.record_id.in_(batch.ids), AuditEntry.action.in_(WATCHED))
        .order_by(AuditEntry.id)
    )
    return by_meeting(Entry._make(row) for row in rows)


@loads("readers")
def _readers(batch: Batch) -> Mapping[int, list[tuple[int, int | None, str]]]:
    """Meeting, id and name of everybody who opened a paper or a file of the minutes."""
    of_papers = select(AuditEntry.record_id, AuditEntry.actor_id, AuditEntry.actor_name).where(
        AuditEntry.record_kind == "meeting", AuditEntry.record_id.in_(batch.ids), AuditEntry.action == READ[0]
    )
    of_minutes = (
        select(Minutes.meeting_id, AuditEntry.actor_id, AuditEntry.actor_name)
        .join(Minutes, Minutes.id == AuditEntry.record_id)
        .where(AuditEntry.record_kind == "minutes", Minutes.meeting_id.in_(batch.ids), AuditEntry.action == READ[1])
    )
    rows = db.session.execute(of_papers.union(of_minutes))
    return by_meeting((row[0], row[1], row[2]) for row in rows)


@checks("meeting.mode_set", _l("On site, online or both, with the place or the link"))
def mode_set(dossier: Dossier, clause: Clause) -> Verdict:
    meeting = dossier.meeting
    wants_link = meeting.format in {Format.ONLINE, Format.HYBRID}
    lacks = [
        _("There is no link to join online.") if wants_link and not meeting.online_url else "",
        _("There is no place.") if meeting.format != Format.ONLINE and not meeting.location else "",
    ]
    return lacking(lacks, meeting.announced_at is not None, organizer(dossier), meeting_page(dossier),
                   kept=_("It says how people meet, and where or by which link."))


@checks("meeting.stages_in_order", _l("The phases of the meeting in the log, and what was waived"))
def stages_in_order(dossier: Dossier, clause: Clause) -> Verdict:
    first: dict[str, datetime] = {}
    for entry in dossier.get("log"):
        first.setdefault(entry.action, entry.at)
    passed = [first[stage] for stage in STAGES if stage in first]
    if passed != sorted(passed):
        return late(_("The phases did not follow each other in their order."), organizer(dossier),
                    meeting_page(dossier))
    if dossier.meeting.closed_at is None:
        return open_(_("Kept so far: each phase followed the one before. It is not closed yet."), organizer(dossier),
                     meeting_page(dossier))
    return met(_("Each phase followed the one before, and whatever was waived has its reason."), meeting_page(dossier))


@checks("access.degree_kept", _l("The degree of confidentiality, and who opened papers and files"))
def degree_kept(dossier: Dossier, clause: Clause) -> Verdict:
    meeting = dossier.meeting
    papers = tab(meeting, _("Papers"), "agenda.agenda")
    if meeting.is_secret and (outside := _strangers(dossier)):
        return late(_("Not kept. Read it without being named in it: %(names)s.", names=named(outside)),
                    organizer(dossier), papers)
    kept = _("The log knows all who opened its papers; each of them was named in it.")
    return met(kept if meeting.is_secret else _("Its degree of confidentiality decides who reads its papers."), papers)


def _strangers(dossier: Dossier) -> list[str]:
    """Who opened something and was never on the list, nor decided on the meeting, nor had a copy of its minutes."""
    ids = {dossier.meeting.organizer_id, *(one.person_id for one in dossier.get("people"))}
    ids |= {copy.person_id for copy in dossier.get("copies")}
    ids |= {seat.decided_by_id for case in dossier.get("cases") for step in case.steps for seat in step.seats}
    once = {name for entry in dossier.get("log") for name in entry.details.get("people", [])}
    once |= {entry.details.get("substitute") for entry in dossier.get("log")}
    return [name for _meeting, person_id, name in dossier.get("readers")
            if person_id is not None and person_id not in ids and name not in once]

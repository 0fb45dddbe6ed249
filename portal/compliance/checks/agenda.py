"""Checks of the agenda: its lines, how long they were to take, and when they began and ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import lacking, organizer, tab
from portal.compliance.checks.people import holder
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, met, not_applicable
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.meetings.models import AgendaItem, ItemKind, Part
from portal.regulations.profiles import Clause


class Line(NamedTuple):
    """A line of an agenda that stands."""

    meeting_id: int
    id: int
    kind: ItemKind
    minutes: int | None
    presenter: str
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_timed(self) -> bool:
        return self.started_at is not None and self.ended_at is not None


@loads("agenda")
def _agenda(batch: Batch) -> Mapping[int, list[Line]]:
    rows = db.session.execute(
        select(
            AgendaItem.meeting_id, AgendaItem.id, AgendaItem.kind, AgendaItem.minutes,
            func.coalesce(Person.name, AgendaItem.presenter_name), AgendaItem.started_at, AgendaItem.ended_at,
        )
        .outerjoin(Person, Person.id == AgendaItem.presenter_id)
        .where(AgendaItem.meeting_id.in_(batch.ids), AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    return by_meeting(Line._make(row) for row in rows)


def agenda_page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("Agenda"), "agenda.agenda")


@checks("agenda.actual_times", _l("When each line of the agenda began and ended"))
def actual_times(dossier: Dossier, clause: Clause) -> Verdict:
    lines = dossier.get("agenda")
    if not lines:
        return not_applicable(_("There is no agenda."))
    untimed = sum(not line.is_timed for line in lines)
    if not untimed:
        return met(_("Each line has its actual beginning and end."), agenda_page(dossier))
    closings = [entry.details.get("reason") for entry in dossier.get("log") if entry.action == "meeting.closed"]
    if untimed < len(lines) and closings and closings[-1]:
        return met(_("What was left out has its reason, given when the meeting was closed."), agenda_page(dossier))
    words = ngettext("%(num)s line has no actual times.", "%(num)s lines have no actual times.", untimed)
    return due(dossier.is_over, words, holder(dossier, Part.CHAIR), agenda_page(dossier))


@checks("agenda.discussion", _l("Lines for discussion, and what the minutes say of them"))
def discussion(dossier: Dossier, clause: Clause) -> Verdict:
    talks = {line.id for line in dossier.get("agenda") if line.kind == ItemKind.DISCUSSION}
    minutes = dossier.get("minutes")
    if not talks:
        words = _("No line of the agenda is for discussion.")
        return due(bool(minutes and minutes.final_at), words, organizer(dossier), agenda_page(dossier))
    noted = any(line.agenda_item_id in talks and line.discussion.strip() for line in dossier.get("minutes_lines"))
    if noted and minutes.final_at:
        return met(_("The minutes say what was discussed."), agenda_page(dossier), minutes_page(dossier))
    words = _("What was discussed is not in final minutes yet.")
    return due(bool(minutes and minutes.final_at), words, holder(dossier, Part.RECORDER), agenda_page(dossier))


def minutes_page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("Minutes"), "minutes.minutes")


@checks("agenda.fits_slot", _l("The minutes of all lines against the time that the meeting has"))
def fits_slot(dossier: Dossier, clause: Clause) -> Verdict:
    lines, meeting = dossier.get("agenda"), dossier.meeting
    slot = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    planned = sum(line.minutes or 0 for line in lines)
    lacks = [
        "" if lines else _("There is no agenda yet."),
        _("Not every line says how long it takes.") if any(line.minutes is None for line in lines) else "",
        _("The lines take %(planned)s minutes, the meeting has %(slot)s.", planned=planned, slot=slot)
        if planned > slot else "",
    ]
    return lacking(lacks, dossier.has_begun, organizer(dossier), agenda_page(dossier),
                   kept=_("The lines take %(planned)s of %(slot)s minutes.", planned=planned, slot=slot))


@checks("agenda.speakers_timed", _l("Presenter, minutes and actual times of each report"))
def speakers_timed(dossier: Dossier, clause: Clause) -> Verdict:
    reports = [line for line in dossier.get("agenda") if line.kind == ItemKind.REPORT]
    if not reports:
        return not_applicable(_("No line of the agenda is a report."))
    planned = all(line.presenter and line.minutes for line in reports)
    if planned and all(line.is_timed for line in reports):
        return met(_("Each report has its presenter, its minutes and its actual times."), agenda_page(dossier))
    if not planned:
        words, turn = _("A report has no presenter, or no minutes."), organizer(dossier)
    else:
        words, turn = _("A report has no actual times yet."), holder(dossier, Part.CHAIR)
    return due(dossier.is_over, words, turn, agenda_page(dossier))

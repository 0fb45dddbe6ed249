"""Checks of measures: what a finding or a meeting calls for, whose it is, and whether it had its effect."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Person
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import (
    MEASURE_DAYS,
    is_past,
    lacking,
    named,
    on_clock,
    organizer,
    page,
    supervisor,
)
from portal.compliance.checks.resolutions import Resolved, columns
from portal.compliance.dossier import Batch, Dossier, loads, loads_of_house
from portal.compliance.registry import checks, checks_house
from portal.compliance.verdicts import Evidence, Verdict, due, late, met, not_applicable, open_
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.inspections.models import Finding
from portal.regulations.profiles import Clause, Profile
from portal.resolutions.models import Origin, Resolution

A_YEAR = timedelta(days=365)


class Found(NamedTuple):
    """A finding about a meeting."""

    meeting_id: int
    id: int
    cause: str
    effect: str
    found_at: datetime
    closed_at: datetime | None


class Measure(NamedTuple):
    """An improvement with where it comes from."""

    meeting_id: int | None
    finding_id: int | None
    has_source: bool
    itself: Resolved


def _measures() -> tuple[Any, Any]:
    """The improvements that were not withdrawn, and the meeting that each belongs to: its own, or its source's."""
    source = aliased(Resolution)
    kind, of = Resolution.source_kind, Resolution.source_id
    meeting = func.coalesce(Resolution.meeting_id, Finding.meeting_id, source.meeting_id, case((kind == "meeting", of)))
    has_source = case((func.coalesce(of, Resolution.meeting_id).is_not(None), True), else_=False)
    query = (
        select(meeting, Finding.id, has_source, meeting, *columns())
        .join(Person, Person.id == Resolution.owner_id)
        .outerjoin(Finding, and_(kind == "finding", of == Finding.id))
        .outerjoin(source, and_(kind == "resolution", of == source.id))
        .where(Resolution.origin == Origin.IMPROVEMENT, Resolution.withdrawn_at.is_(None))
        .order_by(Resolution.id)
    )
    return query, meeting


def _made(rows: Iterable[Any]) -> list[Measure]:
    return [Measure(row[0], row[1], bool(row[2]), Resolved._make(row[3:])) for row in rows]


@loads("measures")
def _of_meetings(batch: Batch) -> Mapping[int, list[Measure]]:
    query, meeting = _measures()
    return by_meeting(_made(db.session.execute(query.where(meeting.in_(batch.ids)))))


@loads_of_house("open_measures")
def _open(batch: Batch) -> list[Measure]:
    """All improvements that run."""
    query, _meeting = _measures()
    return _made(db.session.execute(query.where(Resolution.closed_at.is_(None))))


@loads_of_house("done_measures")
def _done(batch: Batch) -> list[Measure]:
    """The improvements that were closed within a year."""
    query, _meeting = _measures()
    return _made(db.session.execute(query.where(Resolution.closed_at >= batch.now - A_YEAR)))


@loads_of_house("open_findings")
def _open_findings(batch: Batch) -> list[tuple[int | None, int | None]]:
    """The meeting that each open finding is about, and the body that it is shown to."""
    rows = db.session.execute(select(Finding.meeting_id, Finding.body_id).where(Finding.closed_at.is_(None)))
    return [(row[0], row[1]) for row in rows]


@loads("findings")
def _findings(batch: Batch) -> Mapping[int, list[Found]]:
    rows = db.session.execute(
        select(
            Finding.meeting_id, Finding.id, Finding.cause, Finding.effect, Finding.found_at,
            Finding.closed_at,
        )
        .where(Finding.meeting_id.in_(batch.ids))
        .order_by(Finding.id)
    )
    return by_meeting(Found._make(row) for row in rows)


def _pages(measures: list[Measure]) -> tuple[Evidence, ...]:
    return tuple(
        page(one.itself.number or _("Measure"), "resolutions.resolution", resolution_id=one.itself.id)
        for one in measures[:3]
    )


def _finding_pages(findings: list[Found]) -> tuple[Evidence, ...]:
    return tuple(page(_("Finding"), "inspections.finding", finding_id=one.id) for one in findings[:3])


@checks("measures.sourced", _l("Measures from the meeting and its findings: source, owner, department and day"))
def sourced(dossier: Dossier, clause: Clause) -> Verdict:
    measures, findings = dossier.get("measures"), dossier.get("findings")
    if not measures and not findings:
        return not_applicable(_("No finding and no measure belongs to it."))
    answered = {one.finding_id for one in measures}
    bare = [one for one in findings if one.id not in answered and one.closed_at is None]
    causeless = [one for one in findings if one.id in answered and not one.cause.strip()]
    lost = [one for one in measures if not one.has_source or not one.itself.is_owner_at_work]
    lacks = [
        ngettext("%(num)s finding has no measure yet.", "%(num)s findings have no measure yet.", len(bare))
        if bare else "",
        ngettext("%(num)s finding does not say its cause.", "%(num)s findings do not say their cause.", len(causeless))
        if causeless else "",
        _("Without source, or the owner has left: %(names)s.",
          names=named(one.itself.number for one in lost)) if lost else "",
    ]
    is_late = any(is_past(on_clock(dossier, one.found_at), MEASURE_DAYS) for one in bare)
    return lacking(lacks, is_late, organizer(dossier), *_finding_pages(bare), *_pages(measures),
                   kept=_("Each measure has its source, its owner, its department and its day."))


@checks("measures.closed_on_effect", _l("Whether a measure ended only once its effect was seen"))
def closed_on_effect(dossier: Dossier, clause: Clause) -> Verdict:
    measures, findings = dossier.get("measures"), {one.id: one for one in dossier.get("findings")}
    if not measures and not findings:
        return not_applicable(_("No finding and no measure belongs to it."))
    unseen = [one for one in measures if one.itself.is_evaluation_missed
              and not (one.finding_id in findings and findings[one.finding_id].effect)]
    if unseen:
        words = _("Closed, and nobody looked at the effect: %(names)s.",
                  names=named(one.itself.number for one in unseen))
        return late(words, supervisor(), *_pages(unseen))
    running = [one for one in measures if one.itself.is_open]
    waiting = [one for one in measures if not one.itself.is_open and not one.itself.evaluations
               and not (one.finding_id in findings and findings[one.finding_id].effect)]
    unanswered = [one for one in findings.values() if one.closed_at is None]
    if running or waiting or unanswered:
        turn = named(one.itself.owner for one in running) or supervisor()
        return open_(_("Measures are under way, or their effect has still to be seen."), turn,
                     *_pages(running or waiting))
    return met(_("Each measure was closed, and its effect is written down."), *_pages(measures))


def _checked(measures: list[Measure]) -> Verdict:
    done = [one for one in measures if not one.itself.is_open]
    if not done:
        return not_applicable(_("No measure is done yet."))
    missed = [one for one in done if one.itself.is_evaluation_missed]
    if missed:
        words = _("The day to look at the effect is past: %(names)s.", names=named(one.itself.number for one in missed))
        return late(words, supervisor(), *_pages(missed))
    return met(_("What came of each measure is written down, or its day is still to come."), *_pages(done))


@checks("measures.effect_checked", _l("When the effect of each measure was looked at, and what was found"))
def effect_checked(dossier: Dossier, clause: Clause) -> Verdict:
    return _checked(dossier.get("measures"))


@checks_house("measures.effect_checked", _l("When the effect of each measure was looked at, and what was found"))
def effect_checked_in_house(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    return _checked(batch.house("done_measures"))


@checks_house("measures.watched", _l("All open measures: light, reports and urging"))
def watched(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    running = [one for one in batch.house("open_measures") if one.itself.runs]
    board = page(_("Resolutions"), "resolutions.board")
    if not running:
        return not_applicable(_("No measure is open."))
    unurged = [one for one in running if one.itself.is_overdue and not one.itself.urgings]
    if unurged:
        words = _("Overdue, and nobody was urged: %(names)s.", names=named(one.itself.number for one in unurged))
        return late(words, supervisor(), board)
    silent = sum(one.itself.misses_report for one in running)
    words = ngettext("%(num)s report is due.", "%(num)s reports are due.", silent)
    return due(False, words, supervisor(), board) if silent else met(_("Each open measure is reported on and watched."),
                                                                     board)

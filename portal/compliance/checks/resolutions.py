"""Checks of what the meeting resolved: owner and day, progress, urging, effect, and what is put before the next one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from portal.accounts.models import Person
from portal.accounts.queries import house_today
from portal.compliance.checks.earlier import earlier
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import lacking, named, office, organizer, supervisor, tab
from portal.compliance.checks.minutes import final_of, recorder
from portal.compliance.checks.notices import Letters, in_the_post
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, late, met, not_applicable, open_
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.notifications.models import Notice, OutgoingMail
from portal.regulations.profiles import Clause
from portal.resolutions.models import Node, Origin, ProgressReport, Resolution, Step, resolution_assistance
from portal.supervision.models import CarryOver, Evaluation, Urging

NOT_TAKEN_ON = frozenset({Node.REGISTERED, Node.APPROVED, Node.ISSUED})


class Resolved(NamedTuple):
    """A resolution of a meeting, or a measure, and how it stands."""

    meeting_id: int
    id: int
    number: str
    owner_id: int
    owner: str
    is_owner_at_work: bool
    department_id: int
    measure: str
    due_on: date
    report_by: date | None
    node: Node
    closed_at: datetime | None
    withdrawn_at: datetime | None
    paused_at: datetime | None
    evaluate_on: date | None
    assisting: int
    reports: int
    evaluations: int
    urgings: int
    steps: int

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.withdrawn_at is None

    @property
    def runs(self) -> bool:
        return self.is_open and self.paused_at is None

    @property
    def is_overdue(self) -> bool:
        return self.runs and self.due_on < house_today()

    @property
    def misses_report(self) -> bool:
        return self.runs and self.report_by is not None and self.report_by < house_today()

    @property
    def is_evaluation_missed(self) -> bool:
        """It was closed, and the day to look at its effect went by."""
        return self.closed_at is not None and not self.evaluations and (
            self.evaluate_on is None or self.evaluate_on < house_today())


def _number(model: Any, *where: Any) -> Any:
    """How many rows of that table belong to the resolution."""
    counted = select(func.count()).select_from(model).where(model.resolution_id == Resolution.id, *where)
    return counted.correlate(Resolution).scalar_subquery()


def columns() -> tuple[Any, ...]:
    """What `Resolved` holds after the meeting's id."""
    helpers = resolution_assistance.c
    assisting = select(func.count()).where(helpers.resolution_id == Resolution.id).correlate(Resolution)
    return (
        Resolution.id, func.coalesce(Resolution.number, ""), Resolution.owner_id, Person.name, Person.left_at.is_(None),
        Resolution.department_id, Resolution.measure, Resolution.due_on, Resolution.report_by, Resolution.node,
        Resolution.closed_at, Resolution.withdrawn_at, Resolution.paused_at, Resolution.evaluate_on,
        assisting.scalar_subquery(), _number(ProgressReport, ProgressReport.signed_at.is_not(None)),
        _number(Evaluation), _number(Urging), _number(Step),
    )


@loads("resolutions")
def _resolutions(batch: Batch) -> Mapping[int, list[Resolved]]:
    rows = db.session.execute(
        select(Resolution.meeting_id, *columns())
        .join(Person, Person.id == Resolution.owner_id)
        .where(Resolution.meeting_id.in_(batch.ids), Resolution.origin == Origin.MEETING)
        .order_by(Resolution.id)
    )
    return by_meeting(Resolved._make(row) for row in rows)


@loads("resolution_letters", Letters)
def _letters(batch: Batch) -> Mapping[int, Letters]:
    """What was told of the resolutions of each meeting."""
    sent, given_up = OutgoingMail.sent_at.is_not(None), OutgoingMail.given_up_at.is_not(None)
    rows = db.session.execute(
        select(
            Resolution.meeting_id, func.count(),
            func.sum(case((OutgoingMail.id.is_(None) | sent | given_up, 0), else_=1)),
            func.sum(case((given_up, 1), else_=0)), func.count(Notice.read_at),
        )
        .join(Notice, (Notice.record_kind == "resolution") & (Notice.record_id == Resolution.id))
        .outerjoin(OutgoingMail, OutgoingMail.notice_id == Notice.id)
        .where(Resolution.meeting_id.in_(batch.ids))
        .group_by(Resolution.meeting_id)
    )
    return {row[0]: Letters(*map(int, row[1:])) for row in rows}


@loads("carried")
def _carried(batch: Batch) -> Mapping[int, list[tuple[int, int]]]:
    """Meeting and resolution of what was put before the meeting."""
    rows = db.session.execute(
        select(CarryOver.meeting_id, CarryOver.resolution_id).where(CarryOver.meeting_id.in_(batch.ids))
    )
    return by_meeting((row[0], row[1]) for row in rows)


@loads("left_open")
def _left_open(batch: Batch) -> Mapping[int, list[tuple[int, int]]]:
    """Meeting and id of what the meeting before it left, and was not ended when this one began."""
    before = {one.meeting.id: ids[-1] for one in batch.dossiers() if (ids := earlier(one))}
    ended_at = func.coalesce(Resolution.closed_at, Resolution.withdrawn_at)
    rows = db.session.execute(
        select(Resolution.meeting_id, Resolution.id, ended_at)
        .where(Resolution.meeting_id.in_(set(before.values())), Resolution.issued_at.is_not(None))
    ).all()
    return {
        meeting.id: [(meeting.id, row[1]) for row in rows
                     if row[0] == before.get(meeting.id) and (row[2] is None or row[2] > meeting.starts_at)]
        for meeting in batch.meetings
    }


def standing(dossier: Dossier) -> list[Resolved]:
    """What was resolved, and not withdrawn since."""
    return [one for one in dossier.get("resolutions") if not one.is_withdrawn]


def resolutions_page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("Resolutions"), "resolutions.of_meeting")


def _numbers(resolutions: list[Resolved]) -> str:
    """By their numbers: the words of some are not for every reader."""
    return named(one.number or _("without a number") for one in resolutions)


def _none(dossier: Dossier) -> Verdict | None:
    """The answer for a meeting that resolved nothing, or has not come so far."""
    if standing(dossier):
        return None
    if final_of(dossier):
        return not_applicable(_("The minutes hold no resolution."))
    return open_(_("What was resolved is known once the minutes are final."), recorder(dossier))


@checks("resolutions.owned", _l("Department, owner and day of each resolution"))
def owned(dossier: Dossier, clause: Clause) -> Verdict:
    if (none := _none(dossier)) is not None:
        return none
    gone = [one for one in standing(dossier) if one.is_open and not one.is_owner_at_work]
    vague = [one for one in standing(dossier) if clause.arg == "measure" and not one.measure.strip()]
    lacks = [
        _("The owner has left: %(names)s.", names=_numbers(gone)) if gone else "",
        _("It is not said how one sees that it is done: %(names)s.", names=_numbers(vague)) if vague else "",
        "" if final_of(dossier) else _("The minutes are not final yet."),
    ]
    is_late = bool(final_of(dossier) and (gone or vague))
    return lacking(lacks, is_late, recorder(dossier), resolutions_page(dossier),
                   kept=_("Each resolution has its department, its owner and its day."))


@checks("resolutions.watched", _l("Day, progress, light and urging of each resolution"))
def watched(dossier: Dossier, clause: Clause) -> Verdict:
    if (none := _none(dossier)) is not None:
        return none
    slack = [one for one in standing(dossier) if (one.is_overdue or one.misses_report)]
    unurged = [one for one in slack if not one.urgings]
    if unurged:
        words = _("Overdue, and nobody was urged: %(names)s.", names=_numbers(unurged))
        return late(words, named(one.owner for one in unurged), resolutions_page(dossier))
    running = [one for one in standing(dossier) if one.is_open]
    if running:
        words = ngettext("Kept so far; %(num)s resolution still runs.", "Kept so far; %(num)s resolutions still run.",
                         len(running))
        return open_(words, named(one.owner for one in running), resolutions_page(dossier))
    return met(_("Each resolution was followed until it was closed."), resolutions_page(dossier))


@checks("resolutions.reported", _l("The signed reports of each resolution"))
def reported(dossier: Dossier, clause: Clause) -> Verdict:
    if (none := _none(dossier)) is not None:
        return none
    missed = [one for one in standing(dossier) if one.misses_report]
    if missed:
        words = _("A report is overdue: %(names)s.", names=_numbers(missed))
        return late(words, named(one.owner for one in missed), resolutions_page(dossier))
    silent = [one for one in standing(dossier) if not one.reports]
    if silent:
        words = _("Not reported on yet: %(names)s.", names=_numbers(silent))
        return due(any(one.is_overdue for one in silent), words, named(one.owner for one in silent),
                   resolutions_page(dossier))
    return met(_("Each resolution has its signed reports: what was done, problems, and what comes next."),
               resolutions_page(dossier))


@checks("resolutions.state_told", _l("The history of each resolution, and who was told of it"))
def state_told(dossier: Dossier, clause: Clause) -> Verdict:
    if (none := _none(dossier)) is not None:
        return none
    letters: Letters = dossier.get("resolution_letters")
    lacks = in_the_post(letters)
    if any(not one.steps for one in standing(dossier)) or not letters.people:
        lacks.append(_("Nobody has been told of what was resolved yet."))
    return lacking(lacks, letters.failed > 0, office(), resolutions_page(dossier),
                   kept=_("Each step is in the history, and those concerned were told."))


@checks("resolutions.effect_evaluated", _l("What came of each resolution that was closed"))
def effect_evaluated(dossier: Dossier, clause: Clause) -> Verdict:
    if (none := _none(dossier)) is not None:
        return none
    missed = [one for one in standing(dossier) if one.is_evaluation_missed]
    if missed:
        words = _("The day to look at the effect is past: %(names)s.", names=_numbers(missed))
        return late(words, supervisor(), resolutions_page(dossier))
    if any(not one.evaluations for one in standing(dossier)):
        return open_(_("Not closed yet, or the day to look at the effect is still to come."), supervisor(),
                     resolutions_page(dossier))
    return met(_("What came of each resolution is written down."), resolutions_page(dossier))


@checks("resolutions.assisted", _l("Resolutions with assisting departments: taken on and reported on"))
def assisted(dossier: Dossier, clause: Clause) -> Verdict:
    if (none := _none(dossier)) is not None:
        return none
    shared = [one for one in standing(dossier) if one.assisting]
    if not shared:
        return not_applicable(_("No resolution spans departments."))
    idle = [one for one in shared if one.node in NOT_TAKEN_ON or not one.reports]
    words = _("Not signed for, or not reported on: %(names)s.", names=_numbers(idle))
    return lacking([words] if idle else [], any(one.is_overdue for one in idle), named(one.owner for one in idle),
                   resolutions_page(dossier),
                   kept=_("Each is signed for and reported on, with the departments that assist."))


@checks("resolutions.carried_over", _l("What the meeting before left open, and whether this one was told"))
def carried_over(dossier: Dossier, clause: Clause) -> Verdict:
    left = {resolution_id for _meeting, resolution_id in dossier.get("left_open")}
    if not left:
        return not_applicable(_("The meeting before left nothing open, or there was none."))
    told = {resolution_id for _meeting, resolution_id in dossier.get("carried")}
    waiting = len(left - told)
    words = ngettext("%(num)s open item was not put before it yet.", "%(num)s open items were not put before it yet.",
                     waiting)
    items = tab(dossier.meeting, _("Open items"), "supervision.open_items")
    return lacking([words] if waiting else [], dossier.is_over, organizer(dossier), items,
                   kept=_("All that the meeting before left open was put before it."))

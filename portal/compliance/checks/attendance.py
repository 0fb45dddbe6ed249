"""Checks of the day itself: how people signed in, who was late or absent and why, and what staff did at the desk."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import func, or_, select

from portal.attendance.models import AbsenceNote, CheckIn, Way
from portal.attendance.standing import HERE, IS_MARK, State, state_at
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import is_past, lacking, last_day, named, office, tab
from portal.compliance.checks.people import in_part
from portal.compliance.checks.tasks import of_clause
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, late, met, not_applicable, open_
from portal.compliance.verdicts import State as Found
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.meetings.models import Attendee, Format, Meeting, MeetingKind, Part
from portal.regulations.profiles import Clause

AT_DESK = frozenset({Way.DESK, Way.BADGE, Way.PAPER})


class Mark(NamedTuple):
    """How one of a meeting's people stands on the day, and what is known of their lateness or absence."""

    meeting_id: int
    attendee_id: int
    state: State
    way: Way | None
    by_id: int | None
    reason: str
    follow_up: str


@loads("marks")
def _marks(batch: Batch) -> Mapping[int, list[Mark]]:
    rows = db.session.execute(
        select(
            Attendee.meeting_id, Attendee.id, state_at(batch.now), CheckIn.way, CheckIn.by_id,
            func.coalesce(AbsenceNote.reason, ""), func.coalesce(AbsenceNote.follow_up, ""),
        )
        .join(Meeting, Meeting.id == Attendee.meeting_id)
        .outerjoin(MeetingKind, MeetingKind.id == Meeting.kind_id)
        .outerjoin(CheckIn, IS_MARK)
        .outerjoin(AbsenceNote, AbsenceNote.attendee_id == Attendee.id)
        .where(Attendee.meeting_id.in_(batch.ids), or_(Attendee.invited_at.is_not(None), CheckIn.id.is_not(None)))
    )
    return by_meeting(
        Mark(row[0], row[1], State(row[2]), Way(row[3]) if row[3] else None, *row[4:]) for row in rows
    )


def day_page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("Attendance"), "attendance.day")


def _made(dossier: Dossier) -> list[Mark]:
    return [mark for mark in dossier.get("marks") if mark.way is not None]


@checks("check_in.recorded", _l("Who signed in, when and how"))
def recorded(dossier: Dossier, clause: Clause) -> Verdict:
    made = _made(dossier)
    if not dossier.is_over:
        words = _("The meeting is not over; %(count)s have signed in.", count=len(made))
        return open_(words, office(), day_page(dossier))
    if not made:
        return late(_("Nobody was marked as present."), office(), day_page(dossier))
    absent = sum(mark.state not in HERE for mark in dossier.get("marks"))
    return met(_("%(here)s signed in, %(absent)s did not come.", here=len(made), absent=absent), day_page(dossier))


@checks("check_in.both_ways", _l("The list to sign, and the codes or links for the same list"))
def both_ways(dossier: Dossier, clause: Clause) -> Verdict:
    shown = any(entry.action == "meeting.codes_shown" for entry in dossier.get("log"))
    ways = {mark.way for mark in _made(dossier)}
    sheet = tab(dossier.meeting, _("Print"), "printing.prints")
    if not dossier.get("people"):
        return due(dossier.has_begun, _("Nobody is on the list yet."), office(), sheet)
    if shown or (ways & AT_DESK and ways - AT_DESK):
        return met(_("One list serves for the sheet to sign and for codes and links."), sheet, day_page(dossier))
    words = _("The sheet can be printed; the codes to scan have not been prepared yet.")
    return due(dossier.has_begun, words, office(), sheet)


@checks("check_in.served_by", _l("Staff for the desk, and who made the marks there"))
def served_by(dossier: Dossier, clause: Clause) -> Verdict:
    made = _made(dossier)
    at_desk = [mark for mark in made if mark.way in AT_DESK]
    if made and not at_desk and dossier.is_over:
        return not_applicable(_("Everybody signed in by themselves."))
    if any(mark.by_id is None for mark in at_desk):
        return late(_("Marks made at the desk do not say by whom."), office(), day_page(dossier))
    staff = [one.name for one in in_part(dossier, Part.STAFF) if one.duty.strip()]
    if not staff:
        return due(dossier.is_over, _("No staff is named for the desk."), office(), day_page(dossier))
    if not at_desk:
        return due(dossier.is_over, _("Named, but nobody has been marked yet: %(names)s.", names=named(staff)),
                   office(),
                   day_page(dossier))
    return met(_("Each mark made at the desk says by whom; named for it: %(names)s.", names=named(staff)),
               day_page(dossier))


@checks("check_in.with_pack", _l("Who signed in, and the tasks that hand out guide and papers"))
def with_pack(dossier: Dossier, clause: Clause) -> Verdict:
    if dossier.meeting.format == Format.ONLINE:
        return not_applicable(_("The meeting is online only."))
    signed_in, handed = recorded(dossier, clause), of_clause(dossier, clause)
    worse = min((signed_in, handed), key=lambda verdict: list(Found).index(verdict.state))
    if worse.state != Found.MET:
        return worse
    return met(_("People signed in, and what belongs to it was handed out."), *signed_in.evidence, *handed.evidence)


@checks("attendance.figures", _l("Attendance of the meeting: who came, came late or was absent"))
def figures(dossier: Dossier, clause: Clause) -> Verdict:
    if not dossier.is_over:
        return open_(_("The meeting has not been held yet."), office(), day_page(dossier))
    marks = dossier.get("marks")
    if not _made(dossier):
        return late(_("It was held, and nobody was marked as present."), office(), day_page(dossier))
    came, tardy = sum(mark.state in HERE for mark in marks), sum(mark.state == State.LATE for mark in marks)
    absent = sum(mark.state == State.ABSENT for mark in marks)
    words = _("%(came)s came, %(late)s of them late; %(absent)s were absent without leave.", came=came, late=tardy,
              absent=absent)
    return met(words, day_page(dossier))


@checks("attendance.cases_closed", _l("Why people were late or absent, and what was done about it"))
def cases_closed(dossier: Dossier, clause: Clause) -> Verdict:
    missing = tab(dossier.meeting, _("Absences"), "attendance.missing")
    if not dossier.is_over:
        return open_(_("The meeting has not been held yet."), office(), missing)
    if not _made(dossier):
        return due(_cases_are_due(dossier), _("Nobody was marked, so nobody is known to be missing."), office(),
                   missing)
    # Whoever was excused gave a reason that somebody accepted: that case was closed before it arose.
    cases = [mark for mark in dossier.get("marks") if mark.state in {State.LATE, State.ABSENT}]
    if not cases:
        return not_applicable(_("Nobody was late or absent without leave."))
    waiting = sum(not (mark.reason and mark.follow_up) for mark in cases)
    words = ngettext("%(num)s case has no reason or no decision yet.",
                     "%(num)s cases have no reason or no decision yet.", waiting)
    return lacking([words] if waiting else [], _cases_are_due(dossier), office(), missing,
                   kept=_("Each case has its reason, what was decided, and by whom."))


def _cases_are_due(dossier: Dossier) -> bool:
    return is_past(last_day(dossier), dossier.profile.figures.get("absence_days", 5))

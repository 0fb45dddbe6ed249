"""Checks of a meeting's people: who they are, whether they may take part, what they need, and who was changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from portal.accounts.models import Department, Person
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import lacking, named, office, organizer, tab
from portal.compliance.dossier import Batch, Dossier, loads, loads_of_house
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, not_applicable
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.invitations.eligibility import admits, applies
from portal.invitations.models import EligibilityRule, Trait
from portal.meetings.models import Answer, Attendee, Guest, ItemKind, Need, Part
from portal.regulations.profiles import Clause

AWAY = frozenset({Answer.DECLINED, Answer.DELEGATED})


class One(NamedTuple):
    """One of a meeting's people."""

    meeting_id: int
    id: int
    person_id: int | None
    name: str
    unit: str
    post: str
    rank: str
    email: str
    part: Part
    duty: str
    waiver: str
    substitutes_id: int | None
    invited_at: datetime | None
    answer: Answer
    department_id: int | None

    @property
    def is_guest(self) -> bool:
        return self.person_id is None

    @property
    def comes(self) -> bool:
        """Nobody said that they stay away."""
        return self.answer not in AWAY


@loads("people")
def _people(batch: Batch) -> Mapping[int, list[One]]:
    rows = db.session.execute(
        select(
            Attendee.meeting_id, Attendee.id, Attendee.person_id, func.coalesce(Person.name, Guest.name, ""),
            func.coalesce(Department.name, Guest.unit, ""), func.coalesce(Person.post, Guest.post, ""),
            func.coalesce(Person.rank, ""), func.coalesce(Person.email, Guest.email, ""), Attendee.part, Attendee.duty,
            Attendee.waiver, Attendee.substitutes_id, Attendee.invited_at, Attendee.answer, Person.department_id,
        )
        .outerjoin(Person, Person.id == Attendee.person_id)
        .outerjoin(Guest, Guest.id == Attendee.guest_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Attendee.meeting_id.in_(batch.ids))
        .order_by(Attendee.id)
    )
    return by_meeting(One._make(row) for row in rows)


@loads("needs")
def _needs(batch: Batch) -> Mapping[int, list[tuple[int, str]]]:
    """Meeting and key of the task of each need of those who have not said that they stay away."""
    rows = db.session.execute(
        select(Attendee.meeting_id, Attendee.id, Need.kind)
        .join(Need, Need.attendee_id == Attendee.id)
        .where(Attendee.meeting_id.in_(batch.ids), Attendee.answer.not_in(AWAY))
    )
    # As `readiness.needs` calls the tasks that it makes of them.
    return by_meeting((row[0], f"need-{row[1]}-{row[2]}") for row in rows)


@loads_of_house("organizers")
def _organizers(batch: Batch) -> dict[int, str]:
    ids = {meeting.organizer_id for meeting in batch.meetings}
    return {row[0]: row[1] for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}


@loads_of_house("eligibility")
def _rules(batch: Batch) -> list[EligibilityRule]:
    """The rules of the meetings and of their kinds."""
    kinds = {meeting.kind_id for meeting in batch.meetings}
    of_them = or_(EligibilityRule.meeting_id.in_(batch.ids), EligibilityRule.kind_id.in_(kinds))
    return list(db.session.scalars(select(EligibilityRule).where(of_them)))


def in_part(dossier: Dossier, part: Part) -> list[One]:
    """Who has that part and has not said that they stay away."""
    return [one for one in dossier.get("people") if one.part == part and one.comes]


def holder(dossier: Dossier, part: Part) -> str:
    """The name of who has the part, or whose turn it is to name somebody: the organizer."""
    found = in_part(dossier, part)
    return found[0].name if found else organizer(dossier)


def people_page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("People"), "invitations.people")


@checks("people.named_in_full", _l("Name, post and unit of each attendee and guest"))
def named_in_full(dossier: Dossier, clause: Clause) -> Verdict:
    people = [one for one in dossier.get("people") if one.comes]
    blank = [one.name for one in people if not (one.name and one.post.strip() and one.unit.strip())]
    lacks = [
        "" if people else _("Nobody is on the list yet."),
        _("Post or unit is not known of: %(names)s.", names=named(blank)) if blank else "",
    ]
    return lacking(lacks, dossier.has_begun, organizer(dossier), people_page(dossier),
                   kept=_("Everybody is listed with name, post and unit."))


@checks("people.roles_filled", _l("Chair, recorder, presenters, and the duties of staff"))
def roles_filled(dossier: Dossier, clause: Clause) -> Verdict:
    reports = [line for line in dossier.get("agenda") if line.kind == ItemKind.REPORT]
    idle = [one.name for one in in_part(dossier, Part.STAFF) if not one.duty.strip()]
    lacks = [
        "" if in_part(dossier, Part.CHAIR) else _("Nobody chairs it yet."),
        "" if in_part(dossier, Part.RECORDER) else _("Nobody is its recorder yet."),
        "" if all(line.presenter for line in reports) else _("A report has no presenter."),
        _("Without a duty: %(names)s.", names=named(idle)) if idle else "",
    ]
    return lacking(lacks, dossier.has_begun, organizer(dossier), people_page(dossier),
                   kept=_("Chair, recorder, presenters and staff have their duties."))


@checks("people.eligible", _l("The rules of eligibility against each attendee, and who was let in with a reason"))
def eligible(dossier: Dossier, clause: Clause) -> Verdict:
    meeting = dossier.meeting
    rules = [one for one in dossier.house("eligibility")
             if one.meeting_id == meeting.id or one.kind_id == meeting.kind_id]
    rules_page = tab(meeting, _("Who may take part"), "invitations.rules")
    if not rules:
        return due(dossier.has_begun, _("No rule says who may take part."), office(), rules_page)
    people = [one for one in dossier.get("people") if one.comes and not one.is_guest]
    outside = [one.name for one in people if not one.waiver and not _is_admitted(one, rules)]
    lacks = [
        "" if people else _("Nobody is on the list yet."),
        _("Neither admitted nor let in with a reason: %(names)s.", names=named(outside)) if outside else "",
    ]
    return lacking(lacks, dossier.has_begun, office(), rules_page, people_page(dossier),
                   kept=_("Everybody is admitted by the rules, or let in with a reason by name."))


def _is_admitted(one: One, rules: list[EligibilityRule]) -> bool:
    has = {Trait.POST: one.post, Trait.UNIT: one.unit, Trait.RANK: one.rank}
    return all(admits(rule, has[Trait(rule.trait)]) for rule in rules if applies(rule, one.part))


@checks("people.needs_answered", _l("What people need, and the tasks that arrange it"))
def needs_answered(dossier: Dossier, clause: Clause) -> Verdict:
    needs = dossier.get("needs")
    if not needs:
        return not_applicable(_("Nobody needs anything special."))
    wanted = {key for _meeting, key in needs}
    tasks = [one for one in dossier.get("tasks") if one.key in wanted and not one.is_dropped]
    without, waiting = len(wanted) - len(tasks), [one for one in tasks if not one.is_done]
    lacks = [
        ngettext("%(num)s need has no task yet.", "%(num)s needs have no task yet.", without) if without else "",
        ngettext("%(num)s task is not done.", "%(num)s tasks are not done.", len(waiting)) if waiting else "",
    ]
    turn = named(one.owner for one in waiting) or office()
    needs_page = tab(dossier.meeting, _("Needs"), "answers.needs_list")
    return lacking(lacks, dossier.has_begun, turn, needs_page, kept=_("Each need has its task, and all are done."))


@checks("people.changes_told", _l("Who was replaced, added or taken off after the notice, and who was told"))
def changes_told(dossier: Dossier, clause: Clause) -> Verdict:
    told = [dossier.get("notices").get(kind) for kind in ("meeting.replaced", "meeting.substitute",
                                                          "meeting.withdrawn")]
    letters = [one for one in told if one is not None]
    substitutes = [one for one in dossier.get("people") if one.substitutes_id is not None]
    untold = [one.name for one in dossier.get("people") if one.invited_at is None]
    if not (letters or substitutes or (untold and dossier.meeting.announced_at)):
        return not_applicable(_("Nobody was changed after the notice."))
    queued, failed = sum(one.queued for one in letters), sum(one.failed for one in letters)
    lacks = [
        _("Not told yet: %(names)s.", names=named(untold)) if untold else "",
        ngettext("%(num)s notice is on its way.", "%(num)s notices are on their way.", queued) if queued else "",
        ngettext("%(num)s notice could not be delivered.", "%(num)s notices could not be delivered.", failed)
        if failed else "",
    ]
    return lacking(lacks, dossier.has_begun, organizer(dossier), people_page(dossier),
                   kept=_("Each change of the list was told; substitutes are listed with whom they replace."))

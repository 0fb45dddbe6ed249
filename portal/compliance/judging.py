"""How each clause stands, for many meetings at once.

Asked in this order: whether somebody said that it does not apply, whether it was waived, whether its condition holds,
then what the records show, or else who has put their name to it.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import NamedTuple

from flask import current_app

from portal.accounts.queries import house_today
from portal.compliance import facts  # noqa: F401  (reads what conditions ask for)
from portal.compliance.conditions import CONDITIONS
from portal.compliance.dossier import Batch, Dossier
from portal.compliance.holders import of_house
from portal.compliance.models import Said, SignOff
from portal.compliance.queries import house_sign_offs  # noqa: F401  (reads who put their name to what)
from portal.compliance.registry import check_named
from portal.compliance.verdicts import State, Verdict, due, met, not_applicable, open_
from portal.core.i18n import day_and_time, plain_day
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.core.workdays import after
from portal.deadlines.models import Waiver
from portal.meetings.telling import zone_of
from portal.regulations.labels import person_name
from portal.regulations.profiles import Clause, Profile

log = logging.getLogger(__name__)
LAST_MINUTE = time(23, 59)


class Judged(NamedTuple):
    """One clause of one meeting, or of the organisation, and how it stands."""

    clause: Clause
    verdict: Verdict
    sign_off: SignOff | None = None
    waiver: Waiver | None = None

    @property
    def state(self) -> State:
        return self.verdict.state


@dataclass
class Judgement:
    """All clauses of one meeting."""

    dossier: Dossier
    lines: list[Judged]

    @cached_property
    def counts(self) -> Counter[State]:
        return Counter(line.state for line in self.lines)


def judge(batch: Batch) -> list[Judgement]:
    """How each meeting of the batch stands to each clause of its profile."""
    return _Judge(batch).meetings()


def judge_house(batch: Batch, profiles: Iterable[Profile]) -> list[Judged]:
    """How the organisation stands to the clauses that are its own and no single meeting's."""
    judge = _Judge(batch)
    return [judge.of_house(profile, clause) for profile in profiles for clause in profile.clauses if clause.is_of_house]


class _Judge:
    """Judges one batch; what is the organisation's is found once, and a check that fails is logged once."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.of_profiles: dict[tuple[str, int, str], Judged] = {}
        self.failed: set[str] = set()
        # Of each role that signs, what it is called and what is said while it has not.
        self.unsigned: dict[str, tuple[str, str]] = {}
        settings: Settings = current_app.config["PORTAL"]
        self.holidays = settings.holidays

    def meetings(self) -> list[Judgement]:
        return [self._meeting(dossier) for dossier in self.batch.dossiers()]

    def _meeting(self, dossier: Dossier) -> Judgement:
        if dossier.meeting.cancelled_at is not None:
            off = not_applicable(_("The meeting was cancelled."))
            return Judgement(dossier, [Judged(clause, off) for clause in dossier.profile.clauses])
        signed, waived = dossier.get("sign_offs"), dossier.get("waivers")
        about = _About(dossier, self._sign_by(dossier), _conditions(dossier))
        return Judgement(
            dossier,
            [
                self._clause(about, clause, signed.get(clause.id), waived.get(clause.id, ()))
                for clause in dossier.profile.clauses
            ],
        )

    def _clause(self, about: "_About", clause: Clause, signed: SignOff | None, waivers: Iterable[Waiver]) -> Judged:
        if signed is not None and signed.said == Said.NOT_APPLICABLE:
            return Judged(clause, not_applicable(_under(signed)), signed)
        for waiver in waivers:
            return Judged(clause, Verdict(State.WAIVED, _let_off(about.dossier, waiver)), None, waiver)
        off = about.not_for.get(clause.when)
        if off is not None:
            return Judged(clause, off, signed)
        if clause.is_of_house:
            return self.of_house(about.dossier.profile, clause)
        if clause.check:
            return Judged(clause, self._checked(about.dossier, clause))
        return Judged(clause, _signed(signed) if signed else self._unsigned(about, clause), signed)

    # --- What the records show ---

    def _checked(self, dossier: Dossier, clause: Clause) -> Verdict:
        check = check_named(clause.check)
        if check is None or check.of_meeting is None:
            return self._not_judged(clause.check, None)
        try:
            return check.of_meeting(dossier, clause)
        except Exception as error:  # one faulty check must not hide all the other clauses
            return self._not_judged(clause.check, error)

    def of_house(self, profile: Profile, clause: Clause) -> Judged:
        """A clause of the organisation, judged once for each version of a profile."""
        key = (profile.key, profile.number, clause.id)
        if key not in self.of_profiles:
            self.of_profiles[key] = self._of_house(profile, clause)
        return self.of_profiles[key]

    def _of_house(self, profile: Profile, clause: Clause) -> Judged:
        if not clause.check:
            signed: SignOff | None = self.batch.house("sign_offs").get(clause.id)
            return Judged(clause, _of_house(clause, signed), signed)
        check = check_named(clause.check)
        if check is None or check.of_house is None:
            return Judged(clause, self._not_judged(clause.check, None))
        try:
            return Judged(clause, check.of_house(self.batch, profile, clause))
        except Exception as error:  # one faulty check must not hide all the other clauses
            return Judged(clause, self._not_judged(clause.check, error))

    def _not_judged(self, check: str, error: Exception | None) -> Verdict:
        if check not in self.failed:
            self.failed.add(check)
            log.error("The check %s cannot judge.", check, exc_info=error)
        return open_(_("This cannot be judged: the check failed. The administrator finds why in the log."),
                     person_name("administrator"))

    # --- What people put their names to ---

    def _sign_by(self, dossier: Dossier) -> datetime:
        """Until when the clauses of a meeting are to be signed off: the last minute of a working day on its clock."""
        zone, ended_at = zone_of(dossier.meeting), dossier.meeting.ended_at or dossier.meeting.ends_at
        last = after(ended_at.astimezone(zone).date(), dossier.profile.figures.get("feedback_days", 0), self.holidays)
        return datetime.combine(last, LAST_MINUTE, zone)

    def _unsigned(self, about: "_About", clause: Clause) -> Verdict:
        meeting, due_at = about.dossier.meeting, about.sign_by
        who, words = self._waits_for(clause.sign_off)
        is_late = meeting.closed_at is not None or (meeting.postponed_at is None and about.dossier.now > due_at)
        turn = f"{who} ({meeting.organizer.name})" if clause.sign_off == "organizer" else who
        return Verdict(State.LATE if is_late else State.OPEN, words, (), turn, None if meeting.postponed_at else due_at)

    def _waits_for(self, key: str) -> tuple[str, str]:
        """What a reader calls whoever is to sign, and what is said of it."""
        if key not in self.unsigned:
            who = person_name(key)
            self.unsigned[key] = who, _("%(who)s has not put their name to it yet.", who=who)
        return self.unsigned[key]


class _About(NamedTuple):
    """What is the same for all clauses of a meeting: `not_for` says of conditions why a clause under them is not asked.
    """

    dossier: Dossier
    sign_by: datetime
    not_for: dict[str, Verdict | None]


def _conditions(dossier: Dossier) -> dict[str, Verdict | None]:
    return {when: _not_for(dossier, when) for when in {clause.when for clause in dossier.profile.clauses}}


def _under(signed: SignOff) -> str:
    """What somebody said, with their name and the day."""
    return _("%(words)s (%(name)s, %(time)s)", words=signed.words, name=signed.by.name, time=day_and_time(signed.at))


def _signed(signed: SignOff) -> Verdict:
    return met(_under(signed))


def _let_off(dossier: Dossier, waiver: Waiver) -> str:
    demand = dossier.profile.requirement(waiver.demand)
    said = _("%(words)s (%(name)s, %(time)s)", words=waiver.reason, name=waiver.by.name, time=day_and_time(waiver.at))
    return f"{demand.title}: {said}" if demand else said


def _not_for(dossier: Dossier, when: str) -> Verdict | None:
    """Why clauses under the condition do not apply to the meeting, or cannot yet; nothing if they do."""
    condition = CONDITIONS.get(when)
    if condition is None:
        return None
    holds = condition.holds(dossier)
    if holds is None:
        return open_(str(condition.unknown), person_name(condition.turn))
    return None if holds else not_applicable(str(condition.otherwise))


def _of_house(clause: Clause, signed: SignOff | None) -> Verdict:
    """What somebody signed for the organisation; late once it holds no more."""
    who = person_name(of_house(clause.sign_off))
    if signed is None:
        return open_(_("%(who)s has not put their name to it yet.", who=who), who)
    if signed.valid_until is not None and signed.valid_until < house_today():
        over = _("It held until %(day)s and has to be signed anew.", day=plain_day(signed.valid_until))
        return due(True, over, who)
    return _signed(signed)

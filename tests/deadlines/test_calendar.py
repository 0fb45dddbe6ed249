"""Last moments in working days, and how each requirement stands by the records."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.workdays import last_moment
from portal.deadlines import planning
from portal.deadlines.calendar import Line, State, calendar_of
from portal.deadlines.milestones import LOOKS
from portal.deadlines.turns import TURNS
from portal.meetings.models import AgendaItem, Attendee, Format, ItemKind, Meeting, MeetingKind, Part
from portal.minutes.models import Minutes
from portal.readiness.models import Form, ReadinessCheck, Sheet
from portal.regulations.profiles import REQUIREMENTS
from tests.conftest import SHANGHAI, at


def line(meeting: Meeting, key: str) -> Line:
    return next(one for one in calendar_of(meeting) if one.requirement.key == key)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "2026-10-12 09:00"),
        (-1, "2026-10-10 18:00"),  # a Saturday that is worked in exchange
        (-3, "2026-10-08 18:00"),
        (-4, "2026-09-30 18:00"),  # beyond the holidays of October
        (5, "2026-10-19 18:00"),
    ],
)
def test_last_moments_are_the_ends_of_working_days(app: object, days: int, expected: str) -> None:
    moment = last_moment(datetime(2026, 10, 12, 9, tzinfo=SHANGHAI), days)
    assert f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(("lead_days", "days"), [(0, -3), (2, -3), (8, -8)])
def test_the_notice_keeps_the_longer_of_both_leads(
    make_kind: Callable[..., MeetingKind], make_regulated: Callable[..., Meeting], lead_days: int, days: int
) -> None:
    meeting = make_regulated(of=make_kind("operations", lead_days=lead_days))
    assert line(meeting, "notice").days == days


@pytest.mark.parametrize(
    ("now", "state"),
    [(at(9, days=-1), State.AHEAD), (at(9, days=4), State.NEAR), (at(18, days=7), State.NEAR),
     (at(18, 1, days=7), State.MISSED)],
)
def test_a_last_moment_comes_near_and_passes(regulated: Meeting, now: datetime, state: State) -> None:
    """Of the submission, ten working days before the 14th of December: the 30th of November."""
    with clock.standing_at(now):
        assert line(regulated, "submission").state == state


def _seat(part: Part) -> Callable[[Meeting, Person], Any]:
    return lambda meeting, person: Attendee(meeting=meeting, person=person, part=part)


def _sheet(form: Form) -> Callable[[Meeting, Person], Any]:
    return lambda meeting, person: Sheet(
        meeting=meeting, form=form, opened_at=clock.now(), opened_by=person, signed_at=clock.now(), signed_by=person
    )


def _minutes(meeting: Meeting, person: Person) -> Minutes:
    now = clock.now()
    return Minutes(
        meeting=meeting, number="M-1", changed_by=person, changed_at=now, opened_by=person, opened_at=now,
        submitted_at=now, submitted_by=person, final_at=now, final_by=person,
    )


def test_each_requirement_of_a_profile_is_looked_up_and_somebodys_turn() -> None:
    assert set(LOOKS) == set(TURNS) == set(REQUIREMENTS)


RECORDS = [
    ("chair", _seat(Part.CHAIR)),
    ("recorder", _seat(Part.RECORDER)),
    ("agenda", lambda meeting, _person: AgendaItem(meeting=meeting, position=1, title="Budget")),
    ("equipment_test", _sheet(Form.EQUIPMENT_TEST)),
    ("venue_acceptance", _sheet(Form.VENUE_ACCEPTANCE)),
    ("readiness", lambda meeting, person: ReadinessCheck(meeting=meeting, by=person, at=clock.now(), shown=[])),
    ("minutes", _minutes),
    ("resolutions", _minutes),
]


@pytest.mark.parametrize(("key", "make"), RECORDS, ids=[key for key, _make in RECORDS])
def test_a_requirement_is_reached_by_its_record(
    make_kind: Callable[..., MeetingKind], make_regulated: Callable[..., Meeting], bob: Person, key: str,
    make: Callable[[Meeting, Person], Any],
) -> None:
    meeting = make_regulated(of=make_kind("high_end"))
    assert line(meeting, key).reached is None
    db.session.add(make(meeting, bob))
    db.session.commit()
    assert line(meeting, key).state == State.REACHED


def test_the_meeting_itself_says_when_it_was_approved_and_announced(regulated: Meeting, olive: Person) -> None:
    assert line(regulated, "room").state == State.REACHED
    regulated.approved_at, regulated.approved_by = at(9), olive
    regulated.announced_at, regulated.number = at(9, days=20), "OPE-1"
    db.session.commit()
    assert line(regulated, "approval").reached == (at(9),)
    assert line(regulated, "notice").is_late


def test_what_does_not_apply_is_not_needed(regulated: Meeting) -> None:
    assert line(regulated, "papers").state == State.NOT_NEEDED
    regulated.agenda.append(AgendaItem(position=1, title="Figures", kind=ItemKind.REPORT))
    regulated.format = Format.ONLINE
    db.session.commit()
    assert line(regulated, "papers").state == State.AHEAD
    assert line(regulated, "equipment_test").state == State.NOT_NEEDED


def test_a_signed_check_that_was_undone_counts_no_more(regulated: Meeting, bob: Person) -> None:
    db.session.add(ReadinessCheck(meeting=regulated, by=bob, at=at(8), shown=[], undone_at=at(9)))
    db.session.commit()
    assert line(regulated, "readiness").reached is None


def test_the_earliest_day_has_time_for_everything(kind: MeetingKind) -> None:
    """Ten working days: what begins on the 7th of December was to be submitted on the 23rd of November."""
    found = planning.preview(kind, at(9, days=4).date())
    assert "submission" in {late.requirement.key for late in found.late}
    assert found.earliest is not None
    assert found.earliest.isoformat() == "2026-12-07"
    assert not planning.preview(kind, found.earliest).late

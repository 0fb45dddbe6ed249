"""Those who prepare a meeting are warned before it is too late, and told once it is: of each once."""

from collections.abc import Callable

import pytest

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.deadlines.models import DeadlineWarning
from portal.deadlines.warnings import warn_due
from portal.meetings.models import Confidentiality, Meeting
from tests.conftest import at

Told = Callable[[str], list[tuple[str, str, str]]]


def warn(now: object) -> None:
    with clock.standing_at(now):  # type: ignore[arg-type]
        warn_due()
        db.session.commit()


def test_each_is_told_once_when_near_and_once_when_missed(regulated: Meeting, olive: Person, told: Told) -> None:
    warn(at(9))
    assert not told("timetable.warned")
    warn(at(9, days=4))
    warn(at(10, days=4))
    [(name, subject, body)] = told("timetable.warned")
    assert (name, subject) == ("Alice", "Soon too late: Planning")
    assert "Proposal submitted: until Mon, Nov 30 18:00 (OPS-2.1 “" in body
    assert not told("timetable.missed")
    warn(at(19, days=7))
    assert told("timetable.warned")[1][1] == "Too late: Planning"
    assert [name for name, _subject, _body in told("timetable.missed")] == ["Olive"]
    warn(at(20, days=7))
    assert len(told("timetable.missed")) == 1


def test_moved_it_has_other_moments(regulated: Meeting, told: Told) -> None:
    warn(at(9, days=4))
    regulated.starts_at, regulated.ends_at = at(9, days=28), at(10, days=28)
    db.session.commit()
    warn(at(9, days=5))
    assert len(told("timetable.warned")) == 1
    warn(at(9, days=11))
    assert len(told("timetable.warned")) == 2


@pytest.mark.parametrize("column", ["cancelled_at", "postponed_at"])
def test_nothing_is_expected_of_what_is_off(regulated: Meeting, told: Told, column: str) -> None:
    setattr(regulated, column, at(9))
    db.session.commit()
    warn(at(9, days=8))
    assert not db.session.query(DeadlineWarning).count()


def test_the_office_hears_nothing_of_what_is_secret(regulated: Meeting, olive: Person, told: Told) -> None:
    regulated.confidentiality = Confidentiality.SECRET
    db.session.commit()
    warn(at(9, days=8))
    assert told("timetable.warned")
    assert not told("timetable.missed")

"""By when the next report is expected."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.core import clock
from portal.core.db import db
from portal.resolutions import nodes
from portal.resolutions.models import Rhythm
from portal.resolutions.rhythms import next_report
from tests.conftest import at

days = some.dates(date(2026, 1, 1), date(2027, 12, 31))
MONDAY, DUE = date(2026, 11, 23), date(2026, 12, 31)


@given(some.sampled_from(Rhythm), days, days, some.lists(days))
def test_it_is_never_after_the_due_day_and_never_behind_us(rhythm, since, due_on, milestones):
    expected = next_report(rhythm, since, due_on, milestones)
    assert (expected is None) == (rhythm == Rhythm.NONE or since >= due_on)
    assert expected is None or since < expected <= due_on


@pytest.mark.parametrize(
    ("rhythm", "since", "expected"),
    [
        (Rhythm.WEEKLY, MONDAY, date(2026, 11, 30)),
        (Rhythm.WEEKLY, date(2026, 12, 28), DUE),
        (Rhythm.MONTHLY, MONDAY, date(2026, 12, 23)),
        (Rhythm.MONTHLY, date(2026, 11, 30), date(2026, 12, 30)),
        (Rhythm.MONTHLY, date(2026, 12, 1), DUE),
        (Rhythm.MILESTONES, MONDAY, date(2026, 12, 4)),
        (Rhythm.MILESTONES, date(2026, 12, 4), date(2026, 12, 18)),
        (Rhythm.MILESTONES, date(2026, 12, 18), DUE),
        (Rhythm.NONE, MONDAY, None),
        (Rhythm.WEEKLY, DUE, None),
    ],
)
def test_it_follows_the_rhythm(rhythm, since, expected):
    assert next_report(rhythm, since, DUE, [date(2026, 12, 18), date(2026, 12, 4)]) == expected


def test_the_month_after_a_long_one_ends_sooner():
    assert next_report(Rhythm.MONTHLY, date(2027, 1, 31), date(2027, 6, 1)) == date(2027, 2, 28)


def test_what_begins_later_is_reported_on_from_then(make_resolution):
    later = make_resolution(rhythm=Rhythm.WEEKLY, due_on=DUE, starts_on=date(2026, 12, 1))
    assert later.report_by == date(2026, 12, 8)


def test_nothing_is_missed_while_it_is_paused(make_resolution, sue):
    paused = make_resolution(rhythm=Rhythm.WEEKLY, due_on=DUE)
    nodes.pause(sue, paused, "No paint")
    with clock.standing_at(at(8, days=21)):
        nodes.resume(sue, paused)
    assert paused.report_by == MONDAY + timedelta(days=28)


def test_what_is_found_not_done_is_reported_on_again(make_resolution, report, helen, olive):
    poor = make_resolution(rhythm=Rhythm.WEEKLY, due_on=DUE)
    report(poor, actor=helen, percent=100)
    assert poor.report_by is None
    nodes.return_done(olive, poor, "The south wall is bare.")
    db.session.commit()
    assert poor.report_by == date(2026, 11, 30)

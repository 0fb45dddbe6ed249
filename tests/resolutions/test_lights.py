"""The light: the same in Python and in SQL, and by the organisation's day."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.core.i18n import speaking_to
from portal.resolutions.lights import Light, due_spans, lit_since, warned_from
from portal.resolutions.models import Node, Resolution
from portal.resolutions.queries import shines
from portal.resolutions.today import today
from tests.conftest import SHANGHAI, at
from tests.resolutions.conftest import TODAY


@pytest.mark.parametrize(
    ("days", "light"),
    [(-400, Light.RED), (-1, Light.RED), (0, Light.YELLOW), (3, Light.YELLOW), (4, Light.GREEN), (400, Light.GREEN)],
)
def test_the_light_changes_the_day_after_it_is_due_and_three_working_days_before(app, days, light):
    assert Resolution(due_on=TODAY + timedelta(days=days)).light(TODAY) == light


def test_what_has_ended_is_grey_whenever_it_was_due(app):
    closed_at = datetime(2026, 11, 20, tzinfo=UTC)
    for days in (-10, 0, 10):
        assert Resolution(due_on=TODAY + timedelta(days=days), closed_at=closed_at).light(TODAY) == Light.GREY
        assert Resolution(due_on=TODAY + timedelta(days=days), withdrawn_at=closed_at).light(TODAY) == Light.GREY


def test_free_days_do_not_count_as_warning(app):
    # Friday, 25 September 2026 is the Mid-Autumn Festival, and 1 to 7 October are free in China.
    before_the_holidays = date(2026, 9, 30)
    assert Resolution(due_on=date(2026, 10, 9)).light(before_the_holidays) == Light.YELLOW
    assert Resolution(due_on=date(2026, 10, 19)).light(before_the_holidays) == Light.GREEN


def test_a_missed_report_turns_green_into_yellow_and_nothing_else(app):
    far, past = TODAY + timedelta(days=60), TODAY - timedelta(days=1)
    assert Resolution(due_on=far, report_by=past).light(TODAY) == Light.YELLOW
    assert Resolution(due_on=far, report_by=TODAY).light(TODAY) == Light.GREEN
    assert Resolution(due_on=past, report_by=past).light(TODAY) == Light.RED


def test_what_is_paused_is_blue_until_it_ends(app):
    paused = Resolution(due_on=TODAY - timedelta(days=1), paused_at=clock.now())
    assert paused.light(TODAY) == Light.BLUE
    paused.withdrawn_at = clock.now()
    assert paused.light(TODAY) == Light.GREY


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(due_on=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_first_day_of_the_warning_is_the_first_that_is_yellow(app, due_on):
    first, one = warned_from(due_on), Resolution(due_on=due_on)
    assert one.light(first) == Light.YELLOW
    assert one.light(first - timedelta(days=1)) == Light.GREEN
    assert (lit_since(one.standing, due_on), lit_since(one.standing, first)) == (first, first)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=st.dates(date(1990, 1, 1), date(2200, 1, 1)))
def test_the_spans_of_the_open_lights_meet_without_gap_or_overlap(app, day):
    red, yellow, green = due_spans(day).values()
    assert (red[0], green[1]) == (date.min, date.max)
    assert (yellow[0] - red[1], green[0] - yellow[1]) == (timedelta(days=1), timedelta(days=1))


DAYS = st.one_of(st.integers(-6, 6), st.integers(-4000, 4000))
ENDS = ("closed", "withdrawn", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    day=st.dates(date(2015, 1, 1), date(2100, 1, 1)), days=DAYS, report_in=st.none() | st.integers(-3, 3),
    is_paused=st.booleans(), end=st.sampled_from(ENDS),
)
def test_sql_and_python_see_the_same_light(resolution, oscar, day, days, report_in, is_paused, end):
    now, due = clock.now(), day + timedelta(days=days)
    # Made anew each time: the first day that one was due never changes.
    made = Resolution(
        uid=str(uuid4()), meeting=resolution.meeting, text="Paint", department=resolution.department,
        owner=resolution.owner, created_by=oscar, created_at=now, changed_at=now, due_on=due, original_due_on=due,
        report_by=None if report_in is None else day + timedelta(days=report_in), percent=100, issued_at=now,
        reported_at=now, reviewed_at=now, reviewed_by=oscar, node=Node.CLOSED if end == "closed" else Node.REVIEWED,
        closed_at=now if end == "closed" else None, closed_by=oscar if end == "closed" else None,
        withdrawn_at=now if end == "withdrawn" else None, paused_at=now if is_paused else None,
        pause_reason="Budget" if is_paused else "",
    )
    db.session.add(made)
    db.session.flush()
    of_it = select(Resolution.id).where(Resolution.id == made.id)
    shown = [light for light in Light if db.session.scalars(of_it.where(shines(light, day))).all()]
    is_open = bool(db.session.scalars(of_it.where(shines("open", day))).all())
    assert (shown, is_open) == ([made.light(day)], not end)
    db.session.rollback()


def test_the_day_is_the_organisations_whatever_zone_the_reader_is_in(app):
    with clock.standing_at(at(0, 10, days=1)), speaking_to("en", ZoneInfo("America/New_York")):
        assert clock.now().date() == TODAY
        assert today() == TODAY + timedelta(days=1)


def test_a_resolution_turns_red_at_midnight_in_the_organisations_zone(make_resolution):
    due = make_resolution(due_on=TODAY)
    with clock.standing_at(datetime(2026, 11, 23, 23, 59, tzinfo=SHANGHAI)):
        assert due.light(today()) == Light.YELLOW
    with clock.standing_at(datetime(2026, 11, 24, 0, 0, tzinfo=SHANGHAI)):
        assert due.light(today()) == Light.RED

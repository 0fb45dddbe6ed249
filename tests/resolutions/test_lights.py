"""The light: the same in Python and in SQL, and by the organisation's day."""

from datetime import UTC, date, datetime, timedelta
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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_sql_and_python_see_the_same_light(resolution, oscar, data):
    day = data.draw(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    resolution.due_on = day + timedelta(days=data.draw(st.one_of(st.integers(-6, 6), st.integers(-4000, 4000))))
    is_closed = data.draw(st.booleans())
    resolution.original_due_on, resolution.percent = resolution.due_on, 100
    resolution.report_by = data.draw(st.none() | st.integers(-3, 3).map(lambda days: day + timedelta(days=days)))
    is_paused = data.draw(st.booleans())
    resolution.paused_at, resolution.pause_reason = (clock.now(), "Budget") if is_paused else (None, "")
    resolution.reported_at = resolution.reviewed_at = clock.now()
    resolution.reviewed_by, resolution.node = oscar, Node.CLOSED if is_closed else Node.REVIEWED
    resolution.closed_at, resolution.closed_by = (clock.now(), oscar) if is_closed else (None, None)
    db.session.flush()
    shown = [light for light in Light if db.session.scalars(select(Resolution.id).where(shines(light, day))).all()]
    assert shown == [resolution.light(day)]
    is_open = bool(db.session.scalars(select(Resolution.id).where(shines("open", day))).all())
    assert is_open == (not is_closed)


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

"""Meetings on the occurrences of a series go where the series goes."""

import pytest

from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings import commands
from portal.meetings.people import invite
from portal.series import changing
from portal.series import commands as series_commands
from portal.series.commands import Scope
from portal.series.recurrence import Frequency, Rule
from tests.conftest import NOW, at

WEEKLY = Rule(Frequency.WEEKLY, weekdays=(0,), count=4)


@pytest.fixture
def series(alice, room):
    made = series_commands.make(alice, room.id, "Planning", at(9), at(10), WEEKLY, {})
    db.session.commit()
    return made


@pytest.fixture
def meeting(series, alice, bob):
    """On the second of the four, and Bob was told."""
    made = commands.make_meeting(alice, series.bookings[1], subject="Planning")
    invite(alice, made, [bob])
    send_notice(alice, made)
    db.session.commit()
    return made


def test_a_moved_series_takes_them_along(series, meeting, alice, other_room, told):
    wish = changing.Wish(other_room.id, "Planning", at(14), at(15), WEEKLY, series.visibility)
    changing.change(alice, series, Scope.ALL, at(9), wish, {})
    db.session.commit()
    assert (meeting.starts_at, meeting.location) == (at(14, days=7), "E102 · East wing")
    assert [name for name, *_ in told("meeting.moved")] == ["Bob"]


def test_a_cancelled_series_calls_them_off_and_its_restoration_puts_them_on_again(series, meeting, alice, told):
    series_commands.cancel(alice, series, Scope.ALL)
    db.session.commit()
    assert meeting.cancelled_at == NOW
    assert [name for name, *_ in told("meeting.cancelled")] == ["Bob"]
    series_commands.restore(alice, series)
    db.session.commit()
    assert meeting.cancelled_at is None


def test_occurrences_without_a_meeting_cost_no_statement(series, meeting, alice, statements):
    counts = []
    for hour in (14, 16):
        wish = changing.Wish(series.resource_id, "Planning", at(hour), at(hour + 1), WEEKLY, series.visibility)
        with statements() as seen:
            changing.change(alice, series, Scope.ALL, series.starts_at, wish, {})
            db.session.commit()
        counts.append(sum(" meeting" in statement for statement in seen))
    assert counts[0] == counts[1] <= 8

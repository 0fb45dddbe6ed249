"""When a notice leaves the portal, by what its reader chose."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.notifications.models import Group, Manner, NoticePreference
from portal.notifications.timing import Leaving, leaving, next_hour
from tests.conftest import SHANGHAI, at

BERLIN = ZoneInfo("Europe/Berlin")


def preference(**chosen) -> NoticePreference:
    usual = {**{group.value: Manner.MAIL for group in Group}, "digest_hour": 8, "urgent_hours": 12}
    return NoticePreference(**{**usual, **chosen})


def told_at(now, wanted, kind="meeting.invitation", starts_at=None) -> Leaving:
    return leaving(kind, wanted, SHANGHAI, now, starts_at)


def test_whoever_chose_nothing_gets_every_mail_at_once():
    assert told_at(at(3), None) == Leaving(mail_at=at(3))


@pytest.mark.parametrize(
    ("manner", "expected"),
    [
        (Manner.MAIL, Leaving(mail_at=at(9))),
        (Manner.DIGEST, Leaving(digest_at=at(8, days=1))),
        (Manner.INBOX, Leaving()),
    ],
)
def test_each_group_leaves_in_its_own_manner(manner, expected):
    wanted = preference(meetings=manner)
    assert told_at(at(9), wanted) == expected
    assert told_at(at(9), wanted, "booking.moved") == Leaving(mail_at=at(9))


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("meeting.moved", "meetings"), ("booking.moved", "bookings"), ("series.made_for_you", "bookings"),
        ("wait.given", "bookings"), ("booking_request.approved", "bookings"), ("resolution.done", "tasks"),
        ("delegation.made", "other"),
    ],
)
def test_every_kind_belongs_to_a_group(app, kind, group):
    assert told_at(at(9), preference(**{group: Manner.INBOX}), kind) == Leaving()


@pytest.mark.parametrize("kind", ["booking_request.asked", "wait.offered", "booking.asked", "series.asked"])
def test_what_must_be_decided_goes_by_mail_at_once(app, kind):
    assert told_at(at(9), preference(bookings=Manner.INBOX), kind) == Leaving(mail_at=at(9))


@pytest.mark.parametrize(
    ("now", "mail_at"),
    [
        (at(21, 59), at(21, 59)), (at(22), at(7, days=1)), (at(23, 30), at(7, days=1)), (at(0), at(7)),
        (at(6, 59), at(7)), (at(7), at(7)),
    ],
)
def test_mail_waits_for_quiet_hours_to_end_over_midnight(now, mail_at):
    assert told_at(now, preference(quiet_from=time(22), quiet_until=time(7))) == Leaving(mail_at=mail_at)


@pytest.mark.parametrize(("now", "mail_at"), [(at(11, 59), at(11, 59)), (at(12), at(14)), (at(14), at(14))])
def test_quiet_hours_may_lie_within_a_day(now, mail_at):
    assert told_at(now, preference(quiet_from=time(12), quiet_until=time(14))) == Leaving(mail_at=mail_at)


@pytest.mark.parametrize(
    ("starts_at", "goes_at_once"),
    [(at(23, 30), True), (at(11, days=1), True), (at(11, 1, days=1), False), (at(22), False), (None, False)],
)
def test_what_begins_soon_waits_neither_for_the_end_of_quiet_hours_nor_for_the_digest(starts_at, goes_at_once):
    quiet = {"quiet_from": time(22), "quiet_until": time(7)}
    for wanted in (preference(**quiet), preference(meetings=Manner.DIGEST, **quiet)):
        assert (told_at(at(23), wanted, starts_at=starts_at) == Leaving(mail_at=at(23))) is goes_at_once


def test_what_begins_soon_stays_in_the_inbox_of_whoever_wants_no_mail():
    assert told_at(at(9), preference(meetings=Manner.INBOX), starts_at=at(10)) == Leaving()


def test_the_hour_of_the_digest_is_that_of_the_reader_s_clock_whatever_it_does():
    the_day_clocks_go_back = datetime(2026, 10, 24, 20, tzinfo=UTC)
    first = next_hour(8, BERLIN, the_day_clocks_go_back)
    assert (first, next_hour(8, BERLIN, first) - first) == (datetime(2026, 10, 25, 7, tzinfo=UTC), timedelta(days=1))
    before = datetime(2026, 10, 24, 3, tzinfo=UTC)
    assert next_hour(8, BERLIN, next_hour(8, BERLIN, before)) - next_hour(8, BERLIN, before) == timedelta(hours=25)

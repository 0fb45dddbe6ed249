"""Codes and grants: which hold, for whom, and how long."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.attendance.codes import SECONDS, TOLERANCE, codes_at, is_code, window_at
from portal.attendance.grants import grant_for, is_granted
from portal.core import clock
from portal.core.spelling import spellings

KEY = "f" * 64
MOMENTS = st.integers(1_767_225_600, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC))


def shown(moment, key=KEY, meeting=7):
    return codes_at(key, meeting, window_at(moment))


@given(MOMENTS, st.integers(-60, 60))
def test_a_code_holds_for_clocks_up_to_a_minute_apart(moment, skew):
    for code in shown(moment):
        assert is_code(KEY, 7, code, moment + timedelta(seconds=skew))
        assert is_code(KEY, 7, f" {code[:3].lower()} {code[3:].lower()} ", moment)


@given(MOMENTS, st.integers((TOLERANCE + 1) * SECONDS, 10**7))
def test_a_code_ends_after_its_time_at_the_latest_two_and_a_half_minutes_later(moment, later):
    """So does one from the future: whoever sets a clock ahead gains nothing."""
    for code in shown(moment):
        assert not is_code(KEY, 7, code, moment + timedelta(seconds=later))
        assert not is_code(KEY, 7, code, moment - timedelta(seconds=later))


@given(MOMENTS, st.text())
def test_no_other_meetings_code_no_other_key_and_nothing_invented_holds(moment, text):
    for code in shown(moment):
        assert not is_code(KEY, 8, code, moment)
        assert not is_code("e" * 64, 7, code, moment)
        assert not is_code(None, 7, code, moment)
        assert not is_code(KEY, 7, code[:-1], moment)
    assert not is_code(KEY, 7, text, moment) or text.strip()


def test_a_grant_is_for_one_meeting_and_one_holder_and_ends_after_ten_minutes(app):
    grant = grant_for(7, "browser")
    assert is_granted(grant, 7, ["person 3", "browser"])
    for meeting, holders, words in ((8, ["browser"], grant), (7, ["other"], grant), (7, [], grant),
                                    (7, ["browser"], grant[:-1]), (7, ["browser"], ""), (7, ["browser"], "x.y.z")):
        assert not is_granted(words, meeting, holders)
    assert "browser" not in grant
    now = clock.now()
    for minutes, holds in ((10, True), (11, False), (-1, False)):
        with clock.standing_at(now + timedelta(minutes=minutes)):
            assert is_granted(grant, 7, ["browser"]) is holds


def test_names_are_found_by_initials_and_spelling():
    assert {"张三", "zs", "zhangsan"} <= set(spellings("张三"))
    assert {"dtf", "stf"} <= set(spellings("单田芳"))  # a surname that is read in several ways
    assert {"as", "alice", "smith", "alicesmith"} <= set(spellings("Alice Smith"))
    assert spellings("") == ("",)

"""The search for gaps, held against trying every minute; and which rooms suit, best first."""

from datetime import UTC, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rooms.availability import Wish, findings, first_start, next_free, next_half_hour, suiting
from portal.rooms.hours import closed_spans
from portal.rooms.models import Area, Room
from tests.conftest import at

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
# Two days, in which one unit is ten minutes: dense enough that spans touch, and cross midnight.
UNITS = 2 * 144


def moment(unit):
    return at(0) + unit * 10 * MINUTE


def in_a_row(units):
    """What a resource holds between each second pair of moments; where moments repeat, holds touch."""
    pairs = zip(sorted(units)[::2], sorted(units)[1::2], strict=False)
    return [(moment(first), moment(last)) for first, last in pairs if first < last]


def by_trying(held, earliest, length, until):
    """The first minute at which nothing is held for so long, found by asking of each in turn."""
    start = earliest
    while start + length <= until:
        if not any(taken_from < start + length and start < taken_to for taken_from, taken_to in held):
            return start
        start += MINUTE
    return None


holds = st.lists(st.integers(0, UNITS), max_size=40).map(in_a_row)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(held=holds, earliest=st.integers(0, UNITS), length=st.integers(1, 60), ahead=st.integers(0, UNITS))
def test_the_next_free_start_is_the_one_that_trying_every_minute_finds(held, earliest, length, ahead):
    start, span, until = moment(earliest), length * 10 * MINUTE, moment(earliest + ahead)
    overlapping = [pair for pair in held if pair[1] > start and pair[0] < until]
    assert next_free(overlapping, start, span, until) == by_trying(held, start, span, until)


@pytest.mark.parametrize(
    ("held", "start"),
    [
        ([], at(9)),
        ([(at(8), at(9))], at(9)),
        ([(at(10), at(11))], at(9)),
        ([(at(8), at(9, 30))], at(9, 30)),
        ([(at(9, 59), at(11))], at(11)),
        ([(at(9), at(10)), (at(10), at(11)), (at(11, 30), at(12))], at(12)),
        ([(at(9), at(10)), (at(11), at(12))], at(10)),
        ([(at(9), at(10) + timedelta(seconds=1))], at(10, 1)),
        ([(at(22, days=-1), at(21))], None),
    ],
)
def test_an_hour_from_nine_on(held, start):
    assert next_free(held, at(9), HOUR, at(21)) == start


def wing(id=1, zone="Asia/Shanghai", opens=time(8), closes=time(20), position=0):
    return Area(id=id, name=f"Wing {id}", timezone=zone, opens_at=opens, closes_at=closes, position=position)


def test_a_time_that_is_free_is_free_though_the_area_is_closed():
    closed = closed_spans(wing(), at(21), at(0, days=3))
    assert first_start([], closed, at(21), HOUR, at(0, days=3)) == at(21)


def test_nobody_is_sent_to_a_closed_area():
    closed = closed_spans(wing(), at(18, 30), at(0, days=3))
    assert first_start([(at(18), at(19, 30))], closed, at(18, 30), HOUR, at(0, days=3)) == at(8, days=1)


def room(name, capacity=None, features="", area=None):
    area = area or wing()
    return Room(id=int(name[1:]), name=name, capacity=capacity, features=features, area=area, area_id=area.id)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        (" , ;", []),
        ("video", ["video"]),
        ("video, hearing loop,whiteboard", ["video", "hearing loop", "whiteboard"]),
        ("投影、视频会议，白板；话筒", ["投影", "视频会议", "白板", "话筒"]),
    ],
)
def test_features_are_what_stands_between_commas(text, names):
    assert room("R1", features=text).feature_names == names


def names_of(rooms):
    return [found.name for found in rooms]


def test_the_smallest_room_that_is_large_enough_comes_first():
    rooms = [room("R1", 40), room("R2", 12), room("R3", 11), room("R4"), room("R5", 20)]
    assert names_of(suiting(rooms, Wish(at(9), HOUR, people=12))) == ["R2", "R5", "R1"]
    assert names_of(suiting(rooms, Wish(at(9), HOUR))) == ["R3", "R2", "R5", "R1", "R4"]


def test_the_area_that_is_asked_for_comes_before_the_size():
    east, west = wing(1, position=0), wing(2, position=1)
    rooms = [room("R1", 12, area=east), room("R2", 40, area=west), room("R3", 12, area=west)]
    assert names_of(suiting(rooms, Wish(at(9), HOUR, area_id=2))) == ["R3", "R2", "R1"]
    assert names_of(suiting(rooms, Wish(at(9), HOUR))) == ["R1", "R3", "R2"]


def test_a_room_suits_that_has_every_feature_however_it_is_written():
    rooms = [room("R1", 8, "Video"), room("R2", 8, "whiteboard, video"), room("R3", 8, "videophone, whiteboard")]
    assert names_of(suiting(rooms, Wish(at(9), HOUR, features=["video"]))) == ["R1", "R2"]
    assert names_of(suiting(rooms, Wish(at(9), HOUR, features=["video", "Whiteboard"]))) == ["R2"]


def test_free_rooms_keep_their_order_and_the_others_come_soonest_first():
    rooms = [room(f"R{number}", number) for number in range(1, 6)]
    found = findings(rooms, {2: at(9), 3: at(11), 4: at(10), 5: at(9)}, Wish(at(9), HOUR), unfit=7)
    assert [offer.room.name for offer in found.free] == ["R2", "R5"]
    assert [(offer.room.name, offer.starts_at) for offer in found.later] == [
        ("R4", at(10)), ("R3", at(11)), ("R1", None),
    ]
    assert found.unfit == 7


def test_the_next_half_hour():
    assert next_half_hour(at(9, 1)) == at(9, 30)
    assert next_half_hour(at(9, 30)) == at(9, 30)
    assert next_half_hour(at(23, 59).astimezone(UTC)) == at(0, days=1)

"""The geometry of the day grid: cells that add up, blocks that are all there, and days that are not 24 hours."""

import re
from collections import namedtuple
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rooms import grid
from portal.rooms.grid import Look
from portal.rooms.grid_cells import Pen
from portal.rooms.models import Area
from portal.rooms.queries import Block, RoomLine
from tests.conftest import SHANGHAI, at, utc

DAY = date(2026, 11, 23)
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
MINUTES = 24 * 60
LONG_AGO = utc(2000, 1, 1)
# A cell with names: the grid itself has so many that they go without.
Cell = namedtuple("Cell", "look first last block")


def wing(id=1, zone="Asia/Shanghai", opens=time(8), closes=time(20)):
    return Area(id=id, name=f"Wing {id}", timezone=zone, opens_at=opens, closes_at=closes)


def block(starts_at, ends_at, booking_id=1, resource_id=1):
    return Block(resource_id, starts_at, ends_at, booking_id, "Planning", 1, None, "house", "booking")


def axis_of(day, zone, *blocks, areas=None):
    return grid.axis_for(day, zone, [wing()] if areas is None else areas, blocks)


def lay_out(axis, blocks, now=LONG_AGO):
    return [Cell(*cell) for cell in grid.lay_out(axis, axis.column(now), blocks)]


def links(axis, cells):
    """What can be chosen in the cells of a row, as (column, columns, start)."""
    pen = Pen(axis, 0, 1, "/new", "/")
    offered = []
    for cell in cells:
        if cell.look == Look.FREE:
            column = cell.first
            written = "".join(pen._gap(cell.first, cell.last))
            for columns, start in re.findall(r'<td colspan="(\d+)"([^"]+)">[\d:]+</a></td>', written):
                offered.append((column, int(columns), start))
                column += int(columns)
            assert column == cell.last
    return offered


def in_a_row(minutes):
    """Blocks between each second pair of minutes from the day before on; where minutes repeat, blocks touch."""
    start = at(0, days=-1)
    moments = [start + timedelta(minutes=minute) for minute in sorted(minutes)]
    pairs = [pair for pair in zip(moments[::2], moments[1::2], strict=False) if pair[0] < pair[1]]
    return [block(*pair, booking_id=number) for number, pair in enumerate(pairs, 1)]


axes = st.builds(
    lambda first, hours: grid.Axis(at(0) + timedelta(hours=first), hours * grid.HOUR, SHANGHAI),
    st.integers(0, 20), st.integers(1, 25),
)
rows = st.lists(st.integers(0, 3 * MINUTES), max_size=24).map(in_a_row)
crowded = st.lists(st.integers(MINUTES + 9 * 60, MINUTES + 9 * 60 + 20), max_size=20).map(in_a_row)
moments = st.integers(-2 * MINUTES, 2 * MINUTES).map(lambda minute: at(0) + timedelta(minutes=minute))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(axis=axes, blocks=rows | crowded, now=moments)
def test_a_row_fills_its_axis_and_shows_every_block_once_in_order(axis, blocks, now):
    cells = lay_out(axis, blocks, now)
    assert [cell.first for cell in cells] == [0, *(cell.last for cell in cells[:-1])]
    assert cells[-1].last == axis.columns
    assert all(cell.first < cell.last for cell in cells)
    touching = [held for held in blocks if held.starts_at < axis.end and held.ends_at > axis.start]
    assert [cell.block for cell in cells if cell.block] == touching


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(axis=axes, blocks=rows | crowded, now=moments)
def test_what_is_offered_is_free_and_not_over(axis, blocks, now):
    for column, columns, start in links(axis, lay_out(axis, blocks, now)):
        starts_at = axis.start + column * grid.COLUMN
        ends_at = starts_at + columns * grid.COLUMN
        assert start == f"{starts_at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
        assert ends_at > now
        assert column // grid.SLOT == (column + columns - 1) // grid.SLOT
        assert not any(held.starts_at < ends_at and starts_at < held.ends_at for held in blocks)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(steps=st.lists(st.integers(0, 3 * 288), max_size=12), axis=axes)
def test_blocks_on_the_lattice_stand_in_their_exact_place(axis, steps):
    for cell in lay_out(axis, in_a_row([5 * step for step in steps])):
        if cell.block:
            assert cell.first == max(0, axis.column(cell.block.starts_at))
            assert cell.last == min(axis.columns, axis.column(cell.block.ends_at))


def test_a_free_gap_is_offered_in_half_hours():
    axis = axis_of(DAY, SHANGHAI)
    offered = links(axis, lay_out(axis, [block(at(8, 40), at(19, 30))]))
    assert [(columns, start[11:]) for _column, columns, start in offered] == [(6, "08:00"), (2, "08:30"), (6, "19:30")]


@given(first=st.integers(0, 24), length=st.integers(1, 36))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_a_gap_is_cut_at_every_half_hour(first, length):
    axis = axis_of(DAY, SHANGHAI)
    offered = links(axis, [Cell(Look.FREE, first, first + length, None)])
    edges = {first, *(column for column in range(first, first + length) if column % grid.SLOT == 0)}
    assert [column for column, _columns, _start in offered] == sorted(edges)


def test_time_gone_by_is_one_cell_that_cannot_be_chosen():
    cells = lay_out(axis_of(DAY, SHANGHAI), [], now=at(9, 40))
    assert [(cell.look, cell.first, cell.last) for cell in cells] == [(Look.GONE, 0, 18), (Look.FREE, 18, 144)]


def test_what_goes_before_and_after_a_booking_is_shown_beside_it():
    held = block(at(9), at(11))._replace(seconds_before=1800, seconds_after=900)
    cells = lay_out(axis_of(DAY, SHANGHAI), [held])[1:-1]
    shown = [(cell.look, cell.last - cell.first) for cell in cells]
    assert shown == [(Look.READY, 6), (Look.HELD, 15), (Look.READY, 3)]


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(axis=axes, blocks=rows | crowded, before=st.integers(0, 90), after=st.integers(0, 90))
def test_also_with_what_goes_before_and_after_a_row_adds_up(axis, blocks, before, after):
    padded = [held._replace(seconds_before=60 * before, seconds_after=60 * after) for held in blocks]
    cells = lay_out(axis, padded)
    assert [cell.first for cell in cells] == [0, *(cell.last for cell in cells[:-1])]
    assert cells[-1].last == axis.columns
    assert all(cell.first < cell.last for cell in cells)
    touching = [held for held in padded if held.starts_at < axis.end and held.ends_at > axis.start]
    assert [cell.block for cell in cells if cell.block] == touching


def test_of_several_units_those_are_free_that_are_all_through_the_half_hour():
    axis = axis_of(DAY, SHANGHAI)
    held = [block(at(8), at(9))._replace(unit=0), block(at(8, 45), at(9, 15))._replace(unit=1)]
    assert grid.free_units(axis, 3, held)[:4] == [2, 1, 2, 3]
    outside = [block(at(6), at(8)), block(at(20), at(21)), block(at(5), at(23))]
    assert set(grid.free_units(axis, 3, outside)) == {2}


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "first", "last"),
    [
        (at(6, 10), at(7), at(6), at(20)),
        (at(19, 30), at(20, 5), at(8), at(21)),
        (at(22, days=-1), at(1), at(0), at(20)),
        (at(23), at(2, days=1), at(8), at(0, days=1)),
        (at(8, days=-1), at(8), at(0), at(20)),
    ],
)
def test_bookings_outside_the_hours_widen_the_axis_within_the_day(starts_at, ends_at, first, last):
    axis = axis_of(DAY, SHANGHAI, block(starts_at, ends_at))
    assert (axis.start, axis.end) == (first, last)


def test_areas_with_other_hours_and_zones_share_one_axis():
    areas = [wing(1, opens=time(9), closes=time(17)), wing(2, "Asia/Tokyo", time(8, 30), time(19))]
    axis = axis_of(DAY, SHANGHAI, areas=areas)
    assert (axis.start, axis.end) == (at(7), at(18))


def test_a_reader_far_away_sees_the_hours_of_two_of_the_houses_days():
    new_york = ZoneInfo("America/New_York")
    axis = axis_of(DAY, new_york)  # Open 19:00–07:00 on that clock.
    assert (axis.hours[0], axis.hours[-1], len(axis.hours)) == ("00:00", "23:00", 24)


def test_without_areas_the_axis_is_the_whole_day():
    assert len(axis_of(DAY, SHANGHAI, areas=[]).hours) == 24


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), BERLIN, 23),
        (date(2026, 10, 25), BERLIN, 25),
        (date(2026, 10, 4), LORD_HOWE, 23.5),
        (date(2026, 4, 5), LORD_HOWE, 24.5),
        (DAY, BERLIN, 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(day, zone, hours):
    starts_at, ends_at = grid.day_bounds(day, zone)
    assert ends_at - starts_at == timedelta(hours=hours)
    for instant, on in ((starts_at, day), (ends_at, day + timedelta(days=1))):
        assert instant.astimezone(zone).replace(tzinfo=None) == datetime.combine(on, time())


@pytest.mark.parametrize(
    ("day", "zone"),
    [
        (date(2026, 3, 29), BERLIN), (date(2026, 10, 25), BERLIN), (date(2026, 10, 4), LORD_HOWE),
        (date(2026, 4, 5), LORD_HOWE),
    ],
)
def test_on_such_a_day_the_columns_keep_to_the_clock(day, zone):
    starts_at, ends_at = grid.day_bounds(day, zone)
    night = block(starts_at, starts_at + timedelta(hours=4))
    axis = axis_of(day, zone, night, areas=[wing(zone=zone.key)])
    assert axis.start == starts_at
    assert axis.columns == len(axis.hours) * grid.HOUR
    cells = lay_out(axis, [night])
    assert (cells[0].last, axis.begins(48)) == (48, f"{night.ends_at.astimezone(zone):%Y-%m-%dT%H:%M}")
    assert axis.end.astimezone(zone).time() >= time(20)
    assert axis.end < ends_at


def test_the_clock_of_the_axis_skips_and_repeats_what_the_clocks_do():
    skipped = axis_of(date(2026, 3, 29), BERLIN, areas=[]).hours
    repeated = axis_of(date(2026, 10, 25), BERLIN, areas=[]).hours
    assert (len(skipped), "02:00" in skipped) == (23, False)
    assert (len(repeated), repeated.count("02:00")) == (25, 2)


@pytest.mark.parametrize(
    ("now", "around"),
    [
        (at(8), (0, 143)), (at(8, 4), (0, 143)), (at(8, 5), (1, 142)), (at(19, 59), (143, 0)),
        (at(7, 59), None), (at(20), None), (at(9, days=1), None),
    ],
)
def test_the_column_of_now(now, around):
    assert axis_of(DAY, SHANGHAI).now_columns(now.astimezone(UTC)) == around


def test_a_grid_has_a_row_for_each_room_and_no_area_without_rooms():
    areas = [wing(1), wing(2)]
    rooms = [RoomLine(1, "E101", 10, 1), RoomLine(2, "E102", None, 1)]
    held = [block(at(9), at(10), 1, 1), block(at(9), at(11), 2, 2)]
    drawn = grid.draw(DAY, SHANGHAI, areas, rooms, held)
    ((area, lines),) = drawn.areas
    assert (area.id, [row.line.name for row in lines]) == (1, ["E101", "E102"])
    assert [[held.booking_id for held in row.blocks] for row in lines] == [[1], [2]]

"""Every seat of a plan has a place of its own."""

from hypothesis import given
from hypothesis import strategies as st

from portal.printing.models import Shape
from portal.printing.shapes import Layout, count, from_the_middle, picture, seat_name, suggested

SIDES = st.integers(1, 60)
LAYOUTS = st.builds(Layout, st.sampled_from(Shape), SIDES, SIDES, st.none() | SIDES)


@given(LAYOUTS)
def test_every_number_has_one_cell_and_none_stands_on_another_or_on_the_table(layout: Layout) -> None:
    drawn = picture(layout)
    cells = [(spot.down, spot.across) for spot in drawn.spots]
    assert [spot.place for spot in drawn.spots] == list(range(count(layout)))
    assert len(set(cells)) == len(cells)
    assert not drawn.surface & set(cells)
    assert all(0 <= down < drawn.height and 0 <= across < drawn.width for down, across in [*cells, *drawn.surface])
    assert len({seat_name(layout, spot) for spot in drawn.spots}) == len(cells)


@given(st.integers(1, 100))
def test_a_line_is_filled_from_its_middle_left_hand_first(length: int) -> None:
    order = list(from_the_middle(length))
    assert sorted(order) == list(range(length))
    distances = [place - order[0] for place in order]
    assert [abs(distance) for distance in distances] == sorted(abs(distance) for distance in distances)
    assert length < 2 or distances[1] == -1


@given(st.integers(0, 900))
def test_what_is_proposed_holds_everybody(people: int) -> None:
    layout = suggested(people)
    assert people <= count(layout) <= max(6, people + layout.columns + 2)
    assert layout.rows <= 60
    assert layout.columns <= 60


def test_number_two_sits_at_the_left_hand_of_number_one() -> None:
    rows = picture(Layout(Shape.ROWS, 2, 5, 2)).spots
    # They face the front, which is above: their left is ours. Column 2 is the aisle.
    assert [spot.across for spot in rows[:5]] == [3, 1, 4, 0, 5]
    assert [spot.short for spot in rows[:3]] == ["1-3", "1-2", "1-4"]
    # The head of a table looks down: its left is our right; then the sides, nearest first; then the foot.
    table = picture(Layout(Shape.TABLE, 2, 3)).spots
    assert [(spot.down, spot.across) for spot in table] == [
        (0, 2), (0, 3), (0, 1), (1, 4), (1, 0), (2, 4), (2, 0), (3, 2), (3, 1), (3, 3)
    ]
    assert count(Layout(Shape.U_SHAPE, 2, 3)) == 7

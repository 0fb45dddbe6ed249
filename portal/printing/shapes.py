"""Where the seats of a plan stand, and in which order people of rank take them.

Places count from 0 in that order, by Chinese protocol: number 1 in the middle, 2 at its left hand, 3 at its right, and
so on outwards. In rows everybody faces the front; at a table and in a U the head faces the others.
"""

from collections.abc import Iterator
from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.printing.models import SeatPlan, Shape


class Layout(NamedTuple):
    """What a plan says of its seats."""

    shape: Shape
    rows: int
    columns: int
    aisle_after: int | None = None

    @classmethod
    def of(cls, plan: SeatPlan) -> "Layout":
        return cls(Shape(plan.shape), plan.rows, plan.columns, plan.aisle_after)


class Spot(NamedTuple):
    """One seat: its place in the order, its short name, and its cell in the picture, counted from the upper left."""

    place: int
    short: str
    down: int
    across: int


class Picture(NamedTuple):
    """The cells of a plan as it is drawn, with the front or the head of the table above."""

    width: int
    height: int
    spots: tuple[Spot, ...]
    # Cells that are table.
    surface: frozenset[tuple[int, int]] = frozenset()


def count(layout: Layout) -> int:
    """How many seats there are."""
    shape, rows, columns, _aisle = layout
    return {
        Shape.ROWS: rows * columns, Shape.TABLE: 2 * columns + 2 * rows, Shape.U_SHAPE: columns + 2 * rows
    }[shape]


def picture(layout: Layout) -> Picture:
    if layout.shape == Shape.ROWS:
        return _in_rows(layout)
    return _around(layout, has_foot=layout.shape == Shape.TABLE)


def seat_name(layout: Layout, spot: Spot) -> str:
    """How a seat is called where there is room for words."""
    if layout.shape != Shape.ROWS:
        return _("Seat %(number)s", number=spot.short)
    row, seat = spot.short.split("-")
    return _("Row %(row)s, seat %(seat)s", row=row, seat=seat)


def from_the_middle(length: int) -> Iterator[int]:
    """Positions of a line, counted from the left hand of those who sit in it, in the order of protocol."""
    middle = length // 2
    yield middle
    for step in range(1, length):
        yield from (place for place in (middle - step, middle + step) if 0 <= place < length)


def _in_rows(layout: Layout) -> Picture:
    aisle = layout.aisle_after if layout.aisle_after and layout.aisle_after < layout.columns else None
    spots: list[Spot] = []
    for down in range(layout.rows):
        for seat in from_the_middle(layout.columns):
            across = seat + (1 if aisle and seat >= aisle else 0)
            spots.append(Spot(len(spots), f"{down + 1}-{seat + 1}", down, across))
    return Picture(layout.columns + (1 if aisle else 0), layout.rows, tuple(spots))


def _around(layout: Layout, *, has_foot: bool) -> Picture:
    rows, columns = layout.rows, layout.columns
    # Whoever sits at the head looks down the picture: their left hand is at its right.
    cells = [(0, columns - position) for position in from_the_middle(columns)]
    for down in range(1, rows + 1):
        cells += [(down, columns + 1), (down, 0)]
    if has_foot:
        cells += [(rows + 1, 1 + position) for position in from_the_middle(columns)]
    spots = tuple(Spot(place, str(place + 1), *cell) for place, cell in enumerate(cells))
    inside = {(down, across) for down in range(1, rows + 1) for across in range(1, columns + 1)}
    if not has_foot:
        inside = {(down, across) for down, across in inside if down == 1 or across in {1, columns}}
    return Picture(columns + 2, rows + (2 if has_foot else 1), spots, frozenset(inside))


def suggested(people: int) -> Layout:
    """A layout that so many people fit into: a table for few, a U for some, rows for many."""
    if people <= 16:
        return Layout(Shape.TABLE, max(2, -(-(people - 2) // 2)), 1)
    if people <= 40:
        head = max(3, people // 5)
        return Layout(Shape.U_SHAPE, -(-(people - head) // 2), head)
    columns = min(20, max(8, round((people * 1.6) ** 0.5 / 2) * 2))
    return Layout(Shape.ROWS, min(60, -(-people // columns)), columns, columns // 2)

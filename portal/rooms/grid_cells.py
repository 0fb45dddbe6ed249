"""The cells of the grids as HTML, from left to right.

Fifty rooms have more than a thousand cells. A template would take twice as long as everything else on the page, so
these are put together here; only titles, which somebody typed, need escaping: the rest are numbers, times and
addresses of our own.
"""

from dataclasses import dataclass, field
from html import escape

from flask import url_for
from markupsafe import Markup

from portal.core.i18n import gettext as _
from portal.rooms.grid import SLOT, Axis, Look, Row, free_units, lay_out
from portal.rooms.models import Kind, Status
from portal.rooms.queries import Block

WHOLE = f'<td colspan="{SLOT}"'


@dataclass
class Pen:
    """Writes the rows below one axis, for one reader. `past` is the column of now."""

    axis: Axis
    past: int
    reader_id: int
    new_address: str = field(default_factory=lambda: url_for("rooms.new_booking"))
    booking_address: str = field(default_factory=lambda: url_for("rooms.mine") + "/")
    # An id stands once in a page, though a booking may hold several of the things shown.
    written: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._gaps: dict[tuple[int, int], list[str]] = {}
        self._half_hours = [self._begins(column) + WHOLE for column in range(0, self.axis.columns, SLOT)]
        self._ready = escape(_("Kept for getting the room ready"))
        self._words: dict[str, str] = {
            Status.CONFIRMED: "",
            Status.REQUESTED: f' <span class="sr">({escape(_("requested"))})</span>',
            Status.OFFERED: f' <span class="sr">({escape(_("offered"))})</span>',
        }

    def cells(self, row: Row) -> Markup:
        """All cells of the row; of something with several units, how many are free in each half hour."""
        if row.line.quantity > 1:
            return Markup("".join(self._counts(row)))  # noqa: S704
        lead = f'><a class="free" href="{self.new_address}?room={row.line.id}&amp;start='
        written = []
        for look, first, last, block in lay_out(self.axis, self.past, row.blocks):
            if block is not None:
                written.append(self._held(block, last - first))
            elif look is Look.FREE:
                written.append(lead.join(self._gap(first, last)))
            elif look is Look.READY:
                written.append(f'<td colspan="{last - first}" class="ready" title="{self._ready}"></td>')
            else:
                written.append(f'<td colspan="{last - first}" class="gone"></td>')
        return Markup("".join(written))  # noqa: S704

    def _gap(self, first: int, last: int) -> list[str]:
        """A gap, which can be chosen by half hours, as the pieces between which it says for which room."""
        known = self._gaps.get((first, last))
        if known is None:
            self._gaps[first, last] = known = self._cut(first, last)
        return known

    def _cut(self, first: int, last: int) -> list[str]:
        """Whole half hours are pieces that are there already; those at the edges are cut as they come."""
        begin, end = -(-first // SLOT), last // SLOT
        if begin > end:
            return [f'<td colspan="{last - first}"', self._begins(first)]
        pieces = [WHOLE, *self._half_hours[begin:end], ""]
        if first % SLOT:
            pieces[:1] = [f'<td colspan="{begin * SLOT - first}"', self._begins(first) + WHOLE]
        if last % SLOT:
            pieces[-2] = pieces[-2].removesuffix(WHOLE) + f'<td colspan="{last - end * SLOT}"'
            pieces[-1] = self._begins(end * SLOT)
            return pieces
        pieces.pop()
        pieces[-1] = pieces[-1].removesuffix(WHOLE)
        return pieces

    def _begins(self, column: int) -> str:
        start = self.axis.begins(column)
        return f'{start}">{start[11:]}</a></td>'

    def _held(self, block: Block, columns: int) -> str:
        look = "held"
        if block.kind == Kind.CLOSURE:
            look = "held closed"
        elif block.owner_id == self.reader_id:
            look = "held mine"
        if block.status != Status.CONFIRMED:
            look += " unsure"
        more = self._id_and_span(block)
        words = f"{escape(block.title)}{self._words[block.status]}"
        return (
            f'<td colspan="{columns}" class="{look}"><a{more} href="{self.booking_address}{block.booking_id}">'
            f"{words}</a></td>"
        )

    def _id_and_span(self, block: Block) -> str:
        """The id of the link, and what a script needs to move it: only one's own bookings carry that."""
        if block.booking_id in self.written:
            return ""
        self.written.add(block.booking_id)
        if block.changed is None or block.kind == Kind.CLOSURE:
            return f' id="booking-{block.booking_id}"'
        return (
            f' id="booking-{block.booking_id}" data-seen="{escape(block.version)}"'
            f' data-start="{block.people_from.timestamp():.0f}" data-end="{block.people_until.timestamp():.0f}"'
        )

    def _counts(self, row: Row) -> list[str]:
        """How many units are free in each half hour that has not gone by."""
        gone = max(0, min(self.axis.columns, self.past - self.past % SLOT))
        parts = [f'<td colspan="{gone}" class="gone"></td>'] if gone else []
        free = free_units(self.axis, row.line.quantity, row.blocks)
        address = f"{self.new_address}?room={row.line.id}&amp;start="
        for column in range(gone, self.axis.columns, SLOT):
            parts.append(self._count(column, free[column // SLOT], row.line.quantity, address))
        return parts

    def _count(self, column: int, free: int, quantity: int, address: str) -> str:
        start = self.axis.begins(column)
        if free == quantity:
            return f'<td colspan="{SLOT}"><a class="free" href="{address}{start}">{start[11:]}</a></td>'
        words = escape(_("%(time)s: %(free)s of %(quantity)s free", time=start[11:], free=free, quantity=quantity))
        numbers = f'<span class="sr">{words}</span><span aria-hidden="true">{free}/{quantity}</span>'
        if not free:
            return f'<td colspan="{SLOT}" class="units none">{numbers}</td>'
        return f'<td colspan="{SLOT}" class="units"><a class="free" href="{address}{start}">{numbers}</a></td>'

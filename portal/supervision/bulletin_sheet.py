"""A bulletin on paper: A4, its head, the supervisor's words, the figures with their bars, and what was late."""

from collections.abc import Sequence
from typing import Any

from flask import current_app

from portal.core.i18n import gettext as _
from portal.core.i18n import local, pgettext, plain_day
from portal.core.pdf import A4, Box, Document, Typeface
from portal.supervision import figures
from portal.supervision.bulletin_words import (
    day_of,
    heading_of,
    in_short,
    last_report,
    late_words,
    notes,
    period_of,
    whose,
)
from portal.supervision.figure_words import BASES, WHATS
from portal.supervision.figures import Basis, Figures, Line, What
from portal.supervision.models import Bulletin

MARGIN = 18.0
FOOT = 12.0
ROW = 6.4
TEXT_ROW = 6.2
# Shares of the width: department, held to, score, bar, then six numbers.
FIGURE_COLUMNS = (0.2, 0.13, 0.08, 0.15, 0.075, 0.075, 0.075, 0.075, 0.07, 0.07)
# Number, heading, department, owner, the two days, days late, last report.
LATE_COLUMNS = (0.115, 0.24, 0.12, 0.1, 0.125, 0.125, 0.06, 0.115)
# Of what was done on time, done late, is overdue, still runs; the heads of their columns show them too.
SHADES = (0.78, 0.5, 0.0, 1.0)
FIRST_SHADED = 5


def draw(bulletin: Bulletin, late: Sequence[dict[str, Any]], language: str, face: Typeface) -> bytes:
    """The file; `late` are the items as the reader may see them."""
    paper = _Paper(Document(heading_of(bulletin), language, face), bulletin)
    lines = figures.lines_of(bulletin.content["lines"])
    total = figures.total(lines, _("All departments"))
    paper.head()
    paper.paragraphs(in_short(total.extended))
    paper.paragraphs(bulletin.words)
    paper.figures([*lines, total] if len(lines) > 1 else lines)
    paper.late(late, bulletin.content["more_late"])
    for note in notes(bulletin.content):
        paper.paragraphs(note, size=8.5, grey=0.35)
    paper.signature()
    return paper.finish()


class _Paper:
    """Writes from top to bottom, going on to a new page where one is full."""

    def __init__(self, sheet: Document, bulletin: Bulletin) -> None:
        self._sheet, self._bulletin = sheet, bulletin
        self._number = 0
        self._begin()

    def _begin(self) -> None:
        page = self._sheet.page(A4)
        self._number += 1
        self._inner = Box(MARGIN, MARGIN, page.width - 2 * MARGIN, page.height - 2 * MARGIN - FOOT)
        self._y = self._inner.y
        foot = Box(self._inner.x, page.height - MARGIN, self._inner.width, 5)
        self._sheet.words(f"{self._bulletin.number} · {period_of(self._bulletin).name}", foot, 8, grey=0.4)
        self._sheet.words(f"— {self._number} —", foot, 8, align="right", grey=0.4)

    def _room_for(self, height: float) -> bool:
        """Make sure of so much room; whether a new page was begun for it."""
        if self._y + height <= self._inner.y + self._inner.height:
            return False
        self._begin()
        return True

    def _take(self, height: float) -> Box:
        box = Box(self._inner.x, self._y, self._inner.width, height)
        self._y += height
        return box

    def head(self) -> None:
        sheet, organisation = self._sheet, current_app.config["PORTAL"].organisation
        if organisation:
            sheet.words(organisation, self._take(8), 13, align="centre")
        sheet.words(_("Bulletin on resolutions"), self._take(14), 24, align="centre", bold=True, spread=0.08)
        facts = (self._bulletin.number, whose(self._bulletin), period_of(self._bulletin).name)
        sheet.words(" · ".join(facts), self._take(8), 10.5, smallest=7, align="centre")
        sheet.line(self._inner.x, self._y + 1, self._inner.x + self._inner.width, self._y + 1, width=0.6)
        self._y += 5

    def paragraphs(self, text: str, *, size: float = 10.5, grey: float = 0) -> None:
        height = TEXT_ROW * size / 10.5
        for paragraph in filter(str.strip, text.splitlines()):
            for row in self._sheet.rows(paragraph, self._inner.width, size):
                self._room_for(height)
                # A hair smaller, so that the row which just fits is not cut.
                self._sheet.words(row, self._take(height), size, smallest=size * 0.97, grey=grey)
            self._y += height * 0.3

    def _title(self, words: str) -> None:
        self._room_for(9 + 3 * ROW)
        self._y += 3
        self._sheet.words(words, self._take(7), 12.5, bold=True)

    def figures(self, lines: Sequence[Line]) -> None:
        self._title(_("Figures"))
        if not lines:
            self.paragraphs(_("Nothing was due in this period."))
            return
        self._figure_head()
        for line in lines:
            if self._room_for(2 * ROW):
                self._figure_head()
            self._figure_rows(line)

    def _figure_head(self) -> None:
        names = (
            _("Department"), _("Held to"), _("Score"), "", pgettext("figures", "Due"), _("Done on time"),
            _("Done late"), str(WHATS[What.OVERDUE]), _("Still running"), pgettext("resolution", "Paused"),
        )
        head = self._take(ROW * 2)
        self._sheet.frame(head, filled=0.95)
        cells = _cells(head, FIGURE_COLUMNS)
        for place, (box, name) in enumerate(zip(cells, names, strict=True)):
            lower = box._replace(y=box.y + 3.2, height=box.height - 3.6)
            self._sheet.words(
                name, lower, 8.5, smallest=5, lines=2, align="left" if place < 2 else "centre", bold=True
            )
        for box, shade in zip(cells[FIRST_SHADED:], SHADES, strict=False):
            middle = box.x + box.width / 2
            self._sheet.frame(Box(middle - 2.5, box.y + 1.2, 5, 1.8), filled=shade, grey=0.25, width=0.1)

    def _figure_rows(self, line: Line) -> None:
        for basis in Basis:
            f, row = line.by(basis), self._take(ROW)
            cells = _cells(row, FIGURE_COLUMNS)
            if basis is Basis.ORIGINAL:
                self._sheet.words(line.name, cells[0]._replace(height=2 * ROW), 9.5, smallest=6, lines=2, bold=True)
            self._sheet.words(str(BASES[basis]), cells[1], 8, smallest=5)
            self._sheet.words("–" if f.score is None else str(f.score), cells[2], 10, align="centre", bold=True)
            self._bar(f, cells[3])
            for cell, count in zip(cells[4:], f[:6], strict=True):
                self._sheet.words(str(count), cell, 9, align="centre")
        self._sheet.line(self._inner.x, self._y, self._inner.x + self._inner.width, self._y)

    def _bar(self, f: Figures, cell: Box) -> None:
        """The shares of what was due, in the shades of their columns' heads."""
        x = cell.x
        for count, shade in zip((f.on_time, f.late, f.overdue, f.running), SHADES, strict=True):
            if count:
                width = cell.width * count / f.due
                self._sheet.frame(Box(x, cell.y + 1.6, width, ROW - 3.2), filled=shade, grey=0.25, width=0.1)
                x += width

    def late(self, items: Sequence[dict[str, Any]], more: int) -> None:
        self._title(_("What is late"))
        if not items:
            self.paragraphs(_("Nothing is late."))
            return
        self._late_head()
        for item in items:
            if self._room_for(ROW * 1.7):
                self._late_head()
            row = self._take(ROW * 1.7)
            for place, (box, text) in enumerate(zip(_cells(row, LATE_COLUMNS), _late_row(item), strict=True)):
                is_short = place > 3
                self._sheet.words(
                    text, box, 8.5, smallest=5.5, lines=1 if is_short else 2, align="centre" if is_short else "left"
                )
            self._sheet.line(row.x, self._y, row.x + row.width, self._y)
        if more:
            self.paragraphs(late_words(more))

    def _late_head(self) -> None:
        names = (
            pgettext("in a list", "No."), _("Resolution"), _("Department"), _("Owner"), _("Originally due"), _("Due"),
            _("Days late"), _("Last report"),
        )
        head = self._take(ROW * 1.6)
        self._sheet.frame(head, filled=0.93)
        for place, (box, name) in enumerate(zip(_cells(head, LATE_COLUMNS), names, strict=True)):
            self._sheet.words(name, box, 8.5, smallest=5, lines=2, align="centre" if place > 3 else "left", bold=True)

    def signature(self) -> None:
        self._room_for(14)
        self._y += 4
        issued = local(self._bulletin.issued_at).date()
        self._sheet.words(
            f"{self._bulletin.issued_by.name} · {plain_day(issued)}", self._take(7), 10.5, align="right"
        )

    def finish(self) -> bytes:
        return self._sheet.finish()


def _late_row(item: dict[str, Any]) -> tuple[str, ...]:
    return (
        item["number"] or "", item["heading"] or _("A confidential resolution"), item["department"], item["owner"],
        day_of(item["original_due_on"]), day_of(item["due_on"]), str(item["days_late"]), last_report(item),
    )


def _cells(row: Box, shares: Sequence[float]) -> list[Box]:
    cells, x = [], row.x
    for share in shares:
        cells.append(Box(x + 0.8, row.y, row.width * share - 1.6, row.height))
        x += row.width * share
    return cells

"""The sign-in sheet: a line for each person to sign, and some for those who are not on the list."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.core.pdf import A3, A4, Box, Document
from portal.meetings.models import Attendee
from portal.printing.jobs import Job, mark_of

PAPERS = {"a4": A4, "a4-wide": A4.turned, "a3": A3}
MARGIN = 15.0
FOOT = 10.0
HEAD = 34.0
LATER_HEAD = 10.0
TABLE_HEAD = 9.0
ROW = 10.5
FREE_LINES = 5
# Shares of the width: number, name, unit, post, signature, remarks.
COLUMNS = (0.06, 0.17, 0.23, 0.2, 0.22, 0.12)


class Line(NamedTuple):
    """What stands in one row of the list, and smaller below the name."""

    cells: tuple[str, ...]
    below: str = ""


FREE = Line(("",) * 6)


def draw(job: Job) -> bytes:
    paper = PAPERS[job.paper]
    sheet = job.begin()
    pages = _pages(_lines(job.people), paper.height)
    for number, lines in enumerate(pages, 1):
        page = sheet.page(paper)
        inner = Box(MARGIN, MARGIN, page.width - 2 * MARGIN, page.height - 2 * MARGIN - FOOT)
        top = _head(sheet, job, inner) if number == 1 else _later_head(sheet, job, inner)
        _table(sheet, lines, inner._replace(y=top))
        foot = Box(inner.x, page.height - MARGIN - 5, inner.width, 5)
        sheet.words(job.meeting.number or "", foot, 8, grey=0.4)
        sheet.words(_("Page %(page)s of %(pages)s", page=number, pages=len(pages)), foot, 8, align="right", grey=0.4)
    return sheet.finish()


def _lines(people: Sequence[Attendee]) -> list[Line]:
    lines = []
    for number, person in enumerate(people, 1):
        instead = person.substitutes
        below = pgettext("substitute", "for %(person)s", person=instead.name) if instead else ""
        lines.append(Line((str(number), person.name, person.unit, person.post, "", ""), below))
    return lines


def _pages(lines: Sequence[Line], height: float) -> list[Sequence[Line]]:
    """The lines of each page; the last has some free ones as far as it holds them, one without names only such."""
    room = height - 2 * MARGIN - FOOT - TABLE_HEAD
    first, later = int((room - HEAD) / ROW), int((room - LATER_HEAD) / ROW)
    pages = [lines[:first], *(lines[at : at + later] for at in range(first, len(lines), later))]
    room = (first if len(pages) == 1 else later) - len(pages[-1])
    pages[-1] = [*pages[-1], *[FREE] * (min(room, FREE_LINES) if lines else room)]
    return pages


def _head(sheet: Document, job: Job, inner: Box) -> float:
    """The heading of the first page; answers where the table begins."""
    sheet.words(mark_of(job.meeting), inner._replace(height=5), 10, bold=True)
    sheet.words(
        job.meeting.subject, inner._replace(height=15), 17, smallest=9, lines=2, align="centre", bold=True
    )
    sheet.words(job.label, Box(inner.x, inner.y + 16, inner.width, 8), 14, align="centre")
    sheet.words(job.facts, Box(inner.x, inner.y + 26, inner.width, 6), 10, smallest=6)
    return inner.y + HEAD


def _later_head(sheet: Document, job: Job, inner: Box) -> float:
    sheet.words(f"{job.label} · {job.meeting.subject}", inner._replace(height=7), 10, smallest=6)
    return inner.y + LATER_HEAD


def _table(sheet: Document, lines: Sequence[Line], inner: Box) -> None:
    names = (
        pgettext("in a list", "No."), _("Name"), _("Unit"), _("Post"), _("Signature"), _("Remarks")
    )
    head = inner._replace(height=TABLE_HEAD)
    sheet.frame(head, filled=0.92)
    for place, (cell, name) in enumerate(zip(_cells(head), names, strict=True)):
        sheet.words(name, cell, 10, smallest=6, align="centre" if place == 0 else "left", bold=True)
    bottom = head.y + TABLE_HEAD
    for line in lines:
        _row(sheet, line, Box(inner.x, bottom, inner.width, ROW))
        bottom += ROW
        sheet.line(inner.x, bottom, inner.x + inner.width, bottom)
    for edge in _edges(inner):
        sheet.line(edge, head.y, edge, bottom)


def _row(sheet: Document, line: Line, row: Box) -> None:
    for place, (cell, text) in enumerate(zip(_cells(row), line.cells, strict=True)):
        box = cell._replace(height=6.5) if place == 1 and line.below else cell
        lines = 1 if place == 1 and line.below else 2
        sheet.words(
            text, box, 12 if place == 1 else 10, smallest=6, lines=lines, align="centre" if place == 0 else "left"
        )
        if place == 1:
            sheet.words(line.below, Box(cell.x, cell.y + 5.8, cell.width, 3.7), 7.5, smallest=5, grey=0.35)


def _edges(row: Box) -> list[float]:
    return [row.x + row.width * sum(COLUMNS[:place]) for place in range(len(COLUMNS) + 1)]


def _cells(row: Box) -> list[Box]:
    edges = _edges(row)
    return [Box(left + 1.2, row.y, right - left - 2.4, row.height) for left, right in pairwise(edges)]

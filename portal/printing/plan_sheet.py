"""The seating plan on one sheet."""

from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.core.pdf import A3, A4, Box, Document
from portal.printing.jobs import Job, mark_of
from portal.printing.models import Shape
from portal.printing.shapes import Layout, Picture, Spot, picture

PAPERS = {"a4": A4.turned, "a3": A3.turned, "a4-upright": A4}
MARGIN = 12.0
HEAD = 22.0
WIDEST, HIGHEST = 38.0, 20.0


def draw(job: Job) -> bytes:
    layout = job.layout
    assert layout is not None, "the view refuses to print a plan before there is one"
    sheet = job.begin()
    page = sheet.page(PAPERS[job.paper])
    inner = Box(MARGIN, MARGIN, page.width - 2 * MARGIN, page.height - 2 * MARGIN)
    sheet.words(mark_of(job.meeting), inner._replace(height=5), 10, bold=True)
    sheet.words(job.meeting.subject, inner._replace(height=9), 16, smallest=8, align="centre", bold=True)
    sheet.words(
        f"{job.label} · {job.facts}", Box(inner.x, inner.y + 11, inner.width, 6), 10, smallest=6, align="centre"
    )
    _draw_seats(sheet, job, layout, Box(inner.x, inner.y + HEAD, inner.width, inner.height - HEAD))
    return sheet.finish()


def front_name(layout: Layout) -> str:
    """What stands above the picture."""
    return pgettext("of a hall", "Front") if layout.shape == Shape.ROWS else _("Head of the table")


def _draw_seats(sheet: Document, job: Job, layout: Layout, room: Box) -> None:
    drawn = picture(layout)
    wide, high = min(WIDEST, room.width / drawn.width), min(HIGHEST, (room.height - 10) / drawn.height)
    left, top = room.x + (room.width - wide * drawn.width) / 2, room.y + 10
    front = Box(room.x + room.width / 2 - 30, room.y, 60, 7)
    sheet.frame(front, filled=0.9, grey=0.5)
    sheet.words(front_name(layout), front, 10, align="centre")
    _surface(sheet, drawn, Box(left, top, wide, high))
    names = {person.id: person.name for person in job.people}
    sitting = {place: names.get(person, "") for person, place in job.places.items()}
    for spot in drawn.spots:
        cell = Box(left + spot.across * wide, top + spot.down * high, wide, high)
        _seat(sheet, spot, sitting.get(spot.place, ""), cell)


def _surface(sheet: Document, drawn: Picture, first: Box) -> None:
    """The table: its cells, each as wide as their neighbours reach."""
    for down, across in sorted(drawn.surface):
        cell = Box(first.x + across * first.width, first.y + down * first.height, first.width, first.height)
        sheet.frame(cell, filled=0.88, grey=0.88)


def _seat(sheet: Document, spot: Spot, name: str, cell: Box) -> None:
    gap = min(1.0, cell.width * 0.04)
    box = Box(cell.x + gap, cell.y + gap, cell.width - 2 * gap, cell.height - 2 * gap)
    sheet.frame(box, filled=1, grey=0.2 if name else 0.6)
    small = box._replace(height=box.height * 0.28)
    sheet.words(spot.short, small, min(8, box.height), smallest=3, align="centre", grey=0.4)
    below = Box(box.x + gap, box.y + box.height * 0.33, box.width - 2 * gap, box.height * 0.6)
    sheet.words(name, below, 14, smallest=4, lines=2, align="centre")

"""Badges, with the code that the desk scans."""

from collections.abc import Iterator

from portal.core.i18n import lazy_gettext as _l
from portal.core.pdf import A4, Box, Document, Paper
from portal.meetings.links import badge_code
from portal.meetings.models import Attendee, Part
from portal.printing.jobs import Job

CARD = Paper(86, 54)
A6 = Paper(105, 148)
# Eight on a sheet, without waste.
ON_A4 = Paper(105, 74.25)
PARTS = {
    Part.CHAIR: _l("Chair"), Part.RECORDER: _l("Recorder"), Part.SPEAKER: _l("Speaker"), Part.OBSERVER: _l("Observer"),
    Part.STAFF: _l("Staff"),
}


def draw(job: Job) -> bytes:
    sheet, seats = job.begin(), job.seats
    for attendee, box in zip(job.people, _boxes(sheet, job.paper), strict=False):
        one = _upright if box.height > box.width else _lying
        one(sheet, job, attendee, box)
        foot = Box(box.x + box.width * 0.07, box.y + box.height * 0.85, box.width * 0.86, min(8, box.height * 0.1))
        _foot(sheet, attendee, seats.get(attendee.id, ""), foot)
    return sheet.finish()


def _boxes(sheet: Document, paper: str) -> Iterator[Box]:
    """A box for each badge, on as many pages as it takes."""
    while True:
        if paper != "a4":
            yield sheet.page(CARD if paper == "card" else A6)
            continue
        page = sheet.page(A4)
        sheet.line(page.width / 2, 0, page.width / 2, page.height, dashed=True)
        for cut in range(1, 4):
            sheet.line(0, cut * ON_A4.height, page.width, cut * ON_A4.height, dashed=True)
        for place in range(8):
            yield Box(place % 2 * ON_A4.width, place // 2 * ON_A4.height, *ON_A4)


def _lying(sheet: Document, job: Job, attendee: Attendee, card: Box) -> None:
    """Words at the left, the code at the right."""
    edge, high = card.width * 0.07, card.height
    left, wide = card.x + edge, card.width - 2 * edge
    side = high * 0.46
    words = wide - side - 2
    sheet.words(job.subject, Box(left, card.y + high * 0.06, wide, high * 0.16), high * 0.15, smallest=6, lines=2)
    sheet.line(left, card.y + high * 0.25, left + wide, card.y + high * 0.25, width=0.5)
    name = Box(left, card.y + high * 0.29, words, high * 0.24)
    sheet.words(attendee.name, name, high * 0.55, smallest=8, lines=2, bold=True)
    sheet.words(attendee.unit, Box(left, card.y + high * 0.55, words, high * 0.15), high * 0.16, smallest=6, lines=2)
    sheet.words(attendee.post, Box(left, card.y + high * 0.71, words, high * 0.09), high * 0.16, smallest=6)
    sheet.code(badge_code(attendee), Box(left + wide - side, card.y + high * 0.31, side, side))


def _upright(sheet: Document, job: Job, attendee: Attendee, card: Box) -> None:
    """One below the other, the code last."""
    left, wide = card.x + 8, card.width - 16
    sheet.words(job.subject, Box(left, card.y + 7, wide, 16), 15, smallest=8, lines=2, align="centre")
    sheet.line(left, card.y + 26, left + wide, card.y + 26, width=0.6)
    sheet.words(attendee.name, Box(left, card.y + 31, wide, 22), 56, smallest=14, lines=2, align="centre", bold=True)
    sheet.words(attendee.unit, Box(left, card.y + 56, wide, 12), 15, smallest=8, lines=2, align="centre")
    sheet.words(attendee.post, Box(left, card.y + 69, wide, 8), 15, smallest=8, align="centre")
    sheet.code(badge_code(attendee), Box(left, card.y + 79, wide, 50))


def _foot(sheet: Document, attendee: Attendee, seat: str, foot: Box) -> None:
    """What they are in the meeting, and where they sit."""
    size = foot.height * 1.9
    half = foot._replace(width=foot.width / 2 - 1)
    sheet.words(str(PARTS.get(Part(attendee.part), "")), half, size, bold=True)
    sheet.words(seat, half._replace(x=foot.x + foot.width / 2 + 1), size, align="right")

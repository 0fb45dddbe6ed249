"""Name plates: table tents with the name on both sides, which stand upright once the sheet is folded at its middle."""

import re

from portal.core.pdf import A4, A5, HAN, Box, Document
from portal.printing.jobs import Job

PAPERS = {"a4": A4.turned, "a4-two": A4, "a5": A5.turned}
# Names of two characters are set as wide as those of three.
TWO = re.compile(f"[{HAN}]{{2}}")


def draw(job: Job) -> bytes:
    sheet, tents = job.begin(), 2 if job.paper == "a4-two" else 1
    for place, attendee in enumerate(job.people):
        if place % tents == 0:
            page = sheet.page(PAPERS[job.paper])
        high = page.height / tents
        tent = Box(0, place % tents * high, page.width, high)
        if tent.y:
            sheet.line(0, tent.y, tent.width, tent.y, width=0.3)
        _tent(sheet, attendee.name, tent)
    return sheet.finish()


def _tent(sheet: Document, name: str, tent: Box) -> None:
    half = tent._replace(height=tent.height / 2)
    lower = half._replace(y=half.y + half.height)
    sheet.line(0, lower.y, tent.width, lower.y, dashed=True)
    with sheet.upside_down(half):
        _name(sheet, name, half)
    _name(sheet, name, lower)


def _name(sheet: Document, name: str, side: Box) -> None:
    inner = Box(side.x + side.width * 0.08, side.y + side.height * 0.1, side.width * 0.84, side.height * 0.8)
    # As large as three characters that fill the width, and four of them still fit.
    size = min(inner.height, inner.width / 3.6) / 0.3528
    spread = 1.0 if TWO.fullmatch(name) else 0.0
    sheet.words(name, inner, size, smallest=24, lines=2, align="centre", bold=True, spread=spread)

"""How a meeting stands to its regulation, on paper: A4 across, a line for each clause."""

from collections.abc import Sequence

from portal.compliance.judging import Judgement
from portal.compliance.lines import Line
from portal.compliance.words import STATES
from portal.core.i18n import gettext as _
from portal.core.i18n import span
from portal.core.pdf import A4, Box, Document, Typeface
from portal.printing.jobs import mark_of, public_subject

PAPER = A4.turned
MARGIN, FOOT, ROW, LEADING = 14.0, 8.0, 9.6, 4.6
# Shares of the width: clause, titles, state, words, turn, signed by.
COLUMNS = (0.08, 0.25, 0.09, 0.33, 0.14, 0.11)


def draw(
    judgement: Judgement, lines: Sequence[Line], facts: Sequence[str], language: str, face: Typeface
) -> bytes:
    """The file; `facts` say by which version, as of when, and who printed it."""
    meeting = judgement.dossier.meeting
    title = f"{_('Compliance')} · {public_subject(meeting)}"
    paper = _Paper(Document(title, language, face), " · ".join(facts), mark_of(meeting))
    paper.head(meeting.subject, " · ".join(filter(None, (meeting.number, span(meeting.starts_at, meeting.ends_at)))))
    paper.line_of(" · ".join(f"{STATES[state]}: {judgement.counts[state]}" for state in STATES))
    for chapter in judgement.dossier.profile.chapters:
        rows = [line for line in lines if line.judged.clause.chapter == chapter.number]
        if rows:
            paper.chapter(f"{chapter.number} {chapter.title}")
        for line in rows:
            paper.row(_cells_of(line))
    return paper.finish()


def _cells_of(line: Line) -> tuple[str, ...]:
    clause, verdict, signed = line.judged.clause, line.judged.verdict, line.judged.sign_off
    return (
        clause.id, f"{clause.title} / {clause.title.other}", str(STATES[verdict.state]), verdict.words,
        verdict.turn if line.waits else "", signed.by.name if signed else "",
    )


class _Paper:
    """Writes from top to bottom, with a head of columns on every page."""

    def __init__(self, sheet: Document, foot: str, mark: str) -> None:
        self._sheet, self._foot, self._mark = sheet, foot, mark
        self._number, self._y = 0, 0.0
        self._turn()

    def _turn(self) -> None:
        page = self._sheet.page(PAPER)
        self._number += 1
        self._inner = Box(MARGIN, MARGIN, page.width - 2 * MARGIN, page.height - 2 * MARGIN - FOOT)
        self._y = MARGIN
        foot = Box(MARGIN, page.height - MARGIN, self._inner.width, 5)
        self._sheet.words(self._foot, foot._replace(width=foot.width - 20), 7.5, smallest=5, grey=0.35)
        self._sheet.words(f"— {self._number} —", foot, 7.5, align="right", grey=0.35)
        if self._mark:
            self._sheet.words(self._mark, foot._replace(y=6), 9, bold=True, align="right")
        if self._number > 1:
            self._columns()

    def _take(self, height: float) -> Box:
        if self._y + height > self._inner.y + self._inner.height:
            self._turn()
        box = Box(self._inner.x, self._y, self._inner.width, height)
        self._y += height
        return box

    def head(self, title: str, facts: str) -> None:
        self._sheet.words(title, self._take(9), 16, smallest=9, bold=True)
        self._sheet.words(facts, self._take(6), 9.5, smallest=6)

    def line_of(self, words: str) -> None:
        self._sheet.words(words, self._take(6), 9.5, smallest=6)
        self._y += 2
        self._columns()

    def _columns(self) -> None:
        names = (_("Clause"), _("Title"), _("State"), _("Why"), _("Whose turn"), _("Signed by"))
        head = self._take(7)
        self._sheet.frame(head, filled=0.93)
        for box, name in zip(_cells(head), names, strict=True):
            self._sheet.words(name, box, 8.5, smallest=6, bold=True)

    def chapter(self, title: str) -> None:
        if self._y + 8 + ROW > self._inner.y + self._inner.height:
            self._turn()
        self._sheet.words(title, self._take(8), 10, smallest=7, bold=True)

    def row(self, cells: Sequence[str]) -> None:
        """One clause; as high as its longest cell asks for, three lines at most."""
        size = 7.5
        shares = [self._inner.width * share - 1.6 for share in COLUMNS]
        rows = max(len(self._sheet.rows(text, width, size)) for text, width in zip(cells, shares, strict=True))
        height = max(ROW - LEADING + 1, min(rows, 3) * 3.6 + 1.6)
        box = self._take(height)
        for cell, text in zip(_cells(box), cells, strict=True):
            self._sheet.words(text, cell, size, smallest=5.5, lines=3)
        self._sheet.line(box.x, self._y, box.x + box.width, self._y, width=0.1)

    def finish(self) -> bytes:
        return self._sheet.finish()


def _cells(row: Box) -> list[Box]:
    cells, x = [], row.x
    for share in COLUMNS:
        cells.append(Box(x + 0.8, row.y, row.width * share - 1.6, row.height))
        x += row.width * share
    return cells

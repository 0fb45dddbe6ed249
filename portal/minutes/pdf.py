"""Minutes as PDF, in the same order as the Word document, set with the portal's own typeface."""

from collections.abc import Sequence

from portal.core.i18n import gettext as _
from portal.core.i18n import language_tag
from portal.core.pdf import A4, Box, Document, Typeface
from portal.minutes.sheet import Block, Sheet, Sort

TOP, BOTTOM, LEFT, RIGHT = 26.0, 24.0, 26.0, 24.0
WIDTH = A4.width - LEFT - RIGHT
SIZE, SMALL, TITLE, HEAD = 11.5, 9.5, 17.0, 22.0
PITCH = 6.6
GAP = 3.0
INDENT = 8.0
RED = (0.9, 0.0, 0.0)


def written(sheet: Sheet, face: Typeface) -> bytes:
    """The document as a file, in the reader's language."""
    return _Setter(sheet, face).file()


class _Setter:
    """Puts one line below the other, and begins a page where one is full."""

    def __init__(self, sheet: Sheet, face: Typeface) -> None:
        self.sheet = sheet
        self.paper = Document(sheet.file_title, language_tag(), face)
        self.y, self.pages = 0.0, 0
        self._turn()

    def file(self) -> bytes:
        self._head()
        self._labelled(self.sheet.facts)
        for note in self.sheet.notes:
            self._text(note, SMALL, grey=0.35)
        self.y += GAP
        for block in self.sheet.body:
            self._block(block)
        self.y += GAP
        self._labelled(self.sheet.attendance)
        if self.sheet.addenda:
            self._block(Block(Sort.SECTION, _("Added since they became final")))
        for block in self.sheet.addenda:
            self._block(block)
        self._labelled(self.sheet.sending)
        return self.paper.finish()

    def _turn(self) -> None:
        """Begin a page, with what stands on every one."""
        self.paper.page(A4)
        self.pages += 1
        self.y = TOP
        marks = " · ".join(self.sheet.marks)
        self.paper.words(marks, Box(LEFT, 12, WIDTH, 7), 12, align="right", bold=True, grey=0.25)
        foot = Box(LEFT, A4.height - 16, WIDTH, 5)
        self.paper.words(f"— {self.pages} —", foot, 10, align="right" if self.pages % 2 else "left")

    def _head(self) -> None:
        sheet = self.sheet
        name = " · ".join(filter(None, (sheet.organisation, sheet.name)))
        self.paper.words(name, Box(LEFT, self.y, WIDTH, 13), HEAD, smallest=11, align="centre", bold=True, colour=RED)
        line = Box(LEFT, self.y + 17, WIDTH, PITCH)
        self.paper.words(sheet.number, line, SIZE)
        self.paper.words(sheet.day, line, SIZE, align="right")
        self.paper.line(LEFT, self.y + 25, LEFT + WIDTH, self.y + 25, width=0.7, colour=RED)
        self.paper.words(
            sheet.title, Box(LEFT, self.y + 29, WIDTH, 16), TITLE, smallest=10, lines=2, align="centre", bold=True
        )
        self.y += 49

    def _block(self, block: Block) -> None:
        if block.sort == Sort.SECTION:
            self.y += GAP
            self._text(block.text, SIZE + 1, bold=True, keeps=2)
        elif block.sort == Sort.PART:
            self._text(block.text, SIZE, keeps=2, left=INDENT / 2)
        else:
            self._text(block.text, SIZE, left=INDENT)

    def _labelled(self, rows: Sequence[tuple[str, str]]) -> None:
        """Labels in a column, and the words beside them."""
        labels = [_("%(label)s: %(value)s", label=label, value="").strip() for label, _value in rows]
        width = max((self.paper.width_of(label, SIZE) + 4 for label in labels), default=0)
        for label, (_label, value) in zip(labels, rows, strict=True):
            self._room(1)
            self.paper.words(label, Box(LEFT, self.y, width, PITCH), SIZE, bold=True)
            self._text(value, SIZE, left=width)

    def _text(
        self, text: str, size: float, *, left: float = 0, bold: bool = False, grey: float = 0, keeps: int = 1
    ) -> None:
        """A paragraph; `keeps` lines at least stay together with it on the page."""
        for row in self.paper.rows(text, WIDTH - left, size):
            self._room(keeps)
            box = Box(LEFT + left, self.y, WIDTH - left + 0.5, PITCH)
            self.paper.words(row, box, size, smallest=size - 0.5, bold=bold, grey=grey)
            self.y += PITCH

    def _room(self, lines: int) -> None:
        if self.y + lines * PITCH > A4.height - BOTTOM:
            self._turn()

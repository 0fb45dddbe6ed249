"""Documents for paper: pages in millimetres, type that fits its box, codes to scan.

The typeface comes out of a package, for no machine can be relied on to have a Chinese one; a document holds only the
glyphs it uses, and its text can be searched. fpdf2 embeds OpenType with Chinese outlines, which reportlab does not.
It is imported with the first document: it takes half a second, and most processes never print.
"""

import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

import fontpkg_noto_sans
import noto_cjk_sans_otc
import segno

from portal.core import clock

# Both name every glyph that a name lacks: what people are called is not for the log.
for _name in ("fpdf", "fontTools"):
    logging.getLogger(_name).setLevel(logging.ERROR)

Align = Literal["left", "centre", "right"]
# Red, green and blue, each from 0 to 1.
Colour = tuple[float, float, float]

POINT = 25.4 / 72
LEADING = 1.3
# The middle of an ideograph, and nearly that of a capital, over the baseline; in ems.
MIDDLE = 0.38
# 〓 stands for a character that the typeface lacks, as printers have long put it.
GETA = "\u3013"
# The Chinese typeface has the Latin letters of western Europe only; this one has the rest, Greek and Cyrillic.
OTHER_LETTERS = fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"
HAN = "\u2e80-\uffef\U00020000-\U0003ffff"
IS_HAN = re.compile(f"[{HAN}]")
# What may stand at the end of a line: a Latin word or one ideograph, with the marks that cling to it.
PIECES = re.compile(rf"[“‘（《「『【(\[]*(?:[^\s{HAN}]+|[{HAN}])[，。、；：！？）》」』】”’…,.;:!?)\]]*\s*")


class Paper(NamedTuple):
    """A sheet's width and height in millimetres."""

    width: float
    height: float

    @property
    def turned(self) -> "Paper":
        return Paper(self.height, self.width)


A3 = Paper(297, 420)
A4 = Paper(210, 297)
A5 = Paper(148, 210)


class Box(NamedTuple):
    """A piece of a page, in millimetres from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Typeface(NamedTuple):
    """A file of type, and which of its faces."""

    file: Path
    face: int


@lru_cache
def typeface(locale: str, own: Path | None = None) -> Typeface:
    """The face for a language: simplified and traditional Chinese write some characters differently.

    `own` is the organisation's own file (TTF, OTF or TTC) instead of ours.
    """
    from fontTools.ttLib import TTCollection  # noqa: PLC0415

    file = own or Path(str(noto_cjk_sans_otc.FONT_PATH))
    if file.suffix.lower() not in {".ttc", ".otc"}:
        return Typeface(file, 0)
    wanted = "TC" if locale == "zh_Hant" else "SC"
    with TTCollection(str(file), lazy=True) as faces:
        names = [face["name"].getBestFamilyName() or "" for face in faces]
    return Typeface(file, next((place for place, name in enumerate(names) if wanted in name.split()), 0))


@lru_cache(maxsize=4)
def characters(face: Typeface) -> frozenset[int]:
    """The code points that the typeface has a glyph for."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(face.file, fontNumber=face.face, lazy=True) as font:
        return frozenset(font.getBestCmap())


def lacking(face: Typeface, texts: Iterable[str]) -> dict[str, str]:
    """The characters that the typeface lacks, each with the first of the texts that it stands in."""
    known, found = characters(face) | characters(Typeface(OTHER_LETTERS, 0)), dict[str, str]()
    for text in texts:
        for character in text:
            if _shows(character) and ord(character) not in known:
                found.setdefault(character, text)
    return found


class Document:
    """A document for paper in one language. Boxes are in millimetres, sizes of type in points."""

    def __init__(self, title: str, language: str, face: Typeface) -> None:
        from fpdf import FPDF, enums, prefs  # noqa: PLC0415

        self._pdf = pdf = FPDF(unit="mm")
        pdf.set_auto_page_break(False)
        pdf.set_margin(0)
        pdf.set_title(title)
        pdf.set_lang(language)
        pdf.set_producer("")
        pdf.set_creation_date(clock.now())
        pdf.viewer_preferences = prefs.ViewerPreferences(display_doc_title=True)
        pdf.add_font("type", "", face.file, collection_font_number=face.face)
        pdf.set_font("type", size=10)
        self._plain, self._bold = enums.TextMode.FILL, enums.TextMode.FILL_STROKE
        self._spread = 0.0
        self._known = characters(face)
        self._others = characters(Typeface(OTHER_LETTERS, 0))
        # Put together once: the sets are large, and a list of thousands writes some ten texts for each of them.
        self._either = self._known | self._others

    def page(self, paper: Paper) -> Box:
        """Begin a page; answers the whole of it."""
        self._pdf.add_page(format=(paper.width, paper.height))
        return Box(0, 0, *paper)

    def words(
        self, text: str, box: Box, size: float, *, smallest: float = 5, lines: int = 1, align: Align = "left",
        bold: bool = False, grey: float = 0, colour: Colour | None = None, spread: float = 0,
    ) -> None:
        """Write the text in the middle of the box's height, smaller or cut off if it does not fit in so many lines.

        `colour` goes before `grey`; `spread` is what stays free after each letter, in ems.
        """
        text = self._printable(text)
        if not text:
            return
        self._spread = spread
        size = min(size, box.height / POINT)
        size, rows = self._fitted(text, box, size, min(size, smallest), lines)
        pdf, height = self._pdf, size * POINT
        top = box.y + box.height / 2 - (len(rows) - 1) * LEADING * height / 2
        ink = _ink(colour or (grey, grey, grey))
        pdf.set_text_color(*ink)
        mode = self._bold if bold else self._plain
        with pdf.local_context(text_mode=mode, line_width=height * 0.025):
            pdf.set_draw_color(*ink)
            for place, row in enumerate(rows):
                free = box.width - self._width(row) * height
                x = box.x + {"left": 0.0, "centre": free / 2, "right": free}[align]
                self._write(row, x, top + (place * LEADING + MIDDLE) * height, size)

    def rows(self, text: str, width: float, size: float) -> list[str]:
        """The lines that a paragraph fills at that width and size; a word that is wider by itself is broken."""
        text, room = self._printable(text), width / (size * POINT)
        pieces = [(piece, self._width(piece)) for piece in PIECES.findall(text)]
        letters = [(letter, self._width(letter) or 0.25) for letter in text]
        return _broken(pieces, room) or _broken(letters, room) or []

    def _write(self, row: str, x: float, baseline: float, size: float) -> None:
        for run, family in self._runs(row.rstrip()):
            self._pdf.set_font(family, size=size)
            for part in run if self._spread else (run,):
                self._pdf.text(x, baseline, part)
                x += self._pdf.get_string_width(part) + self._spread * size * POINT

    def width_of(self, text: str, size: float) -> float:
        """How wide the text is on one line, in millimetres."""
        self._spread = 0.0
        return self._width(self._printable(text)) * size * POINT

    def line(
        self, x: float, y: float, to_x: float, to_y: float, *, dashed: bool = False, width: float = 0.2,
        colour: Colour | None = None,
    ) -> None:
        pdf, shade = self._pdf, 0.59 if dashed else 0.0
        pdf.set_line_width(width)
        pdf.set_draw_color(*_ink(colour or (shade, shade, shade)))
        with pdf.local_context():
            if dashed:
                pdf.set_dash_pattern(dash=2, gap=2)
            pdf.line(x, y, to_x, to_y)

    def frame(self, box: Box, *, filled: float | None = None, grey: float = 0, width: float = 0.2) -> None:
        """A box with an edge, filled with a shade from 0 (black) to 1 (white) if one is given."""
        pdf = self._pdf
        pdf.set_line_width(width)
        pdf.set_draw_color(round(grey * 255))
        if filled is not None:
            pdf.set_fill_color(round(filled * 255))
        pdf.rect(*box, style="D" if filled is None else "DF")

    def code(self, text: str, box: Box) -> None:
        """A QR code with the free edge it needs (ISO/IEC 18004 §9.1), in the largest square of the box."""
        rows = segno.make(text, error="m", micro=False).matrix
        pdf, count = self._pdf, len(rows)
        module = min(box.width, box.height) / (count + 8)
        left, top = (box.x + (box.width - module * count) / 2, box.y + (box.height - module * count) / 2)
        pdf.set_fill_color(0)
        for down, row in enumerate(rows):
            for run in re.finditer(b"\x01+", bytes(row)):
                # A hair higher than a module: else viewers show white lines between the rows.
                x, width = left + run.start() * module, len(run[0]) * module
                pdf.rect(x, top + down * module, width, module * 1.02, style="F")

    @contextmanager
    def upside_down(self, box: Box) -> Iterator[None]:
        """What is put into the box stands on its head."""
        with self._pdf.rotation(180, box.x + box.width / 2, box.y + box.height / 2):
            yield

    def finish(self) -> bytes:
        """The whole as a file; nothing can be put into it afterwards."""
        from fpdf.fonts import TTFFont  # noqa: PLC0415

        try:
            return bytes(self._pdf.output())
        finally:
            # The library leaves the files of type open.
            for font in self._pdf.fonts.values():
                if isinstance(font, TTFFont):
                    font.ttfont.close()

    def _printable(self, text: str) -> str:
        line = " ".join(text.split())
        return "".join(letter if ord(letter) in self._either else GETA for letter in line if _shows(letter))

    def _runs(self, text: str) -> list[tuple[str, str]]:
        """Pieces of the text with the name of their typeface; a word is never set in two."""
        if all(ord(letter) in self._known for letter in text):
            return [(text, "type")]
        if "others" not in self._pdf.fonts:
            self._pdf.add_font("others", "", OTHER_LETTERS)
        runs = groupby(text, self._family)
        return [("".join(letters), family) for family, letters in runs]

    def _family(self, letter: str) -> str:
        return "others" if ord(letter) in self._others and not IS_HAN.match(letter) else "type"

    def _width(self, text: str) -> float:
        """The width in ems."""
        text = text.rstrip()
        width = self._spread * max(0, len(text) - 1)
        for run, family in self._runs(text):
            self._pdf.set_font(family, size=100)
            width += self._pdf.get_string_width(run) / (100 * POINT)
        return width

    def _fitted(
        self, text: str, box: Box, largest: float, smallest: float, lines: int
    ) -> tuple[float, Sequence[str]]:
        """The size in points, and the lines."""
        width = box.width
        ems = self._width(text)
        if lines == 1 or ems * largest * POINT <= width:
            size = min(largest, width / (ems * POINT) * 0.999) if ems else largest
            return (size, [text]) if size >= smallest else (smallest, self._cut(text, width, smallest, 1))
        pieces = [(piece, self._width(piece)) for piece in PIECES.findall(text)]
        size = largest
        while size >= smallest:
            rows = _broken(pieces, width / (size * POINT))
            if rows is not None and len(rows) <= lines and _height(len(rows), size) <= box.height:
                return size, rows
            size -= 0.5
        return smallest, self._cut(text, width, smallest, lines)

    def _cut(self, text: str, width: float, size: float, lines: int) -> list[str]:
        """As much as these lines hold, with dots for the rest; words are broken anywhere."""
        room = width / (size * POINT)
        letters = [(letter, self._width(letter) or 0.25) for letter in text]
        rows = _broken(letters, room) or []
        if len(rows) > lines:
            last = rows[lines - 1]
            while last and self._width(last + "…") > room:
                last = last[:-1]
            rows = [*rows[: lines - 1], last + "…"]
        return rows


def _ink(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = colour
    return round(red * 255), round(green * 255), round(blue * 255)


def _shows(character: str) -> bool:
    """Python knows fewer characters than there are: what it does not know is not taken for one that is invisible."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _height(lines: int, size: float) -> float:
    """Of so many lines, in millimetres."""
    return (1 + (lines - 1) * LEADING) * size * POINT


def _broken(pieces: Sequence[tuple[str, float]], room: float) -> list[str] | None:
    """Lines of these pieces, none wider than `room`; None if a piece is wider by itself."""
    rows, used = [""], 0.0
    for piece, width in pieces:
        if width > room:
            return None
        if used + width > room:
            rows.append("")
            used = 0.0
        rows[-1] += piece
        used += width + (0.25 if piece.endswith(" ") else 0)
    return rows

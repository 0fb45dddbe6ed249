"""Rows out of an XLSX file that anybody may have made: a small file can claim to be a huge one."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _

LARGEST = 32 * 1024 * 1024  # unpacked
MOST_PIECES = 300
MOST_COLUMNS = 60
BROKEN = (
    zipfile.BadZipFile, zlib.error, CalamineError, NotImplementedError, EOFError, IndexError, RuntimeError, ValueError
)
_ROW = re.compile(rb"<(?:[^\s<>/!?:]+:)?row(?=[\s/>])")
_CELL = re.compile(rb"<(?:[^\s<>/!?:]+:)?c(?=[\s>])(?![^<>]*/>)")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]*)([0-9]+)")


class Unfit(DomainError):
    """The file is no spreadsheet that the portal reads; the words say why."""


def rows_of(content: bytes, most_rows: int) -> list[list[str]]:
    """The cells of the first sheet as text, row by row from the first; raises Unfit for what cannot be read."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_honest(content, most_rows)))
        sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except BROKEN:
        raise Unfit(_("This is no spreadsheet that the portal can read. Save it as XLSX or CSV."), "file") from None
    return [[_text(cell) for cell in row] for row in sheet]


def _honest(content: bytes, most_rows: int) -> bytes:
    """The same workbook packed anew: as large as it says, and no sheet larger than allowed."""
    packed, left = io.BytesIO(), LARGEST
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        pieces = [piece for piece in old.infolist() if piece.filename.endswith((".xml", ".rels"))]
        if len(pieces) > MOST_PIECES:
            raise _too_large()
        for piece in pieces:
            with old.open(piece) as source:
                data = source.read(left + 1)
            left -= len(data)
            if left < 0:
                raise _too_large()
            _inspect(data, most_rows)
            new.writestr(piece.filename, data)
    return packed.getvalue()


def _inspect(data: bytes, most_rows: int) -> None:
    """Raise Unfit for a sheet that the reader would make a huge table of, and for what hides from this look."""
    if b"\0" in data or b"<!DOCTYPE" in data:
        raise ValueError("no XML of a spreadsheet")
    if b"sheetData" in data and any(
        row > most_rows or column > MOST_COLUMNS for row, column in _corners(data)
    ):
        raise _too_large()


def _corners(data: bytes) -> Iterator[tuple[int, int]]:
    """Of each row that holds something its number and its last column, by what it says and by counting."""
    number = 0
    for row in _ROW.split(data)[1:]:
        places = [(letters, int(digits[:9])) for letters, digits in _PLACE.findall(row)]
        number = max([number + 1, *(at for letters, at in places if not letters)])
        cells = len(_CELL.findall(row))
        if cells:
            down = max([number, *(at for letters, at in places if letters)])
            yield down, max([cells, *(_column(letters) for letters, _at in places)])


def _column(letters: bytes) -> int:
    """`A` is 1, `AA` is 27."""
    total = 0
    for letter in letters.upper()[:6]:
        total = total * 26 + letter - 64
    return total


def _too_large() -> Unfit:
    return Unfit(_("The file is too large: it has more rows or columns than a list of people."), "file")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)

"""Tables with a header row, as spreadsheets save them: comma, semicolon or tab; UTF-8, UTF-16 or GBK."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from portal.core import decoding

LARGEST = 20 * 1024 * 1024


class Unreadable(Exception):
    """The file as a whole cannot be used; the words say why."""


class Fault(NamedTuple):
    """What is wrong with one row."""

    line: int
    words: str


class Row(NamedTuple):
    """One row under its header: the line of the file it begins on, and its cells by column."""

    line: int
    cells: dict[str, str]


class Table(NamedTuple):
    """What a file holds: the rows that can be taken, and what is wrong with the others."""

    good: Sequence[Row]
    faults: Sequence[Fault]


def read_bytes(file: Path) -> bytes:
    """The file's content; raises Unreadable if it is missing, empty or larger than 20 MB, of which no more is read."""
    try:
        # Not by its size: what is no file on a disk has none, and does not end.
        with file.open("rb") as source:
            content = source.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        raise Unreadable(f"{file} is larger than 20 MB.")
    if not content.strip():
        raise Unreadable(f"{file} is empty.")
    return content


def decoded(content: bytes, name: str) -> str:
    """The text of a table; raises Unreadable if it is none."""
    text = decoding.decoded(content)
    if text is None:
        raise Unreadable(f"{name} is not a table in UTF-8 or GBK. Save it as “CSV UTF-8” and try again.")
    return text


def read_table(file: Path, required: Sequence[str], optional: Sequence[str]) -> Table:
    """The rows of the table and what is wrong with their shape; raises Unreadable for a wrong header."""
    lines = _lines(file)
    if not lines:
        raise Unreadable(f"{file} is empty.")
    header = _header(lines[0][1], required, optional, file)
    if not lines[1:]:
        raise Unreadable(f"{file} has a header but no rows.")
    empty = dict.fromkeys((*required, *optional), "")
    good = [Row(line, empty | dict(zip(header, cells, strict=False))) for line, cells in lines[1:]]
    wide = {line: len(cells) for line, cells in lines[1:] if len(cells) > len(header)}
    faults = [Fault(line, f"there are {count} cells under {len(header)} columns.") for line, count in wide.items()]
    return Table([row for row in good if row.line not in wide], faults)


def _lines(file: Path) -> list[tuple[int, list[str]]]:
    """Cells that are not all empty, each row with the line it begins on: a quoted cell may hold several lines."""
    text = decoded(read_bytes(file), str(file))
    delimiter = max(",;\t", key=text.lstrip("\r\n").partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if any(cells):
                found.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"{file}, line {begins}: this is not a table ({error}).") from None
    return found


def _header(cells: list[str], required: Sequence[str], optional: Sequence[str], file: Path) -> list[str]:
    header = [cell.lower() for cell in cells]
    known = (*required, *optional)
    if missing := [name for name in required if name not in header]:
        raise Unreadable(
            f"{file} has no column {', '.join(missing)}. Its first row must name the columns: {','.join(known)}"
        )
    if unknown := [name for name in header if name not in known]:
        raise Unreadable(f"{file} has columns nobody knows: {', '.join(unknown)}. Known are: {','.join(known)}")
    if len(set(header)) < len(header):
        raise Unreadable(f"{file} names a column twice.")
    return header


def too_long(cells: dict[str, str], longest: dict[str, int]) -> Iterable[str]:
    """A sentence for each cell that is longer than the database takes."""
    for column, length in longest.items():
        if len(cells.get(column, "")) > length:
            yield f"the {column} is longer than {length} characters."


def checked(table: Table, examine: Callable[[Row], Iterable[str]]) -> Table:
    """The table after a look at every row; `examine` answers the sentences that speak against one."""
    faults = {row.line: [Fault(row.line, words) for words in examine(row)] for row in table.good}
    found = [*table.faults, *(fault for against in faults.values() for fault in against)]
    return Table([row for row in table.good if not faults[row.line]], sorted(found, key=lambda fault: fault.line))

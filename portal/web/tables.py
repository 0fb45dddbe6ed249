"""Lists as files: CSV, which every program reads, and XLSX, in which days are days and numbers numbers."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote

import xlsxwriter
from flask import Response, abort, request

from portal.core.i18n import local

Row = Sequence[Any]
FORMATS = ("csv", "xlsx")
# A program that opens the file takes a cell that begins so for a formula, and carries it out.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def wanted_format() -> str | None:
    """Which file the address asks for, `?format=csv` or `xlsx`; None for the page, 404 for what we do not write."""
    wanted = request.args.get("format")
    return wanted if wanted in (None, *FORMATS) else abort(404)


def table_response(rows: Iterable[Row], columns: Sequence[str], name: str, format: str) -> Response:
    """The rows below the names of their columns as a file called `name`, in one of `FORMATS`.

    Instants are shown on the reader's clock, in CSV as `2026-11-21 09:30`.
    """
    content, kind = (_xlsx(rows, columns), XLSX) if format == "xlsx" else (_csv(rows, columns), "text/csv")
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.{format}', safe='')}"
    return response


def guarded(text: str) -> str:
    """The text, with an apostrophe before what would else be taken for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _csv(rows: Iterable[Row], columns: Sequence[str]) -> bytes:
    # Begins with the mark by which Excel knows UTF-8.
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([guarded(str(column)) for column in columns])
    writer.writerows([_plain(value) for value in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value if isinstance(value, int | float | date) else guarded(str(value))


def _xlsx(rows: Iterable[Row], columns: Sequence[str]) -> bytes:
    written = io.BytesIO()
    options = {"constant_memory": True, "in_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        looks = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
            date: book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            time: book.add_format({"num_format": "hh:mm", "align": "left"}),
        }
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(columns) - 1, 0), 20)
        for column, title in enumerate(columns):
            sheet.write_string(0, column, str(title), bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, looks)
    return written.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, looks: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, local(value).replace(tzinfo=None), looks[datetime])
    elif isinstance(value, date | time):
        sheet.write_datetime(row, column, value, looks[type(value)])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, guarded(str(value)))

"""A bulletin as a spreadsheet: what it says, the figures with a chart, and what was late."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from portal.core.i18n import gettext as _
from portal.core.i18n import local, pgettext
from portal.supervision import figures
from portal.supervision.bulletin_words import heading_of, in_short, notes, period_of, whose
from portal.supervision.figure_words import BASES, COLUMNS, numbers_of
from portal.supervision.figures import Basis, Line
from portal.supervision.models import Bulletin
from portal.web.tables import guarded

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# Where the chart finds done on time, done late, overdue and still running.
CHARTED = {4: "#1f6b3a", 5: "#c98a1b", 6: "#a8261c", 7: "#b9c4c1"}


def write(bulletin: Bulletin, late: Sequence[dict[str, Any]]) -> bytes:
    """The file; `late` are the items as the reader may see them."""
    written = io.BytesIO()
    lines = figures.lines_of(bulletin.content["lines"])
    with xlsxwriter.Workbook(written, OPTIONS) as workbook:
        book = _Book(workbook)
        book.summary(bulletin, figures.total(lines, _("All departments")))
        book.figures(lines)
        book.late(late)
    return written.getvalue()


class _Book:
    """The sheets, and how their cells look."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._title = workbook.add_format({"bold": True, "font_size": 16})
        self._wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})

    def summary(self, bulletin: Bulletin, total: Line) -> None:
        sheet = self._workbook.add_worksheet(_("Bulletin"))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 80)
        sheet.write_string(0, 0, heading_of(bulletin), self._title)
        facts = (
            (_("Department"), whose(bulletin)), (_("Period"), period_of(bulletin).name),
            (_("Issued by"), bulletin.issued_by.name), (_("Issued on"), local(bulletin.issued_at).date()),
            (_("Figures"), in_short(total.extended)), (_("Words of the supervisor"), bulletin.words),
            (_("How this is counted"), "\n".join(notes(bulletin.content))),
        )
        for row, (name, value) in enumerate(facts, 2):
            sheet.write_string(row, 0, name, self._bold)
            self._write(sheet, row, 1, value)

    def figures(self, lines: Sequence[Line]) -> None:
        sheet = self._workbook.add_worksheet(_("Figures"))
        self._head(sheet, (_("Department"), _("Held to"), *map(str, COLUMNS)))
        rows = [
            (line.name, str(BASES[basis]), *numbers_of(line, basis)) for line in lines for basis in Basis
        ]
        self._rows(sheet, rows)
        if rows:
            sheet.insert_chart(len(rows) + 2, 0, self._chart(sheet.get_name(), len(rows)), {"x_scale": 1.6})

    def _chart(self, name: str, count: int) -> Any:
        chart = self._workbook.add_chart({"type": "bar", "subtype": "stacked"})
        for column, colour in CHARTED.items():
            chart.add_series({
                "name": [name, 0, column], "categories": [name, 1, 0, count, 1],
                "values": [name, 1, column, count, column], "fill": {"color": colour},
            })
        chart.set_title({"name": _("Figures")})
        chart.set_y_axis({"reverse": True})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"height": 140 + 28 * count})
        return chart

    def late(self, items: Sequence[dict[str, Any]]) -> None:
        sheet = self._workbook.add_worksheet(_("What is late"))
        self._head(sheet, (
            pgettext("in a list", "No."), _("Resolution"), _("Department"), _("Owner"), _("Originally due"), _("Due"),
            _("Days late"), _("Last report"),
        ))
        sheet.set_column(1, 1, 60)
        self._rows(sheet, [_late_row(item) for item in items])

    def _head(self, sheet: Any, names: Sequence[str]) -> None:
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(names) - 1, 16)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, self._bold)

    def _rows(self, sheet: Any, rows: Iterable[Sequence[Any]]) -> None:
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                self._write(sheet, number, column, value)

    def _write(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, self._day)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self._wrapped)
        elif value is not None:
            sheet.write_string(row, column, guarded(value), self._wrapped)


def _late_row(item: dict[str, Any]) -> tuple[Any, ...]:
    reported = item["last_report_at"]
    return (
        item["number"], item["heading"] or _("A confidential resolution"), item["department"], item["owner"],
        date.fromisoformat(item["original_due_on"]), date.fromisoformat(item["due_on"]), item["days_late"],
        local(datetime.fromisoformat(reported)).date() if reported else _("None yet"),
    )

"""Lists as files: what is in them, and what no spreadsheet may carry out."""

import csv
import io
import zipfile
from datetime import date, time

import pytest
from werkzeug.exceptions import NotFound

from portal.web.tables import guarded, table_response, wanted_format
from tests.conftest import at

COLUMNS = ("What", "When", "How many")
ROWS = [("预算 <计划>", at(9, 30), 3), ("=HYPERLINK(1)", None, 2.5), ("a,b\nc", date(2026, 11, 23), time(8, 15))]


def cells(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def sheet(answer):
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_csv_holds_the_rows_on_the_readers_clock(app):
    answer = table_response(ROWS, COLUMNS, "Bookings", "csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.mimetype == "text/csv"
    assert cells(answer) == [
        list(COLUMNS), ["预算 <计划>", "2026-11-23 09:30", "3"], ["'=HYPERLINK(1)", "", "2.5"],
        ["a,b\nc", "2026-11-23", "08:15"],
    ]


def test_xlsx_holds_real_days_numbers_and_a_bold_frozen_head(app):
    answer = table_response(ROWS, COLUMNS, "Bookings", "xlsx")
    written = sheet(answer)
    assert "<v>46349.3958333" in written  # 23 November 2026, 9:30, as spreadsheets count
    assert ("预算 &lt;计划&gt;" in written, "'=HYPERLINK(1)" in written) == (True, True)
    assert ('state="frozen"' in written, "<b/>" in written, "<f>" in written) == (True, True, False)


def test_the_name_may_be_in_any_script(app):
    answer = table_response([], COLUMNS, "会议室 1/2", "xlsx")
    assert answer.headers["Content-Disposition"].endswith("UTF-8''%E4%BC%9A%E8%AE%AE%E5%AE%A4%201%2F2.xlsx")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_looks_like_a_formula_is_text(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Planning", "1-2", " =1", "’"])
def test_other_text_stays_as_it_is(text):
    assert guarded(text) == text


def test_only_known_formats_are_understood(app):
    for query, wanted in (("", None), ("?format=csv", "csv"), ("?format=xlsx", "xlsx")):
        with app.test_request_context(f"/{query}"):
            assert wanted_format() == wanted
    with app.test_request_context("/?format=pdf"), pytest.raises(NotFound):
        wanted_format()

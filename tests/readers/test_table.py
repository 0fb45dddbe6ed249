"""The table in docs/icalendar.md names every point once and no test that does not exist."""

import re
from pathlib import Path

from portal.core.settings import ROOT

TABLE = (ROOT / "docs" / "icalendar.md").read_text("utf-8")
TESTS = Path(__file__).parents[1]


def test_every_point_has_a_row():
    assert sorted(map(int, re.findall(r"^\| (\d+) \|", TABLE, re.MULTILINE))) == list(range(1, 45))


def test_every_row_names_tests_and_all_that_are_named_exist():
    rows = re.findall(r"^\| \d+ \|.*$", TABLE, re.MULTILINE)
    assert all("::" in row for row in rows)
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", TABLE)
    missing = [
        f"{file}::{test}" for file, test in named
        if not (TESTS / file).exists() or f"\ndef {test}(" not in (TESTS / file).read_text("utf-8")
    ]
    assert missing == []

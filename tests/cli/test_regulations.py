"""`portal regulations`: which hold, what they say, whether a file is sound, and publishing it."""

import pytest

from portal.regulations import queries
from portal.regulations.queries import packaged_source


@pytest.fixture
def file(tmp_path):
    source = packaged_source("agency").replace('title_en = "Leader approves"', 'title_en = "The leader approves"')
    path = tmp_path / "agency.toml"
    path.write_text(source, "utf-8")
    return path


def test_they_are_listed_and_shown(run):
    assert "foreign     version 1    169 clauses" in run("regulations", "list").stdout
    assert "AGY-1.1" in run("regulations", "show", "agency").stdout


def test_they_are_taken_out_as_they_were_written(run):
    assert run("regulations", "show", "agency", "--toml").stdout == packaged_source("agency")


def test_a_file_is_checked_and_published(run, adam, file):
    assert run("regulations", "check", file).stdout.endswith("sound, 86 clauses\n")
    options = ("--reason", "Clearer", "--decided-by", "Leading group")
    answer = run("regulations", "publish", "agency", file, *options, "--effective", "2026-12-01")
    assert answer.stdout == "Published version 2 of agency, in force from 2026-12-01 on.\n"
    assert queries.latest_of("agency").reason == "Clearer"
    again = run("regulations", "publish", "agency", file, *options, "--effective", "2026-12-01")
    assert (again.exit_code, "says the same" in again.output) == (1, True)


def test_what_is_wrong_with_a_file_is_said(run, file):
    file.write_text(file.read_text("utf-8").replace('rule = "all"', 'rule = "most"', 1), "utf-8")
    answer = run("regulations", "check", file)
    assert answer.exit_code == 1
    assert "step 1: “most” is not known as “rule”" in answer.output

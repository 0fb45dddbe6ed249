"""Migrations from the command line, and `portal check`: what is wrong is one sentence, never a traceback."""

import socket

import pytest
from sqlalchemy import create_engine, text

from portal.core import i18n, schema
from portal.core.i18n import CATALOGS

PASSWORD = ("--email", "a@b", "--role", "auditor", "--password-stdin")


def test_the_database_is_taken_up_and_down(run_bare, bare_tables):
    assert run_bare("db", "upgrade").stdout == f"The database is at revision {schema.newest()}.\n"
    assert "booking" in bare_tables()
    assert run_bare("db", "downgrade", "base").stdout == "The database is at revision base (no tables).\n"
    assert bare_tables() == ["alembic_version"]
    assert run_bare("db", "upgrade").exit_code == 0


def test_an_unknown_revision_is_refused(run):
    answer = run("db", "downgrade", "0815")
    assert answer.exit_code == 1
    assert "0815" in answer.stderr


def test_an_outdated_database_is_left_alone_and_the_way_out_is_said(run_bare):
    run_bare("db", "upgrade")
    run_bare("db", "downgrade", "0001")
    answer = run_bare("demo")
    assert answer.exit_code == 1
    assert answer.stderr.endswith("Run: portal db upgrade\n")
    check = run_bare("check")
    assert check.exit_code == 1
    assert "migrations: FAULT: the database is at revision 0001" in check.stdout


def test_a_sound_installation_says_so_line_by_line(run):
    answer = run("check")
    assert answer.exit_code == 0
    assert [line.partition(": ok, ")[0] for line in answer.stdout.splitlines()] == [
        "configuration", "database", "migrations", "mail", "storage", "catalogs", "static files",
    ]


def test_a_database_without_tables_is_a_fault(run_bare):
    answer = run_bare("check")
    assert answer.exit_code == 1
    assert "migrations: FAULT: the database is at revision none" in answer.stdout


def test_a_mail_server_that_is_away_is_a_fault(run):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        answer = run("check", PORTAL_SMTP_URL=f"smtp://127.0.0.1:{nobody.getsockname()[1]}")
    assert answer.exit_code == 1
    assert "mail: FAULT: the SMTP server of PORTAL_SMTP_URL cannot be used" in answer.stdout


def test_an_address_of_a_mail_server_that_is_none_is_a_fault(run):
    answer = run("check", PORTAL_SMTP_URL="http://127.0.0.1:25")
    assert answer.exit_code == 1
    assert "mail: FAULT: PORTAL_SMTP_URL" in answer.stdout


def test_a_folder_for_mails_that_cannot_be_written_is_a_fault(run, tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "outbox").write_text("not a folder")
    answer = run("check")
    assert answer.exit_code == 1
    assert f"mail: FAULT: {tmp_path / 'instance' / 'outbox'} cannot be written" in answer.stdout


def test_a_catalog_that_cannot_be_read_is_a_fault(run, monkeypatch, tmp_path):
    monkeypatch.setattr(i18n, "CATALOGS", tmp_path)
    i18n.catalog.cache_clear()
    answer = run("check")
    monkeypatch.setattr(i18n, "CATALOGS", CATALOGS)
    assert answer.exit_code == 1
    assert "catalogs: FAULT: the translations into en cannot be read" in answer.stdout


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("PORTAL_TIMEZONE", "Mars/Olympus", "PORTAL_TIMEZONE"),
        ("PORTAL_LOCALE", "fr", "PORTAL_LOCALE"),
        ("PORTAL_SLOW_REQUEST_MS", "soon", "PORTAL_SLOW_REQUEST_MS"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL"),
        ("DATABASE_URL", "postgresql+unknown://localhost/x", "DATABASE_URL"),
        ("DATABASE_URL", "sqlite:////no/such/folder/portal.db", "The database cannot be used"),
        ("DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/x", "The database cannot be used"),
    ],
)
@pytest.mark.parametrize("command", [("db", "upgrade"), ("user", "add", "x", *PASSWORD)])
def test_a_setting_that_cannot_be_used_is_one_sentence(run, command, setting, value, words):
    answer = run(*command, stdin="correct horse", **{setting: value})
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.output
    assert answer.stderr.count("\n") == 1


def test_a_file_that_is_no_database_is_one_sentence(run, tmp_path):
    file = tmp_path / "not.db"
    file.write_text("this is no database at all, but it is long enough to look like the head of one" * 20)
    answer = run("check", DATABASE_URL=f"sqlite:///{file}")
    assert answer.exit_code == 1
    assert "file is not a database" in answer.output


def test_tables_of_another_program_are_left_alone(run_bare, bare_settings, bare_tables):
    engine = create_engine(bare_settings["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE somebody_elses (id integer)"))
    engine.dispose()
    answer = run_bare("demo")
    assert answer.exit_code == 1
    assert "tables that are not the portal's" in answer.stderr
    assert bare_tables() == ["somebody_elses"]


def test_an_instance_folder_that_cannot_be_made_is_one_sentence(run, tmp_path):
    (tmp_path / "file").write_text("")
    answer = run("db", "upgrade", PORTAL_INSTANCE=str(tmp_path / "file" / "instance"))
    assert answer.exit_code == 1
    assert "PORTAL_INSTANCE" in answer.stderr

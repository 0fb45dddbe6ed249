"""`portal user`: the first person, or one more, and a password for who has none."""

import pytest
from sqlalchemy import select

from portal.accounts.models import Person, Role
from portal.accounts.passwords import fits
from portal.audit.models import AuditEntry
from portal.core.db import db

LONG = "correct horse"
ADD = ("user", "add", "Wang.Wei", "--email", "Wang@example.org")


def test_a_person_is_added_with_a_password_from_standard_input(run):
    answer = run(*ADD, "--role", "meeting-office", "--name", "王伟", "--password-stdin", stdin=f"{LONG}\n")
    assert (answer.exit_code, answer.stdout) == (0, "Added 王伟, who signs in as wang.wei.\n")
    person = db.session.scalars(select(Person)).one()
    assert (person.email, person.roles) == ("wang@example.org", {Role.EMPLOYEE, Role.MEETING_OFFICE})
    assert fits(person.password_hash, LONG)
    assert LONG not in str(db.session.scalars(select(AuditEntry.details)).all())


def test_the_password_is_asked_for_twice_and_never_shown(run):
    answer = run(*ADD, "--role", "administrator", "--role", "auditor", stdin=f"{LONG}\nanother one\n{LONG}\n{LONG}\n")
    assert answer.exit_code == 0
    assert "do not match" in answer.output
    assert LONG not in answer.output
    person = db.session.scalars(select(Person)).one()
    assert (person.name, person.roles) == ("Wang.Wei", {Role.EMPLOYEE, Role.ADMINISTRATOR, Role.AUDITOR})


@pytest.mark.parametrize(
    ("args", "password", "words"),
    [
        (("user", "add", "x", "--email", "no address", "--role", "employee"), LONG, "not an e-mail address"),
        (("user", "add", " ", "--email", "a@b", "--role", "employee"), LONG, "The login is missing"),
        (("user", "add", "x" * 81, "--email", "a@b", "--role", "employee"), LONG, "longer than 80"),
        (("user", "add", "x", "--email", "a@b", "--role", "employee"), "short", "at least 10 characters"),
        (("user", "add", "x", "--email", "a@b", "--role", "employee"), "", "at least 10 characters"),
        (("user", "add", "Alice", "--email", "a@b", "--role", "employee"), LONG, "Somebody else has the login"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(run, alice, args, password, words):
    answer = run(*args, "--password-stdin", stdin=f"{password}\n")
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert db.session.scalars(select(Person)).all() == [alice]


def test_a_new_password_ends_the_sessions_of_the_old(run, alice, sign_in):
    browser = sign_in(alice)
    assert browser.get("/my-day").status_code == 200
    answer = run("user", "password", "Alice", "--password-stdin", stdin=LONG)
    assert (answer.exit_code, answer.stdout) == (0, "Alice has a new password.\n")
    assert fits(alice.password_hash, LONG)
    assert browser.get("/my-day").status_code == 401


@pytest.mark.parametrize(
    ("login", "password", "words"), [("alice", "short", "at least 10"), ("nobody", LONG, "Nobody signs in as nobody")]
)
def test_a_password_that_cannot_be_set_is_refused(run, alice, login, password, words):
    answer = run("user", "password", login, "--password-stdin", stdin=password)
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert alice.password_hash is None


def test_an_unknown_role_is_refused_with_those_there_are(run):
    answer = run(*ADD, "--role", "king", "--password-stdin", stdin=LONG)
    assert answer.exit_code == 2
    assert "meeting_office" in answer.stderr


def test_an_empty_database_gets_its_tables_first(run_bare, bare_tables):
    assert run_bare(*ADD, "--role", "administrator", "--password-stdin", stdin=LONG).exit_code == 0
    assert "person" in bare_tables()

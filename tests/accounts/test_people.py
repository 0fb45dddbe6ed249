"""Adding people and looking them up."""

import re

import pytest

from portal.accounts import commands, queries
from portal.accounts.models import Role
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from tests.conftest import HTMX


@pytest.fixture
def people(add_person, works):
    """A house full of names: login → name."""
    for login, name in {
        "ann": "Ann 100%", "under_score": "Under Score", "underXscore": "Under X", "wang": "王小明",
        "back": "Back\\slash", "anna": "Anna Berg", "joann": "Jo Ann",
    }.items():
        person = add_person(login)
        person.name = name
    add_person("Helga", department=works)
    db.session.commit()


def found(words):
    return [person.name for person in queries.people_named(words)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("ann", ["Ann 100%", "Anna Berg", "Jo Ann"]), ("ANN", ["Ann 100%", "Anna Berg", "Jo Ann"]),
        (" berg ", ["Anna Berg"]), ("%", ["Ann 100%"]), ("100%", ["Ann 100%"]), ("under_", ["Under Score"]),
        ("_", []), ("小明", ["王小明"]), ("\\", ["Back\\slash"]), ("works", ["Helga"]),
        ("wang@example", ["王小明"]), ("nobody", []), ("'; DROP TABLE person; --", []),
    ],
)
def test_people_are_found_by_what_is_typed_and_nothing_else(people, words, names):
    assert found(words) == names


def test_people_who_left_are_not_found(alice):
    assert found("alice") == ["Alice"]
    alice.left_at = clock.now()
    db.session.flush()
    assert found("alice") == []


def test_a_search_is_one_statement_and_ends_after_a_dozen(app, add_person, statements):
    for number in range(15):
        add_person(f"Same{number:02}")
    with statements() as seen:
        people = queries.people_named("same")
        assert [person.department for person in people] == [None] * 12
    assert len(seen) == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_search_answers_page_and_fragment(sign_in, bob, people, headers):
    answer = sign_in(bob).get("/people?q=ann", headers=headers)
    assert re.findall(r"<li>([^<]+) <", answer.text) == ["Ann 100%", "Anna Berg", "Jo Ann"]
    assert ("<html" in answer.text) == (not headers)


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=" + "x" * 5000, "?q=%ff%fe"])
def test_a_search_for_nothing_finds_nobody(sign_in, bob, people, query):
    answer = sign_in(bob).get(f"/people{query}")
    assert answer.status_code == 200
    assert "<li>" not in answer.text.partition("<main")[2]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": "Alice"}, "login"), ({"email": "ALICE@example.org"}, "login"), ({"password": "short"}, "password"),
    ],
)
def test_a_second_alice_is_refused_and_the_first_stays(alice, changes, field):
    values = {"login": "other", "name": "Other", "email": "other@example.org", **changes}
    with pytest.raises(DomainError) as refusal:
        commands.add_person(None, **values)
    assert refusal.value.field == field
    assert db.session.get_one(type(alice), alice.id).name == "Alice"


def test_only_administrators_add_people(alice, adam):
    values = {"login": "new", "name": "New", "email": "new@example.org"}
    with pytest.raises(NotAllowed):
        commands.add_person(alice, **values)
    assert commands.add_person(adam, **values, roles={Role.AUDITOR}).has_role(Role.AUDITOR)


def test_roles_add_to_being_an_employee(alice, helen):
    assert alice.roles == {Role.EMPLOYEE}
    assert helen.roles == {Role.EMPLOYEE, Role.DEPARTMENT_HEAD}
    assert helen.has_role(Role.LEADER, Role.DEPARTMENT_HEAD)
    assert not alice.has_role(*set(Role) - {Role.EMPLOYEE})

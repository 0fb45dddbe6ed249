"""Every check that the regulations name is there, and no other."""

import pytest

from portal.compliance.checks import all as every_check  # noqa: F401  (registers them)
from portal.compliance.registry import all_checks, check_named
from portal.readiness.models import Form
from portal.regulations.queries import packaged_clauses, packaged_profiles

CLAUSES = [clause for clause in packaged_clauses().values() if clause.check]


def test_checks_and_clauses_name_each_other() -> None:
    assert set(all_checks()) == {clause.check for clause in CLAUSES}


def test_a_check_answers_for_what_its_clauses_ask_of() -> None:
    for clause in CLAUSES:
        check = check_named(clause.check)
        assert check is not None, clause.id
        assert str(check.label)
        assert (check.of_house if clause.is_of_house else check.of_meeting) is not None, clause.id


@pytest.mark.parametrize("form", Form)
def test_items_that_a_clause_asks_of_a_form_stand_on_it(form: Form) -> None:
    name = {Form.EQUIPMENT_TEST: "form.equipment_test", Form.VENUE_ACCEPTANCE: "form.acceptance"}[form]
    for profile in packaged_profiles().values():
        asked = {key for clause in profile.clauses if clause.check == name for key in clause.arg.split(",") if key}
        assert asked <= {line.key for line in profile.form_lines if line.form == form}


def test_at_least_190_clauses_are_checked_by_the_machine() -> None:
    assert len(CLAUSES) >= 190

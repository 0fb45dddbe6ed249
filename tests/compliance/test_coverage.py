"""Every clause is served, and the table of all says how."""

from click.testing import CliRunner

from portal.cli import clauses
from portal.cli import portal as program
from portal.compliance import coverage
from portal.compliance.coverage import Service
from portal.regulations.profiles import Clause
from portal.regulations.queries import packaged_clauses, packaged_profiles


def test_every_clause_is_served_and_at_least_180_by_machine_check(app: object) -> None:
    unserved = [clause.id for clause in packaged_clauses().values() if coverage.service_of(clause) == Service.NONE]
    assert unserved == []
    total = coverage.coverage(packaged_profiles().values())[-1]
    assert total.clauses == len(packaged_clauses()) == 431
    assert total.by_check >= 180
    served = f"{total.by_check} by machine check, {total.by_sign_off} by sign-off"
    assert total.sentence == f"431 clauses: {served}, 0 unserved"


def test_a_check_that_nobody_registered_serves_nothing(app: object) -> None:
    clause = next(one for one in packaged_clauses().values() if one.check and not one.is_of_house)
    assert coverage.service_of(clause) == Service.CHECK
    unknown: Clause = clause.__class__(**{**clause.__dict__, "check": "nobody.knows"})
    assert coverage.service_of(unknown) == Service.NONE
    # A check of a meeting does not answer for the organisation.
    assert coverage.service_of(clause.__class__(**{**clause.__dict__, "is_of_house": True})) == Service.NONE


def test_the_table_in_the_documentation_is_up_to_date(app: object) -> None:
    words = "Run: portal regulations table"
    assert clauses.TABLE.read_text("utf-8") == coverage.table(packaged_profiles().values()), words


def test_the_command_ends_with_the_sentence(app: object, monkeypatch: object, tmp_path: object) -> None:
    runner = CliRunner(env={"PORTAL_INSTANCE": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none.db"})
    answer = runner.invoke(program, ["regulations", "coverage"])
    assert answer.exit_code == 0
    assert answer.output.splitlines()[-1] == coverage.coverage(packaged_profiles().values())[-1].sentence

"""Who may put their name to a clause, say that it does not apply, and take either back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.compliance import commands
from portal.compliance.models import SignOff
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.core.uploads import Upload
from portal.meetings.models import Meeting
from tests.compliance.conftest import BY_CHECK, BY_FINANCE, BY_OFFICE, BY_ORGANIZER, OF_HOUSE

PDF = Upload("plan.pdf", b"%PDF-1.7 the plan")


@pytest.fixture
def cast(
    oscar: Person, rosa: Person, tom: Person, bob: Person, olive: Person, leo: Person, sue: Person, audrey: Person,
    add_person: Callable[..., Person], seat: Callable[[Person, str], None],
) -> dict[str, Person]:
    fay = add_person("Fay")
    seat(fay, "review_finance")
    people = (oscar, rosa, tom, bob, olive, leo, sue, audrey, fay)
    return {person.name: person for person in people}


@pytest.mark.parametrize(
    ("clause", "who"), [(BY_ORGANIZER, {"Oscar"}), (BY_OFFICE, {"Olive"}), (BY_FINANCE, {"Fay"})]
)
def test_only_who_holds_the_role_or_serves_in_the_body_signs(
    cast: dict[str, Person], ruled: Meeting, clause: str, who: set[str]
) -> None:
    for name in cast.keys() - who:
        with pytest.raises((NotAllowed, Missing)):
            commands.sign(cast[name], clause, ruled, "Done")
    for name in who:
        commands.sign(cast[name], clause, ruled, "Done")


def test_only_supervisors_sign_what_the_organisation_owes_them(cast: dict[str, Person], ruled: Meeting) -> None:
    for name in cast.keys() - {"Sue"}:
        with pytest.raises(NotAllowed):
            commands.sign(cast[name], OF_HOUSE, None, "Done")
    commands.sign(cast["Sue"], OF_HOUSE, None, "Done")


def test_only_office_and_supervisors_say_that_a_clause_does_not_apply(cast: dict[str, Person], ruled: Meeting) -> None:
    for name in cast.keys() - {"Olive", "Sue"}:
        with pytest.raises((NotAllowed, Missing)):
            commands.set_aside(cast[name], BY_ORGANIZER, ruled, "No need")
    commands.set_aside(cast["Sue"], BY_ORGANIZER, ruled, "No need")
    with pytest.raises(DomainError, match="already"):
        commands.sign(cast["Oscar"], BY_ORGANIZER, ruled, "Done")


@pytest.mark.parametrize("command", [commands.sign, commands.set_aside])
def test_nobody_signs_what_records_show(command: Callable[..., Any], ruled: Meeting, olive: Person) -> None:
    with pytest.raises(DomainError, match="nobody signs it"):
        command(olive, BY_CHECK, ruled, "I saw it")


@pytest.mark.parametrize(
    ("words", "upload", "field"),
    [("  ", None, "words"), ("x" * 1001, None, "words"), ("Done", Upload("plan.exe", b"MZ"), "file")],
)
def test_what_is_no_proof_is_refused_beside_its_field(
    ruled: Meeting, oscar: Person, words: str, upload: Upload | None, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        commands.sign(oscar, BY_ORGANIZER, ruled, words, upload=upload)
    assert refusal.value.field == field


def test_a_day_that_is_past_is_refused(sue: Person, ruled: Meeting) -> None:
    with pytest.raises(DomainError) as refusal:
        commands.sign(sue, OF_HOUSE, None, "Done", valid_until=clock.now().date() - timedelta(days=1))
    assert refusal.value.field == "valid_until"


def test_a_cancelled_meeting_is_signed_for_no_more(ruled: Meeting, oscar: Person) -> None:
    ruled.cancelled_at = clock.now()
    with pytest.raises(DomainError, match="cancelled"):
        commands.sign(oscar, BY_ORGANIZER, ruled, "Done")


def test_whoever_signed_and_overseers_take_it_back_and_it_stays_in_the_log(
    ruled: Meeting, oscar: Person, olive: Person, leo: Person
) -> None:
    signed = commands.sign(oscar, BY_ORGANIZER, ruled, "Done", upload=PDF)
    with pytest.raises(NotAllowed):
        commands.revoke(leo, signed)
    commands.revoke(oscar, signed)
    again = commands.sign(oscar, BY_ORGANIZER, ruled, "Done better")
    commands.revoke(olive, again)
    db.session.commit()
    actions = [entry.action for entry in db.session.query(AuditEntry).filter(AuditEntry.action.like("%clause%"))]
    assert actions == ["meeting.clause_signed", "meeting.clause_revoked"] * 2
    assert db.session.query(SignOff).count() == 2


def test_who_may_not_know_of_a_secret_meeting_signs_nothing(
    cast: dict[str, Person], ruled: Meeting, secret: Callable[[Meeting], None]
) -> None:
    secret(ruled)
    for name, clause in (("Fay", BY_FINANCE), ("Olive", BY_OFFICE)):
        with pytest.raises(Missing):
            commands.sign(cast[name], clause, ruled, "Done")
    with pytest.raises(Missing):
        commands.set_aside(cast["Sue"], BY_ORGANIZER, ruled, "No need")

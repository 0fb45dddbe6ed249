"""Tasks are done with the proof they ask for."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.core.uploads import Upload
from portal.tasks.models import Proof, TaskProof
from portal.tasks.proving import Given, confirm, decline, do

PNG = b"\x89PNG\r\n\x1a\n picture"


@pytest.mark.parametrize(
    ("proof", "given", "field"),
    [
        (Proof.WORDS, Given(" "), "words"),
        (Proof.NUMBER, Given("chairs"), "number"),
        (Proof.NUMBER, Given("", Decimal(3)), "words"),
        (Proof.PHOTO, Given(), "file"),
        (Proof.PHOTO, Given(upload=Upload("list.pdf", b"%PDF-1.7")), "file"),
        (Proof.PHOTO, Given(upload=Upload("hall.png", b"%PDF-1.7")), "file"),
        (Proof.FILE, Given(), "file"),
        (Proof.SIGNATURE, Given("Done"), "signer"),
    ],
)
def test_without_its_proof_it_is_not_done(make_task, bob, proof, given, field):
    task = make_task(proof=proof)
    with pytest.raises(DomainError) as refusal:
        do(bob, task, given)
    assert refusal.value.field == field
    assert task.is_open


@pytest.mark.parametrize(
    ("proof", "given", "kept"),
    [
        (Proof.NONE, Given(), None),
        (Proof.WORDS, Given("Counted"), "Counted"),
        (Proof.NUMBER, Given("chairs", Decimal(40)), "40 chairs"),
        (Proof.PHOTO, Given(upload=Upload("hall.png", PNG)), "hall.png"),
        (Proof.FILE, Given(upload=Upload("list.pdf", b"%PDF-1.7")), "list.pdf"),
    ],
)
def test_with_it_it_is(make_task, bob, proof, given, kept):
    task = make_task(proof=proof)
    do(bob, task, given)
    assert task.done_by == bob
    assert [one.file_name or one.words for one in task.proofs] == ([kept] if kept else [])
    with pytest.raises(DomainError, match="done already"):
        do(bob, task, given)


def test_what_has_to_be_done_first_is_named_and_then_the_next_is_told(make_task, bob, alice, rita, told):
    first, second = make_task("Order the chairs"), make_task(owner=rita)
    second.needs.append(first)
    db.session.commit()
    with pytest.raises(DomainError, match="Order the chairs"):
        do(rita, second, Given())
    do(bob, first, Given())
    assert [name for name, *_ in told("task.ready")] == ["Rita"]
    do(rita, second, Given())
    assert not second.is_open


def test_a_confirmation_is_given_by_whoever_was_asked_and_by_nobody_else(make_task, bob, alice, rita, leo, told):
    task = make_task(proof=Proof.SIGNATURE)
    for oneself in (bob, alice):
        with pytest.raises(DomainError, match="Somebody else"):
            do(oneself, task, Given("Done", signer=oneself))
    do(bob, task, Given("All forty", signer=rita))
    assert task.is_open
    assert [name for name, *_ in told("task.to_confirm")] == ["Rita"]
    for other in (bob, alice, leo):
        with pytest.raises(NotAllowed):
            confirm(other, task)
    confirm(rita, task)
    assert (task.done_by, task.proofs[0].signed_by) == (bob, rita)
    assert task.proofs[0].signed_at is not None


def test_what_is_not_confirmed_is_still_to_be_done(make_task, bob, rita, told):
    task = make_task(proof=Proof.SIGNATURE)
    do(bob, task, Given("All forty", signer=rita))
    with pytest.raises(DomainError, match="say why"):
        decline(rita, task, "")
    decline(rita, task, "Two are broken")
    assert (task.is_open, task.proofs) == (True, [])
    assert "Two are broken" in told("task.not_confirmed")[0][2]


def test_the_database_lets_nobody_confirm_what_they_did(task, bob):
    db.session.add(TaskProof(task=task, words="", signed_by=bob, by=bob, at=task.created_at))
    with pytest.raises(IntegrityError, match="signed_by_another"):
        db.session.flush()


def test_strangers_do_not_do_it(task, rita):
    with pytest.raises(NotAllowed):
        do(rita, task, Given())

"""How each recipient's newest notice about a record fares, for the page of the record."""

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.notifications import commands
from portal.notifications.delivery import deliver_due
from portal.notifications.digests import build_due_digests
from portal.notifications.models import Group, Manner, Notice
from portal.notifications.queries import Fate, states_of
from tests.conftest import NOW, at


@pytest.fixture
def wants():
    def choose(person, manner):
        commands.choose(
            person, manners=dict.fromkeys(Group, manner), digest_hour=8, quiet_from=None, quiet_until=None,
            urgent_hours=0,
        )
        db.session.commit()

    return choose


def booking_id() -> int:
    return db.session.scalars(select(Notice.record_id)).first()


def fates() -> dict[int, Fate]:
    db.session.rollback()
    return {person: told.fate for person, told in states_of("booking", booking_id()).items()}


def test_each_recipient_s_notice_is_queued_sent_failed_or_in_the_inbox(
    wants, notice, mail_server, postbox, alice, bob, rita, adam
):
    wants(adam, Manner.INBOX)
    postbox.recipient_answers[:] = ["250 OK", "550 no such person", "451 later"]
    notice(alice, bob, rita, adam)
    assert fates() == {alice.id: Fate.QUEUED, bob.id: Fate.QUEUED, rita.id: Fate.QUEUED, adam.id: Fate.INBOX}
    deliver_due()
    assert fates() == {alice.id: Fate.SENT, bob.id: Fate.FAILED, rita.id: Fate.QUEUED, adam.id: Fate.INBOX}
    found = states_of("booking", booking_id())
    assert found[alice.id].sent_at == NOW
    assert "550 no such person" in found[bob.id].reason
    assert "451 later" in found[rita.id].reason


def test_what_was_read_says_so(notice, alice, bob):
    notice(alice, bob)
    commands.mark_read(bob, "booking", booking_id())
    found = states_of("booking", booking_id())
    assert (found[alice.id].read_at, found[bob.id].read_at) == (None, NOW)


def test_a_notice_in_a_digest_fares_as_the_digest_does(wants, notice, mail_server, bob):
    wants(bob, Manner.DIGEST)
    notice(bob)
    assert fates() == {bob.id: Fate.QUEUED}
    with clock.standing_at(at(8, days=1)):
        build_due_digests()
        db.session.commit()
        assert fates() == {bob.id: Fate.QUEUED}
        deliver_due()
    assert fates() == {bob.id: Fate.SENT}
    assert states_of("booking", booking_id())[bob.id].sent_at == at(8, days=1)


def test_the_newest_notice_counts_or_the_newest_of_a_kind(notice, make_booking, bob):
    notice(bob)
    booking = db.session.get_one(type(make_booking(starts_at=at(11), ends_at=at(12))), booking_id())
    commands.tell([bob], "booking.cancelled", "booking", booking, lambda: ("Cancelled", ""))
    assert states_of("booking", booking.id)[bob.id].kind == "booking.cancelled"
    assert states_of("booking", booking.id, "booking.moved")[bob.id].kind == "booking.moved"
    assert states_of("booking", booking.id + 1) == {}


def test_it_takes_one_statement_for_many(notice, add_person, statements):
    people = [add_person(f"Person{number}") for number in range(30)]
    for _twice in range(2):
        notice(*people)
    about = booking_id()
    with statements() as seen:
        assert len(states_of("booking", about)) == 30
    assert len(seen) == 1

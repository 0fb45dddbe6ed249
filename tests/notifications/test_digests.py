"""The daily mail: what is new since the last, by record, in each person's language, and none with nothing to say."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.notifications import commands
from portal.notifications.delivery import deliver_due
from portal.notifications.digests import build_due_digests
from portal.notifications.models import Digest, Group, Manner, Notice, OutgoingMail
from tests.conftest import NOW, at

TOMORROW = at(8, days=1)


@pytest.fixture
def wants_digest():
    """Let people have everything in a daily mail at eight."""

    def choose(*people):
        for person in people:
            commands.choose(
                person, manners=dict.fromkeys(Group, Manner.DIGEST), digest_hour=8, quiet_from=None, quiet_until=None,
                urgent_hours=0,
            )
        db.session.commit()

    return choose


def build(at=TOMORROW) -> int:
    with clock.standing_at(at):
        built = build_due_digests()
        db.session.commit()
    return built


def test_a_digest_lists_what_is_new_by_record(wants_digest, notice, make_booking, mail_server, postbox, bob):
    wants_digest(bob)
    notice(bob, subject="Moved to E102")
    other = make_booking(starts_at=at(11), ends_at=at(12))
    commands.tell([bob], "booking.moved", "booking", other, lambda: ("Another booking", ""))
    notice(bob, subject="Moved to E103")
    assert build() == 1
    with clock.standing_at(TOMORROW):
        deliver_due()
    (mail,) = postbox.mails
    text = mail.get_body(("plain",)).get_content()
    assert (mail["To"], mail["Subject"]) == ("bob@example.org", "3 new notices")
    assert text.index("Moved to E102") < text.index("Moved to E103") < text.index("Another booking")
    newest = db.session.scalars(select(Notice.id).where(Notice.subject == "Moved to E103")).one()
    assert f"http://127.0.0.1:8000/inbox/{newest}" in text
    assert "http://127.0.0.1:8000/notifications/settings" in text


def test_before_its_hour_there_is_no_digest(wants_digest, notice, bob):
    wants_digest(bob)
    notice(bob)
    assert build(TOMORROW - timedelta(seconds=1)) == 0
    assert db.session.scalars(select(OutgoingMail)).all() == []


def test_a_digest_tells_only_what_is_new_since_the_last(wants_digest, notice, bob):
    wants_digest(bob)
    notice(bob, subject="Monday")
    build()
    with clock.standing_at(TOMORROW):
        notice(bob, subject="Tuesday")
    assert build() == 0
    assert build(at(8, days=2)) == 1
    first, second = db.session.scalars(select(Digest).order_by(Digest.id))
    assert "Tuesday" in second.body
    assert "Monday" not in second.body
    assert first.subject == "One new notice"


def test_with_nothing_new_there_is_no_mail(wants_digest, notice, bob):
    wants_digest(bob)
    notice(bob)
    commands.open_notice(bob, db.session.scalars(select(Notice)).one())
    db.session.commit()
    assert build() == 0
    assert build(at(8, days=9)) == 0
    assert db.session.scalars(select(OutgoingMail)).all() == []


def test_whoever_has_left_gets_none(wants_digest, notice, bob):
    wants_digest(bob)
    notice(bob)
    bob.left_at = NOW
    db.session.commit()
    assert build() == 0


def test_everyone_has_a_digest_in_their_own_language_and_on_their_own_clock(wants_digest, notice, add_person):
    wen, max_ = add_person("Wen", locale="zh_Hans"), add_person("Max", timezone="Europe/Berlin")
    wants_digest(wen, max_)
    notice(wen, max_)
    assert [build(at(14)), build(at(15)), build()] == [0, 1, 1]  # it is eight in Berlin at three in Shanghai
    told = {digest.recipient.name: digest.body for digest in db.session.scalars(select(Digest))}
    assert "08:00" in told["Wen"]
    assert "01:00" in told["Max"]
    assert "11月23日" in told["Wen"]


def test_digests_for_many_are_looked_up_as_quickly_as_for_few(wants_digest, notice, add_person, statements):
    people = [add_person(f"Person{number}") for number in range(12)]
    wants_digest(*people)
    counts = []
    for some in (people[:2], people[2:]):
        notice(*some)
        with statements() as seen:
            build()
        counts.append(sum(not statement.startswith("INSERT INTO digest") for statement in seen))
    assert counts[0] == counts[1]


def test_workers_at_the_same_time_write_one_digest(wants_digest, notice, app, bob):
    wants_digest(bob)
    for _each in range(5):
        notice(bob)
    together = threading.Barrier(3)

    def work() -> None:
        with app.app_context():
            together.wait()
            build_due_digests()
            db.session.commit()

    with clock.standing_at(TOMORROW):
        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    db.session.rollback()
    assert [digest.subject for digest in db.session.scalars(select(Digest))] == ["5 new notices"]

"""Telling people, what they have read, and mails tried again."""

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.core.i18n import clock_time
from portal.core.i18n import gettext as _
from portal.notifications import commands, policy, queries
from portal.notifications.models import Notice, OutgoingMail
from tests.conftest import NOW, at


def notices() -> list[Notice]:
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def test_whoever_is_told_has_a_notice_and_a_mail_on_its_way(notice, bob, alice):
    notice(bob, alice)
    assert {(one.recipient, one.subject, one.read_at) for one in notices()} == {
        (bob, "Room changed", None), (alice, "Room changed", None),
    }
    mails = db.session.scalars(select(OutgoingMail)).all()
    assert {(mail.address, mail.due_at) for mail in mails} == {("bob@example.org", NOW), ("alice@example.org", NOW)}
    assert mails[0].message_id != mails[1].message_id


def test_everyone_is_told_once_and_nobody_who_has_left(make_booking, alice, bob, rita):
    rita.left_at = clock.now()
    told = commands.tell([alice, bob, alice, rita], "booking.moved", "booking", make_booking(), lambda: ("Hi", "Hi"))
    assert told == 2
    assert {one.recipient for one in notices()} == {alice, bob}


def test_everyone_is_told_in_their_own_language_and_on_their_own_clock(make_booking, add_person):
    people = [
        add_person("Wen", locale="zh_Hans"),
        add_person("Lin", locale="zh_Hant"),
        add_person("Max", timezone="Europe/Berlin"),
    ]
    commands.tell(people, "booking.moved", "booking", make_booking(), lambda: (_("Sign out"), clock_time(at(9))))
    wen, lin, max_ = sorted(notices(), key=lambda one: one.recipient_id)
    assert len({wen.subject, lin.subject, max_.subject}) == 3
    assert (wen.body, lin.body, max_.body) == ("09:00", "09:00", "02:00")


def test_telling_many_takes_as_many_statements_as_telling_few(app, statements, make_booking):
    booking = make_booking()
    names = [f"p{number}" for number in range(300)]
    db.session.add_all(
        Person(login=name, name=name, email=f"{name}@example.org", created_at=NOW) for name in names
    )
    db.session.commit()
    everyone = db.session.scalars(select(Person).where(Person.login.in_(names))).all()
    db.session.refresh(booking)
    counts = []
    for people in (everyone[:3], everyone):
        with statements() as seen:
            commands.tell(people, "booking.moved", "booking", booking, lambda: ("Hello", "World"))
        counts.append(len(seen))
    assert counts[0] == counts[1] == 3
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == 303


def test_mails_go_to_whom_their_notices_are_for(app, make_booking, add_person):
    people = [add_person(f"Person{number}") for number in range(30)]
    commands.tell(people, "booking.moved", "booking", make_booking(), lambda: ("Hello", "World"))
    for mail in db.session.scalars(select(OutgoingMail)):
        assert mail.address == mail.notice.recipient.email


def test_a_subject_is_one_line_and_not_too_long(notice):
    notice(subject="A\r\nB " + "长" * 400)
    (one,) = notices()
    assert one.subject.startswith("A B 长")
    assert (len(one.subject), one.subject[-1]) == (300, "…")


def test_what_a_command_told_goes_with_its_transaction(make_booking, bob):
    booking = make_booking()
    commands.tell([bob], "booking.moved", "booking", booking, lambda: ("Hello", "World"))
    db.session.rollback()
    assert notices() == []


def test_whoever_has_dealt_with_a_record_has_read_its_notices(make_booking, alice, bob):
    first, second = make_booking(), make_booking(starts_at=at(11), ends_at=at(12))
    for booking in (first, second):
        commands.tell([alice, bob], "booking.moved", "booking", booking, lambda: ("Hello", "World"))
    commands.mark_read(bob, "booking", first.id)
    assert [(one.recipient, one.record_id) for one in notices() if one.read_at] == [(bob, first.id)]


def test_what_came_after_the_page_was_shown_stays_unread(notice, alice, bob):
    notice(bob, alice)
    shown = queries.unread(bob.id)
    notice(bob)
    commands.mark_all_read(bob, shown.newest_id)
    assert (queries.unread(bob.id).number, queries.unread(alice.id).number) == (1, 1)


def given_up() -> OutgoingMail:
    mail = db.session.scalars(select(OutgoingMail)).one()
    mail.given_up_at, mail.attempts, mail.last_error = NOW, 10, "550 no such person"
    db.session.flush()
    return mail


def test_a_mail_that_was_given_up_can_be_tried_again_and_the_log_says_who_did(notice, adam):
    notice()
    mail = given_up()
    commands.retry(adam, mail)
    assert (mail.given_up_at, mail.attempts, mail.due_at) == (None, 0, NOW)
    (entry,) = log_of("outgoing_mail", mail.id)
    assert (entry.actor_name, entry.action) == ("Adam", "outgoing_mail.retried")


def test_a_mail_on_its_way_is_not_tried_again_by_hand(notice, adam):
    notice()
    with pytest.raises(DomainError, match="not been given up"):
        commands.retry(adam, db.session.scalars(select(OutgoingMail)).one())


@pytest.mark.parametrize(
    ("name", "may"),
    [("adam", True), ("olive", True), ("alice", False), ("rita", False), ("audrey", False), ("leo", False)],
)
def test_who_looks_after_mail(request, notice, name, may):
    person = request.getfixturevalue(name)
    assert policy.may_see_outbox(person) is may
    if not may:
        notice()
        with pytest.raises(NotAllowed):
            commands.retry(person, given_up())


def test_a_notice_is_read_by_its_recipient_alone(notice, alice, bob, adam):
    notice(bob)
    (one,) = notices()
    assert [policy.may_read(person, one) for person in (bob, alice, adam)] == [True, False, False]
    with pytest.raises(NotAllowed):
        commands.open_notice(alice, one)

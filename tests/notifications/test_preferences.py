"""Choosing how to be told, and being told so."""

from datetime import time

import pytest
from sqlalchemy import select

from portal.audit.queries import log_of
from portal.core.db import db
from portal.core.errors import DomainError
from portal.notifications import commands, queries
from portal.notifications.models import Group, Manner, Notice, NoticePreference, OutgoingMail
from tests.conftest import HTMX, NOW, at

PAGE = "/notifications/settings"
SENT = {
    "meetings": "digest", "bookings": "inbox", "tasks": "mail", "other": "mail", "digest_hour": "17",
    "quiet_from": "22:00", "quiet_until": "07:00", "urgent_hours": "6",
}


@pytest.fixture
def choose():
    """Let a person choose, all mail at once but for what is said."""

    def choose(person, **chosen):
        manners = {group: chosen.pop(group, Manner.MAIL) for group in Group}
        usual = {"digest_hour": 8, "quiet_from": None, "quiet_until": None, "urgent_hours": 0}
        commands.choose(person, manners=manners, **{**usual, **chosen})
        db.session.commit()

    return choose


def preferences() -> list[NoticePreference]:
    db.session.rollback()
    return list(db.session.scalars(select(NoticePreference)))


def mails() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_each_reader_is_told_as_they_chose(choose, notice, alice, bob, rita):
    choose(alice, bookings=Manner.INBOX)
    choose(bob, bookings=Manner.DIGEST)
    notice(alice, bob, rita)
    assert [mail.address for mail in mails()] == ["rita@example.org"]
    told = {one.recipient.name: one.digest_due_at for one in db.session.scalars(select(Notice))}
    assert told == {"Alice": None, "Bob": at(8, days=1), "Rita": None}


def test_mail_told_in_quiet_hours_is_queued_until_they_end(choose, notice, bob):
    choose(bob, quiet_from=time(7), quiet_until=time(9))
    notice(bob)
    assert [mail.due_at for mail in mails()] == [at(9)]


def test_a_notice_of_what_begins_soon_passes_quiet_hours(choose, notice, make_booking, bob):
    choose(bob, quiet_from=time(7), quiet_until=time(9), urgent_hours=2)
    notice(bob)  # of a booking at nine
    later = make_booking(starts_at=at(15), ends_at=at(16))
    commands.tell([bob], "booking.moved", "booking", later, lambda: ("Moved", "Moved"))
    commands.tell([bob], "booking.moved", "booking", later, lambda: ("Moved", "Moved"), starts_at=at(8, 30))
    db.session.commit()
    assert [mail.due_at for mail in mails()] == [NOW, at(9), NOW]


def test_what_waits_for_a_digest_waits_for_the_new_hour(choose, notice, bob):
    choose(bob, bookings=Manner.DIGEST)
    notice(bob)
    choose(bob, bookings=Manner.MAIL, digest_hour=17)
    assert db.session.scalars(select(Notice.digest_due_at)).all() == [at(17)]


def test_a_choice_is_kept_and_logged(sign_in, bob):
    answer = sign_in(bob).post(PAGE, data=SENT)
    assert (answer.status_code, answer.location) == (303, PAGE)
    (kept,) = preferences()
    assert (kept.person_id, kept.meetings, kept.bookings, kept.tasks) == (bob.id, "digest", "inbox", "mail")
    assert (kept.digest_hour, kept.quiet_from, kept.quiet_until, kept.urgent_hours) == (17, time(22), time(7), 6)
    entry = log_of("person", bob.id)[0]
    assert (entry.action, entry.details["told_of_meetings"], entry.details["quiet_from"]) == (
        "person.notices", "digest", "22:00",
    )


def test_the_page_shows_what_was_chosen_and_can_be_changed_again(sign_in, bob):
    browser = sign_in(bob)
    browser.post(PAGE, data=SENT)
    page = browser.get(PAGE).text
    assert '<option selected value="digest">' in page
    assert 'value="22:00"' in page
    browser.post(PAGE, data={**SENT, "quiet_from": "", "quiet_until": ""})
    assert [(kept.quiet_from, kept.quiet_until) for kept in preferences()] == [(None, None)]


def test_the_inbox_leads_to_the_page(sign_in, bob):
    assert f'href="{PAGE}"' in sign_in(bob).get("/inbox").text


def test_the_page_answers_htmx_with_the_piece(sign_in, bob):
    piece = sign_in(bob).get(PAGE, headers=HTMX).text
    assert "Quiet hours" in piece
    assert "<html" not in piece


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"quiet_until": ""}, "Please give both"),
        ({"quiet_from": ""}, "Please give both"),
        ({"quiet_until": "22:00"}, "must end at another time"),
        ({"quiet_until": "late"}, "Not a valid time value"),
        ({"urgent_hours": "73"}, "from 0 to 72"),
        ({"urgent_hours": ""}, "Please fill this in"),
        ({"meetings": "pigeon"}, "Not a valid choice"),
        ({"digest_hour": "24"}, "Not a valid choice"),
    ],
)
def test_what_is_no_choice_is_refused_and_kept_in_the_form(sign_in, bob, wrong, words):
    answer = sign_in(bob).post(PAGE, headers=HTMX, data={**SENT, **wrong})
    assert answer.status_code == 422
    assert words in answer.text or "meetings" in wrong or "digest_hour" in wrong
    assert '<option selected value="inbox">' in answer.text
    assert preferences() == []


def test_whoever_chose_nothing_is_told_by_mail_at_once(app, bob):
    usual = queries.preference_of(bob.id)
    assert {getattr(usual, group) for group in Group} == {Manner.MAIL}
    assert preferences() == []


def test_half_quiet_hours_are_refused_beside_the_missing_half(choose, bob):
    with pytest.raises(DomainError) as refusal:
        choose(bob, quiet_from=time(22))
    assert refusal.value.field == "quiet_until"

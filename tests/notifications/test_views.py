"""The inbox, the bell in the header, and the outbox."""

import re

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.notifications import commands
from portal.notifications.models import Notice, OutgoingMail
from tests.conftest import HTMX, NOW


def only_notice() -> Notice:
    db.session.rollback()
    return db.session.scalars(select(Notice)).one()


def bell(browser) -> str:
    """What the bell says, tags left out."""
    link = re.search(r'<a class="bell".*?</a>', browser.get("/my-day").text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", link[0]).split())


def test_the_bell_counts_what_is_unread(sign_in, notice, bob):
    browser = sign_in(bob)
    assert bell(browser) == "Inbox"
    for _each in range(3):
        notice(bob)
    assert bell(browser) == "Inbox 3 unread"


def test_the_bell_never_outgrows_the_header(sign_in, make_booking, bob):
    booking = make_booking()
    for _each in range(100):
        commands.tell([bob], "booking.moved", "booking", booking, lambda: ("Hello", "World"))
    assert bell(sign_in(bob)) == "Inbox 99+ unread"


def test_the_inbox_shows_ones_own_notices_newest_first(sign_in, notice, alice, bob):
    notice(bob, subject="Older")
    notice(bob, subject="Newer <b>&</b>")
    notice(alice, subject="For Alice")
    page = sign_in(bob).get("/inbox").text
    assert page.index("Newer &lt;b&gt;&amp;&lt;/b&gt;") < page.index("Older")
    assert "For Alice" not in page


def test_an_empty_inbox_says_what_it_is_for(sign_in, bob):
    assert "Nothing has been sent to you yet" in sign_in(bob).get("/inbox").text


def test_the_inbox_answers_htmx_with_the_piece(sign_in, notice, bob):
    notice()
    piece = sign_in(bob).get("/inbox", headers=HTMX).text
    assert "Room changed" in piece
    assert "<html" not in piece


def test_a_long_inbox_has_pages(sign_in, make_booking, bob):
    booking = make_booking()
    for number in range(51):
        commands.tell([bob], "booking.moved", "booking", booking, lambda number=number: (f"Notice {number:02}", ""))
    browser = sign_in(bob)
    assert "Notice 50" in browser.get("/inbox").text
    assert "Notice 00" not in browser.get("/inbox").text
    assert "Notice 00" in browser.get("/inbox?page=2").text


def test_unread_is_said_in_words_and_reading_ends_it(sign_in, notice, bob):
    notice()
    browser = sign_in(bob)
    assert "unread" in browser.get("/inbox", headers=HTMX).text
    browser.post(f"/inbox/{only_notice().id}/opening")
    assert "unread" not in browser.get("/inbox", headers=HTMX).text


def test_opening_a_notice_leads_to_its_record(sign_in, notice, bob):
    notice()
    told = only_notice()
    answer = sign_in(bob).post(f"/inbox/{told.id}/opening")
    assert (answer.status_code, answer.location) == (303, f"/bookings/{told.record_id}")
    assert only_notice().read_at == NOW


def test_opening_a_notice_whose_record_is_out_of_sight_shows_its_words(sign_in, make_booking, bob):
    commands.tell([bob], "dream.dreamt", "dream", make_booking(), lambda: ("It was", "a <i>dream</i>"))
    db.session.commit()
    browser = sign_in(bob)
    answer = browser.post(f"/inbox/{only_notice().id}/opening")
    assert answer.location == f"/inbox/{only_notice().id}"
    assert "a &lt;i&gt;dream&lt;/i&gt;" in browser.get(answer.location).text


def test_looking_at_a_page_marks_nothing_as_read(sign_in, notice, bob):
    notice()
    browser = sign_in(bob)
    browser.get("/inbox")
    browser.get(f"/inbox/{only_notice().id}")
    assert only_notice().read_at is None


@pytest.mark.parametrize(("method", "path"), [("GET", "/inbox/{}"), ("POST", "/inbox/{}/opening")])
def test_other_peoples_notices_are_not_there(sign_in, notice, alice, adam, method, path):
    notice()
    address = path.format(only_notice().id)
    for person in (alice, adam):
        assert sign_in(person).open(address, method=method).status_code == 404
    assert only_notice().read_at is None


@pytest.mark.parametrize("path", ["/inbox/999", "/inbox/99999999999999999999"])
def test_a_notice_that_does_not_exist_is_not_there(sign_in, bob, path):
    assert sign_in(bob).get(path).status_code == 404


def test_everything_shown_is_marked_as_read_at_once(sign_in, notice, bob):
    notice(bob)
    notice(bob)
    browser = sign_in(bob)
    shown = re.search(r'name="up_to" value="(\d+)"', browser.get("/inbox").text)[1]
    answer = browser.post("/inbox/reading", data={"up_to": shown})
    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert bell(browser) == "Inbox"
    assert "Mark all as read" not in browser.get("/inbox").text


@pytest.mark.parametrize("up_to", ["", "all", "-1", "99999999999999999999"])
def test_marking_as_read_up_to_nonsense_is_refused(sign_in, notice, bob, up_to):
    notice()
    assert sign_in(bob).post("/inbox/reading", data={"up_to": up_to}).status_code == 400
    assert only_notice().read_at is None


def test_an_inbox_costs_the_same_however_full(sign_in, statements, notice, bob):
    browser = sign_in(bob)
    counts = []
    for _each in range(2):
        for _more in range(10):
            notice(bob)
        with statements() as seen:
            browser.get("/inbox")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6


# --- The outbox ---


@pytest.fixture
def mails(notice, alice, bob, rita):
    """One sent to Alice, one given up for Bob, one on its way to Rita."""
    notice(alice, bob, rita, subject="A secret plan")
    sent, lost, queued = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.address))
    sent.sent_at = lost.given_up_at = NOW
    lost.last_error, lost.attempts = "550 no such person", 1
    queued.last_error, queued.attempts = "451 <later>", 2
    db.session.commit()
    return sent.id, lost.id, queued.id


def test_the_outbox_says_how_each_mail_fares_and_not_what_it_says(sign_in, mails, adam):
    page = sign_in(adam).get("/outbox").text
    for words in ("alice@example.org", "550 no such person", "451 &lt;later&gt;", "Given up", "On its way", "Sent"):
        assert words in page
    assert "A secret plan" not in page


@pytest.mark.parametrize(("state", "name"), [("sent", "alice"), ("given-up", "bob"), ("queued", "rita")])
def test_the_outbox_shows_mails_of_one_state(sign_in, mails, adam, state, name):
    table = sign_in(adam).get(f"/outbox?state={state}", headers=HTMX).text
    assert re.findall(r"(\w+)@example\.org</span></td>", table) == [name]


def test_the_outbox_is_for_those_who_look_after_mail(sign_in, mails, adam, olive, alice, audrey):
    for person, status in ((adam, 200), (olive, 200), (alice, 403), (audrey, 403)):
        assert sign_in(person).get("/outbox").status_code == status
        assert ('href="/outbox"' in sign_in(person).get("/my-day").text) is (status == 200)


def test_a_mail_that_was_given_up_is_tried_again(sign_in, mails, adam):
    _sent, lost, _queued = mails
    answer = sign_in(adam).post(f"/outbox/{lost}/retry")
    assert answer.status_code == 303
    assert db.session.get(OutgoingMail, lost).given_up_at is None
    assert "sent the mail again" in sign_in(adam).get(f"/log/outgoing_mail/{lost}").text


def test_a_mail_that_was_sent_is_not_tried_again(sign_in, mails, adam):
    sent, *_rest = mails
    assert sign_in(adam).post(f"/outbox/{sent}/retry").status_code == 422
    assert db.session.get(OutgoingMail, sent).sent_at == NOW


def test_others_try_no_mail_again(sign_in, mails, alice):
    _sent, lost, _queued = mails
    assert sign_in(alice).post(f"/outbox/{lost}/retry").status_code == 404
    assert db.session.get(OutgoingMail, lost).given_up_at == NOW


def test_the_outbox_costs_the_same_however_full(sign_in, statements, notice, adam, add_person):
    browser = sign_in(adam)
    counts = []
    for round_ in range(2):
        notice(*[add_person(f"Person{round_}{number}") for number in range(10)])
        with statements() as seen:
            browser.get("/outbox")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6

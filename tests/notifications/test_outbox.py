"""The outbox on the whole: counts, the oldest, messages to webhooks, and trying all again."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotAllowed
from portal.notifications import commands, queries
from portal.notifications.models import Digest, OutgoingMail, OutgoingPost
from tests.conftest import HTMX, NOW, at


@pytest.fixture
def mails(notice, alice, bob, rita, adam):
    """Two given up, for Bob and Rita, one sent to Alice and one on its way to Adam."""
    notice(alice, bob, rita, adam)
    for mail in db.session.scalars(select(OutgoingMail)):
        if mail.address.startswith("alice"):
            mail.sent_at = NOW
        elif not mail.address.startswith("adam"):
            mail.given_up_at, mail.attempts = NOW, 26
    db.session.commit()


def given_up(kind) -> list:
    db.session.rollback()
    return list(db.session.scalars(select(kind).where(kind.given_up_at.is_not(None))))


def test_mails_are_counted_by_state_and_the_oldest_is_named(mails, notice, bob):
    with clock.standing_at(at(10)):
        notice(bob)
    assert queries.tally(OutgoingMail) == queries.Tally(given_up=2, queued=2, sent=1, oldest_at=NOW)
    with clock.standing_at(NOW + timedelta(days=2)):
        assert queries.tally(OutgoingMail).sent == 0


def test_nothing_waits_in_an_empty_outbox(app):
    empty = queries.Tally(given_up=0, queued=0, sent=0, oldest_at=None)
    assert queries.tally(OutgoingMail) == queries.tally(OutgoingPost) == empty


def test_the_page_says_how_many_and_since_when(sign_in, mails, adam):
    page = re.sub(r"<[^>]+>|\s+", " ", sign_in(adam).get("/outbox").text)
    assert re.search(r"Given up +2 .*On its way +1 ", page)
    assert "One was sent in the last 24 hours." in page
    assert "The oldest waits since Mon, Nov 23 08:00." in page


def test_a_digest_is_listed_without_what_it_says(sign_in, adam, bob):
    digest = Digest(recipient=bob, subject="3 new notices", body="A secret plan", created_at=NOW)
    db.session.add(OutgoingMail(digest=digest, **commands.new_mail(bob, NOW)))
    db.session.commit()
    page = sign_in(adam).get("/outbox").text
    assert "bob@example.org" in page
    assert "What is new" in page
    assert "secret" not in page
    assert queries.tally(OutgoingMail).oldest_at == NOW


def test_all_that_was_given_up_is_tried_again_at_once(sign_in, mails, add_webhook, announce, adam, rita):
    add_webhook()
    announce(rita)
    db.session.scalars(select(OutgoingPost)).one().given_up_at = NOW
    db.session.commit()
    browser = sign_in(adam)
    assert "Try all again" in browser.get("/outbox").text
    answer = browser.post("/outbox/retries")
    assert (answer.status_code, answer.location) == (303, "/outbox?state=queued")
    assert given_up(OutgoingMail) == given_up(OutgoingPost) == []
    entry = log_of("person", adam.id)[0]
    assert (entry.action, entry.details) == ("person.retried_all", {"count": 3})
    assert "Try all again" not in browser.get("/outbox").text


def test_others_do_not_try_all_again(sign_in, mails, alice):
    assert sign_in(alice).post("/outbox/retries").status_code == 403
    with pytest.raises(NotAllowed):
        commands.retry_all(alice)
    assert len(given_up(OutgoingMail)) == 2


# --- Messages to webhooks ---


@pytest.fixture
def lost(add_webhook, announce) -> int:
    """A message that was given up."""
    add_webhook(name="Office <group>")
    announce(subject="A secret plan")
    post = db.session.scalars(select(OutgoingPost)).one()
    post.given_up_at, post.attempts, post.last_error = NOW, 1, "404 no <such> robot"
    db.session.commit()
    return post.id


def test_messages_are_listed_with_why_they_were_lost_and_not_what_they_say(sign_in, lost, adam):
    page = sign_in(adam).get("/outbox/posts").text
    for words in ("Office &lt;group&gt;", "404 no &lt;such&gt; robot", "Given up", "Try again"):
        assert words in page
    assert "A secret plan" not in page


@pytest.mark.parametrize(("state", "there"), [("given-up", True), ("queued", False), ("sent", False), ("x", True)])
def test_messages_of_one_state_are_shown(sign_in, lost, adam, state, there):
    piece = sign_in(adam).get(f"/outbox/posts?state={state}", headers=HTMX).text
    assert (f'id="post-{lost}"' in piece) is there
    assert "<html" not in piece


def test_a_message_that_was_lost_is_tried_again(sign_in, lost, olive):
    browser = sign_in(olive)
    assert browser.post(f"/outbox/posts/{lost}/retry").status_code == 303
    post = db.session.get(OutgoingPost, lost)
    assert (post.given_up_at, post.attempts, post.due_at) == (None, 0, NOW)
    assert "sent the message again" in browser.get(f"/log/outgoing_post/{lost}").text
    assert browser.post(f"/outbox/posts/{lost}/retry").status_code == 422


def test_messages_are_for_those_who_look_after_mail(sign_in, lost, alice, audrey):
    for person in (alice, audrey):
        assert sign_in(person).get("/outbox/posts").status_code == 403
        assert sign_in(person).post(f"/outbox/posts/{lost}/retry").status_code == 404
    assert db.session.get(OutgoingPost, lost).given_up_at == NOW


def test_the_messages_cost_the_same_however_many(sign_in, add_webhook, announce, statements, adam):
    browser = sign_in(adam)
    counts = []
    for round_ in range(2):
        add_webhook(name=f"Group {round_}")
        for _each in range(5):
            announce()
        with statements() as seen:
            browser.get("/outbox/posts")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6

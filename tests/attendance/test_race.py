"""Desks and phones at once: everybody has one mark, and nobody an error."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

from portal.attendance.models import CheckIn
from portal.audit.models import AuditEntry
from portal.core.db import db
from tests.attendance.conftest import code_of, part_of, time
from tests.conftest import signed_in

ROUNDS = 6


def test_two_desks_and_a_phone_at_once_make_one_mark(app, meeting, alice, olive, bob, add_crowd):
    """Each in a thread of its own; SQLite and PostgreSQL see to it that one of them is first."""
    crowd = [part_of(bob, meeting).id, *(attendee.id for attendee in add_crowd(ROUNDS - 1))]
    desks = [signed_in(app, person) for person in (alice, olive, alice, olive)]
    phone = signed_in(app, bob)
    for browser in (*desks, phone):
        browser._token()
    address, number = f"/meetings/{meeting.id}/desk/marks", meeting.id
    with time(9):
        proof = code_of(meeting).scanned
        db.session.remove()
        for attendee in crowd:
            start = Barrier(len(desks) + 1, timeout=30)

            def mark(browser, attendee=attendee, start=start):
                start.wait()
                if browser is phone:
                    return browser.post(f"/c/{number}", data={"proof": proof}).status_code
                answer = browser.post(address, data={"attendee": attendee}, headers={"Accept": "application/json"})
                return answer.status_code

            with ThreadPoolExecutor(len(desks) + 1) as pool:
                going = [pool.submit(copy_context().run, mark, browser) for browser in (*desks, phone)]
                assert Counter(one.result() for one in going) == {200: len(desks), 303: 1}
    db.session.rollback()
    assert sorted(mark.attendee_id for mark in db.session.query(CheckIn)) == sorted(crowd)
    assert db.session.query(AuditEntry).filter_by(action="meeting.checked_in").count() == ROUNDS
    assert db.session.query(AuditEntry).filter_by(action="booking.checked_in").count() == 1

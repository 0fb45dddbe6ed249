"""Letters by the clock: to whom, when, once, and never when nothing is due."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings import secrecy
from portal.meetings.commands import make_meeting
from portal.meetings.models import Confidentiality
from portal.meetings.people import invite
from portal.notifications.models import Notice, OutgoingMail
from portal.resolutions import commands, nodes
from portal.resolutions.models import Rhythm
from portal.supervision.letters import send_letters
from portal.supervision.models import Letter, Urging
from tests.conftest import at
from tests.racing import at_once

# Due on Friday, 4 December. One working day later is Monday the 7th, five Friday the 11th, ten Friday the 18th.
DUE = date(2026, 12, 4)
BLUE, YELLOW, RED = at(9, days=14), at(9, days=18), at(9, days=25)


@pytest.fixture
def late(make_resolution, helen, leo):
    return make_resolution(due_on=DUE)


def tick(*instants):
    for instant in instants:
        with clock.standing_at(instant):
            send_letters()
            db.session.commit()


def sent():
    """Which letters went out, in order."""
    return [str(letter) for letter in db.session.scalars(select(Urging.letter).order_by(Urging.id))]


def letters_told(letter):
    notices = db.session.scalars(select(Notice).where(Notice.kind == f"letter.{letter}").order_by(Notice.id)).all()
    return {notice.recipient.name: notice for notice in notices}


@pytest.mark.parametrize(
    ("instant", "letters"),
    [
        (at(9, days=11), []), (at(9, days=12), []), (BLUE, ["blue"]), (at(9, days=17), ["blue"]), (YELLOW, ["yellow"]),
        (at(9, days=24), ["yellow"]), (RED, ["red"]),
    ],
    ids=["on the day", "Saturday", "one working day", "four", "five", "nine", "ten"],
)
def test_so_many_working_days_after_the_day_the_letter_goes_out_and_a_softer_one_is_skipped(late, instant, letters):
    tick(instant)
    assert sent() == letters


def test_each_goes_out_once_and_to_more_people_each_time(late):
    tick(BLUE, BLUE, at(15, days=15), YELLOW, YELLOW, RED, RED, at(9, days=28))
    assert sent() == ["blue", "yellow", "red"]
    assert sorted(letters_told("blue")) == ["Alice"]
    assert sorted(letters_told("yellow")) == ["Alice", "Helen"]
    assert sorted(letters_told("red")) == ["Alice", "Helen", "Leo"]
    assert [one.recipients for one in db.session.query(Urging)] == ["Alice", "Alice, Helen", "Alice, Helen, Leo"]


def test_one_mail_lists_all_of_theirs_with_light_owner_day_and_address(make_resolution, late, carl, helen):
    other = make_resolution(text="Fix the roof", owner_id=carl.id, due_on=DUE)
    tick(YELLOW)
    told = letters_told("yellow")
    assert sorted(told) == ["Alice", "Carl", "Helen"]
    assert told["Alice"].subject == "Yellow letter: Paint the hall"
    assert told["Helen"].subject == "Yellow letter: 2 resolutions"
    for one in (late, other):
        assert (
            f"Overdue: {one.heading}\nOwner: {one.owner.name}\nDue: Dec 4, 2026, 7 days late\n"
            f"http://127.0.0.1:8000/resolutions/{one.id}"
        ) in told["Helen"].body
    assert "Fix the roof" not in told["Alice"].body
    assert db.session.query(OutgoingMail).filter(OutgoingMail.notice_id == told["Helen"].id).count() == 1


def test_a_report_that_is_missing_is_urged_too_and_the_next_one_anew(make_resolution, helen, report):
    made = make_resolution(rhythm=Rhythm.WEEKLY, due_on=date(2027, 3, 1))
    tick(at(9, days=8), at(10, days=8))
    assert "Due soon: Paint the hall\nOwner: Alice\nReport expected by Nov 30, 2026, 1 day late\n" in (
        letters_told("blue")["Alice"].body
    )
    with clock.standing_at(at(11, days=8)):
        report(made, actor=helen)
    tick(at(12, days=8), at(9, days=16))
    assert [str(one.missed_on) for one in db.session.query(Urging)] == ["2026-11-30", "2026-12-08"]


def test_a_missed_day_is_urged_anew_when_it_was_moved_and_missed_again(late):
    tick(RED)
    late.due_on, late.extensions = date(2026, 12, 18), 1
    db.session.commit()
    tick(RED, at(9, days=28))
    assert sent() == ["red", "blue"]


@pytest.mark.parametrize("state", ["not issued", "paused", "withdrawn", "reported done"])
def test_of_what_nothing_is_expected_nobody_hears(make_resolution, sue, helen, report, state):
    made = make_resolution(due_on=DUE, at_once=state != "not issued")
    if state == "paused":
        nodes.pause(sue, made, "Winter")
    elif state == "withdrawn":
        nodes.withdraw(sue, made, "Torn down")
    elif state == "reported done":
        report(made, actor=helen, percent=100)
    db.session.commit()
    tick(BLUE, YELLOW, RED)
    assert sent() == []


@pytest.mark.parametrize(
    "instant",
    [at(7, 59, days=14), at(18, days=14), at(9, days=13), at(9, days=39)],
    ids=["before work", "after work", "Sunday", "New Year"],
)
def test_it_is_quiet_without_work_and_not_a_statement_is_run(late, statements, instant):
    with statements() as seen:
        tick(instant)
    assert seen == []


def test_over_the_national_holiday_no_working_day_passes(make_resolution, oscar):
    made = make_resolution(at_once=False)
    made.due_on = made.original_due_on = date(2026, 9, 30)
    commands.issue(oscar, made)
    tick(*(at(9, days=day) for day in range(-54, -45)))
    assert at(9, days=-53).date() == date(2026, 10, 1)
    assert [one.at.date() for one in db.session.query(Urging)] == [date(2026, 10, 8)]


def test_a_leader_who_may_not_see_a_secret_one_is_not_told(late, meeting):
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    tick(RED)
    assert sorted(letters_told("red")) == ["Alice", "Helen"]


def test_a_letter_that_was_sent_names_it_no_more_to_who_may_not_see_it_once_it_is_secret(
    late, make_resolution, make_booking, meeting, oscar, rosa
):
    booking = make_booking(actor=oscar, starts_at=at(14), ends_at=at(15))
    other = make_meeting(oscar, booking, subject="Roofs")
    invite(oscar, other, [rosa])
    send_notice(oscar, other)
    make_resolution(meeting=other, text="Fix the roof", due_on=DUE)
    tick(RED)
    subject = letters_told("red")["Leo"].subject
    meeting.confidentiality = Confidentiality.SECRET
    secrecy.guard(oscar, meeting)
    told = letters_told("red")
    assert "A confidential resolution\n\nOverdue: Fix the roof" in told["Leo"].body
    assert "Paint" not in told["Leo"].body + told["Leo"].subject
    assert told["Leo"].subject == subject
    assert "Paint the hall" in told["Alice"].body
    assert "Paint the hall" in told["Helen"].body


def test_what_nobody_here_owes_goes_to_the_heads_or_else_to_the_leaders(late, alice, helen):
    alice.left_at = clock.now()
    db.session.commit()
    tick(BLUE)
    assert sorted(letters_told("blue")) == ["Helen"]
    helen.left_at = clock.now()
    db.session.commit()
    tick(YELLOW)
    assert sorted(letters_told("yellow")) == ["Leo"]


def test_two_workers_send_each_letter_once(app, late, make_resolution):
    for _ in range(4):
        make_resolution(due_on=DUE)
    with clock.standing_at(YELLOW):
        assert at_once(app, send_letters, send_letters) == [None, None]
    assert sent() == ["yellow"] * 5
    assert db.session.query(Notice).filter(Notice.kind == "letter.yellow").count() == 2


def test_a_round_costs_one_statement_when_nothing_is_due_and_as_many_for_one_as_for_many(
    late, make_resolution, statements
):
    with clock.standing_at(at(9, days=11)), statements() as idle:
        send_letters()
    assert len(idle) == 1
    counts = []
    for instant in (RED, RED + timedelta(days=3)):
        with clock.standing_at(instant), statements() as seen:
            send_letters()
            db.session.commit()
        counts.append(len(seen))
        for _ in range(5):
            make_resolution(due_on=DUE)
    assert counts[0] == counts[1]
    assert sent() == [Letter.RED] * 6


def test_the_notice_leads_to_the_board(late, sign_in, alice):
    tick(BLUE)
    notice = letters_told("blue")["Alice"]
    assert sign_in(alice).post(f"/inbox/{notice.id}/opening").headers["Location"] == "/resolutions"

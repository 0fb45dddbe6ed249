"""Every change that a feed shows raises its revision, in the transaction of the change."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from portal.answers import commands as answers
from portal.calendars import commands, queries
from portal.calendars.models import Feed
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings import commands as meetings
from portal.meetings.models import Answer
from portal.meetings.people import invite, uninvite
from portal.rooms import commands as rooms
from portal.rooms.holding import RoomTaken
from portal.series import changing
from portal.series import commands as series_commands
from portal.series.recurrence import Frequency, Rule
from tests.calendars.conftest import summaries
from tests.conftest import at

WEEKLY = Rule(Frequency.WEEKLY, weekdays=(0,), count=2)


@pytest.fixture
def octets_of(client, address_of):
    """Subscribe as somebody, and ask again each time it is called."""

    def subscribe(person):
        address = address_of(person)
        client.get(address)
        return lambda: client.get(address).data

    return subscribe


@pytest.fixture
def board(make_booking, alice, bob):
    """A meeting of Alice's that Bob was told of, by the commands of its slice."""
    meeting = meetings.make_meeting(alice, make_booking(), subject="Board")
    invite(alice, meeting, [bob])
    send_notice(alice, meeting)
    db.session.commit()
    return meeting


def revision_of(person):
    return db.session.query(Feed.revision).filter_by(person_id=person.id).scalar()


def test_a_new_booking_shows(octets_of, make_booking, alice):
    mine = octets_of(alice)
    make_booking(title="Workshop")
    assert summaries(mine()) == ["Workshop"]


def test_a_renamed_moved_and_cancelled_booking_shows(octets_of, make_booking, alice, other_room):
    mine, booking = octets_of(alice), make_booking()
    rooms.move(alice, booking, booking.room.id, "Review", at(9), at(10))
    db.session.commit()
    assert summaries(mine()) == ["Review"]
    rooms.move(alice, booking, other_room.id, "Review", at(9), at(10))
    db.session.commit()
    assert b"LOCATION:E102" in mine()
    rooms.cancel(alice, booking)
    db.session.commit()
    assert summaries(mine()) == []


def test_a_notice_shows_to_whoever_it_told(octets_of, make_booking, alice, bob):
    his, hers = octets_of(bob), octets_of(alice)
    meeting = meetings.make_meeting(alice, make_booking(), subject="Board")
    invite(alice, meeting, [bob])
    db.session.commit()
    assert (summaries(his()), summaries(hers())) == ([], ["Planning"])
    send_notice(alice, meeting)
    db.session.commit()
    assert (summaries(his()), summaries(hers())) == (["Board"], ["Board"])


def test_other_words_show_and_leave_the_sequence(octets_of, board, alice, bob):
    his = octets_of(bob)
    meetings.change_meeting(alice, board, subject="New name", purpose="", agenda=["One"])
    db.session.commit()
    assert b"SUMMARY:New name" in his()
    assert b"SEQUENCE:0" in his()


def test_a_moved_meeting_shows_with_a_higher_sequence_each_time(octets_of, board, alice, bob, room):
    his = octets_of(bob)
    for number, hour in enumerate((11, 13), 1):
        rooms.move(alice, board.booking, room.id, "Planning", at(hour), at(hour + 1))
        db.session.commit()
        assert f"DTSTART:20261123T0{hour - 8}0000Z".encode() in his()
        assert f"SEQUENCE:{number}".encode() in his()


def test_an_answer_shows_to_whoever_gave_it_and_leaves_the_sequence(octets_of, board, alice, bob):
    his, before = octets_of(bob), None
    octets_of(alice)
    before = revision_of(alice)
    answers.answer(bob, board, Answer.ACCEPTED)
    db.session.commit()
    assert b"PARTSTAT=ACCEPTED" in his()
    assert b"SEQUENCE:0" in his()
    assert revision_of(alice) == before
    answers.answer(bob, board, Answer.DECLINED)
    db.session.commit()
    assert summaries(his()) == []


def test_who_is_taken_off_sees_it_no_more(octets_of, board, alice, bob):
    his = octets_of(bob)
    assert summaries(his()) == ["Board"]
    uninvite(alice, board, board.attendees[0])
    db.session.commit()
    assert summaries(his()) == []


def test_a_cancelled_meeting_shows_as_cancelled(octets_of, board, alice, bob):
    his, hers = octets_of(bob), octets_of(alice)
    meetings.cancel_meeting(alice, board)
    db.session.commit()
    assert summaries(his()) == summaries(hers()) == ["Cancelled: Board"]


def test_a_change_that_is_rolled_back_raises_nothing(octets_of, make_booking, alice, room):
    octets_of(alice)
    before = revision_of(alice)
    rooms.book(alice, room.id, "Never", at(9), at(10))
    db.session.rollback()
    assert revision_of(alice) == before


def test_a_booking_costs_one_small_statement_for_feeds(make_booking, address_of, alice, bob, statements):
    address_of(alice)
    address_of(bob)
    before = revision_of(bob)
    with statements() as seen:
        make_booking()
    assert len([statement for statement in seen if "feed" in statement]) == 1
    assert revision_of(bob) == before


def test_feeds_are_locked_last_and_once_so_that_no_two_changes_wait_for_each_other(
    board, address_of, alice, bob, statements
):
    for person in (alice, bob):
        address_of(person)
    with statements() as seen:
        rooms.move(alice, board.booking, board.booking.room.id, "Review", at(11), at(12))
        before_the_end = len(seen)
        db.session.commit()
    (number,) = (number for number, statement in enumerate(seen) if "UPDATE feed" in statement)
    assert number >= before_the_end
    assert not any("UPDATE" in statement or "INSERT" in statement for statement in seen[number + 1 :])
    assert (revision_of(alice), revision_of(bob)) == (1, 1)


def test_what_a_savepoint_takes_back_does_not_hide_what_stands(make_booking, address_of, alice, room):
    address_of(alice)
    rooms.book(alice, room.id, "Stands", at(9), at(10))
    with pytest.raises(RoomTaken), db.session.begin_nested():
        rooms.book(alice, room.id, "In its way", at(9), at(10))
    db.session.commit()
    assert revision_of(alice) == 1


def test_a_build_that_is_overtaken_does_not_replace_the_newer_one(app, make_booking, address_of, client, alice):
    address = address_of(alice)
    secret = address.split("/")[2]
    old = queries.state_by_hash(commands.secret_hash(secret))
    make_booking(title="Workshop")
    newer = client.get(address)
    commands.keep_built(old, at(8).date(), b"old", "old", '["", 0, [], [], [], [], []]')
    db.session.commit()
    again = client.get(address)
    assert (again.data, again.headers["ETag"]) == (newer.data, newer.headers["ETag"])


def test_what_was_built_from_an_older_state_is_built_anew(app, make_booking, address_of, client, alice):
    address = address_of(alice)
    old = queries.state_by_hash(commands.secret_hash(address.split("/")[2]))
    make_booking(title="Workshop")
    commands.keep_built(old, at(8).date(), b"old", "old", '["", 0, [], [], [], [], []]')
    db.session.commit()
    assert summaries(client.get(address).data) == ["Workshop"]


@pytest.fixture
def impatient(app):
    """Connections to SQLite that do not wait for a lock."""

    def hurry(connection, _record):
        if type(connection).__module__.startswith("sqlite3"):
            connection.execute("PRAGMA busy_timeout = 1")

    db.session.remove()
    db.engine.dispose()
    event.listen(Engine, "connect", hurry)
    yield
    event.remove(Engine, "connect", hurry)
    db.session.remove()
    db.engine.dispose()


def test_a_poll_is_answered_while_somebody_else_writes(impatient, make_booking, address_of, client, alice):
    address = address_of(alice)
    make_booking(title="Workshop")
    with db.engine.connect() as other:
        other.execute(select(Feed.id).with_for_update())
        assert summaries(client.get(address).data) == ["Workshop"]
    assert revision_of(alice) == 1
    assert db.session.query(Feed.built_revision).scalar() is None
    db.session.rollback()
    again = client.get(address)
    assert client.get(address, headers={"If-None-Match": again.headers["ETag"]}).status_code == 304
    assert db.session.query(Feed.built_revision).scalar() == 1


def test_a_series_shows_when_it_is_made_moved_and_cancelled(octets_of, alice, room):
    mine = octets_of(alice)
    series = series_commands.make(alice, room.id, "Weekly", at(9), at(10), WEEKLY, {})
    db.session.commit()
    assert summaries(mine()) == ["Weekly"]
    assert b"RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2" in mine()
    wish = changing.Wish(room.id, "Round", at(14), at(15), WEEKLY, series.visibility)
    changing.change(alice, series, series_commands.Scope.ALL, at(9), wish, {})
    db.session.commit()
    assert summaries(mine()) == ["Round"]
    assert b"DTSTART;TZID=Asia/Shanghai:20261123T140000" in mine()
    rooms.cancel(alice, series.bookings[1])
    db.session.commit()
    assert b"EXDATE;TZID=Asia/Shanghai:20261130T140000" in mine()
    series_commands.cancel(alice, series, series_commands.Scope.ALL)
    db.session.commit()
    assert summaries(mine()) == []

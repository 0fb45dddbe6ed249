"""Feeds of rooms, departments and kinds of meeting: as their reader may see them, now."""

from datetime import timedelta

import pytest

from portal.accounts.models import Role, RoleGrant
from portal.calendars import commands, queries
from portal.calendars.models import Feed, Shows
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings import commands as meetings
from portal.meetings.models import Confidentiality, MeetingKind
from portal.rooms import closing, keeping
from portal.rooms import commands as rooms
from portal.rooms.models import Visibility
from tests.calendars.conftest import events, summaries
from tests.conftest import NOW, at


@pytest.fixture
def feed_of(client):
    """Subscribe as somebody to something, and ask again each time it is called."""

    def subscribe(person, shows, subject_id=None, **choice):
        _feed, secret = commands.make_feed(person, shows, subject_id, commands.Choice(**choice))
        db.session.commit()
        return lambda: client.get(f"/feeds/{secret}/calendar.ics")

    return subscribe


def revision_of(person):
    return db.session.query(Feed.revision).filter_by(person_id=person.id).scalar()


# --- Rooms ---


def test_a_room_shows_what_it_is_booked_for(feed_of, make_booking, room, other_room, bob, alice):
    ask = feed_of(bob, Shows.ROOM, room.id)
    booking = make_booking(title="Workshop")
    make_booking(room_id=other_room.id, title="Elsewhere", actor=bob)
    assert summaries(ask().data) == ["Workshop"]
    (event,) = events(ask().data)
    assert (event["UID"], event["LOCATION"]) == (booking.uid, "E101 · East wing")
    assert "ATTENDEE" not in event
    assert b"X-WR-CALNAME:E101 \xc2\xb7 East wing" in ask().data
    rooms.move(alice, booking, room.id, "Review", at(11), at(12))
    db.session.commit()
    assert summaries(ask().data) == ["Review"]
    rooms.cancel(alice, booking)
    db.session.commit()
    assert summaries(ask().data) == []


def test_a_private_booking_is_busy_to_those_who_may_not_read_it(feed_of, make_booking, room, bob, alice):
    make_booking(title="Dismissal", visibility=Visibility.PRIVATE)
    (seen,) = events(feed_of(bob, Shows.ROOM, room.id)().data)
    assert (seen["SUMMARY"], seen["CLASS"], seen.get("URL")) == ("Busy", "PRIVATE", None)
    assert summaries(feed_of(alice, Shows.ROOM, room.id)().data) == ["Dismissal"]


def test_a_booking_that_goes_to_another_room_leaves_the_feed_of_the_first(
    feed_of, make_booking, room, other_room, alice, bob, olive
):
    here, there = feed_of(bob, Shows.ROOM, room.id), feed_of(olive, Shows.ROOM, other_room.id)
    booking = make_booking(title="Workshop")
    assert (summaries(here().data), summaries(there().data)) == (["Workshop"], [])
    rooms.move(alice, booking, other_room.id, "Workshop", at(9), at(10))
    db.session.commit()
    assert (summaries(here().data), summaries(there().data)) == ([], ["Workshop"])


def test_a_closed_room_says_so(feed_of, room, rita, bob):
    ask = feed_of(bob, Shows.ROOM, room.id)
    closing.close_room(rita, room.id, "New floor", at(9), at(12), {})
    db.session.commit()
    assert "Closed: New floor" in summaries(ask().data)


def test_a_renamed_room_is_called_so_at_once(feed_of, make_booking, area, room, rita, bob):
    ask = feed_of(bob, Shows.ROOM, room.id)
    make_booking()
    assert b"LOCATION:E101" in ask().data
    with clock.standing_at(NOW + timedelta(hours=1)):
        keeping.change_resource(
            rita, room, area, name="Grand hall", capacity=10, features="", directions=""
        )
        db.session.commit()
        assert b"LOCATION:Grand hall" in ask().data


def test_a_room_out_of_use_has_no_feed(feed_of, room, rita, bob):
    ask = feed_of(bob, Shows.ROOM, room.id)
    assert ask().status_code == 200
    room.retired_at = clock.now()
    db.session.commit()
    assert ask().status_code == 404


# --- Departments and kinds ---


def test_a_department_shows_its_meetings_as_far_as_the_reader_may_know(
    feed_of, make_meeting, works, add_person, alice, bob
):
    colleague = add_person("Wang", department=works)
    open_to_all = make_meeting(subject="Open", confidentiality=Confidentiality.INTERNAL)
    make_meeting(subject="For us", confidentiality=Confidentiality.DEPARTMENT, starts_at=at(11), ends_at=at(12))
    make_meeting(subject="Few", confidentiality=Confidentiality.INVITED, starts_at=at(13), ends_at=at(14))
    make_meeting(subject="Secret", confidentiality=Confidentiality.SECRET, starts_at=at(15), ends_at=at(16))
    theirs, ours = feed_of(bob, Shows.DEPARTMENT, works.id), feed_of(colleague, Shows.DEPARTMENT, works.id)
    assert summaries(theirs().data) == ["Open"]
    assert summaries(ours().data) == ["Open", "For us"]
    assert b"ATTENDEE" not in ours().data
    assert b"ORGANIZER" not in ours().data
    # Decided on every request: who leaves the department no longer sees what is for it.
    colleague.department = None
    db.session.commit()
    assert summaries(ours().data) == ["Open"]
    meetings.cancel_meeting(alice, open_to_all)
    db.session.commit()
    assert summaries(theirs().data) == ["Cancelled: Open"]


def test_a_meeting_that_goes_to_another_department_changes_both_feeds(feed_of, make_meeting, works, bob, alice):
    from portal.accounts import commands as accounts

    other = accounts.add_department(None, "Sales")
    db.session.commit()
    before, after = feed_of(bob, Shows.DEPARTMENT, works.id), feed_of(alice, Shows.DEPARTMENT, other.id)
    meeting = make_meeting(confidentiality=Confidentiality.INTERNAL, department_id=works.id)
    db.session.query(Feed).update({"revision": Feed.revision + 1})
    db.session.commit()
    assert (summaries(before().data), summaries(after().data)) == (["Board"], [])
    meeting.department_id = other.id
    meetings.changed(meeting)
    db.session.commit()
    assert (summaries(before().data), summaries(after().data)) == ([], ["Board"])


def test_a_kind_of_meeting_has_a_feed(feed_of, make_meeting, bob):
    kind = MeetingKind(name="Board", prefix="B", confidentiality=Confidentiality.INTERNAL)
    db.session.add(kind)
    db.session.commit()
    make_meeting(subject="Of the board", confidentiality=Confidentiality.INTERNAL, kind_id=kind.id)
    make_meeting(subject="Ordinary", confidentiality=Confidentiality.INTERNAL)
    of_kind, ordinary = feed_of(bob, Shows.KIND, kind.id), feed_of(bob, Shows.KIND)
    assert summaries(of_kind().data) == ["Of the board"]
    assert summaries(ordinary().data) == ["Ordinary"]
    assert b"X-WR-CALNAME:Ordinary meeting" in ordinary().data
    kind.name = "Board of trustees"
    db.session.commit()
    assert "X-WR-CALNAME:Board of trustees" in of_kind().text


def test_a_role_that_is_taken_away_takes_effect_with_the_next_poll(feed_of, make_meeting, works, bob):
    bob.grants.append(RoleGrant(role=Role.LEADER))
    db.session.commit()
    make_meeting(subject="Few", confidentiality=Confidentiality.INVITED)
    ask = feed_of(bob, Shows.DEPARTMENT, works.id)
    assert summaries(ask().data) == ["Few"]
    bob.grants.clear()
    db.session.commit()
    assert summaries(ask().data) == []


# --- What a feed holds ---


def test_declined_and_cancelled_ones_are_the_readers_choice(feed_of, make_meeting, answered, bob):
    from portal.meetings.models import Answer

    answered(make_meeting(bob, subject="Declined"), bob, Answer.DECLINED)
    make_meeting(bob, subject="Off", cancelled_at=NOW)
    usual, otherwise = feed_of(bob, Shows.MINE), feed_of(bob, Shows.MINE, with_declined=True, with_cancelled=False)
    assert summaries(usual().data) == ["Cancelled: Off"]
    (event,) = events(otherwise().data)
    assert (event["SUMMARY"], event["TRANSP"]) == ("Declined", "TRANSPARENT")


def test_alarms_are_rung_only_for_those_who_ask_and_never_for_others(feed_of, make_booking, make_meeting, room, bob):
    make_meeting(bob)
    make_meeting(bob, subject="Off", cancelled_at=NOW)
    make_booking()
    assert b"VALARM" not in feed_of(bob, Shows.MINE)().data
    rung = events(feed_of(bob, Shows.MINE, alarm_minutes=15)().data)
    (alarm,) = [alarm for event in rung for alarm in event.alarms.times]
    assert alarm.trigger == at(9) - timedelta(minutes=15)
    assert b"VALARM" not in feed_of(bob, Shows.ROOM, room.id, alarm_minutes=15)().data


def test_bookings_can_be_left_out(feed_of, make_booking, alice):
    make_booking()
    assert summaries(feed_of(alice, Shows.MINE, with_bookings=False)().data) == []


def test_what_waits_for_approval_is_tentative(feed_of, make_booking, room, rita, bob):
    from portal.rooms.models import Status

    make_booking().status = Status.REQUESTED
    db.session.commit()
    (event,) = events(feed_of(bob, Shows.ROOM, room.id)().data)
    assert event["STATUS"] == "TENTATIVE"


def test_a_choice_that_is_changed_shows_with_the_next_poll_at_the_same_address(feed_of, make_booking, alice):
    ask = feed_of(alice, Shows.MINE)
    make_booking()
    assert summaries(ask().data) == ["Planning"]
    commands.change_feed(alice, queries.feeds_of(alice.id)[0], commands.Choice(with_bookings=False))
    db.session.commit()
    assert summaries(ask().data) == []


# --- Who may ---


def test_a_subscription_is_its_owners_alone(alice, bob):
    feed, _secret = commands.make_feed(alice)
    for change in (commands.renew_feed, commands.revoke_feed, commands.remove_feed):
        with pytest.raises(NotAllowed):
            change(bob, feed)
    with pytest.raises(NotAllowed):
        commands.change_feed(bob, feed, commands.USUAL)


@pytest.mark.parametrize("shows", [Shows.ROOM, Shows.DEPARTMENT, Shows.DEPARTMENT_DUTIES, Shows.KIND])
def test_what_is_not_there_has_no_feed(shows, alice):
    with pytest.raises(DomainError):
        commands.make_feed(alice, shows, 99)


def test_nobody_has_more_than_forty(alice):
    for _number in range(commands.MOST_FEEDS):
        commands.make_feed(alice)
    with pytest.raises(DomainError):
        commands.make_feed(alice)


# --- Cheap to poll ---


def test_the_last_use_is_known_to_the_hour_and_costs_no_write_for_each_poll(feed_of, alice, statements):
    ask = feed_of(alice, Shows.MINE)
    ask()
    assert queries.feeds_of(alice.id)[0].last_used_at == NOW
    with clock.standing_at(NOW + timedelta(minutes=59)), statements() as seen:
        ask()
    assert not any("UPDATE" in statement for statement in seen)
    with clock.standing_at(NOW + timedelta(minutes=61)):
        ask()
        assert queries.feeds_of(alice.id)[0].last_used_at == NOW + timedelta(minutes=61)


def test_a_change_builds_one_component_and_takes_the_others_over(feed_of, make_booking, alice, room):
    """What is stored is marked, so that it shows which component was made anew."""
    ask = feed_of(alice, Shows.MINE)
    first, second = make_booking(title="First"), make_booking(title="Other", starts_at=at(11), ends_at=at(12))
    with clock.standing_at(NOW + timedelta(minutes=5)):
        ask()
        feed = queries.feeds_of(alice.id)[0]
        feed.octets = feed.octets.replace(b"First", b"Kept!").replace(b"Other", b"Kept?")
        rooms.move(alice, second, room.id, "Newer", at(11), at(12))
        db.session.commit()
        assert summaries(ask().data) == ["Kept!", "Newer"]
    # Another name of the reader stands in every component, so all of them are built.
    alice.name = "Alicia"
    db.session.commit()
    assert summaries(ask().data) == ["First", "Newer"]
    assert first.title == "First"


def test_what_changes_twice_in_a_second_shows_the_second_change(feed_of, make_booking, alice, room):
    ask, booking = feed_of(alice, Shows.MINE), make_booking(title="First")
    for title in ("Second", "Third"):
        rooms.move(alice, booking, room.id, title, at(9), at(10))
        db.session.commit()
        assert summaries(ask().data) == [title]


def test_a_change_that_does_not_show_keeps_validator_and_date(feed_of, make_booking, room, alice, bob):
    ask = feed_of(bob, Shows.ROOM, room.id)
    booking = make_booking(visibility=Visibility.PRIVATE, title="One")
    with clock.standing_at(NOW + timedelta(minutes=5)):
        first = ask()
        db.session.query(Feed).update({"revision": Feed.revision + 1, "changed_at": clock.now()})
        db.session.commit()
        again = ask()
    assert first.headers["Last-Modified"] == again.headers["Last-Modified"]
    assert first.headers["ETag"] == again.headers["ETag"]
    assert booking.title == "One"


@pytest.mark.parametrize("shows", [Shows.MINE, Shows.ROOM, Shows.DEPARTMENT, Shows.KIND])
def test_the_statements_of_a_build_do_not_grow(
    feed_of, make_booking, make_meeting, shows, room, works, bob, statements
):
    subject = {Shows.ROOM: room.id, Shows.DEPARTMENT: works.id}.get(shows)
    ask = feed_of(bob, shows, subject)
    ask()

    def build():
        db.session.query(Feed).update({"revision": Feed.revision + 1})
        db.session.commit()
        with statements() as seen:
            ask()
        return len(seen)

    make_booking()
    make_meeting(bob, confidentiality=Confidentiality.INTERNAL, agenda=("One",))
    few = build()
    for hour in (11, 13, 15):
        make_booking(starts_at=at(hour), ends_at=at(hour + 1))
        make_meeting(bob, confidentiality=Confidentiality.INTERNAL, agenda=("One", "Two"))
    assert build() == few

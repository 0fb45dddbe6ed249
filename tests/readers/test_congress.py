"""A real congress goes in as a file and comes out of the rooms' feeds as it was."""

from collections import defaultdict
from pathlib import Path

import icalendar
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from portal.accounts import commands as accounts
from portal.accounts.queries import person_by_login
from portal.calendars import commands, feeds
from portal.calendars.models import Feed, Shows
from portal.cli import portal
from portal.core import clock
from portal.core.db import db
from portal.rooms.models import Booking, Room
from tests.conftest import utc
from tests.readers.reading import Stream, by_ical_js, by_icalendar

pytestmark = pytest.mark.xdist_group("readers-congress")
CONGRESS = Path(__file__).parents[1] / "data" / "congress-2019.ics"
AFTER = utc(2020, 1, 2)


@pytest.fixture(scope="module")
def congress(house, database_url):
    """What the file says of each event that was booked, by room: (start, end, UID, title)."""
    environment = {"DATABASE_URL": database_url, "PORTAL_INSTANCE": str(house.config["PORTAL"].instance)}
    done = CliRunner(env=environment).invoke(
        portal, ["import", "bookings", str(CONGRESS), "--create-rooms"], catch_exceptions=False
    )
    assert done.stdout.startswith("1225 booked")
    booked = set(db.session.scalars(select(Booking.uid)))
    said = defaultdict(list)
    for event in icalendar.Calendar.from_ical(CONGRESS.read_bytes()).walk("VEVENT"):
        if event["UID"] in booked:
            said[str(event["LOCATION"])].append((event.start, event.end, str(event["UID"]), str(event["SUMMARY"])))
    return {room: sorted(events) for room, events in said.items()}


@pytest.fixture(scope="module")
def streams(congress):
    """The feed of each room as a visitor gets it a week later, by the room's name."""
    with clock.standing_at(AFTER):
        return {
            room.name: Stream(feeds.built(_feed_of(room, number), AFTER.date()).octets, utc(2019, 12, 1), AFTER)
            for number, room in enumerate(db.session.query(Room).order_by(Room.id))
        }


def _feed_of(room: Room, number: int) -> Feed:
    """Nobody has more than forty."""
    login = f"visitor{number // commands.MOST_FEEDS}"
    person = person_by_login(login) or accounts.add_person(None, login=login, name=login, email=f"{login}@example.org")
    return commands.make_feed(person, Shows.ROOM, room.id)[0]


@pytest.mark.parametrize("read", [by_icalendar, by_ical_js])
def test_every_booked_event_comes_out_of_its_rooms_feed_as_it_went_in(congress, streams, read):
    found = dict(zip(streams, read(list(streams.values())), strict=True))
    assert sum(map(len, congress.values())) == 1225
    assert found.keys() == congress.keys()
    for room, events in congress.items():
        assert sorted((one.start, one.end, one.uid, one.summary) for one in found[room].events) == events
        assert {one.location for one in found[room].events} == {f"{room} · 36C3 schedule"}

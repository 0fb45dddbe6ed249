"""What the loads need besides the demonstration organisation: a session, feeds, and a month of 2,000 bookings."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert, select, update

from portal.accounts import commands as accounts
from portal.accounts.models import Person, SignIn
from portal.app import create_app
from portal.calendars.commands import make_feed
from portal.calendars.models import Feed
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Answer, Attendee, Meeting
from portal.presence.commands import renew_door
from portal.rooms.models import Area, Booking, Hold, Room
from portal.series.recurrence import Frequency, Rule
from tests.bench.day import Day, add_day

ZONE = ZoneInfo("Asia/Shanghai")
SUBSCRIBERS = 8  # as many as connections, so that each builds its own feed
MONTH, FULL_MONTH = date(2034, 5, 1), date(2034, 7, 1)


@dataclass(frozen=True)
class Subscription:
    """A feed's address without host, whose it is, the meetings in it, and the ETag it has now."""

    address: str
    person: int
    meetings: tuple[int, ...]
    etag: str


@dataclass
class Facts:
    """What the loads send."""

    engine: Engine
    cookie: str
    office: str  # the cookie of somebody who sees all resolutions
    token: str
    area: int
    rooms: list[int]
    day: str
    month: str
    people: list[int]
    door: str  # the address of the display of a room
    conference: Day
    feeds: dict[int, list[Subscription]] = field(default_factory=dict)
    used: int = 0

    def free_slot(self, number: int) -> tuple[int, str, str]:
        """A room and half an hour that nobody has booked yet, another one for each number."""
        slot, room = divmod(number, len(self.rooms))
        day, half_hour = divmod(slot, 20)
        start = datetime(2035, 1, 1, 8, tzinfo=ZONE) + timedelta(days=day, minutes=30 * half_hour)
        end = start + timedelta(minutes=30)
        return self.rooms[room], f"{start:%Y-%m-%dT%H:%M}", f"{end:%Y-%m-%dT%H:%M}"

    def weekly(self, number: int) -> dict[str, str]:
        """The form of a weekly series that nobody has booked yet, another one for each number, on Saturdays or Sundays.

        The dates on public holidays are booked all the same.
        """
        slot, room = divmod(number, len(self.rooms))
        day, half_hour = divmod(slot, 20)
        start = datetime.combine(next_saturday() + timedelta(days=day), time(8, 30 * (half_hour % 2)), ZONE)
        start += timedelta(hours=half_hour // 2)
        end = start + timedelta(minutes=30)
        rule = Rule(Frequency.WEEKLY, weekdays=(start.weekday(),), count=52)
        seen = f"{start.astimezone(UTC):%Y%m%dT%H%M}/{end.astimezone(UTC):%Y%m%dT%H%M}"
        dates = (start.date() + timedelta(weeks=week) for week in range(52))
        return {
            "title": "Bench", "room_id": str(self.rooms[room]), "starts_at": f"{start:%Y-%m-%dT%H:%M}",
            "ends_at": f"{end:%Y-%m-%dT%H:%M}", "frequency": "WEEKLY", "interval": "1",
            "weekdays": str(start.weekday()), "ends": "count", "count": "52", "act": "save",
            "shown": f"{self.rooms[room]}/{seen}/{rule}/", **{f"on-{date}": "keep" for date in dates},
        }

    def when_all_can(self) -> str:
        """The address that finds a time for twelve people and a room for them, within ten working days."""
        who = "&".join(f"who={person}" for person in self.people[:12])
        return f"/rooms/find-time?{who}&length=60&day={self.day}&days=10&room=any"

    def change_one(self, feed: Subscription, number: int) -> None:
        """Change one meeting of the feed, another one for each number."""
        meeting = feed.meetings[number % len(feed.meetings)]
        with self.engine.begin() as connection:
            # Of the day before, for what has just changed is built twice.
            changed_at = clock.now() - timedelta(hours=20) + timedelta(seconds=number)
            connection.execute(update(Meeting).where(Meeting.id == meeting).values(changed_at=changed_at))
            connection.execute(update(Feed).where(Feed.person_id == feed.person).values(revision=Feed.revision + 1))

    def forget(self, feed: Subscription) -> None:
        """Let nothing be known of what the feed held."""
        with self.engine.begin() as connection:
            values = {"revision": Feed.revision + 1, "contents": None}
            connection.execute(update(Feed).where(Feed.person_id == feed.person).values(values))


def prepare() -> Facts:
    """Add to the database of the environment what the loads need."""
    app = create_app()
    with app.app_context():
        area = db.session.scalars(select(Area).order_by(Area.id)).first()
        # Those that are got ready before a booking cannot be booked back to back.
        back_to_back = Room.setup_minutes + Room.cleanup_minutes == 0
        rooms = db.session.scalars(select(Room.id).where(back_to_back).order_by(Room.id)).all()
        employee = db.session.scalars(select(Person).where(Person.login == "employee")).one()
        of_area = db.session.scalars(select(Room).where(Room.area_id == area.id).order_by(Room.id)).all()
        fill_month([room.id for room in of_area], employee.id)
        fill_month([room.id for room in of_area], employee.id, FULL_MONTH, 20_000, minutes=15)
        secrets = {}
        for size in (200, 1000):
            subscribers = [add_subscriber(f"Subscriber {size} {number}") for number in range(SUBSCRIBERS)]
            meetings = invite(employee.id, [person.id for person in subscribers], size)
            secrets[size] = [(person.id, meetings, make_feed(person)[1]) for person in subscribers]
        cookie, token = session_of(app, employee)
        office, _token = session_of(app, db.session.scalars(select(Person).where(Person.login == "office")).one())
        door, day = door_of(of_area[0]), add_day(employee)
        db.session.commit()
        facts = Facts(
            db.engine, cookie, office, token, area.id, list(rooms), next_working_day().isoformat(),
            f"{MONTH:%Y-%m}", list(db.session.scalars(select(Person.id).order_by(Person.id).limit(12))),
            door, day,
        )
    for size, found in secrets.items():
        for person, meetings, secret in found:
            address = f"/feeds/{secret}/calendar.ics"
            facts.feeds.setdefault(size, []).append(
                Subscription(address, person, meetings, app.test_client().get(address).headers["ETag"])
            )
    return facts


def next_working_day() -> date:
    """The first day after today on which people work: as many bookings whatever the size of the database."""
    day = clock.now().astimezone(ZONE).date() + timedelta(days=1)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def door_of(room: Room) -> str:
    """The address of the display beside that room's door."""
    manager = db.session.scalars(select(Person).where(Person.login == "rooms")).one()
    return f"/rooms/{room.id}/door?key={renew_door(manager, room)}"


def next_saturday() -> date:
    """A Saturday some weeks from now: beyond the days that the demonstration fills at weekends too."""
    today = clock.now().astimezone(ZONE).date()
    return today + timedelta(days=21 + (5 - today.weekday()) % 7)


def add_subscriber(name: str) -> Person:
    """Somebody without bookings or meetings, so that a feed holds what is asked for and no more."""
    login = name.lower().replace(" ", "-")
    return accounts.add_person(None, login=login, name=name, email=f"{login}@example.org")


def fill_month(
    rooms: list[int], owner: int, month: date = MONTH, bookings: int = 2000, minutes: int = 45
) -> None:
    """Give one area's rooms so many bookings in one month, one after the other in so many minutes."""
    now, each = clock.now(), -(-bookings // len(rooms))
    first_id = (db.session.scalars(select(db.func.max(Booking.id))).one() or 0) + 1_000_000
    opens = 8 if each * minutes < 28 * 12 * 60 else 0
    claims, holds = [], []
    for number in range(bookings):
        room, index = rooms[number // each], number % each
        start = datetime(month.year, month.month, 1, opens, tzinfo=ZONE) + timedelta(
            days=index % 28, minutes=minutes * (index // 28)
        )
        end = start + timedelta(minutes=minutes * 2 // 3)
        claims.append(
            {
                "id": first_id + number, "uid": str(uuid4()), "title": f"Project meeting {number}", "owner_id": owner,
                "starts_at": start, "ends_at": end, "sequence": 0, "created_at": now, "changed_at": now,
            }
        )
        holds.append({"booking_id": first_id + number, "resource_id": room, "starts_at": start, "ends_at": end})
    db.session.execute(insert(Booking), claims)
    db.session.execute(insert(Hold), holds)


def invite(organizer: int, subscribers: list[int], meetings: int) -> tuple[int, ...]:
    """Let each of them be invited, yesterday, to so many meetings of the weeks to come; answers their ids."""
    now = clock.now() - timedelta(days=1)
    start = now.astimezone(UTC).replace(minute=0, second=0) + timedelta(days=2)
    made = [
        Meeting(
            uid=str(uuid4()), organizer_id=organizer, subject=f"Steering group {number} 指导委员会",
            purpose="Where the project stands and what to decide.", location="E101, East wing",
            starts_at=start + timedelta(hours=number), ends_at=start + timedelta(hours=number + 1), sequence=0,
            created_at=now, changed_at=now, announced_at=now, number=str(uuid4()),
        )
        for number in range(meetings)
    ]
    db.session.add_all(made)
    db.session.flush()
    db.session.execute(
        insert(Attendee),
        [
            {
                "meeting_id": meeting.id, "person_id": person, "part": "required", "invited_at": now,
                "answer": Answer.ACCEPTED, "comment": "", "answered_at": now,
            }
            for meeting in made
            for person in subscribers
        ],
    )
    return tuple(meeting.id for meeting in made)


def session_of(app, person: Person) -> tuple[str, str]:
    """A running session: its Cookie header, and the token that its forms carry."""
    key, now = f"a key for the bench: {person.login}", clock.now()
    db.session.add(
        SignIn(
            key_hash=accounts.key_hash(key), person_id=person.id, address="127.0.0.1", started_at=now,
            ends_at=now + timedelta(days=1),
        )
    )
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    token = re.search(r'"X-CSRFToken": "([^"]+)"', client.get("/sign-in").text)[1]
    return f"portal={client.get_cookie('portal').value}", token

"""A house in four time zones, made by the portal's own commands, and what is to be found of it in calendars."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.accounts import commands as accounts
from portal.accounts.models import Person, Role
from portal.answers import commands as answers
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.invitations.series_sending import send_series_notice
from portal.meetings import commands as meetings
from portal.meetings.details import Details
from portal.meetings.models import Answer, Meeting, MeetingSeries
from portal.meetings.moving import cancel_meeting
from portal.meetings.people import invite
from portal.meetings.recurring import make_meetings
from portal.resolutions import commands as resolutions
from portal.resolutions import nodes, reporting
from portal.resolutions.models import Resolution
from portal.rooms import closing, keeping
from portal.rooms import commands as rooms
from portal.rooms.models import Booking, Resource, Status, Visibility
from portal.series import commands as series_commands
from portal.series.models import Series
from portal.series.recurrence import Frequency, Rule
from tests.conftest import NOW, at
from tests.readers.reading import Instance, Todo

CHINESE = "规划会议：预算，人员; rooms, and \\ more “quoted”"
EMOJI = "🎉 Launch 👩‍👩‍👧‍👦 naïve façade"
LONG = "会" * 90 + "议🗓" * 25
ONLINE = "https://meet.example.org/room;1?topic=a,b"
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
WEEKS = Rule(Frequency.WEEKLY, weekdays=(0,), count=52)
# What calendars show: a year back and all ahead; the series end within a year.
SINCE, UNTIL = NOW - timedelta(days=30), NOW + timedelta(days=400)


def _person(name: str, *roles: Role, **more: object) -> Person:
    login = name.lower()
    return accounts.add_person(
        None, login=login, name=name, email=f"{login}@example.org", roles=set(roles), **more  # type: ignore[arg-type]
    )


class Situation:
    """Alice's year: single bookings, series with exceptions in four zones, meetings, resolutions; and others'."""

    def __init__(self) -> None:
        self.works = accounts.add_department(None, "Works")
        self.alice = _person("Alice", department=self.works)
        self.bob, self.rita = _person("Bob"), _person("Rita", Role.ROOM_MANAGER)
        # Who has nothing at all.
        self.nobody = _person("Nobody")
        self.rooms = {zone: self._room(zone) for zone in ZONES}
        self.room = self.rooms["Asia/Shanghai"]
        db.session.commit()
        self._book()
        self.series = {zone: self._series(zone) for zone in ZONES}
        self._meet()
        self._resolve()
        db.session.commit()

    def _room(self, zone: str) -> Resource:
        city = zone.rpartition("/")[2].replace("_", " ")
        area = keeping.add_area(None, f"{city}, 东楼", zone, opens_at=time(0), closes_at=time(23, 59))
        keeping.add_room(None, area, f"{city} spare", 10)
        return keeping.add_room(None, area, f"E101 {city}", 10)

    def _book(self) -> None:
        for hour, title in enumerate((CHINESE, EMOJI, LONG), start=9):
            rooms.book(self.alice, self.room.id, title, at(hour), at(hour + 1))
        rooms.book(self.alice, self.room.id, "Private", at(13), at(14), visibility=Visibility.PRIVATE)
        unsure = rooms.book(self.alice, self.room.id, "Unsure", at(14), at(15))
        unsure.status = Status.REQUESTED
        rooms.cancel(self.alice, rooms.book(self.alice, self.room.id, "Gone", at(15), at(16)))
        # Over a change of the clocks in the night.
        berlin = ZoneInfo("Europe/Berlin")
        night = datetime(2027, 3, 27, 23, tzinfo=berlin), datetime(2027, 3, 28, 6, tzinfo=berlin)
        rooms.book(self.alice, self.rooms["Europe/Berlin"].id, "Night", *night)
        closing.close_room(self.rita, self.room.id, "Painting", at(0, days=10), at(0, days=12), {})

    def _series(self, zone: str) -> Series:
        """A year of Mondays at nine, with dates cancelled, moved, longer, renamed and in another room."""
        room, clock = self.rooms[zone], ZoneInfo(zone)
        first = datetime(2026, 11, 30, 9, tzinfo=clock)
        series = series_commands.make(
            self.alice, room.id, f"周会 {room.name}", first, first + timedelta(minutes=75), WEEKS, {}
        )
        db.session.flush()
        dates = list(series.bookings)
        rooms.cancel(self.alice, dates[0])
        rooms.cancel(self.alice, dates[20])
        self._move(dates[3], hours=2)
        self._move(dates[18], hours=-30)
        self._move(dates[30], longer=45)
        self._move(dates[40], title="另议; otherwise, once")
        spare = next(one for one in room.area.rooms if one.id != room.id)
        self._move(dates[45], room_id=spare.id)
        return series

    def _move(
        self, booking: Booking, *, hours: int = 0, longer: int = 0, title: str = "", room_id: int | None = None
    ) -> None:
        rooms.move(
            self.alice, booking, room_id or booking.room.id, title or booking.title,
            booking.starts_at + timedelta(hours=hours), booking.ends_at + timedelta(hours=hours, minutes=longer),
        )

    def _meet(self) -> None:
        self.meeting = self._meeting(at(9, days=1), "季度会议; review, 🗓", "年度总结\nplans, and more")
        answers.answer(self.bob, self.meeting, Answer.TENTATIVE)
        self.off = self._meeting(at(11, days=1), "Called off")
        cancel_meeting(self.alice, self.off, "Nobody can come")
        first = datetime(2027, 3, 1, 15, tzinfo=ZoneInfo("Europe/Berlin"))
        dates = series_commands.make(
            self.alice, self.rooms["Europe/Berlin"].id, "Jour fixe", first, first + timedelta(hours=1),
            Rule(Frequency.WEEKLY, weekdays=(0,), count=8), {},
        )
        db.session.flush()
        self.recurring = make_meetings(self.alice, dates.bookings[0], subject="例会 Jour fixe")
        for meeting in self.recurring:
            invite(self.alice, meeting, [self.bob])
        send_series_notice(self.alice, self.recurring[0].series)
        cancel_meeting(self.alice, self.recurring[2])
        self._move(self.recurring[5].booking, hours=1)
        answers.answer(self.bob, self.recurring[6], Answer.DECLINED)

    def _meeting(self, starts_at: datetime, subject: str, purpose: str = "") -> Meeting:
        booking = rooms.book(self.alice, self.room.id, subject, starts_at, starts_at + timedelta(hours=1))
        meeting = meetings.make_meeting(
            self.alice, booking, subject=subject, purpose=purpose, agenda=("一、预算", "二、Staff; rooms"),
            details=Details(online_url=ONLINE),
        )
        invite(self.alice, meeting, [self.bob])
        send_notice(self.alice, meeting)
        return meeting

    def _resolve(self) -> None:
        self._resolution("油漆大厅 🎨; paint", date(2026, 12, 24))
        self.roof = self._resolution("Mend the roof", date(2027, 3, 28))
        half, whole = self._resolution("Half done", date(2027, 1, 31)), self._resolution("Done", date(2026, 12, 1))
        reporting.report(self.alice, half, percent=50, done="Half", next_step="The rest")
        reporting.report(self.alice, whole, percent=100, done="All")
        nodes.review(_person("Olive", Role.MEETING_OFFICE), whole)
        nodes.close(_person("Sue", Role.SUPERVISOR), whole)

    def _resolution(self, text: str, due_on: date) -> Resolution:
        duty = resolutions.Duty(text=text, department_id=self.works.id, owner_id=self.alice.id, due_on=due_on)
        return resolutions.resolve(self.alice, self.meeting, duty)

    # --- What is to be found of it ---

    def mine(self, person: Person) -> list[Instance]:
        """A person's own calendar: their bookings that are no meeting of theirs, and their meetings."""
        seen = [meeting for meeting in db.session.query(Meeting) if self._is_shown(meeting, person)]
        booked = {meeting.booking_id for meeting in seen if meeting.cancelled_at is None}
        owned = db.session.query(Booking).filter_by(owner_id=person.id, cancelled_at=None, kind="booking")
        free = [self.of_booking(one, one.title) for one in owned if one.id not in booked]
        return in_order([*free, *map(self.of_meeting, seen)])

    def of_series(self) -> set[str]:
        """The UIDs of all series."""
        return {uid for model in (Series, MeetingSeries) for uid in db.session.scalars(select(model.uid))}

    def _is_shown(self, meeting: Meeting, person: Person) -> bool:
        if meeting.organizer_id == person.id:
            return True
        return any(
            one.person_id == person.id and one.answer != Answer.DECLINED for one in meeting.attendees
        )

    def held(self, room: Resource, person: Person) -> list[Instance]:
        """A room's calendar as that person may know it."""
        found = []
        for booking in db.session.query(Booking).filter_by(cancelled_at=None):
            if booking.room.id == room.id and booking.kind == "closure":
                found.append(self.of_booking(booking, f"Closed: {booking.title}"))
            elif booking.room.id == room.id:
                is_hidden = booking.visibility == Visibility.PRIVATE and booking.owner_id != person.id
                found.append(self.of_booking(booking, "Busy" if is_hidden else booking.title))
        return in_order(found)

    def of_booking(self, booking: Booking, summary: str) -> Instance:
        series = db.session.get(Series, booking.series_id) if booking.series_id else None
        uid = series.uid if series else booking.uid
        status = "CONFIRMED" if booking.status == Status.CONFIRMED else "TENTATIVE"
        place = f"{booking.room.name} · {booking.room.area.name}"
        return Instance(_utc(booking.starts_at), _utc(booking.ends_at), uid, summary, place, status)

    def of_meeting(self, meeting: Meeting) -> Instance:
        is_off = meeting.cancelled_at is not None
        return Instance(
            _utc(meeting.starts_at), _utc(meeting.ends_at), meeting.series.uid if meeting.series_id else meeting.uid,
            f"Cancelled: {meeting.subject}" if is_off else meeting.subject, meeting.location,
            "CANCELLED" if is_off else "CONFIRMED",
        )

    def duties(self) -> list[Todo]:
        """What Alice owes, as to-dos."""
        found = []
        for one in db.session.query(Resolution):
            status = "COMPLETED" if one.closed_at else "IN-PROCESS" if one.percent else "NEEDS-ACTION"
            found.append(Todo(one.due_on, one.uid, one.text, status, 100 if one.closed_at else one.percent))
        return sorted(found, key=str)


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def in_order(found: Iterable[Instance]) -> list[Instance]:
    return sorted(found, key=str)

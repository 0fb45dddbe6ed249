"""What the portal gives out of a situation: feeds, downloads, mails and free/busy times, as their clients get them."""

from email import message_from_bytes, policy
from functools import cached_property

from flask import Flask

from portal.accounts.models import Person
from portal.calendars import commands
from portal.calendars.models import DutiesAs, Shows
from portal.core.db import db
from portal.notifications.delivery import deliver_due
from tests.conftest import Browser, signed_in
from tests.readers.reading import Stream
from tests.readers.situation import SINCE, UNTIL, ZONES, Situation

Octets = dict[str, bytes]


class Outputs:
    """Octets by name, asked for as programs and people do."""

    def __init__(self, app: Flask, situation: Situation) -> None:
        self.app, self.house = app, situation
        self.secrets: list[str] = []

    def stream(self, name: str) -> Stream:
        return Stream(self.octets[name], SINCE, UNTIL)

    @cached_property
    def octets(self) -> Octets:
        """Of every kind but mails, by what it is."""
        house = self.house
        rooms = {
            f"room {zone}": self.feed(house.bob, Shows.ROOM, house.rooms[zone].id) for zone in ZONES
        }
        return {
            "mine": self.feed(house.alice), "of an invitee": self.feed(house.bob), "empty": self.feed(house.nobody),
            **rooms,
            "department": self.feed(house.alice, Shows.DEPARTMENT, house.works.id),
            "kind": self.feed(house.alice, Shows.KIND),
            "to-dos": self.feed(house.alice, Shows.DUTIES, duties_as=DutiesAs.TASKS),
            "to-dos of a department": self.feed(
                house.alice, Shows.DEPARTMENT_DUTIES, house.works.id, duties_as=DutiesAs.TASKS
            ),
            "due days": self.feed(house.alice, Shows.DUTIES, duties_as=DutiesAs.DAYS),
            "meeting's file": self._file(house.bob, f"/meetings/{house.meeting.id}/meeting.ics"),
            "cancelled meeting's file": self._file(house.bob, f"/meetings/{house.off.id}/meeting.ics"),
            "recurring meeting's file": self._file(house.bob, f"/meetings/{house.recurring[0].id}/meeting.ics"),
            **{
                f"series' file {zone}": self._file(house.bob, f"/series/{house.series[zone].id}/series.ics")
                for zone in ZONES
            },
            "resolution's file": self._file(house.alice, f"/resolutions/{house.roof.id}/resolution.ics"),
            "month's file": self._file(house.bob, f"/areas/{house.room.area.id}/2026-11.ics"),
            "person's free/busy": self._file(house.bob, f"/people/{house.alice.id}/freebusy.ics"),
            "room's free/busy": self._file(house.bob, f"/rooms/{house.room.id}/freebusy.ics"),
        }

    def address(
        self, person: Person, shows: Shows = Shows.MINE, subject_id: int | None = None,
        duties_as: DutiesAs = DutiesAs.NONE,
    ) -> str:
        """The path of a new feed."""
        _feed, secret = commands.make_feed(person, shows, subject_id, commands.Choice(duties_as=duties_as))
        db.session.commit()
        self.secrets.append(secret)
        return f"/feeds/{secret}/calendar.ics"

    def feed(
        self, person: Person, shows: Shows = Shows.MINE, subject_id: int | None = None,
        duties_as: DutiesAs = DutiesAs.NONE,
    ) -> bytes:
        """What a program gets that has the address and nothing else."""
        client = Browser(self.app, self.app.response_class)
        return _whole(client.get(self.address(person, shows, subject_id, duties_as), csrf=False))

    def _file(self, person: Person, address: str) -> bytes:
        return _whole(signed_in(self.app, person).get(address))

    @cached_property
    def mails(self) -> list[tuple[str, bytes]]:
        """METHOD and calendar of every mail to Bob that has one, in the order in which they were written."""
        deliver_due(limit=10_000)
        found = []
        for file in sorted(self.app.config["PORTAL"].outbox_folder.glob("*.eml")):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            if "bob@example.org" in mail["To"]:
                found += [
                    (part.get_param("method"), part.get_payload(decode=True))
                    for part in mail.walk() if part.get_content_type() == "text/calendar"
                ]
        return found


def _whole(answer) -> bytes:  # type: ignore[no-untyped-def]
    assert answer.status_code == 200, answer.text
    return answer.data

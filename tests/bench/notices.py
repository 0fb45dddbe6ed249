"""What it costs to send a meeting's notice to 1,000 people, and how fast a worker gets the mails out."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import insert, select

from portal.accounts.models import Person
from portal.app import create_app
from portal.core import clock
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings.models import Attendee, Meeting
from portal.notifications.delivery import deliver_due
from tests.bench.load import answers, cpu_seconds
from tests.waiting import eventually

PEOPLE, TIMES = 1000, 5


@dataclass(frozen=True)
class NoticeFigures:
    """One notice to all of them, and its mails."""

    wall: float  # milliseconds of the transaction
    cpu: float  # milliseconds of CPU time, of the database too
    rate: float  # mails a second by one worker
    mail_cpu: float  # milliseconds of CPU time a mail, of worker and database


def measure_notices(database_pid: int | None, port: int) -> NoticeFigures:
    """Announce meetings in the database of the environment, and deliver through a mail server at that free port."""
    roots = [os.getpid()] + ([database_pid] if database_pid else [])
    os.environ["PORTAL_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    try:
        app = create_app()
    finally:
        del os.environ["PORTAL_SMTP_URL"]
    with app.app_context():
        people = add_people()
        first, *drafts = [draft_for(people) for _ in range(TIMES + 1)]
        announce(first)  # warms up
        cpu, began = cpu_seconds(roots), time.perf_counter()
        for draft in drafts:
            announce(draft)
        wall, used = time.perf_counter() - began, cpu_seconds(roots) - cpu
        with mail_server(port):
            deliver_due(limit=200)
            cpu, began, mails = cpu_seconds(roots), time.perf_counter(), 0
            while sent := deliver_due():
                mails += sent
            rate = mails / (time.perf_counter() - began)
            mail_cpu = (cpu_seconds(roots) - cpu) * 1000 / mails
        db.session.remove()
    return NoticeFigures(wall * 1000 / TIMES, used * 1000 / TIMES, rate, mail_cpu)


def add_people() -> list[int]:
    """So many people more, who chose nothing."""
    now = clock.now()
    rows = [
        {
            "login": f"reader{number}", "name": f"Reader {number}", "email": f"reader{number}@example.org", "post": "",
            "theme": "auto", "density": "normal", "created_at": now,
        }
        for number in range(PEOPLE)
    ]
    ids = list(db.session.scalars(insert(Person).returning(Person.id), rows))
    db.session.commit()
    return ids


def draft_for(people: list[int]) -> int:
    """A draft to which all of them are asked, whose notice has not gone out."""
    organizer = db.session.scalars(select(Meeting.organizer_id).order_by(Meeting.id)).first()
    assert organizer is not None, "the demonstration has meetings"
    now = clock.now()
    draft = Meeting(
        uid=str(uuid4()), organizer_id=organizer, subject="Everybody 全体大会", location="Hall", sequence=0,
        starts_at=now + timedelta(days=30), ends_at=now + timedelta(days=30, hours=2), created_at=now, changed_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    db.session.execute(insert(Attendee), [{"meeting_id": draft.id, "person_id": person} for person in people])
    db.session.commit()
    return draft.id


def announce(draft: int) -> None:
    """Send the notice, as the organizer does, in one transaction."""
    meeting = db.session.get_one(Meeting, draft)
    send_notice(meeting.organizer, meeting)
    db.session.commit()
    db.session.remove()


@contextmanager
def mail_server(port: int) -> Iterator[None]:
    """A mail server in a process of its own, that takes all and keeps nothing."""
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    server = subprocess.Popen(command)
    try:
        eventually(lambda: answers(port), "the mail server to answer")
        yield
    finally:
        server.terminate()
        server.wait(10)

"""Workers killed at any moment: every notice arrives, twice at most the one in hand, and then as the same mail."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.notifications.course import LEASE
from portal.notifications.delivery import deliver_due
from portal.notifications.models import OutgoingMail
from tests.conftest import NOW

ROUNDS = 25  # on each database
PEOPLE = 4
COMMANDS = 1 + 4 * PEOPLE  # that the mail server hears in a round at least: a greeting, and four for each mail

Kill = Callable[[datetime, int, float], None]


class Countdown:
    """An event that happens at the n-th command that the mail server hears."""

    def __init__(self) -> None:
        self.left = 0
        self.over = threading.Event()

    def start(self, commands: int) -> None:
        self.left = commands
        self.over.clear()

    def __call__(self, _command: str) -> None:
        self.left -= 1
        if self.left <= 0:
            self.over.set()


@pytest.fixture
def work_and_die(app: Flask, database_url: str, mail_server, postbox) -> Iterator[Kill]:
    """Let a worker work at an instant, and kill it some seconds after so many commands to the mail server."""
    settings = app.config["PORTAL"]
    environment = {
        **os.environ, "DATABASE_URL": database_url, "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_SMTP_URL": settings.smtp_url,
    }
    command = [sys.executable, "-m", "tests.notifications.nursery"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    countdown = postbox.on_command = Countdown()
    with subprocess.Popen(command, env=environment, **pipes) as nursery:

        def work_and_die(at: datetime, commands: int, seconds: float) -> None:
            countdown.start(commands)
            print(at.isoformat(), file=nursery.stdin, flush=True)
            worker = int(nursery.stdout.readline())
            try:
                assert not commands or countdown.over.wait(20)
                threading.Event().wait(seconds)
            finally:
                os.kill(worker, signal.SIGKILL)
            nursery.stdout.readline()

        yield work_and_die
        nursery.stdin.close()


def sent() -> set[str]:
    """The Message-IDs of the mails that the portal knows to have been taken over."""
    db.session.rollback()
    return set(db.session.scalars(select(OutgoingMail.message_id).where(OutgoingMail.sent_at.is_not(None))))


def test_whenever_workers_are_killed_every_notice_arrives_and_only_the_mail_in_hand_twice(
    work_and_die, postbox, notice, add_person
):
    people = [add_person(f"Person{number}") for number in range(PEOPLE)]
    chance, in_hand = random.Random(), 0
    for number in range(ROUNDS):
        at = NOW + number * (LEASE + timedelta(seconds=1))
        with clock.standing_at(at):
            notice(*people)
        already = len(postbox.mails)
        work_and_die(at, chance.randint(0, COMMANDS), chance.uniform(0, 0.02))
        unknown = {mail["Message-ID"] for mail in postbox.mails[already:]} - sent()
        assert len(unknown) <= 1
        in_hand += len(unknown)
    with clock.standing_at(NOW + ROUNDS * 2 * LEASE):
        while deliver_due():
            pass
    arrived = Counter(mail["Message-ID"] for mail in postbox.mails)
    assert set(arrived) == sent()
    assert len(arrived) == ROUNDS * PEOPLE
    assert arrived.total() - len(arrived) == in_hand

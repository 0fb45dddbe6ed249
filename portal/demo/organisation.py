"""The whole organisation, put together."""

from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.demo.agendas import fill_agendas
from portal.demo.crowd import gather
from portal.demo.days import fill_these_days
from portal.demo.follow_up import follow_up
from portal.demo.house import build
from portal.demo.meetings import close, hold_meetings
from portal.demo.people import engage
from portal.demo.presences import attend
from portal.demo.records import write_minutes
from portal.demo.registrations import let_register
from portal.demo.regulated import regulate
from portal.demo.replies import reply
from portal.demo.store import borrow, stock
from portal.demo.words import words_in
from portal.notifications.models import Notice, OutgoingMail


def load(locale: str, zone: ZoneInfo, rooms: int = 50) -> None:
    """Load the organisation into a database without people, and commit; raises DomainError if it has some.

    Deterministic, but relative to now: today is a busy day, whichever it is.
    """
    if db.session.scalars(select(Person.id).limit(1)).first() is not None:
        raise DomainError("The database has people already; the demonstration wants an empty one.")
    rng, words = Random(2026), words_in(locale)  # noqa: S311  (the same organisation each time is the point)
    staff = engage(words, rng)
    house = build(words, rng, zone, rooms)
    stocked = stock(words, house)
    closing = hold_meetings(words, rng, zone, staff, house)
    fill_agendas(words, staff)
    reply(words)
    attend(words)
    write_minutes(words)
    follow_up(words, staff)
    close(closing)
    let_register(words, locale)
    fill_these_days(words, rng, zone, staff, house)
    borrow(words, zone, staff, house, stocked)
    gather(words, locale, zone, staff)
    regulate(words, zone, staff, house)
    _let_bygones_be_bygones()
    db.session.commit()


def _let_bygones_be_bygones() -> None:
    """Nobody gets mail about what only seems to have happened, and what is over has been read."""
    now = clock.now()
    db.session.execute(update(OutgoingMail).values(sent_at=OutgoingMail.due_at))
    db.session.execute(update(Notice).where(Notice.kind != "meeting.invitation").values(read_at=now))

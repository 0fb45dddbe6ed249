"""One meeting to which people from outside register on a public page: some accepted, one declined, some to decide."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.demo.words import Words
from portal.meetings.guests import Facts
from portal.meetings.models import Meeting
from portal.registration import commands, vetting
from portal.registration.fields import FieldKind
from portal.registration.models import Registrant, Registration
from portal.registration.registering import Entry, confirm, register, written_by

HOUR = timedelta(hours=1)


def let_register(words: Words, locale: str) -> None:
    """Open the page of the office's last meeting to come, and let people register in the hours until now."""
    said, now = words.registration, clock.now()
    meeting = db.session.scalars(
        select(Meeting)
        .join(Meeting.organizer)
        .where(
            Person.login == "office", Meeting.announced_at.is_not(None), Meeting.cancelled_at.is_(None),
            Meeting.postponed_at.is_(None), Meeting.starts_at > now,
        )
        .order_by(Meeting.starts_at.desc())
    ).first()
    assert meeting is not None, "the office has meetings to come"
    with clock.standing_at(now - 24 * HOUR):
        registration = _open(meeting, words)
    registrants = []
    for hours, person in enumerate(said.people):
        with clock.standing_at(now - (20 - hours) * HOUR):
            registrants.append(_register(registration, person, locale))
    for registrant in registrants[:-1]:
        with clock.standing_at(registrant.registered_at + HOUR / 4):
            confirm(registrant, written_by(registrant))
    with clock.standing_at(now - 2 * HOUR):
        vetting.accept(meeting.organizer, meeting, [one.id for one in registrants[:2]])
        vetting.decline(meeting.organizer, meeting, [registrants[4].id], said.declined)


def _open(meeting: Meeting, words: Words) -> Registration:
    said, office = words.registration, meeting.organizer
    commands.set_up(office, meeting, intro=said.intro, closes_at=meeting.starts_at - 24 * HOUR, most=40)
    commands.add_field(office, meeting, said.diet[0], FieldKind.CHOICE, choices=said.diet[1:], required=True)
    commands.add_field(office, meeting, said.question, FieldKind.TEXT)
    return commands.open_page(office, meeting)


def _register(registration: Registration, person: Sequence[str], locale: str) -> Registrant:
    *usual, diet, question = person
    name, unit, post, email = usual
    asked = [one["key"] for one in registration.fields]
    entry = Entry(Facts(name, unit, post, email, locale), dict(zip(asked, (diet, question), strict=True)))
    return register(registration.key, entry, "")

"""Telling a meeting's people something: persons by their inbox and mail, guests by mail with their own link."""

from collections.abc import Callable, Iterable, Sequence
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.meetings.links import answer_address
from portal.meetings.models import Attendee, Meeting
from portal.notifications.commands import tell
from portal.notifications.outside import Outsider, tell_outside

Words = Callable[[], tuple[str, str]]


def tell_attendees(meeting: Meeting, attendees: Iterable[Attendee], kind: str, words: Words) -> int:
    """Tell these of the meeting's people, each in their language; answers how many were told."""
    told = list(attendees)
    people = people_by_id({attendee.person_id for attendee in told if attendee.person_id is not None})
    guests = [attendee for attendee in told if attendee.guest is not None]
    return tell(people, kind, "meeting", meeting, words) + tell_guests(meeting, guests, kind, words)


def tell_guests(meeting: Meeting, guests: Sequence[Attendee], kind: str, words: Words) -> int:
    """Write to guests who have an address, each with the link to their own page."""
    by_id = {attendee.id: attendee for attendee in guests}
    zone = zone_of(meeting)

    def words_for(outsider: Outsider) -> tuple[str, str]:
        with speaking_to(outsider.locale, zone):
            subject, body = words()
            link = _("Your own page for this meeting, to answer and to find the way: %(address)s",
                     address=answer_address(by_id[outsider.party_id]))
            return subject, f"{body}\n\n{link}"

    outsiders = [
        Outsider(attendee.id, attendee.guest.name, attendee.guest.email, attendee.guest.locale)
        for attendee in guests if attendee.guest is not None
    ]
    return tell_outside(outsiders, kind, "meeting", meeting, words_for)


def zone_of(meeting: Meeting) -> ZoneInfo:
    """On whose clock a meeting stands for those who have none of their own."""
    settings: Settings = current_app.config["PORTAL"]
    return ZoneInfo(meeting.timezone) if meeting.timezone else settings.timezone


def people_by_id(ids: set[int]) -> Sequence[Person]:
    """Those of them who have not left."""
    return db.session.scalars(
        select(Person).where(Person.id.in_(ids), Person.left_at.is_(None)).order_by(Person.id)
    ).all()

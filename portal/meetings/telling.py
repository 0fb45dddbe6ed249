"""Telling a meeting's people something: persons by their inbox and mail, guests by mail with their own link."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.settings import Settings
from portal.meetings.links import answer_address
from portal.meetings.models import Answer, Attendee, Confidentiality, Guest, Meeting
from portal.meetings.words import page_of, pointing_to
from portal.notifications.commands import tell
from portal.notifications.outside import Outsider, tell_outside
from portal.notifications.words import Enclosed

ONE_CLICK = (
    (Answer.ACCEPTED.value, _l("Accept")), (Answer.TENTATIVE.value, _l("Tentative")),
    (Answer.DECLINED.value, _l("Decline")),
)

Words = Callable[[], tuple[str, str]]
Personal = Callable[[Attendee], tuple[str, str]]


@dataclass(frozen=True)
class Manner:
    """How the people of a meeting are told something.

    `asks` gives each mail the links by which its reader answers with one click. `public` is for what concerns the
    meeting as a whole: robots in chat groups hear of it too, if everybody in the house may know of the meeting.
    `personal` says it to each attendee instead of `words`; layout and attachments are those of mails. `besides` are
    ids of persons who hear it without being asked, such as the organizer.
    """

    asks: bool = False
    public: bool = False
    personal: Personal | None = None
    layout: str | None = None
    attachments: Sequence[Sequence[str]] = ()
    besides: frozenset[int] = frozenset()


PLAINLY = Manner()


def tell_attendees(
    meeting: Meeting, attendees: Iterable[Attendee], kind: str, words: Words, manner: Manner = PLAINLY
) -> int:
    """Tell these of the meeting's people, each in their language; answers how many were told."""
    told = list(attendees)
    by_person = {attendee.person_id: attendee for attendee in told if attendee.person_id is not None}

    def personal(person: Person) -> tuple[str, str]:
        return manner.personal(by_person[person.id]) if manner.personal and person.id in by_person else words()

    count = tell(
        people_by_id({*by_person, *manner.besides}), kind, "meeting", meeting, words,
        public=manner.public and meeting.confidentiality == Confidentiality.INTERNAL,
        personal=personal if manner.personal else None,
        enclosed=_enclosed(meeting, manner, by_person),
    )
    return count + tell_guests(meeting, [one for one in told if one.guest_id], kind, words, manner)


def tell_guests(
    meeting: Meeting, guests: Sequence[Attendee], kind: str, words: Words, manner: Manner = PLAINLY
) -> int:
    """Write to guests who have an address, each with the link to their own page."""
    by_id = {attendee.id: attendee for attendee in guests}
    ids = [attendee.guest_id for attendee in guests]
    of_guest: dict[int, Guest] = {}
    if ids:
        of_guest = {guest.id: guest for guest in db.session.scalars(select(Guest).where(Guest.id.in_(ids)))}

    def words_for(outsider: Outsider) -> tuple[str, str]:
        attendee = by_id[outsider.party_id]
        address = answer_address(attendee)
        with pointing_to(address):
            subject, body = manner.personal(attendee) if manner.personal else words()
        if address not in body and not manner.asks:
            body += "\n\n" + _("Your own page for this meeting, to answer and to find the way: %(address)s",
                               address=address)
        return subject, body

    outsiders = [
        Outsider(attendee.id, guest.name, guest.email, guest.locale)
        for attendee in guests if (guest := of_guest.get(attendee.guest_id or 0))
    ]
    return tell_outside(
        outsiders, kind, "meeting", meeting, words_for, zone=zone_of(meeting),
        enclosed=_enclosed(meeting, manner, by_id),
    )


def _enclosed(meeting: Meeting, manner: Manner, attendees: Mapping[int, Attendee]) -> Enclosed:
    """What the mails to these carry; each is known by the id that the key is."""
    own_page = page_of(meeting)

    def links(reader_id: int) -> list[list[str]] | None:
        if reader_id not in attendees:
            return None
        attendee = attendees[reader_id]
        address = answer_address(attendee)
        page = address if attendee.guest_id else own_page
        answers = [[str(label), f"{address}?answer={answer}"] for answer, label in ONE_CLICK]
        return [*answers, [_("Open the meeting"), page]]

    return Enclosed(manner.layout, manner.attachments, links if manner.asks else None)


def zone_of(meeting: Meeting) -> ZoneInfo:
    """On whose clock a meeting stands for those who have none of their own."""
    settings: Settings = current_app.config["PORTAL"]
    return ZoneInfo(meeting.timezone) if meeting.timezone else settings.timezone


def people_by_id(ids: set[int]) -> Sequence[Person]:
    """Those of them who have not left."""
    return db.session.scalars(
        select(Person).where(Person.id.in_(ids), Person.left_at.is_(None)).order_by(Person.id)
    ).all()

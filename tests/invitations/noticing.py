"""What tests of notices begin with."""

from collections.abc import Sequence
from typing import Any

from portal.accounts.models import Person
from portal.core.db import db
from portal.invitations import wording
from portal.invitations.builtin import wording as built_in
from portal.invitations.models import Layout
from portal.meetings.guests import Facts, Visitor, add_guests
from portal.meetings.models import AgendaItem, Meeting, MeetingKind
from portal.meetings.people import invite
from portal.notifications.models import Notice, OutsideNotice


def with_people(meeting: Meeting, people: Sequence[Person], guests: Sequence[Facts] = ()) -> Meeting:
    """These are in the meeting, and not told yet."""
    invite(meeting.organizer, meeting, people)
    if guests:
        add_guests(meeting.organizer, meeting, [Visitor(guest) for guest in guests])
    db.session.commit()
    return meeting


def with_lines(meeting: Meeting, *titles: str) -> Meeting:
    meeting.agenda.extend(AgendaItem(title=title, position=number) for number, title in enumerate(titles))
    db.session.commit()
    return meeting


def worded(meeting: Meeting, layout: Layout, own: dict[str, str] | None = None, **changes: str) -> None:
    """The notice of the meeting has the portal's own words in that layout, but for the changes."""
    words = built_in(layout)._replace(**changes)
    wording.word_notice(meeting.organizer, meeting, words, own or {})
    db.session.commit()


def add_kind(**values: Any) -> MeetingKind:
    kind = MeetingKind(**{"name": "Board", "prefix": "B", **values})
    db.session.add(kind)
    db.session.commit()
    return kind


def said_to(person: Person) -> Notice:
    return db.session.query(Notice).filter_by(recipient_id=person.id).order_by(Notice.id.desc()).first()


def said_outside(address: str) -> OutsideNotice:
    return db.session.query(OutsideNotice).filter_by(address=address).order_by(OutsideNotice.id.desc()).first()

"""What one of a meeting's people will see of its notice, in their language and on their clock."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app

from portal.agenda.models import Paper
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.invitations.attaching import attachments_of
from portal.invitations.writing import Words, Writer
from portal.meetings import words as usual
from portal.meetings.links import answer_address
from portal.meetings.models import Attendee, Meeting
from portal.meetings.telling import ONE_CLICK, zone_of
from portal.notifications.laying import Line, Sheet, plain_paragraphs, sheets


class Preview(NamedTuple):
    """The notice as one reader will have it: as sheets in its own words, or as paragraphs in the usual ones."""

    attendee: Attendee
    locale: str
    zone: str
    subject: str
    sheets: Sequence[Sheet]
    paragraphs: Sequence[Sequence[Line]]
    links: Sequence[str]


def preview(
    meeting: Meeting, people: Sequence[Attendee], wanted_id: int | None, words: Words | None,
    own: Mapping[str, str], papers: Sequence[Paper],
) -> Preview | None:
    """For the wanted attendee, else for the first; nothing if there is none."""
    if not people:
        return None
    attendee = next((one for one in people if one.id == wanted_id), people[0])
    locale, zone = language_of(attendee, meeting)
    carried = attachments_of(papers)
    with speaking_to(locale, zone), usual.pointing_to(answer_address(attendee) if attendee.guest_id else ""):
        links = [*(str(label) for _answer, label in ONE_CLICK), _("Open the meeting")]
        if words is not None:
            subject, body = Writer(meeting, people, words, own, carried.note).for_attendee(attendee)
            return Preview(attendee, locale, zone.key, subject, sheets(words.layout, body), (), links)
        subject, body = usual.added(meeting) if meeting.announced_at else usual.invitation(meeting)
        if note := carried.note(meeting):
            body = f"{body}\n\n{note}"
        return Preview(attendee, locale, zone.key, subject, (), plain_paragraphs(body), links)


def language_of(attendee: Attendee, meeting: Meeting) -> tuple[str, ZoneInfo]:
    """In which language and on whose clock the attendee is told."""
    settings: Settings = current_app.config["PORTAL"]
    if attendee.guest is not None:
        return attendee.guest.locale, zone_of(meeting)
    person = attendee.person
    assert person is not None, "the database sees to it"
    return person.locale or settings.locale, person.zone_or(settings.timezone)

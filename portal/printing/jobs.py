"""What is to be printed: which document, for whom, on which paper, in which language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.core.i18n import gettext as _
from portal.core.i18n import language_tag, local, plain_day, span
from portal.core.pdf import Document, Typeface
from portal.meetings.models import Attendee, Meeting
from portal.printing.shapes import Layout, picture, seat_name


@dataclass(frozen=True)
class Job:
    """One document to draw. The language is that which is spoken while it is drawn."""

    label: str
    meeting: Meeting
    people: Sequence[Attendee]
    paper: str
    face: Typeface
    # The place of each attendee who has one, and how the seats stand.
    places: Mapping[int, int] = field(default_factory=dict)
    layout: Layout | None = None

    @property
    def title(self) -> str:
        """What the document and its file are called: of a secret meeting never by its subject."""
        return f"{self.label} · {self.subject}"

    @property
    def subject(self) -> str:
        """What may stand where anybody can read it."""
        return public_subject(self.meeting)

    @property
    def facts(self) -> str:
        """When and where, in one line."""
        meeting = self.meeting
        return " · ".join(filter(None, (meeting.number, span(meeting.starts_at, meeting.ends_at), meeting.location)))

    @property
    def seats(self) -> dict[int, str]:
        """What the seat of each attendee is called."""
        if self.layout is None:
            return {}
        names = {spot.place: seat_name(self.layout, spot) for spot in picture(self.layout).spots}
        return {attendee: names[place] for attendee, place in self.places.items() if place in names}

    def begin(self) -> Document:
        return Document(self.title, language_tag(), self.face)


def public_subject(meeting: Meeting) -> str:
    if not meeting.is_secret:
        return meeting.subject
    return meeting.number or plain_day(local(meeting.starts_at).date())


@dataclass(frozen=True)
class Printed:
    """One kind of document: its papers, and who is drawn on it."""

    name: str
    label: Any
    about: Any
    papers: Sequence[tuple[str, Any]]
    draw: Callable[[Job], bytes]
    # Without anybody it is nothing.
    needs_people: bool = True
    needs_plan: bool = False


def mark_of(meeting: Meeting) -> str:
    """What is written on top of a paper that is not for everybody's eyes."""
    return _("Secret") if meeting.is_secret else ""

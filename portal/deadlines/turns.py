"""Whose turn each requirement is, and on which page it is done."""

from typing import Any, NamedTuple

from flask import current_app, url_for

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Meeting

OVERVIEW = "meetings.meeting"


class Turn(NamedTuple):
    """Who does it, if not the organizer, and the pages to do it on: the first that there is."""

    whose: Any
    pages: tuple[str, ...]


_ORGANIZER = ""
TURNS = {
    "submission": Turn(_ORGANIZER, ("proposals.proposal",)),
    "approval": Turn(_l("those who approve"), ("proposals.proposal",)),
    "room": Turn(_ORGANIZER, ()),
    "chair": Turn(_ORGANIZER, ("invitations.people",)),
    "agenda": Turn(_ORGANIZER, ("agenda.agenda",)),
    "notice": Turn(_ORGANIZER, ()),
    "papers": Turn(_ORGANIZER, ("agenda.agenda",)),
    "recorder": Turn(_ORGANIZER, ("invitations.people",)),
    "equipment_test": Turn(_l("whoever looks after the room"), ("readiness.readiness",)),
    "venue_acceptance": Turn(_l("whoever looks after the room"), ("readiness.readiness",)),
    "readiness": Turn(_ORGANIZER, ("readiness.readiness",)),
    "minutes": Turn(_l("the recorder"), ("minutes.minutes",)),
    "resolutions": Turn(_l("the recorder"), ("resolutions.of_meeting",)),
}


def whose_turn(key: str, meeting: Meeting) -> str:
    """Who has to do it, in words or by name."""
    whose = str(TURNS[key].whose) if key in TURNS else ""
    return whose or _("%(name)s (organizer)", name=meeting.organizer.name)


def where(key: str, meeting: Meeting) -> str:
    """The address of the page to do it on; else that of the meeting."""
    pages = TURNS[key].pages if key in TURNS else ()
    page = next((name for name in pages if name in current_app.view_functions), OVERVIEW)
    return url_for(page, meeting_id=meeting.id)

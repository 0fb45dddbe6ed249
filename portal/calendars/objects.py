"""What mails to a meeting's people carry for their calendars (RFC 5546): an invitation or its end, as octets."""

from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.calendars import components
from portal.calendars.meetings import ROLES, agendas, partstat
from portal.core.db import db
from portal.core.settings import Settings
from portal.meetings.models import Answer, Attendee, Meeting, Part
from portal.meetings.secrecy import neutral_word

# What each kind of notice does to the recipient's calendar; others carry nothing.
METHODS = {
    **dict.fromkeys(
        (
            "meeting.invitation", "meeting.moved", "meeting.restored", "meeting.resumed", "meeting.link_changed",
            "meeting.substitute", "meeting.moved_up", "meeting.registration_accepted",
        ),
        "REQUEST",
    ),
    **dict.fromkeys(
        ("meeting.cancelled", "meeting.postponed", "meeting.withdrawn", "meeting.replaced"),
        "CANCEL",
    ),
}


class Addressee(NamedTuple):
    """Whose calendar it is for."""

    name: str
    email: str
    part: str
    answer: str
    knows: bool = True


def invitation_of(kind: str, meeting_id: int, email: str, stamp: datetime) -> tuple[str, bytes] | None:
    """METHOD and octets of what a notice of that kind carries to that address, or nothing.

    As the meeting stands now: what is delivered late never undoes what came between, since SEQUENCE tells. Nothing
    goes to the organizer's own address, for some mail systems drop such a mail, and no invitation to what is off.
    `stamp` is when the notice was written (§3.8.7.2).
    """
    method = METHODS.get(kind)
    meeting = db.session.get(Meeting, meeting_id, options=[joinedload(Meeting.organizer)]) if method else None
    if method is None or meeting is None or email == meeting.organizer.email:
        return None
    attendee = _attendee(meeting_id, email)
    stands = meeting.cancelled_at is None and meeting.postponed_at is None
    if method == "REQUEST" and (attendee is None or not stands):
        return None
    if method == "CANCEL" and stands and attendee is not None and attendee.answer != Answer.DELEGATED:
        return None
    who = Addressee(
        attendee.name if attendee else email, email, attendee.part if attendee else Part.REQUIRED,
        attendee.answer if attendee else Answer.NONE, knows=attendee is not None or not meeting.is_secret,
    )
    return method, written(method, meeting, who, stamp)


def written(method: str, meeting: Meeting, who: Addressee, stamp: datetime) -> bytes:
    """The stream of one meeting for one addressee (RFC 5546 §3.2.2, §3.2.5)."""
    settings: Settings = current_app.config["PORTAL"]
    address = f"{settings.base_url}/meetings/{meeting.id}"
    said = _said(meeting, address, knows=who.knows)
    event = components.Event(
        uid=meeting.uid,
        # Who is taken off a standing meeting gets a CANCEL that outranks the last REQUEST.
        sequence=meeting.sequence + (method == "CANCEL" and not (meeting.cancelled_at or meeting.postponed_at)),
        created_at=meeting.created_at, changed_at=stamp, starts_at=meeting.starts_at, ends_at=meeting.ends_at,
        summary=said.summary, location=said.location, url=address, conference=said.conference,
        status="CANCELLED" if method == "CANCEL" else "CONFIRMED",
        description=said.description,
        people=[
            components.organizer(meeting.organizer.name, settings.reply_address or meeting.organizer.email),
            components.attendee(who.name, who.email, ROLES.get(who.part, "REQ-PARTICIPANT"), partstat(who.answer)),
        ],
    )
    return components.stream(method, [components.vevent(event)])


class _Said(NamedTuple):
    """What a calendar shows of it."""

    summary: str
    location: str = ""
    conference: str = ""
    description: str = ""


def _said(meeting: Meeting, address: str, *, knows: bool) -> _Said:
    """What it is about; whoever is no longer in a secret meeting only learns that what stood there is off."""
    if not knows:
        return _Said(neutral_word(), description=address)
    agenda = agendas([meeting.id]).get(meeting.id, [])
    numbered = "\n".join(f"{number}. {title}" for number, title in enumerate(agenda, 1))
    about = components.description([meeting.purpose, numbered, meeting.online_url], address)
    return _Said(meeting.subject, meeting.location, meeting.online_url, about)


def _attendee(meeting_id: int, email: str) -> Attendee | None:
    """Who of the meeting has that address, and was told."""
    found = db.session.scalars(
        select(Attendee)
        .where(Attendee.meeting_id == meeting_id, Attendee.invited_at.is_not(None))
        .where(Attendee.has_address(email))
        .options(joinedload(Attendee.person), joinedload(Attendee.guest))
    )
    return found.first()

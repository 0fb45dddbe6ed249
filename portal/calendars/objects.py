"""What mails to a meeting's people carry for their calendars (RFC 5546): an invitation or its end, as octets.

A date of a recurring meeting is part of that series in its reader's calendar, under the UID of the series. Whoever
gets a date more gets the whole series as they know it by then, so that no override comes without its master; a change
of one date, or its end, is sent as that instance alone. Of a single date the reader has an event of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.calendars import components
from portal.calendars.components import Event
from portal.calendars.meetings import ROLES, MeetingLine, agendas, meeting_event, partstat
from portal.calendars.recurring_meetings import component, instance
from portal.calendars.sources import Component
from portal.core.db import db
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.invitations.preview import language_of
from portal.meetings.models import Answer, Attendee, Meeting
from portal.meetings.secrecy import neutral_word
from portal.notifications.models import Notice, OutsideNotice

# What each kind of notice does to the recipient's calendar; others carry nothing.
JOINING = frozenset(
    {
        "meeting.invitation", "meeting.restored", "meeting.resumed", "meeting.substitute", "meeting.substitute_gone",
        "meeting.registration_accepted",
    }
)
CHANGING = frozenset({"meeting.moved", "meeting.renamed", "meeting.link_changed", "meeting.moved_up"})
CALLING_OFF = frozenset({"meeting.cancelled", "meeting.postponed"})
TAKING_OFF = frozenset({"meeting.withdrawn", "meeting.replaced"})
METHODS = {**dict.fromkeys(JOINING | CHANGING, "REQUEST"), **dict.fromkeys(CALLING_OFF | TAKING_OFF, "CANCEL")}


def invitation_of(kind: str, meeting_id: int, email: str, stamp: datetime) -> tuple[str, bytes] | None:
    """METHOD and octets of what a notice of that kind carries to that address, or nothing.

    As the meeting stands now: what is delivered late never undoes what came between, since SEQUENCE tells. Nothing
    goes to the organizer's own address, for some mail systems drop such a mail, and no invitation to what is off.
    `stamp` is when the mail is sent (§3.8.7.2). The few words in it are in the reader's language.
    """
    method = METHODS.get(kind)
    whole = [joinedload(Meeting.organizer), joinedload(Meeting.series)]
    meeting = db.session.get(Meeting, meeting_id, options=whole) if method else None
    if method is None or meeting is None or email in organizers(meeting):
        return None
    attendee = _attendee(meeting_id, email)
    if method == "REQUEST":
        if attendee is None or not _stands(meeting):
            return None
        with speaking_to(*language_of(attendee, meeting)):
            return method, _stream(method, _request(kind, attendee, email, stamp))
    if _stands(meeting) and attendee is not None and attendee.answer != Answer.DELEGATED:
        return None
    with speaking_to(*_language(attendee, meeting)):
        return method, _stream(method, _cancel(meeting, attendee, email, stamp))


def series_invitation_of(kind: str, series_id: int, email: str, stamp: datetime) -> tuple[str, bytes] | None:
    """The same for the notice of several dates of a recurring meeting: all of it that the reader knows by now."""
    known = [one for one in _known(series_id, email) if email not in organizers(one.meeting)]
    if kind != "meeting_series.invitation" or not known:
        return None
    with speaking_to(*language_of(known[0], known[0].meeting)):
        return "REQUEST", _stream("REQUEST", _whole(known, email, stamp))


def _stream(method: str, part: Component) -> bytes:
    return components.stream(method, [part.octets], [part.zone])


def _request(kind: str, attendee: Attendee, email: str, stamp: datetime) -> Component:
    """The meeting; of a recurring one all that the reader knows if it is another date for them, else that date."""
    meeting = attendee.meeting
    if meeting.series is None or meeting.recurrence_id is None:
        return Component(components.vevent(_event(attendee, email, stamp, _agenda_of([attendee]))))
    known = _known(meeting.series.id, email)
    if kind in JOINING or len(known) < 2:
        return _whole(known, email, stamp)
    event = _event(attendee, email, stamp, _agenda_of([attendee]))
    return instance(meeting.series, meeting.recurrence_id, event)


def _whole(known: Sequence[Attendee], email: str, stamp: datetime) -> Component:
    """All dates of a recurring meeting that somebody is in."""
    lines = _agenda_of(known)
    series = known[0].meeting.series
    assert series is not None, "asked for dates of series only"
    dates = {
        one.meeting.recurrence_id: _event(one, email, stamp, lines) for one in known if one.meeting.recurrence_id
    }
    return component(series, dates, _settings().base_url)


def _cancel(meeting: Meeting, attendee: Attendee | None, email: str, stamp: datetime) -> Component:
    """The end of it for the reader; STATUS only says so if it is the end for all (§3.2.5)."""
    line = _line(meeting, attendee)
    event = replace(
        meeting_event(line, meeting.organizer, agendas([meeting.id]).get(meeting.id, []), _settings().base_url,
                      own=False),
        sequence=max(sequence_to(meeting, email), meeting.sequence + _stands(meeting)),
        status="" if _stands(meeting) else "CANCELLED", stamped_at=stamp,
        people=[_organizer(meeting), _named(attendee, email)],
    )
    if attendee is None:
        # Whoever is no longer in it only learns that what stood there is off; the mail may come late.
        event = replace(event, conference="", description=event.url)
        event = replace(event, summary=neutral_word(), location="") if meeting.is_secret else event
    series = meeting.series
    if series is None or meeting.recurrence_id is None:
        return Component(components.vevent(event))
    if any(one.meeting_id != meeting.id for one in _known(series.id, email)):
        return instance(series, meeting.recurrence_id, event)
    return Component(components.vevent(replace(event, uid=series.uid, sequence=series.sequence)))


def _event(attendee: Attendee, email: str, stamp: datetime, agenda: Mapping[int, list[str]]) -> Event:
    """A standing meeting as its reader is asked to it."""
    meeting = attendee.meeting
    about = meeting_event(
        _line(meeting, attendee), meeting.organizer, agenda.get(meeting.id, []), _settings().base_url, own=False
    )
    people = [_organizer(meeting), _named(attendee, email)]
    return replace(about, sequence=sequence_to(meeting, email), stamped_at=stamp, people=people)


def _line(meeting: Meeting, attendee: Attendee | None) -> MeetingLine:
    """The meeting as feeds read it, under its own name whether it stands or not."""
    organizer = meeting.organizer
    return MeetingLine(
        meeting.id, meeting.uid, meeting.sequence, meeting.created_at, meeting.changed_at, meeting.starts_at,
        meeting.ends_at, meeting.subject, meeting.location, meeting.purpose, meeting.online_url, meeting.announced_at,
        None, organizer.name, organizer.email, attendee.part if attendee else None,
        attendee.answer if attendee else None, attendee.answered_at if attendee else None,
    )


def _agenda_of(known: Sequence[Attendee]) -> dict[int, list[str]]:
    return agendas(one.meeting_id for one in known)


def sequence_to(meeting: Meeting, email: str) -> int:
    """The number under which mails to that address carry the meeting, and replies from there answer it.

    Whoever was taken off a meeting and is asked to it again has had a CANCEL, which the REQUEST has to outrank.
    What the meeting itself counts stays, since nobody else has to answer anew. Dates of a recurring meeting count on
    the number of the series, which has risen with that.
    """
    if meeting.series_id is not None:
        return meeting.sequence
    told = (Notice.record_kind == "meeting", Notice.record_id == meeting.id, Notice.kind.in_(TAKING_OFF))
    outside = (
        OutsideNotice.record_kind == "meeting", OutsideNotice.record_id == meeting.id,
        OutsideNotice.kind.in_(TAKING_OFF), OutsideNotice.address == email,
    )
    person = select(Person.id).where(Person.email == email)
    query = select(
        select(func.count()).where(*told, Notice.recipient_id.in_(person)).scalar_subquery()
        + select(func.count()).where(*outside).scalar_subquery()
    )
    return meeting.sequence + db.session.execute(query).scalar_one()


# --- Who ---


def _organizer(meeting: Meeting) -> str:
    """Replies go where the portal reads them, if there is such an address; the mails come from the portal."""
    settings = _settings()
    address = settings.reply_address or meeting.organizer.email
    return components.organizer(meeting.organizer.name, address, settings.mail_from)


def organizers(meeting: Meeting) -> tuple[str, ...]:
    """The addresses that ORGANIZER may have, to which no mail about it carries anything."""
    return meeting.organizer.email, _settings().reply_address or ""


def _named(attendee: Attendee | None, email: str) -> str:
    if attendee is None:
        return components.attendee(email, email, "REQ-PARTICIPANT", partstat(Answer.NONE))
    role = ROLES.get(attendee.part, "REQ-PARTICIPANT")
    return components.attendee(attendee.name, email, role, partstat(attendee.answer))


def _attendee(meeting_id: int, email: str) -> Attendee | None:
    """Who of the meeting has that address, and was told."""
    return db.session.scalars(_told(email).where(Attendee.meeting_id == meeting_id)).first()


def _known(series_id: int, email: str) -> Sequence[Attendee]:
    """The parts that somebody has in standing dates of the series, as far as they were told, by date. One statement."""
    known = (
        _told(email)
        .join(Attendee.meeting)
        .where(
            Meeting.series_id == series_id, Meeting.announced_at.is_not(None), Meeting.cancelled_at.is_(None),
            Meeting.postponed_at.is_(None), Attendee.answer != Answer.DELEGATED,
        )
        .order_by(Meeting.recurrence_id)
    )
    return db.session.scalars(known).all()


def _told(email: str) -> Select[Attendee]:
    return (
        select(Attendee)
        .where(Attendee.invited_at.is_not(None), Attendee.has_address(email))
        .options(
            joinedload(Attendee.person), joinedload(Attendee.guest), joinedload(Attendee.meeting).options(
                joinedload(Meeting.organizer), joinedload(Meeting.series)
            ),
        )
    )


def _language(attendee: Attendee | None, meeting: Meeting) -> tuple[str, ZoneInfo]:
    settings = _settings()
    return language_of(attendee, meeting) if attendee else (settings.locale, settings.timezone)


def _stands(meeting: Meeting) -> bool:
    return meeting.cancelled_at is None and meeting.postponed_at is None


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings

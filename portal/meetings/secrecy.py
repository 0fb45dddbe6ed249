"""What the confidentiality of a meeting does to its booking, and to all that was said of it before."""

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import ColumnElement, or_, select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.meetings.models import Confidentiality, Meeting, MeetingTemplate, Veil
from portal.meetings.signals import meeting_veiled
from portal.notifications.withholding import withhold
from portal.requests.models import BookingRequest, Wait
from portal.rooms import commands as rooms
from portal.rooms.models import Booking, Visibility
from portal.series.models import Series


def guard(actor: Person, meeting: Meeting) -> None:
    """Let nothing below say more of the meeting than its confidentiality allows; the caller has locked its booking.

    The booking of a meeting for those invited is private; that of a secret one is called by one word besides. So is
    the series of the booking, unless other dates still say its name.
    """
    booking = meeting.booking
    if meeting.is_secret:
        _veil(actor, meeting, booking)
    elif meeting.confidentiality == Confidentiality.INVITED and booking and booking.visibility != Visibility.PRIVATE:
        rooms.call_otherwise(actor, booking, booking.title, Visibility.PRIVATE)
        _hide_series(booking)


def neutral_word() -> str:
    """What the booking of a secret meeting is called, in the organisation's language."""
    settings: Settings = current_app.config["PORTAL"]
    with speaking_to(settings.locale, settings.timezone):
        return _("Meeting")


def withheld() -> tuple[str, str]:
    """What a notice says instead of words that its reader may no longer know."""
    return _("No longer shown"), _("What this notice said has become confidential.")


def _veil(actor: Person, meeting: Meeting, booking: Booking | None) -> None:
    readers = {meeting.organizer_id, *(one.person_id for one in meeting.attendees if one.invited_at and one.person_id)}
    below: dict[str, Sequence[int]] = {"booking": [booking.id]} if booking else {}
    if booking is not None:
        below["wait"] = _ids(Wait, Wait.booking_id == booking.id)
        below["series"] = _rename_series(booking)
        asked = or_(BookingRequest.booking_id == booking.id, BookingRequest.series_id.in_(below["series"]))
        below["booking_request"] = _ids(BookingRequest, asked)
        if (booking.title, booking.visibility) != (neutral_word(), Visibility.PRIVATE):
            rooms.call_otherwise(actor, booking, neutral_word(), Visibility.PRIVATE)
    for kind, ids in below.items():
        for record_id in ids:
            db.session.merge(Veil(record_kind=kind, record_id=record_id, meeting_id=meeting.id))
        if ids:
            withhold(kind, ids, readers, withheld)
    outsiders = [one.id for one in meeting.attendees if one.invited_at and one.guest_id]
    withhold("meeting", [meeting.id], readers, withheld, outsiders)
    _empty_templates(meeting)
    db.session.flush()
    meeting_veiled.send(meeting, readers=readers)


def _empty_templates(meeting: Meeting) -> None:
    """What was saved of it for others to begin with says nothing more. There are few templates."""
    for template in db.session.scalars(select(MeetingTemplate).order_by(MeetingTemplate.id)):
        if template.content.get("meeting_id") == meeting.id:
            template.name, template.content = f"{neutral_word()} {template.id}", {}
            template.retired_at = template.retired_at or clock.now()
            db.session.merge(Veil(record_kind="meeting_template", record_id=template.id, meeting_id=meeting.id))


def _ids(model: type[BookingRequest] | type[Wait], condition: ColumnElement[bool]) -> Sequence[int]:
    return db.session.scalars(select(model.id).where(condition)).all()


def _rename_series(booking: Booking) -> Sequence[int]:
    """The series of the booking, under the neutral word."""
    series = _silent_series(booking)
    if series is None:
        return []
    series.title, series.visibility, series.changed_at = neutral_word(), Visibility.PRIVATE, clock.now()
    db.session.flush()
    return [series.id]


def _hide_series(booking: Booking) -> None:
    """Who may read none of its dates does not read what the series is called."""
    series = _silent_series(booking, Booking.visibility != Visibility.PRIVATE)
    if series is not None and series.visibility != Visibility.PRIVATE:
        series.visibility, series.changed_at = Visibility.PRIVATE, clock.now()
        db.session.flush()


def _silent_series(booking: Booking, *is_said: ColumnElement[bool]) -> Series | None:
    """The series of the booking, kept from others, unless other dates of which all that holds still say its name."""
    if booking.series_id is None:
        return None
    series = db.session.get_one(Series, booking.series_id, with_for_update={"key_share": True})
    spoken = select(Booking.id).where(
        Booking.series_id == series.id, Booking.id != booking.id, Booking.title == series.title,
        or_(Booking.cancelled_at.is_(None), Booking.ends_at <= clock.now()), *is_said,
    )
    return series if db.session.scalars(spoken.limit(1)).first() is None else None

"""What people are told of minutes, in the language of whoever reads it."""

from collections.abc import Collection

from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import span
from portal.meetings import secrecy
from portal.meetings.models import Meeting
from portal.minutes.models import Minutes
from portal.notifications.withholding import withhold
from portal.web.addresses import absolute_address


def submitted(minutes: Minutes, by: Person) -> tuple[str, str]:
    """Subject and body for those who may make them final."""
    says = _(
        "%(person)s asks you to review the minutes of “%(subject)s”, %(time)s.", person=by.name,
        subject=minutes.meeting.subject, time=_time(minutes),
    )
    asks = _("Comment on them, give them back or make them final here: %(address)s", address=address_of(minutes))
    return _("Please review: minutes of “%(subject)s”", subject=minutes.meeting.subject), f"{says}\n\n{asks}"


def returned(minutes: Minutes, by: Person, said: str) -> tuple[str, str]:
    """Subject and body for whoever submitted them."""
    says = _("%(person)s gives the minutes of “%(subject)s” back:", person=by.name, subject=minutes.meeting.subject)
    asks = _("Go on writing here: %(address)s", address=address_of(minutes))
    subject = _("Given back: minutes of “%(subject)s”", subject=minutes.meeting.subject)
    return subject, f"{says}\n\n{said}\n\n{asks}"


def final(minutes: Minutes) -> tuple[str, str]:
    """Subject and body for those who keep the record."""
    says = _(
        "The minutes of “%(subject)s”, %(time)s, are final under the number %(number)s.",
        subject=minutes.meeting.subject, time=_time(minutes), number=minutes.number,
    )
    subject = _("Final: minutes of “%(subject)s”", subject=minutes.meeting.subject)
    return subject, f"{says}\n\n{address_of(minutes)}"


def address_of(minutes: Minutes) -> str:
    return absolute_address("minutes.minutes", meeting_id=minutes.meeting_id)


def _time(minutes: Minutes) -> str:
    return span(minutes.meeting.starts_at, minutes.meeting.ends_at)


def withhold_minutes(meeting: Meeting, readers: Collection[int]) -> None:
    """A meeting has become secret: what was told of its minutes names it no more to anybody else."""
    ids = db.session.scalars(select(Minutes.id).where(Minutes.meeting_id == meeting.id)).all()
    if ids:
        withhold("minutes", ids, readers, secrecy.withheld)

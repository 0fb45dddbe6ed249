"""What mails that list several resolutions say once a meeting has become secret."""

from collections.abc import Collection

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.meetings.models import Meeting
from portal.meetings.signals import meeting_veiled
from portal.notifications.models import Notice
from portal.notifications.words import shorten
from portal.resolutions import policy
from portal.resolutions.models import Resolution
from portal.resolutions.words import address_of
from portal.supervision.owing import LISTS


@meeting_veiled.connect
def withhold_lists(meeting: Meeting, *, readers: Collection[int]) -> None:
    """Whoever may not know of what it resolved reads no more of it in lists that they were sent.

    A mail that has left is beyond reach.
    """
    found = db.session.scalars(select(Resolution).where(Resolution.meeting_id == meeting.id)).all()
    if not found:
        return
    by_address = {address_of(one): one for one in found}
    notices = select(Notice).options(joinedload(Notice.recipient, innerjoin=True), joinedload(Notice.digest)).where(
        Notice.record_kind.in_(LISTS), Notice.recipient_id.not_in(list(readers)),
        or_(*(Notice.body.contains(address, autoescape=True) for address in by_address)),
    )
    for notice in db.session.scalars(notices):
        _strip(notice, by_address)
    db.session.flush()


def _strip(notice: Notice, by_address: dict[str, Resolution]) -> None:
    """Each resolution of a list is a paragraph that ends in its address."""
    settings: Settings = current_app.config["PORTAL"]
    person: Person = notice.recipient
    with speaking_to(person.locale or settings.locale, person.zone_or(settings.timezone)):
        withheld = _("A confidential resolution")
        parts = notice.body.split("\n\n")
        for place, part in enumerate(parts):
            one = by_address.get(part.rpartition("\n")[2])
            if one is None or policy.may_see(person, one):
                continue
            parts[place] = withheld
            subject = shorten(notice.subject.replace(one.heading, withheld), 300)
            if notice.digest is not None:
                notice.digest.body = notice.digest.body.replace(notice.subject, subject)
            notice.subject = subject
        notice.body = "\n\n".join(parts)

"""What registrations add to My day: that some wait for whoever organizes the meeting."""

from flask import render_template, url_for
from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Meeting
from portal.registration.models import Registrant, Registration

SHOWN = 5


def address_of(registration: Registration) -> str:
    """The office's page of it."""
    return url_for("registration.overview", meeting_id=registration.meeting_id)


def to_decide(person: Person) -> str:
    """Meetings of mine for which somebody registered and waits to hear; nothing if nobody does. One statement."""
    waiting = func.count()
    rows = db.session.execute(
        select(Meeting, waiting)
        .join(Registrant, Registrant.meeting_id == Meeting.id)
        .where(
            Meeting.organizer_id == person.id, Meeting.ends_at > clock.now(), Meeting.cancelled_at.is_(None),
            Registrant.confirmed_at.is_not(None), Registrant.decided_at.is_(None),
        )
        .group_by(Meeting.id)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(SHOWN)
    ).all()
    return render_template("registration/_my_day.html", rows=rows) if rows else ""

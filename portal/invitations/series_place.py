"""What recurring meetings tell the rest of the portal: their page, the way there, and what of them becomes a secret."""

from collections.abc import Iterable

from flask import render_template, url_for
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import Kind, register
from portal.invitations import series_views  # noqa: F401  (adds its pages)
from portal.meetings.models import Meeting, MeetingSeries
from portal.meetings.secrecy import withheld
from portal.meetings.seeing import seen_by
from portal.meetings.signals import meeting_veiled
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.withholding import withhold
from portal.web.panels import add_panel


def may_see(person: Person, series: MeetingSeries) -> bool:
    """Whoever may see one of its dates."""
    seen = select(Meeting.id).where(Meeting.series_id == series.id, seen_by(person)).limit(1)
    return db.session.scalars(seen).first() is not None


def to_all_dates(meeting: Meeting, _person: Person) -> str:
    """The way from one date to the others."""
    return render_template("invitations/_to_series.html", meeting=meeting) if meeting.series_id else ""


@meeting_veiled.connect
def withhold_dates(meeting: Meeting, readers: Iterable[int]) -> None:
    """What named a date that is a secret by now among others is taken back from all who are not in it."""
    if meeting.series_id is not None:
        withhold("meeting_series", [meeting.series_id], set(readers), withheld)


register(
    Kind(
        "meeting_series", MeetingSeries, lambda: _("Recurring meeting"), lambda _series: _("Recurring meeting"),
        lambda series: url_for("invitations.series", series_id=series.id), may_see,
    )
)
add_kinds(Group.MEETINGS, "meeting_series")
add_panel("meeting_actions", "series", 50, to_all_dates)

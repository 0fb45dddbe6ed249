"""What the agenda adds to other pages."""

from collections.abc import Collection

from flask import render_template

from portal.accounts.models import Person, Role
from portal.agenda import policy, queries
from portal.agenda.models import Topic
from portal.core.db import db
from portal.meetings import secrecy
from portal.meetings.models import Meeting, Veil
from portal.meetings.signals import meeting_veiled
from portal.notifications.withholding import withhold

SHOWN = 5


def topics(person: Person) -> str:
    """On My day, for the office: topics that wait."""
    if not person.has_role(Role.MEETING_OFFICE):
        return ""
    waiting = db.session.scalars(queries.topics_seen_by(person).where(queries.is_open()).limit(SHOWN)).all()
    return render_template("agenda/_my_day.html", waiting=waiting) if waiting else ""


def ways(person: Person) -> str:
    """On the list of meetings: the way to topics."""
    return render_template("agenda/_to_topics.html")


def run(meeting: Meeting, person: Person) -> str:
    """On the page of a meeting whose notice is out: the way to the page that runs it."""
    offered = meeting.announced_at and not (
        meeting.cancelled_at or meeting.postponed_at or meeting.ended_at or meeting.closed_at
    )
    return render_template("agenda/_run.html", meeting=meeting) if offered and policy.may_run(person, meeting) else ""


@meeting_veiled.connect
def veil_topics(meeting: Meeting, *, readers: Collection[int]) -> None:
    """A meeting has become secret: what was proposed for it is no longer told to others."""
    found: list[Topic] = list(queries.topics_for(meeting.id))
    for topic in found:
        db.session.merge(Veil(record_kind="topic", record_id=topic.id, meeting_id=meeting.id))
    if found:
        proposers = {topic.proposed_by_id for topic in found}
        withhold("topic", [topic.id for topic in found], {*readers, *proposers}, secrecy.withheld)

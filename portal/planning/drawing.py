"""Making a meeting of an entry of the plan: the form is filled with what was planned, and the meeting linked to it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, select

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.settings import Settings
from portal.meetings import policy as meetings
from portal.meetings.copying import Source, add_origin
from portal.meetings.models import Meeting
from portal.planning import commands, policy
from portal.planning.models import AnnualPlan, PlanEntry, PlannedMeeting
from portal.planning.queries import MOST_OFFERED

ORIGIN = "plan"
MINUTES = 60


def find(actor: Person, number: int) -> Source | None:
    """What a meeting made of that entry begins with; nothing if the actor may not make one of it."""
    entry = db.session.get(PlanEntry, number)
    if entry is None or not policy.may_draw(actor, entry):
        return None
    content: dict[str, Any] = {
        "subject": entry.theme, "purpose": entry.purpose, "kind_id": entry.kind_id,
        "department_id": entry.department_id, "venue": entry.place, "minutes": MINUTES, "agenda": [], "people": [],
        "day": entry.planned_on,
    }
    return Source(content, made=partial(_made, entry))


def _made(entry: PlanEntry, actor: Person, meeting: Meeting) -> None:
    commands.link(actor, entry, meeting)


def span_of(plan: AnnualPlan) -> ColumnElement[bool]:
    """The condition that a meeting begins in the plan's year, on the organisation's clock."""
    settings: Settings = current_app.config["PORTAL"]
    first, last = (datetime(plan.year + more, 1, 1, tzinfo=settings.timezone).astimezone(UTC) for more in (0, 1))
    return (Meeting.starts_at >= first) & (Meeting.starts_at < last)


def to_link(actor: Person, entry: PlanEntry) -> Sequence[Meeting]:
    """Meetings of the plan's year that the actor edits and that no entry has yet, those of its department first."""
    found = db.session.scalars(
        select(Meeting)
        .outerjoin(PlannedMeeting, PlannedMeeting.meeting_id == Meeting.id)
        .where(
            PlannedMeeting.meeting_id.is_(None), Meeting.cancelled_at.is_(None), span_of(entry.plan),
            meetings_edited_by(actor),
        )
        .order_by(Meeting.department_id.is_distinct_from(entry.department_id), Meeting.starts_at, Meeting.id)
        .limit(MOST_OFFERED)
    ).all()
    return [meeting for meeting in found if meetings.may_edit(actor, meeting)]


def meetings_edited_by(actor: Person) -> ColumnElement[bool]:
    """What the actor organizes; all for the meeting office, but for what is secret."""
    own = Meeting.organizer_id == actor.id
    return own | (Meeting.confidentiality != "secret") if policy.may_keep(actor) else own


add_origin(ORIGIN, find)

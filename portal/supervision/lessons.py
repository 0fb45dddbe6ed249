"""What a new proposal has to answer of earlier meetings: the improvements that they called for and that still run."""

from functools import partial

from flask import url_for
from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings.models import Meeting
from portal.proposals.lessons import Lesson
from portal.resolutions import queries
from portal.resolutions.models import Origin, Resolution
from portal.supervision.carrying import earlier_of

MOST = 50


def lessons(actor: Person, meeting: Meeting) -> list[Lesson]:
    """The open improvements of earlier meetings of the same body or kind that the actor may see. One statement."""
    earlier = earlier_of(meeting)
    if earlier is None:
        return []
    source = aliased(Resolution)
    kind, of = Resolution.source_kind, Resolution.source_id
    theirs = func.coalesce(Resolution.meeting_id, source.meeting_id, case((kind == "meeting", of)))
    found = db.session.scalars(
        select(Resolution)
        .outerjoin(source, and_(kind == "resolution", of == source.id))
        .where(
            Resolution.origin == Origin.IMPROVEMENT, Resolution.stands(), queries.seen_by(actor),
            theirs.in_(select(Meeting.id).where(earlier)),
        )
        .order_by(Resolution.due_on, Resolution.id)
        .limit(MOST)
    )
    return [Lesson(one.heading, partial(url_for, "resolutions.resolution", resolution_id=one.id)) for one in found]

"""Which calendars show something else when a resolution changes: noted as it is written, whoever writes it."""

from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, object_session

from portal.calendars.revisions import changes
from portal.meetings.models import Meeting
from portal.resolutions.models import ProgressReport, Resolution

resolutions = Resolution.__table__.c


@event.listens_for(Resolution, "after_insert")
@event.listens_for(Resolution, "after_update")
def _note_resolution(_mapper: Mapper[Any], _connection: Connection, resolution: Resolution) -> None:
    """Whoever owes it or owed it until now, and their departments, see it change."""
    noted, attributes = changes(object_session(resolution)), inspect(resolution).attrs
    noted.people.update({resolution.owner_id, *(attributes.owner_id.history.deleted or ())})
    noted.departments.update({resolution.department_id, *(attributes.department_id.history.deleted or ())})


@event.listens_for(ProgressReport, "after_insert")
def _note_report(mapper: Mapper[Any], connection: Connection, report: ProgressReport) -> None:
    """A second report within a second may leave the resolution's own row as it is."""
    _note_resolution(mapper, connection, report.resolution)


@event.listens_for(Meeting, "after_update")
def _note_meeting(_mapper: Mapper[Any], connection: Connection, meeting: Meeting) -> None:
    """What it resolved names it, and is for fewer or more people when it becomes secret or is so no longer."""
    attributes = inspect(meeting).attrs
    if not (attributes.subject.history.has_changes() or attributes.confidentiality.history.has_changes()):
        return
    noted = changes(object_session(meeting))
    query = select(resolutions.owner_id, resolutions.department_id).where(resolutions.meeting_id == meeting.id)
    for owner_id, department_id in connection.execute(query):
        noted.people.add(owner_id)
        noted.departments.add(department_id)

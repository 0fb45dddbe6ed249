"""Which meetings came before a meeting of the same body, series, or kind and department."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from portal.compliance.dossier import Batch, Dossier, loads_of_house
from portal.core.db import db
from portal.meetings.models import Meeting

Key = tuple[str, int | None, int | None]


def _key(body_id: int | None, series_id: int | None, kind_id: int | None, department_id: int | None) -> Key:
    """What makes meetings belong together: as `supervision.carrying` says of open items."""
    if body_id is not None:
        return "body", body_id, None
    return ("series", series_id, None) if series_id is not None else ("kind", kind_id, department_id)


@loads_of_house("predecessors")
def _predecessors(batch: Batch) -> dict[Key, list[tuple[datetime, int]]]:
    """All meetings of the bodies, series and kinds of the batch by what they belong to, in order of time."""
    own = batch.meetings
    rows = db.session.execute(
        select(
            Meeting.starts_at, Meeting.id, Meeting.body_id, Meeting.series_id, Meeting.kind_id, Meeting.department_id
        )
        .where(
            or_(
                Meeting.body_id.in_({one.body_id for one in own}),
                Meeting.series_id.in_({one.series_id for one in own}),
                Meeting.kind_id.in_({one.kind_id for one in own}),
            ),
            Meeting.cancelled_at.is_(None), Meeting.announced_at.is_not(None),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    found: dict[Key, list[tuple[datetime, int]]] = defaultdict(list)
    for starts_at, meeting_id, *belongs in rows:
        for key in {_key(*belongs), ("kind", belongs[2], belongs[3])}:
            found[key].append((starts_at, meeting_id))
    return found


def earlier(dossier: Dossier) -> Sequence[int]:
    """The ids of the meetings before this one, the last one last."""
    meeting = dossier.meeting
    key = _key(meeting.body_id, meeting.series_id, meeting.kind_id, meeting.department_id)
    line = dossier.house("predecessors").get(key, [])
    return [meeting_id for _at, meeting_id in line[:bisect_left(line, (meeting.starts_at, 0))]]

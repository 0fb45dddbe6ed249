"""What minutes say, as plain values that can be kept for ever.

Instants are in UTC in the form of ISO 8601, days too; parts, states and degrees are the codes of their enumerations.
Words that depend on the reader's language are made in `sheet.py`, from what is kept.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.settings import Settings
from portal.meetings.kinds import kind_of
from portal.meetings.models import Meeting
from portal.meetings.telling import zone_of
from portal.minutes import presence
from portal.minutes.models import Addendum, Minutes, MinutesLine, MinutesVersion, Vote, Why
from portal.minutes.presence import One, Presence
from portal.minutes.queries import lines_of
from portal.resolutions.models import Resolution
from portal.resolutions.queries import hidden_from, of_meeting
from portal.supervision.carrying import carried_of

# Rises when what is kept gets another form; what was kept in an older one stays readable.
FORM = 1

Content = dict[str, Any]


def shown(minutes: Minutes, reader: Person) -> Content:
    """What pages, exports and copies show: of final minutes what was frozen, of others what stands now."""
    if minutes.final_at is None:
        return contents_of(minutes)
    frozen = final_version(minutes.id)
    assert frozen is not None, "minutes become final with a version"
    return veiled(frozen.content, minutes, reader)


def veiled(kept: Content, minutes: Minutes, reader: Person) -> Content:
    """What was kept, marking what earlier meetings resolved that has become secret since and is not for the reader.

    One statement at most. What is kept stays as it is.
    """
    ids = [one["id"] for one in kept["carried"]]
    hidden = hidden_from(reader, ids) if ids and not minutes.meeting.is_secret else set()
    return {**kept, "carried": [{**one, "is_hidden": one["id"] in hidden} for one in kept["carried"]]}


def final_version(minutes_id: int) -> MinutesVersion | None:
    """The version that was kept when they became final. One statement."""
    return db.session.scalars(
        select(MinutesVersion)
        .where(MinutesVersion.minutes_id == minutes_id, MinutesVersion.why == Why.FINAL)
        .order_by(MinutesVersion.number.desc())
        .limit(1)
    ).first()


def addenda_of(minutes_id: int) -> Sequence[Addendum]:
    """What was added after they were final, in order. One statement."""
    return db.session.scalars(
        select(Addendum)
        .options(joinedload(Addendum.by, innerjoin=True))
        .where(Addendum.minutes_id == minutes_id)
        .order_by(Addendum.number)
    ).all()


def contents_of(minutes: Minutes) -> Content:
    """What the minutes say now. As many statements however long the meeting was."""
    meeting = minutes.meeting
    resolved = [one for one in of_meeting(meeting.id) if one.withdrawn_at is None]
    lines = lines_of(minutes.id)
    return {
        "form": FORM,
        **_head(minutes, meeting),
        **_presence(presence.of_meeting(meeting)),
        "opening": minutes.opening,
        "lines": [_line(line, _of_line(line, resolved)) for line in lines],
        # What belongs to no line.
        "resolutions": _of_no_line(lines, resolved),
        "carried": _carried(meeting.id),
        "closing": minutes.closing,
    }


def _head(minutes: Minutes, meeting: Meeting) -> Content:
    settings: Settings = current_app.config["PORTAL"]
    return {
        "organisation": settings.organisation,
        "department": meeting.department.name if meeting.department else "",
        "title": meeting.subject,
        "kind": kind_of(meeting).name,
        "confidentiality": str(meeting.confidentiality),
        "meeting_number": meeting.number or "",
        "number": minutes.number or "",
        "starts_at": _instant(meeting.started_at or meeting.starts_at),
        "ends_at": _instant(meeting.ended_at or meeting.ends_at),
        "zone": zone_of(meeting).key,
        # Its clock is not that of the house.
        "is_elsewhere": zone_of(meeting).key != settings.timezone.key,
        "place": meeting.location or meeting.venue,
        "final_at": _instant(minutes.final_at) if minutes.final_at else "",
    }


def _presence(found: Presence) -> Content:
    return {
        "chair": found.chair,
        "recorder": found.recorder,
        "present": [_one(one) for one in found.present],
        "late": [_one(one) for one in found.late],
        "excused": [_one(one) for one in found.excused],
        "absent": [_one(one) for one in found.absent],
        "is_marked": found.is_marked,
        "quorum": {**found.quorum._asdict(), "is_reached": found.quorum.is_reached} if found.quorum else None,
    }


def _line(line: MinutesLine, resolved: Sequence[Resolution]) -> Content:
    item = line.item
    presenter = (item.presenter.name if item.presenter else item.presenter_name) if item else ""
    return {
        "id": line.id, "title": line.title, "presenter": presenter, "discussion": line.discussion,
        "conclusion": line.conclusion, "votes": [_vote(vote) for vote in line.votes],
        "resolutions": [_resolution(one) for one in resolved],
    }


def _vote(vote: Vote) -> Content:
    return {
        "id": vote.id, "question": vote.question, "is_secret": vote.is_secret, "in_favour": vote.in_favour,
        "against": vote.against, "abstained": vote.abstained, "entitled": vote.entitled, "quorum": vote.quorum,
        "had_quorum": vote.had_quorum, "is_adopted": vote.is_adopted, "names": vote.names,
    }


def _one(one: One) -> Content:
    return {**asdict(one), "sat_in": one.sat_in}


def _resolution(one: Resolution) -> Content:
    return {
        "id": one.id, "number": one.number or "", "text": one.text, "measure": one.measure,
        "department": one.department.name, "owner": one.owner.name, "due_on": one.due_on.isoformat(),
    }


def _of_line(line: MinutesLine, resolved: Sequence[Resolution]) -> list[Resolution]:
    return [one for one in resolved if one.agenda_item_id is not None and one.agenda_item_id == line.agenda_item_id]


def _of_no_line(lines: Sequence[MinutesLine], resolved: Sequence[Resolution]) -> list[Content]:
    """What was resolved on none of these lines."""
    items = {line.agenda_item_id for line in lines} - {None}
    return [_resolution(one) for one in resolved if one.agenda_item_id not in items]


def _carried(meeting_id: int) -> list[Content]:
    """What earlier meetings of the body resolved and this one was shown. One statement."""
    return [{**_resolution(one), "words": words} for one, words in carried_of(meeting_id)]


def _instant(instant: datetime) -> str:
    return instant.isoformat()

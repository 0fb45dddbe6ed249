"""Whether what a profile requires has been reached, looked up in the records themselves; for many meetings at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from portal.agenda.models import Paper
from portal.approvals.models import ApprovalCase
from portal.approvals.models import State as CaseState
from portal.core.db import db
from portal.meetings.models import AgendaItem, Attendee, Format, ItemKind, Meeting, Part
from portal.minutes.models import Minutes
from portal.proposals.conditions import applies
from portal.proposals.models import Proposal
from portal.proposals.records import blank
from portal.readiness.models import Form, ReadinessCheck, Sheet
from portal.resolutions.models import Resolution
from portal.rooms.models import Booking, Status


class Reached(NamedTuple):
    """It has been reached; nothing where nobody wrote down when."""

    at: datetime | None = None


class Records:
    """What is known of these meetings. Each kind of record is read once for all of them, when it is first asked for."""

    def __init__(self, meetings: Iterable[Meeting]) -> None:
        self.meetings = list(meetings)
        self.ids = [meeting.id for meeting in self.meetings]

    @cached_property
    def submitted(self) -> Mapping[int, datetime]:
        """When each was first submitted, of what was not taken back. One statement."""
        return self._by_meeting(
            select(ApprovalCase.record_id, func.min(ApprovalCase.submitted_at))
            .where(
                ApprovalCase.record_kind == "meeting", ApprovalCase.record_id.in_(self.ids),
                ApprovalCase.state != CaseState.WITHDRAWN,
            )
            .group_by(ApprovalCase.record_id)
        )

    @cached_property
    def bookings(self) -> Mapping[int, datetime]:
        """Since when the room of each is booked and confirmed. One statement."""
        return self._by_meeting(
            select(Meeting.id, Booking.created_at)
            .join(Booking, Booking.id == Meeting.booking_id)
            .where(Meeting.id.in_(self.ids), Booking.cancelled_at.is_(None), Booking.status == Status.CONFIRMED)
        )

    @cached_property
    def parts(self) -> frozenset[tuple[int, str]]:
        """In which meetings somebody chairs or keeps the record. One statement."""
        rows = db.session.execute(
            select(Attendee.meeting_id, Attendee.part)
            .where(Attendee.meeting_id.in_(self.ids), Attendee.part.in_((Part.CHAIR, Part.RECORDER)))
            .distinct()
        )
        return frozenset((meeting_id, str(part)) for meeting_id, part in rows)

    @cached_property
    def lines(self) -> Mapping[int, Sequence[tuple[int, str]]]:
        """The lines of each agenda: their ids and what they are for. One statement."""
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for meeting_id, item_id, kind in db.session.execute(
            select(AgendaItem.meeting_id, AgendaItem.id, AgendaItem.kind)
            .where(AgendaItem.meeting_id.in_(self.ids), AgendaItem.removed_at.is_(None))
        ):
            found[meeting_id].append((item_id, kind))
        return found

    @cached_property
    def papers(self) -> Mapping[int, Mapping[int | None, datetime]]:
        """Since when each line of an agenda has a paper; nothing instead of a line is the meeting. One statement."""
        found: dict[int, dict[int | None, datetime]] = defaultdict(dict)
        for meeting_id, item_id, at in db.session.execute(
            select(Paper.meeting_id, Paper.agenda_item_id, func.min(Paper.added_at))
            .where(Paper.meeting_id.in_(self.ids), Paper.removed_at.is_(None))
            .group_by(Paper.meeting_id, Paper.agenda_item_id)
        ):
            found[meeting_id][item_id] = at
        return found

    @cached_property
    def sheets(self) -> Mapping[tuple[int, str], datetime]:
        """When each form was last signed. One statement."""
        rows = db.session.execute(
            select(Sheet.meeting_id, Sheet.form, func.max(Sheet.signed_at))
            .where(Sheet.meeting_id.in_(self.ids), Sheet.signed_at.is_not(None))
            .group_by(Sheet.meeting_id, Sheet.form)
        )
        return {(meeting_id, str(form)): at for meeting_id, form, at in rows if at is not None}

    @cached_property
    def ready(self) -> Mapping[int, datetime]:
        """When the readiness of each was signed and not undone since. One statement."""
        return self._by_meeting(
            select(ReadinessCheck.meeting_id, func.max(ReadinessCheck.at))
            .where(ReadinessCheck.meeting_id.in_(self.ids), ReadinessCheck.undone_at.is_(None))
            .group_by(ReadinessCheck.meeting_id)
        )

    @cached_property
    def minutes(self) -> Mapping[int, datetime]:
        """When the minutes of each became final. One statement."""
        return self._by_meeting(
            select(Minutes.meeting_id, Minutes.final_at)
            .where(Minutes.meeting_id.in_(self.ids), Minutes.final_at.is_not(None))
        )

    @cached_property
    def issued(self) -> Mapping[int, tuple[int, datetime | None]]:
        """How many resolutions of each are not issued yet, and when the last one was. One statement."""
        rows = db.session.execute(
            select(
                Resolution.meeting_id, func.count(Resolution.id) - func.count(Resolution.issued_at),
                func.max(Resolution.issued_at),
            )
            .where(Resolution.meeting_id.in_(self.ids), Resolution.withdrawn_at.is_(None))
            .group_by(Resolution.meeting_id)
        )
        return {meeting_id: (waiting, at) for meeting_id, waiting, at in rows if meeting_id is not None}

    @cached_property
    def proposals(self) -> Mapping[int, Proposal]:
        """What each proposes, with its budget. Two statements."""
        query = select(Proposal).options(selectinload(Proposal.budget)).where(Proposal.meeting_id.in_(self.ids))
        return {one.meeting_id: one for one in db.session.scalars(query)}

    def _by_meeting(self, query: Select[int, Any]) -> Mapping[int, datetime]:
        return {row[0]: row[1] for row in db.session.execute(query)}


Look = Callable[[Records, Meeting], Reached | None]


def _since(at: datetime | None) -> Reached | None:
    return Reached(at) if at is not None else None


def _submission(records: Records, meeting: Meeting) -> Reached | None:
    return _since(records.submitted.get(meeting.id, meeting.submitted_at))


def _room(records: Records, meeting: Meeting) -> Reached | None:
    if meeting.format == Format.OUTSIDE:
        return Reached() if meeting.venue else None
    return _since(records.bookings.get(meeting.id))


def _seated(part: Part) -> Look:
    return lambda records, meeting: Reached() if (meeting.id, part.value) in records.parts else None


def _papers(records: Records, meeting: Meeting) -> Reached | None:
    """Released is a paper for each report, or for the meeting as a whole, once its people know of the meeting."""
    papers, reports = records.papers.get(meeting.id, {}), _reports(records, meeting)
    if not papers or meeting.announced_at is None:
        return None
    since = [papers.get(item_id, papers.get(None)) for item_id in reports] or [min(papers.values())]
    known = [at for at in since if at is not None]
    return Reached(max(*known, meeting.announced_at)) if len(known) == len(since) else None


def _reports(records: Records, meeting: Meeting) -> list[int]:
    return [item_id for item_id, kind in records.lines.get(meeting.id, ()) if kind == ItemKind.REPORT]


def _signed(form: Form) -> Look:
    return lambda records, meeting: _since(records.sheets.get((meeting.id, form.value)))


def _resolutions(records: Records, meeting: Meeting) -> Reached | None:
    """All of them, once final minutes say which there are; there may be none."""
    final_at, (waiting, last) = records.minutes.get(meeting.id), records.issued.get(meeting.id, (0, None))
    if final_at is None or waiting:
        return None
    return Reached(max(final_at, last) if last else final_at)


LOOKS: Mapping[str, Look] = {
    "submission": _submission,
    "approval": lambda records, meeting: _since(meeting.approved_at),
    "room": _room,
    "chair": _seated(Part.CHAIR),
    "agenda": lambda records, meeting: Reached() if records.lines.get(meeting.id) else None,
    "notice": lambda records, meeting: _since(meeting.announced_at),
    "papers": _papers,
    "recorder": _seated(Part.RECORDER),
    "equipment_test": _signed(Form.EQUIPMENT_TEST),
    "venue_acceptance": _signed(Form.VENUE_ACCEPTANCE),
    "readiness": lambda records, meeting: _since(records.ready.get(meeting.id)),
    "minutes": lambda records, meeting: _since(records.minutes.get(meeting.id)),
    "resolutions": _resolutions,
}

def is_needed(records: Records, meeting: Meeting, when: str) -> bool:
    """Whether the condition of a requirement is met; one that nothing is known of counts as met."""
    if when == "has_papers":
        return bool(records.papers.get(meeting.id) or _reports(records, meeting))
    return not when or applies(when, meeting, records.proposals.get(meeting.id) or blank())

"""What the conditions of clauses ask of meetings, each read for a whole batch in one or two statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Executable, Select, func, or_, select, union

from portal.agenda.models import Paper
from portal.audit.models import AuditEntry
from portal.compliance.dossier import Batch, loads
from portal.core.db import db
from portal.inspections.models import Finding
from portal.meetings.models import AgendaItem, Attendee, ItemKind, Meeting, Need
from portal.minutes.models import FileSort, Minutes, MinutesFile
from portal.proposals.models import BudgetLine, Heading, Proposal
from portal.registration.models import Registration
from portal.resolutions.models import Origin, Resolution, resolution_assistance
from portal.rooms.models import Equipment, Hold

# A notice and the mark that it was sent are made in one go.
AT_ONCE = timedelta(minutes=1)


class Proposed(NamedTuple):
    """What the proposal says of guests of note and secrets."""

    has_notable_guests: bool = False
    is_sensitive: bool = False


class Resolved(NamedTuple):
    """Whether the minutes are final, how many resolutions stand, and how many of them several departments share."""

    is_final: bool = False
    number: int = 0
    shared: int = 0


def _marked(query: Select[Any]) -> Mapping[int, bool]:
    """The meetings that the statement finds."""
    return dict.fromkeys(db.session.scalars(query), True)


def _rows(query: Executable) -> Iterable[Any]:
    return db.session.execute(query)


@loads("when.proposal", Proposed)
def proposed(batch: Batch) -> Mapping[int, Proposed]:
    query = select(Proposal.meeting_id, Proposal.has_notable_guests, Proposal.is_sensitive)
    found = _rows(query.where(Proposal.meeting_id.in_(batch.ids)))
    return {meeting: Proposed(notable, sensitive) for meeting, notable, sensitive in found}


@loads("when.budget", dict)
def budget(batch: Batch) -> Mapping[int, dict[Heading, bool]]:
    """Whether each heading that is filled in is above nil."""
    lines = _rows(
        select(BudgetLine.meeting_id, BudgetLine.heading, BudgetLine.amount > 0)
        .where(BudgetLine.meeting_id.in_(batch.ids))
    )
    filled: dict[int, dict[Heading, bool]] = defaultdict(dict)
    for meeting, heading, is_above in lines:
        filled[meeting][Heading(heading)] = bool(is_above)
    return filled


@loads("when.guests", bool)
def guests(batch: Batch) -> Mapping[int, bool]:
    return _marked(
        select(Attendee.meeting_id).distinct()
        .where(Attendee.meeting_id.in_(batch.ids), Attendee.guest_id.is_not(None))
    )


@loads("when.needs", bool)
def needs(batch: Batch) -> Mapping[int, bool]:
    query = select(Attendee.meeting_id).join(Need, Need.attendee_id == Attendee.id).distinct()
    return _marked(query.where(Attendee.meeting_id.in_(batch.ids)))


@loads("when.equipment", bool)
def equipment(batch: Batch) -> Mapping[int, bool]:
    return _marked(
        select(Meeting.id).distinct()
        .join(Hold, Hold.booking_id == Meeting.booking_id)
        .join(Equipment, Equipment.id == Hold.resource_id)
        .where(Meeting.id.in_(batch.ids), Hold.released_at.is_(None))
    )


@loads("when.changes", bool)
def changes(batch: Batch) -> Mapping[int, bool]:
    """Who was replaced, or added or taken off after the notice."""
    announced = Meeting.announced_at.is_not(None)
    came = (
        select(Attendee.meeting_id, Attendee.substitutes_id, Attendee.invited_at, Meeting.announced_at)
        .join(Meeting, Meeting.id == Attendee.meeting_id)
        .where(
            Meeting.id.in_(batch.ids), announced,
            or_(
                Attendee.substitutes_id.is_not(None), Attendee.invited_at.is_(None),
                Attendee.invited_at > Meeting.announced_at,
            ),
        )
    )
    added = {
        meeting for meeting, instead, invited, told in _rows(came)
        if instead is not None or invited is None or invited > told + AT_ONCE
    }
    left = (
        select(AuditEntry.record_id).distinct()
        .join(Meeting, Meeting.id == AuditEntry.record_id)
        .where(
            AuditEntry.record_kind == "meeting", AuditEntry.record_id.in_(batch.ids),
            AuditEntry.action == "meeting.uninvited", announced, AuditEntry.at > Meeting.announced_at,
        )
    )
    return {**dict.fromkeys(added, True), **_marked(left)}


@loads("when.registration", bool)
def registration(batch: Batch) -> Mapping[int, bool]:
    return _marked(select(Registration.meeting_id).where(Registration.meeting_id.in_(batch.ids)))


@loads("when.recording", bool)
def recording(batch: Batch) -> Mapping[int, bool]:
    return _marked(
        select(Minutes.meeting_id).distinct()
        .join(MinutesFile, MinutesFile.minutes_id == Minutes.id)
        .where(
            Minutes.meeting_id.in_(batch.ids), MinutesFile.sort == FileSort.RECORDING,
            MinutesFile.removed_at.is_(None),
        )
    )


@loads("when.papers", bool)
def papers(batch: Batch) -> Mapping[int, bool]:
    """A paper, or a line of the agenda that is a report."""
    given = select(Paper.meeting_id).where(Paper.meeting_id.in_(batch.ids), Paper.removed_at.is_(None))
    asked = select(AgendaItem.meeting_id).where(
        AgendaItem.meeting_id.in_(batch.ids), AgendaItem.removed_at.is_(None), AgendaItem.kind == ItemKind.REPORT
    )
    return dict.fromkeys(db.session.scalars(union(given, asked)), True)


@loads("when.resolved", Resolved)
def resolved(batch: Batch) -> Mapping[int, Resolved]:
    final = set(
        db.session.scalars(
            select(Minutes.meeting_id).where(Minutes.meeting_id.in_(batch.ids), Minutes.final_at.is_not(None))
        )
    )
    shared = select(resolution_assistance.c.resolution_id).distinct().subquery()
    counts = _rows(
        select(Resolution.meeting_id, func.count(), func.count(shared.c.resolution_id))
        .outerjoin(shared, shared.c.resolution_id == Resolution.id)
        .where(
            Resolution.meeting_id.in_(batch.ids), Resolution.origin == Origin.MEETING,
            Resolution.withdrawn_at.is_(None),
        )
        .group_by(Resolution.meeting_id)
    )
    found = {meeting: Resolved(meeting in final, count, both) for meeting, count, both in counts}
    return {**{meeting: Resolved(is_final=True) for meeting in final}, **found}


@loads("when.measures", bool)
def measures(batch: Batch) -> Mapping[int, bool]:
    """A finding about the meeting, or a resolution for improvement that it or such a finding gave rise to."""
    found = select(Finding.meeting_id).where(Finding.meeting_id.in_(batch.ids))
    own = select(Resolution.meeting_id).where(
        Resolution.meeting_id.in_(batch.ids), Resolution.origin == Origin.IMPROVEMENT
    )
    called_for = select(Resolution.source_id).where(
        Resolution.source_kind == "meeting", Resolution.source_id.in_(batch.ids),
        Resolution.origin == Origin.IMPROVEMENT,
    )
    return dict.fromkeys(db.session.scalars(union(found, own, called_for)), True)

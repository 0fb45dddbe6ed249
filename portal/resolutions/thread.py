"""What led to a resolution, and what hangs together with it: for those who may see each of these."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.agenda import policy as agenda
from portal.agenda.models import Paper, Topic
from portal.agenda.queries import papers_of
from portal.attendance import policy as attendance
from portal.attendance.queries import Counts, counts_of
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.records import kind_of, load
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.resolutions.models import Resolution, ResolutionLink
from portal.resolutions.queries import seen_by


@dataclass(frozen=True)
class Source:
    """The record that calls for an improvement, as its slice names it."""

    label: str
    title: str
    address: str


@dataclass(frozen=True)
class Current:
    """The version of a paper that the meeting had before it, and the number of the newest there is."""

    paper: Paper
    newest: int


@dataclass(frozen=True)
class Origins:
    """What led to a resolution; of a meeting that the reader may not see there is nothing here."""

    meeting: Meeting | None = None
    topic: Topic | None = None
    may_see_topic: bool = False
    papers: Sequence[Current] = ()
    counts: Counts | None = None
    may_see_list: bool = False
    source: Source | None = None


def origins_of(actor: Person, resolution: Resolution) -> Origins:
    """Five statements at most."""
    meeting, item = resolution.meeting, resolution.agenda_item
    if meeting is None:
        return Origins(source=_source(actor, resolution))
    if not meetings.may_see(actor, meeting):
        return Origins()
    topic = _topic_of(item.id) if item else None
    reads_papers = item is not None and agenda.may_read_papers(actor, meeting)
    counts = counts_of(meeting) if attendance.takes_place(meeting) else None
    return Origins(
        meeting, topic, topic is not None and agenda.may_see_topic(actor, topic),
        papers_at(papers_of(meeting.id), item.id, meeting.ended_at or meeting.ends_at) if item and reads_papers else (),
        counts if counts and counts.here else None, attendance.may_arrange(actor, meeting),
    )


def _source(actor: Person, resolution: Resolution) -> Source | None:
    if resolution.source_kind is None or resolution.source_id is None:
        return None
    try:
        record, kind = load(resolution.source_kind, resolution.source_id, actor), kind_of(resolution.source_kind)
    except Missing:
        return None
    return Source(kind.label(), kind.title(record), kind.address(record))


def _topic_of(item_id: int) -> Topic | None:
    return db.session.scalars(
        select(Topic)
        .options(joinedload(Topic.department), joinedload(Topic.meeting), joinedload(Topic.proposed_by))
        .where(Topic.agenda_item_id == item_id)
    ).one_or_none()


def papers_at(papers: Sequence[Paper], item_id: int, instant: datetime) -> list[Current]:
    """Of each paper of that line the version that was current then; if there was none yet, its first."""
    chains: dict[int, list[Paper]] = {}
    for paper in papers:
        chain = chains.get(paper.replaces_id or 0, [])
        chain.append(paper)
        chains[paper.id] = chain
    found = {id(chain): chain for chain in chains.values() if chain[-1].agenda_item_id == item_id}
    return [
        Current(next((one for one in reversed(chain) if one.added_at <= instant), chain[0]), chain[-1].version)
        for chain in found.values()
    ]


# --- Other resolutions ---


@dataclass
class Relatives:
    """The resolutions that this one hangs together with, as far as the reader may see them."""

    parent: Resolution | None = None
    merged_into: Resolution | None = None
    parts: list[Resolution] = field(default_factory=list)
    merged: list[Resolution] = field(default_factory=list)
    linked: list[Resolution] = field(default_factory=list)


def relatives_of(actor: Person, resolution: Resolution) -> Relatives:
    """One statement, however many there are."""
    above = [number for number in (resolution.parent_id, resolution.merged_into_id) if number is not None]
    # One after the other, each by its index: joined by OR, SQLite would read all resolutions.
    kin = union_all(
        *(select(literal(number)) for number in above),
        select(Resolution.id).where(Resolution.parent_id == resolution.id),
        select(Resolution.id).where(Resolution.merged_into_id == resolution.id),
        select(ResolutionLink.other_id).where(ResolutionLink.one_id == resolution.id),
        select(ResolutionLink.one_id).where(ResolutionLink.other_id == resolution.id),
    )
    query = (
        select(Resolution)
        .options(joinedload(Resolution.meeting), joinedload(Resolution.owner, innerjoin=True))
        .where(Resolution.id.in_(kin), Resolution.id != resolution.id, seen_by(actor))
    )
    found = Relatives()
    # In order here: asked to, SQLite would walk through all of them in that order instead.
    for one in sorted(db.session.scalars(query), key=lambda relative: relative.id):
        _place(found, one, resolution)
    return found


def _place(found: Relatives, one: Resolution, resolution: Resolution) -> None:
    """A part may have been merged into its whole: it stands at both places."""
    is_kin = False
    if one.id == resolution.parent_id:
        found.parent, is_kin = one, True
    if one.id == resolution.merged_into_id:
        found.merged_into, is_kin = one, True
    if one.parent_id == resolution.id:
        found.parts.append(one)
        is_kin = True
    if one.merged_into_id == resolution.id:
        found.merged.append(one)
        is_kin = True
    if not is_kin:
        found.linked.append(one)

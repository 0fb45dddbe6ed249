"""Everything that has to be in place before a meeting, item by item; slices above add theirs, or say more of these."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from portal.agenda.models import Paper
from portal.agenda.queries import lines_of
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext, pgettext
from portal.meetings import queries as meetings
from portal.meetings.models import Format, ItemKind, Meeting, Part
from portal.proposals.models import Proposal
from portal.proposals.records import blank
from portal.readiness.checklist import wanted_form
from portal.readiness.models import Form
from portal.readiness.queries import Ready
from portal.regulations.labels import FORMS
from portal.regulations.profiles import Clause, Profile
from portal.rooms.models import Status
from portal.tasks.models import Task
from portal.tasks.names import title_of

# So many open tasks are named; of the rest there is a count.
NAMED = 4


class State(StrEnum):
    """How an item stands."""

    READY = "ready"
    OPEN = "open"
    WAIVED = "waived"


@dataclass(frozen=True)
class Item:
    """One thing that has to be in place: what it is, how it stands, which clause asks for it, and where to mend it.

    `endpoint` is a page of the meeting, taking `meeting_id`.
    """

    key: str
    title: str
    state: State
    words: str = ""
    clause: Clause | None = None
    endpoint: str = ""

    @property
    def fails(self) -> bool:
        return self.state == State.OPEN

    def kept(self) -> dict[str, Any]:
        """What is stored of it when somebody signs that all is ready."""
        return {
            "key": self.key, "title": self.title, "state": self.state.value, "words": self.words,
            "clause": self.clause.id if self.clause else "",
        }


@dataclass(frozen=True)
class Looked:
    """What items are judged by."""

    meeting: Meeting
    profile: Profile
    proposal: Proposal
    ready: Ready
    tally: meetings.Tally


_sources: dict[str, Callable[[Looked], Iterable[Item]]] = {}


def add_items(name: str, source: Callable[[Looked], Iterable[Item]]) -> None:
    """Let `source` answer more items; one with the key of another stands in its place. One statement or few."""
    _sources[name] = source


def items_of(meeting: Meeting, profile: Profile, proposal: Proposal | None, ready: Ready) -> list[Item]:
    """All items of the meeting. Four statements, and those of the slices above."""
    looked = Looked(meeting, profile, proposal or blank(), ready, meetings.tally(meeting.id))
    found: dict[str, Item] = {}
    for source in (_of_meeting, _papers, _forms, _tasks, *_sources.values()):
        found |= {item.key: item for item in source(looked)}
    return list(found.values())


def _item(looked: Looked, key: str, title: str, is_ready: bool, words: str, endpoint: str) -> Item:
    requirement = looked.profile.requirement(key)
    clause = looked.profile.clause(requirement.clause) if requirement and requirement.clause else None
    return Item(
        key, str(requirement.title) if requirement else title, State.READY if is_ready else State.OPEN,
        words, clause, endpoint,
    )


def _of_meeting(looked: Looked) -> Iterable[Item]:
    meeting, tally = looked.meeting, looked.tally
    if meeting.format in {Format.ROOM, Format.HYBRID}:
        booking = meeting.booking
        is_held = booking is not None and booking.is_standing and booking.status == Status.CONFIRMED
        yield _item(looked, "room", _("Room"), is_held, meeting.location, "meetings.meeting")
    for key, part, title in (("chair", Part.CHAIR, _("Chair")), ("recorder", Part.RECORDER, _("Recorder"))):
        yield _item(looked, key, title, bool(tally.parts.get(part)), "", "invitations.people")
    untold = ngettext("%(num)s person has not been told yet.", "%(num)s people have not been told yet.", tally.untold)
    is_told = meeting.announced_at is not None and not tally.untold
    words = _("The notice has not been sent.") if meeting.announced_at is None else "" if is_told else untold
    yield _item(looked, "notice", _("Notice"), is_told, words, "meetings.meeting")


def _papers(looked: Looked) -> Iterable[Item]:
    """A paper for each report of the agenda, or one for the whole meeting."""
    reports = [line for line in lines_of(looked.meeting.id) if line.kind == ItemKind.REPORT]
    if not reports:
        return
    covered = set(
        db.session.scalars(
            select(Paper.agenda_item_id).where(Paper.meeting_id == looked.meeting.id, Paper.removed_at.is_(None))
        )
    )
    lacking = [] if None in covered else [line.title for line in reports if line.id not in covered]
    words = _("Without a paper: %(lines)s", lines=_joined(lacking)) if lacking else ""
    yield _item(looked, "papers", _("Papers"), not lacking, words, "agenda.agenda")


def _forms(looked: Looked) -> Iterable[Item]:
    for form in Form:
        if wanted_form(form, looked.profile, looked.meeting, looked.proposal) is None:
            continue
        faults = looked.ready.faults_of(form)
        words = ngettext("%(num)s fault is not mended.", "%(num)s faults are not mended.", len(faults))
        if form not in looked.ready.signed:
            words = _("The form is not signed.")
        elif not faults:
            words = ""
        yield _item(
            looked, form.value, str(FORMS[form.value]), looked.ready.passes(form), words, "readiness.readiness"
        )


def _tasks(looked: Looked) -> Iterable[Item]:
    before = due_before(looked.ready.tasks, looked.meeting.starts_at)
    late = [task for task in before if task.is_open]
    if not looked.ready.tasks:
        words = _("The checklist has not been laid yet.")
    else:
        words = _joined([title_of(task) for task in late[:NAMED]])
        if len(late) > NAMED:
            words = _("%(tasks)s and %(count)s more", tasks=words, count=len(late) - NAMED)
    is_ready = bool(looked.ready.tasks) and not late
    yield _item(looked, "tasks", _("Tasks due before the meeting"), is_ready, words, "readiness.readiness")


def due_before(tasks: Iterable[Task], starts_at: datetime) -> list[Task]:
    """What has to be done by the beginning, but for what is not needed any more."""
    return [task for task in tasks if task.dropped_at is None and task.due_at <= starts_at]


def _joined(words: Iterable[str]) -> str:
    return pgettext("between names", ", ").join(words)

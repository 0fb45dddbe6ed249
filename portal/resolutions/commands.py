"""Everything that can be done to resolutions: written, reported on, closed."""

import uuid
from collections.abc import Collection
from datetime import date
from functools import partial

from sqlalchemy import select

from portal.accounts.models import Department, Person
from portal.accounts.queries import heads_of
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.meetings.models import AgendaItem, Meeting
from portal.notifications.commands import tell
from portal.notifications.withholding import withhold
from portal.resolutions import policy
from portal.resolutions.models import ProgressReport, Resolution
from portal.resolutions.today import house_day, today
from portal.web.addresses import absolute_address


def resolve(
    actor: Person,
    meeting: Meeting,
    *,
    text: str,
    department_id: int,
    owner_id: int,
    due_on: date,
    agenda_item_id: int | None = None,
) -> Resolution:
    """Write down what the meeting decided, and tell the owner and the heads of the responsible department.

    `due_on` is a day on the organisation's calendar. Raises NotAllowed, or DomainError naming the field.
    """
    allow(policy.may_resolve(actor, meeting))
    # So that it is not cancelled meanwhile.
    db.session.refresh(meeting, with_for_update={"key_share": True})
    _check_meeting(meeting, agenda_item_id)
    department = _department(department_id)
    owner = _owner(owner_id, department)
    if due_on < earliest_due(meeting):
        raise DomainError(
            _("Please give a day from %(day)s on.", day=plain_day(earliest_due(meeting))), "due_on"
        )
    now = clock.now()
    resolution = Resolution(
        uid=str(uuid.uuid4()), meeting=meeting, agenda_item_id=agenda_item_id, text=text,
        department=department, owner=owner, due_on=due_on, percent=0, sequence=0,
        created_by=actor, created_at=now, changed_at=now,
    )
    db.session.add(resolution)
    db.session.flush()
    record(
        actor, "resolution.made", resolution,
        text=resolution.heading, department=department.name, owner=owner.name, due_on=due_on.isoformat(),
    )
    _tell_of_assignment(actor, resolution)
    return resolution


def earliest_due(meeting: Meeting) -> date:
    """The first day that a resolution of this meeting can be due: not in the past nor before the meeting."""
    return max(today(), house_day(meeting.starts_at))


def _check_meeting(meeting: Meeting, agenda_item_id: int | None) -> None:
    if meeting.cancelled_at is not None:
        raise DomainError(_("This meeting was cancelled, so it resolves nothing."))
    if not policy.takes_resolutions(meeting):
        raise DomainError(_("Send the notice of this meeting first. From then on it takes resolutions."))
    if agenda_item_id is None:
        return
    item = db.session.get(AgendaItem, agenda_item_id)
    if item is None or item.meeting_id != meeting.id:
        raise DomainError(_("This is not on the agenda of the meeting."), "agenda_item_id")


def _department(department_id: int) -> Department:
    department = db.session.get(Department, department_id)
    if department is None:
        raise DomainError(_("There is no such department."), "department_id")
    return department


def _owner(owner_id: int, department: Department) -> Person:
    owner = db.session.get(Person, owner_id)
    if owner is None or not owner.is_active:
        raise DomainError(_("This person does not work here any more."), "owner_id")
    if owner.department_id != department.id:
        raise DomainError(
            _(
                "%(name)s does not belong to %(department)s. Choose somebody of the responsible department.",
                name=owner.name, department=department.name,
            ),
            "owner_id",
        )
    return owner


def _tell_of_assignment(actor: Person, resolution: Resolution) -> None:
    people = {person.id: person for person in (resolution.owner, *heads_of(resolution.department_id))}
    people.pop(actor.id, None)
    words = partial(_assignment_words, resolution)
    tell(people.values(), "resolution.assigned", "resolution", resolution, words)


def _assignment_words(resolution: Resolution) -> tuple[str, str]:
    day = plain_day(resolution.due_on)
    return (
        _("Resolution due %(day)s: %(text)s", day=day, text=resolution.heading),
        _(
            "“%(meeting)s” resolved:\n\n%(text)s\n\n"
            "Responsible: %(department)s\nOwner: %(owner)s\nDue: %(day)s\n\n"
            "Report the progress here: %(address)s",
            meeting=_meeting_name(resolution.meeting), text=resolution.text, department=resolution.department.name,
            owner=resolution.owner.name, day=day, address=_address(resolution),
        ),
    )


def _meeting_name(meeting: Meeting) -> str:
    """What owners and heads are told who may not know of a secret meeting."""
    return _("A confidential meeting") if meeting.is_secret else meeting.subject


def withhold_meeting(meeting: Meeting, readers: Collection[int]) -> None:
    """A meeting has become secret: what was told of its resolutions names it no more to anybody else."""
    for resolution in db.session.scalars(select(Resolution).where(Resolution.meeting_id == meeting.id)):
        withhold("resolution", [resolution.id], readers, partial(_assignment_words, resolution))


def _address(resolution: Resolution) -> str:
    return absolute_address("resolutions.resolution", resolution_id=resolution.id)


def report(
    actor: Person, resolution: Resolution, *, percent: int, done: str, problems: str = "", next_step: str = ""
) -> ProgressReport:
    """Say how far it has come (percent from 0 to 100); the meeting's organizer is told when it is done.

    A later report may say less than an earlier one: it is to be true, not pretty. Raises NotAllowed, or
    DomainError for a closed one or a percent out of range.
    """
    allow(policy.may_report(actor, resolution))
    _take(resolution)
    if not 0 <= percent <= 100:
        raise DomainError(_("Please give a number from 0 to 100."), "percent")
    now = clock.now()
    made = ProgressReport(
        resolution=resolution, reporter=actor, percent=percent, done=done, problems=problems,
        next_step=next_step, reported_at=now,
    )
    db.session.add(made)
    resolution.percent, resolution.changed_at = percent, now
    db.session.flush()
    record(actor, "resolution.reported", resolution, percent=percent, done=done)
    if percent == 100:
        _tell_of_end(actor, resolution)
    return made


def _tell_of_end(actor: Person, resolution: Resolution) -> None:
    organizer = resolution.meeting.organizer
    people = [organizer] if organizer.id != actor.id and organizer.is_active else []
    tell(people, "resolution.done", "resolution", resolution, partial(_end_words, actor, resolution))


def _end_words(actor: Person, resolution: Resolution) -> tuple[str, str]:
    return (
        _("Reported done: %(text)s", text=resolution.heading),
        _(
            "%(name)s reports that this resolution of “%(meeting)s” is done:\n\n%(text)s"
            "\n\nRead the report and close it here: %(address)s",
            name=actor.name, meeting=_meeting_name(resolution.meeting), text=resolution.text,
            address=_address(resolution),
        ),
    )


def close(actor: Person, resolution: Resolution) -> None:
    """End it once its last report says 100 %. Raises NotAllowed, or DomainError if it is not, or closed.

    SEQUENCE rises: a to-do's STATUS becomes COMPLETED (RFC 5546 §2.1.4).
    """
    allow(policy.may_close(actor, resolution))
    _take(resolution)
    if resolution.percent < 100:
        raise DomainError(
            _(
                "This can be closed when a report says 100%%. The last one says %(percent)s%%.",
                percent=resolution.percent,
            )
        )
    now = clock.now()
    resolution.closed_at = resolution.changed_at = now
    resolution.closed_by = actor
    resolution.sequence += 1
    db.session.flush()
    record(actor, "resolution.closed", resolution, text=resolution.heading)


def _take(resolution: Resolution) -> None:
    """Make sure that it is open, and that nobody else changes it meanwhile."""
    db.session.refresh(resolution, with_for_update={"key_share": True, "of": Resolution})
    if resolution.closed_at is not None:
        raise DomainError(_("This resolution is closed."))

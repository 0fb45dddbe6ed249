"""Entering resolutions: from a meeting, a leader's instruction, an improvement; changing and issuing them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import Department, Person, Role
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.meetings.kinds import kind_of
from portal.meetings.models import AgendaItem, Attendee, Meeting, Part
from portal.meetings.numbers import number_in
from portal.notifications.commands import tell
from portal.notifications.withholding import withhold
from portal.resolutions import policy, words
from portal.resolutions.models import Event, Milestone, Node, Origin, Priority, Resolution, Rhythm, Step
from portal.resolutions.rhythms import expect_report
from portal.resolutions.today import house_day, today

NUMBERS = "R-"
MOST_MILESTONES = 30
# No year after it is shown anywhere.
LAST_DAY = date(2199, 12, 31)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What is to be done, by whom and until when; days are those of the organisation's calendar."""

    text: str
    department_id: int
    owner_id: int
    due_on: date
    measure: str = ""
    starts_on: date | None = None
    priority: Priority = Priority.NORMAL
    rhythm: Rhythm = Rhythm.NONE
    assisting_ids: Sequence[int] = ()
    # What is to be reached by which day on the way.
    milestones: Sequence[tuple[str, date]] = ()


def resolve(
    actor: Person, meeting: Meeting, duty: Duty, *, agenda_item_id: int | None = None, at_once: bool = True
) -> Resolution:
    """Write down what the meeting decided.

    It is issued at once, and its people are told, unless it is to wait (`at_once` False: until the minutes are
    final) or its kind of meeting has it approved first. Raises NotAllowed, or DomainError naming the field.
    """
    allow(policy.may_resolve(actor, meeting))
    # So that it is not cancelled meanwhile.
    db.session.refresh(meeting, with_for_update={"key_share": True})
    _check_meeting(meeting, agenda_item_id)
    check_due(duty, earliest_due(meeting))
    made = Resolution(origin=Origin.MEETING, meeting=meeting, agenda_item_id=agenda_item_id)
    enter(actor, made, duty)
    if kind_of(meeting).resolutions_need_approval:
        ask_for_approval(actor, made)
    elif at_once:
        issue_new(actor, made)
    return made


def instruct(actor: Person, leader: Person, duty: Duty, *, is_confidential: bool = False) -> Resolution:
    """Enter the instruction of a leader (批示) and issue it: it is approved by whoever gave it.

    Raises NotAllowed, or DomainError naming the field.
    """
    allow(policy.may_register(actor))
    if not (leader.is_active and leader.has_role(Role.LEADER)):
        raise DomainError(_("%(name)s is no leader.", name=leader.name), "instructed_by_id")
    check_due(duty, today())
    made = Resolution(origin=Origin.INSTRUCTION, instructed_by=leader, is_confidential=is_confidential)
    enter(actor, made, duty)
    note(leader, made, Event.APPROVED)
    issue_new(actor, made)
    return made


def improve(
    actor: Person, duty: Duty, *, source: tuple[str, int] | None = None, is_confidential: bool = False
) -> Resolution:
    """Enter a measure of improvement (整改) and issue it; `source` is the (kind, id) of the record that calls for it.

    Raises NotAllowed, or DomainError naming the field.
    """
    allow(policy.may_register(actor))
    return improve_for(actor, duty, source=source, is_confidential=is_confidential)


def improve_for(
    actor: Person, duty: Duty, *, source: tuple[str, int] | None, is_confidential: bool = False
) -> Resolution:
    """As `improve`, once the rules of the record that calls for it have let the actor. Raises DomainError."""
    check_due(duty, today())
    kind, number = source or (None, None)
    made = Resolution(
        origin=Origin.IMPROVEMENT, source_kind=kind, source_id=number, is_confidential=is_confidential
    )
    enter(actor, made, duty)
    issue_new(actor, made)
    return made


def change(actor: Person, resolution: Resolution, duty: Duty) -> None:
    """Word it anew before it is issued. Raises NotAllowed, or DomainError naming the field, or that it is issued."""
    allow(policy.may_supervise(actor, resolution))
    take(resolution)
    insist_at(resolution, Node.REGISTERED, Node.APPROVED)
    check_due(duty, earliest_due(resolution.meeting) if resolution.meeting else today())
    was_approved = resolution.node == Node.APPROVED
    _fill(resolution, duty)
    resolution.node, resolution.changed_at = Node.REGISTERED, clock.now()
    db.session.flush()
    record(actor, "resolution.changed", resolution, text=resolution.heading, due_on=duty.due_on.isoformat())
    if was_approved:
        # What was approved is not what stands there now.
        ask_for_approval(actor, resolution)


def earliest_due(meeting: Meeting) -> date:
    """The first day that a resolution of this meeting can be due: not in the past nor before the meeting."""
    return max(today(), house_day(meeting.starts_at))


def check_due(duty: Duty, first: date) -> None:
    """Raise DomainError naming the field whose day makes no sense; it is due on `first` or later."""
    if duty.due_on < first:
        raise DomainError(_("Please give a day from %(day)s on.", day=plain_day(first)), "due_on")
    insist_countable(duty.due_on, first)
    if duty.starts_on is not None and duty.starts_on > duty.due_on:
        raise DomainError(_("It begins after it is due."), "starts_on")
    if len(duty.milestones) > MOST_MILESTONES:
        raise DomainError(_("At most %(count)s milestones, please.", count=MOST_MILESTONES), "milestones")
    for title, day in duty.milestones:
        if day > duty.due_on:
            raise DomainError(_("“%(title)s” comes after the whole is due.", title=title), "milestones")
    if duty.rhythm == Rhythm.MILESTONES and not duty.milestones:
        raise DomainError(_("It is to be reported at its milestones, but has none."), "milestones")


def insist_countable(day: date, first: date, field: str = "due_on") -> None:
    """Raise DomainError for a day so far off that calendars and rhythms cannot count beyond it."""
    if day > LAST_DAY:
        raise DomainError(
            _("Please give a day from %(first)s to %(last)s.", first=plain_day(first), last=plain_day(LAST_DAY)), field
        )


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


def enter(actor: Person, made: Resolution, duty: Duty) -> None:
    """Register it with its number; nobody is told yet."""
    now = clock.now()
    made.uid, made.number = str(uuid.uuid4()), number_in(NUMBERS, today().year)
    made.percent, made.sequence, made.node = 0, 0, Node.REGISTERED
    made.created_by, made.created_at, made.changed_at = actor, now, now
    _fill(made, duty)
    db.session.add(made)
    db.session.flush()
    note(actor, made, Event.REGISTERED)
    record(
        actor, "resolution.made", made, text=made.heading, department=made.department.name, owner=made.owner.name,
        due_on=duty.due_on.isoformat(),
    )


def _fill(resolution: Resolution, duty: Duty) -> None:
    department = department_of(duty.department_id)
    resolution.department, resolution.owner = department, owner_of(duty.owner_id, department)
    resolution.text, resolution.measure = duty.text, duty.measure
    resolution.starts_on = duty.starts_on
    resolution.due_on = resolution.original_due_on = duty.due_on
    resolution.priority, resolution.rhythm = duty.priority, duty.rhythm
    resolution.assisting = [
        department_of(number, "assisting_ids") for number in duty.assisting_ids if number != department.id
    ]
    resolution.milestones = [Milestone(title=title, due_on=day) for title, day in duty.milestones]


def department_of(department_id: int, field: str = "department_id") -> Department:
    department = db.session.get(Department, department_id)
    if department is None:
        raise DomainError(_("There is no such department."), field)
    return department


def owner_of(owner_id: int, department: Department) -> Person:
    """Somebody of the department who can own what it owes; raises DomainError for anybody else."""
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


# --- Approving and issuing ---


def ask_for_approval(actor: Person, resolution: Resolution) -> None:
    """Tell the leaders and the chair that it waits for them."""
    people = {person.id: person for person in accounts.with_role(Role.LEADER) if policy.may_see(person, resolution)}
    chairs = select(Person).join(Attendee, Attendee.person_id == Person.id).where(
        Attendee.meeting_id == resolution.meeting_id, Attendee.part == Part.CHAIR, Attendee.invited_at.is_not(None)
    )
    people.update((person.id, person) for person in db.session.scalars(chairs))
    people.pop(actor.id, None)
    tell(people.values(), "resolution.to_approve", "resolution", resolution, partial(words.to_approve, resolution))


def approve(actor: Person, resolution: Resolution, said: str = "") -> None:
    """Let it be issued; whoever entered it is told. Raises NotAllowed, or DomainError if it does not wait for that."""
    allow(policy.may_approve(actor, resolution))
    take(resolution)
    insist_at(resolution, Node.REGISTERED)
    if not needs_approval(resolution):
        raise DomainError(_("This one needs no approval."))
    resolution.node = Node.APPROVED
    note(actor, resolution, Event.APPROVED, said)
    record(actor, "resolution.approved", resolution, text=resolution.heading)
    if actor.id != resolution.created_by_id:
        tell([resolution.created_by], "resolution.approved", "resolution", resolution,
             partial(words.approved, resolution))


def issue(actor: Person, resolution: Resolution) -> None:
    """Give it to those who owe it, and tell them: from now on it runs.

    Raises NotAllowed, or DomainError if it is issued already, has to be approved first, or has no active owner.
    """
    allow(policy.may_supervise(actor, resolution))
    take(resolution)
    insist_at(resolution, Node.REGISTERED, Node.APPROVED)
    if needs_approval(resolution) and resolution.node == Node.REGISTERED:
        raise DomainError(_("A leader or the chair has to approve it first."))
    owner_of(resolution.owner_id, resolution.department)
    issue_new(actor, resolution)
    record(actor, "resolution.issued", resolution, text=resolution.heading)


def needs_approval(resolution: Resolution) -> bool:
    """Whether it is issued only after a leader or the chair has approved it."""
    return resolution.meeting is not None and kind_of(resolution.meeting).resolutions_need_approval


def issue_new(actor: Person, resolution: Resolution) -> None:
    """What `issue` does, of one that the actor has just entered or that was checked before."""
    resolution.node, resolution.issued_at = Node.ISSUED, clock.now()
    expect_report(resolution)
    note(actor, resolution, Event.ISSUED)
    people = people_of(resolution, actor)
    tell(people, "resolution.assigned", "resolution", resolution, partial(words.assigned, resolution))


# --- What all commands need ---


def people_of(resolution: Resolution, actor: Person | None = None) -> list[Person]:
    """The owner and the heads of the responsible and of the assisting departments, but for the actor."""
    departments = [resolution.department_id, *(department.id for department in resolution.assisting)]
    people = {person.id: person for number in departments for person in accounts.heads_of(number)}
    people = {resolution.owner_id: resolution.owner, **people}
    return [person for person in people.values() if actor is None or person.id != actor.id]


def note(actor: Person, resolution: Resolution, event: Event, said: str = "") -> Step:
    """Write what happened into its course."""
    step = Step(resolution=resolution, event=event, by=actor, at=clock.now(), words=said.strip())
    resolution.changed_at = step.at
    db.session.add(step)
    db.session.flush()
    return step


def take(resolution: Resolution) -> None:
    """Make sure that it is open, and that nobody else changes it meanwhile."""
    lock(resolution)
    if resolution.closed_at is not None:
        raise DomainError(_("This resolution is closed."))
    if resolution.withdrawn_at is not None:
        raise DomainError(_("This resolution was withdrawn."))


def lock(resolution: Resolution) -> None:
    """Read it anew; nobody else changes it until the end of this transaction."""
    db.session.refresh(resolution, with_for_update={"key_share": True, "of": Resolution})


def insist_at(resolution: Resolution, *nodes: Node) -> None:
    """Raise DomainError unless it is at one of these nodes."""
    if resolution.node in nodes:
        return
    if resolution.issued_at is None:
        raise DomainError(_("This resolution has not been issued yet."))
    raise DomainError(_("This resolution is not at that step any more. Look at how it stands now."))


def insist_words(said: str, field: str = "words") -> str:
    """The words, stripped; raises DomainError if there are none."""
    if not said.strip():
        raise DomainError(_("Please say why."), field)
    return said.strip()


def withhold_meeting(meeting: Meeting, readers: Collection[int]) -> None:
    """A meeting has become secret: what was told of its resolutions names it no more to anybody else."""
    for resolution in db.session.scalars(select(Resolution).where(Resolution.meeting_id == meeting.id)):
        withhold("resolution", [resolution.id], readers, partial(words.assigned, resolution))

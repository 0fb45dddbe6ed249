"""Saved groups: people who are asked together again and again, each in their usual part."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.invitations import policy
from portal.invitations.models import GroupMember, PeopleGroup
from portal.meetings import policy as meetings
from portal.meetings.changing import one_line
from portal.meetings.models import Attendee, Meeting, Part

LONGEST_NAME = 100
MOST_MEMBERS = 1000


# --- Reading ---


def groups_for(person: Person) -> list[tuple[PeopleGroup, int]]:
    """The person's groups and those shared by others, each with how many are in it. One statement."""
    members = (
        select(func.count()).where(GroupMember.group_id == PeopleGroup.id).correlate(PeopleGroup).scalar_subquery()
    )
    rows = db.session.execute(
        select(PeopleGroup, members)
        .options(joinedload(PeopleGroup.owner))
        .where(or_(PeopleGroup.owner_id == person.id, PeopleGroup.shared_at.is_not(None)))
        .order_by((PeopleGroup.owner_id == person.id).desc(), PeopleGroup.name, PeopleGroup.id)
    )
    return [(group, count) for group, count in rows]


def members_of(group: PeopleGroup) -> Sequence[GroupMember]:
    """Those of the group who have not left, with departments, by name. One statement."""
    return db.session.scalars(
        select(GroupMember)
        .join(GroupMember.person)
        .options(joinedload(GroupMember.person).joinedload(Person.department))
        .where(GroupMember.group_id == group.id, Person.left_at.is_(None))
        .order_by(Person.name, Person.id)
    ).all()


# --- Changing ---


def make_group(actor: Person, name: str, members: Mapping[int, Part]) -> PeopleGroup:
    """Keep a group of these people, by id in their usual part; raises DomainError for a name taken or missing."""
    group = PeopleGroup(owner_id=actor.id, name=_fitting(name), changed_at=clock.now())
    _write(group)
    record(actor, "people_group.made", group, name=group.name)
    if members:
        _add(actor, group, members)
    return group


def make_group_of(actor: Person, name: str, meeting: Meeting) -> PeopleGroup:
    """Keep a group of the meeting's people, each in their part there; guests are known to their meeting only."""
    allow(meetings.may_edit(actor, meeting))
    rows = db.session.execute(
        select(Attendee.person_id, Attendee.part)
        .join(Attendee.person)
        .where(Attendee.meeting_id == meeting.id, Person.left_at.is_(None))
    )
    return make_group(actor, name, {person_id: Part(part) for person_id, part in rows if person_id})


def add_members(actor: Person, group: PeopleGroup, members: Mapping[int, Part]) -> int:
    """Add those who are not in the group yet, and answer how many those are."""
    allow(policy.may_edit_group(actor, group))
    return _add(actor, group, members)


def _add(actor: Person, group: PeopleGroup, members: Mapping[int, Part]) -> int:
    known = set(db.session.scalars(select(GroupMember.person_id).where(GroupMember.group_id == group.id)))
    new = {person_id: part for person_id, part in members.items() if person_id not in known}
    if len(known) + len(new) > MOST_MEMBERS:
        raise DomainError(_("A group has at most %(count)s people.", count=MOST_MEMBERS), "people")
    if new:
        rows = [{"group_id": group.id, "person_id": person_id, "part": part} for person_id, part in new.items()]
        db.session.execute(insert(GroupMember), rows)
        _changed(group)
        names = db.session.scalars(select(Person.name).where(Person.id.in_(new)).order_by(Person.id)).all()
        record(actor, "people_group.added", group, people=list(names))
    return len(new)


def change_member(actor: Person, group: PeopleGroup, person_id: int, part: Part) -> None:
    """Ask this member in that part from now on."""
    allow(policy.may_edit_group(actor, group))
    member = _member(group, person_id)
    member.part = part
    _changed(group)
    record(actor, "people_group.part_changed", group, person=member.person.name, part=part.value)


def remove_member(actor: Person, group: PeopleGroup, person_id: int) -> None:
    """Take somebody out of the group; meetings are not touched."""
    allow(policy.may_edit_group(actor, group))
    member = _member(group, person_id)
    name = member.person.name
    db.session.execute(
        delete(GroupMember).where(GroupMember.group_id == group.id, GroupMember.person_id == person_id)
    )
    _changed(group)
    record(actor, "people_group.removed", group, person=name)


def _member(group: PeopleGroup, person_id: int) -> GroupMember:
    member = db.session.get(GroupMember, (group.id, person_id))
    if member is None:
        raise Missing(_("There is no such person."))
    return member


def change_group(actor: Person, group: PeopleGroup, *, name: str, is_shared: bool) -> None:
    """Rename it, and show it to everybody or to its owner alone; only the meeting office may say which."""
    allow(policy.may_edit_group(actor, group))
    if is_shared != (group.shared_at is not None):
        allow(policy.may_share_groups(actor))
        group.shared_at = clock.now() if is_shared else None
    group.name = _fitting(name)
    _write(group)
    record(actor, "people_group.changed", group, name=group.name, is_shared=is_shared)


def delete_group(actor: Person, group: PeopleGroup) -> None:
    """Forget the group; meetings are not touched."""
    allow(policy.may_edit_group(actor, group))
    record(actor, "people_group.deleted", group, name=group.name)
    db.session.execute(delete(PeopleGroup).where(PeopleGroup.id == group.id))


def _fitting(name: str) -> str:
    line = one_line(name)
    if not line:
        raise DomainError(_("Please fill this in."), "name")
    if len(line) > LONGEST_NAME:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_NAME), "name")
    return line


def _write(group: PeopleGroup) -> None:
    # Worded first: a failed flush expires the group and its name with it.
    taken = DomainError(_("There is a group called “%(name)s” already.", name=group.name), "name")
    group.changed_at = clock.now()
    try:
        with db.session.begin_nested():
            db.session.add(group)
    except IntegrityError:
        raise taken from None


def _changed(group: PeopleGroup) -> None:
    group.changed_at = clock.now()
    db.session.flush()


def parts_by_person(members: Iterable[GroupMember]) -> dict[int, Part]:
    """Each member's usual part, by the person's id."""
    return {member.person_id: Part(member.part) for member in members}

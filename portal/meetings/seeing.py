"""Who knows of which meetings, as conditions of a statement: `policy.may_see` for many at once."""

from collections.abc import Callable, Iterable

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select

from portal.accounts.models import Person, Role
from portal.approvals.queries import records_asked
from portal.core.db import db
from portal.meetings.models import Attendee, Confidentiality, Meeting, Veil
from portal.meetings.policy import READERS

NOBODYS = 0


def seen_by(actor: Person) -> ColumnElement[bool]:
    """`policy.may_see` in SQL; the tests hold the two together."""
    return or_(
        Meeting.organizer_id == actor.id, Meeting.id.in_(_told(actor)), *_by_role(actor), _by_openness(actor),
        _by_approval(actor),
    )


def _by_approval(actor: Person) -> ColumnElement[bool]:
    """What the actor was asked to approve, unless it is secret."""
    waited = or_(
        Meeting.submitted_at.is_not(None), Meeting.approved_at.is_not(None), Meeting.returned_at.is_not(None)
    )
    not_secret = Meeting.confidentiality != Confidentiality.SECRET
    return and_(not_secret, waited, Meeting.id.in_(records_asked("meeting", actor.id).correlate(None)))


def _told(actor: Person) -> Select[int]:
    return select(Attendee.meeting_id).where(Attendee.person_id == actor.id, Attendee.invited_at.is_not(None))


def _by_role(actor: Person) -> list[ColumnElement[bool]]:
    """What the actor edits or is asked to approve."""
    not_secret = Meeting.confidentiality != Confidentiality.SECRET
    if actor.has_role(Role.MEETING_OFFICE):
        return [not_secret, Meeting.id.in_(select(Attendee.meeting_id).where(Attendee.person_id == actor.id))]
    if actor.has_role(Role.LEADER):
        return [and_(not_secret, Meeting.announced_at.is_(None), Meeting.submitted_at.is_not(None))]
    return []


def _by_openness(actor: Person) -> ColumnElement[bool]:
    """What those may know who have nothing to do with it, once it is announced."""
    if actor.has_role(*READERS):
        open_to = Meeting.confidentiality != Confidentiality.SECRET
    else:
        open_to = Meeting.confidentiality == Confidentiality.INTERNAL
        if actor.department_id is not None:
            organizers = select(Person.department_id).where(Person.id == Meeting.organizer_id).scalar_subquery()
            # Never unknown, so that the contrary of the whole condition holds for all others.
            whose = func.coalesce(Meeting.department_id, organizers, NOBODYS) == actor.department_id
            open_to = or_(open_to, and_(Meeting.confidentiality == Confidentiality.DEPARTMENT, whose))
    return and_(Meeting.announced_at.is_not(None), open_to)


def hidden_from(person: Person, meeting_ids: Iterable[int]) -> set[int]:
    """Which of these meetings the person may not know of. One statement."""
    hidden = select(Meeting.id).where(Meeting.id.in_(list(meeting_ids)), not_(seen_by(person)))
    return set(db.session.scalars(hidden))


def veiled(record_kind: str) -> Callable[[Person, Iterable[int]], set[int]]:
    """Which records of that kind a secret meeting takes or took place on that the person may not know of."""

    def hidden(person: Person, record_ids: Iterable[int]) -> set[int]:
        veils = (
            select(Veil.record_id)
            .join(Meeting, Meeting.id == Veil.meeting_id)
            .where(
                Veil.record_kind == record_kind, Veil.record_id.in_(list(record_ids)),
                Meeting.confidentiality == Confidentiality.SECRET, not_(seen_by(person)),
            )
        )
        return set(db.session.scalars(veils))

    return hidden

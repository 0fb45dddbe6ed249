"""Who may see and note answers, and who decides on leave."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import aliased

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.answers.models import LeaveRequest
from portal.core.db import db
from portal.meetings import policy as meetings
from portal.meetings.models import Attendee, Confidentiality, Meeting, Part


def may_see_answers(actor: Person, meeting: Meeting) -> bool:
    """All answers together, with needs and reasons: for those who arrange the meeting."""
    return meetings.may_arrange(actor, meeting)


def may_answer_for(actor: Person, meeting: Meeting) -> bool:
    """Who writes down what others said on the telephone."""
    return meetings.may_edit(actor, meeting)


def may_state_needs(actor: Person, attendee: Attendee) -> bool:
    """Whoever was told, of their own; and those who edit the meeting, of everybody."""
    own = attendee.person_id == actor.id and attendee.invited_at is not None
    return own or meetings.may_edit(actor, attendee.meeting)


def may_decide(actor: Person, asked: LeaveRequest) -> bool:
    """Chair and office, and whoever decides for them today. One statement, and those that `deciding` takes."""
    return asked.decided_at is None and _has_right(actor, asked)


def may_see_leave(actor: Person, asked: LeaveRequest) -> bool:
    """Whoever asks, and those who decide or have decided, unless the meeting has become a secret to them."""
    if not actor.is_active:
        return False
    has_decided = asked.decided_by_id == actor.id and not asked.attendee.meeting.is_secret
    return actor.id == asked.attendee.person_id or has_decided or _has_right(actor, asked)


def _has_right(actor: Person, asked: LeaveRequest) -> bool:
    about = select(LeaveRequest.id).join(LeaveRequest.attendee).join(Attendee.meeting)
    return db.session.scalars(about.where(LeaveRequest.id == asked.id, deciding(actor))).first() is not None


def deciding(actor: Person) -> ColumnElement[bool]:
    """The condition that the actor decides on a request, in a query over LeaveRequest, Attendee and Meeting.

    The meeting's chair, the meeting office, and without a chair the organizer; or for one of these who is away
    whoever decides for them. Nobody decides for themself, and of a secret meeting only who is in it.
    """
    if not actor.is_active:
        return false()
    acting = [actor, *_principals(actor)]
    chair = aliased(Attendee)
    chairs = select(chair.id).where(
        chair.meeting_id == Attendee.meeting_id, chair.id != Attendee.id, chair.part == Part.CHAIR,
        chair.invited_at.is_not(None),
    )
    in_the_chair = chairs.where(chair.person_id.in_([person.id for person in acting])).exists()
    without_chair = and_(Meeting.organizer_id == actor.id, ~chairs.exists())
    in_it = select(chair.meeting_id).where(chair.person_id == actor.id)
    open_to_actor = or_(
        Meeting.confidentiality != Confidentiality.SECRET, Meeting.organizer_id == actor.id, Meeting.id.in_(in_it)
    )
    is_another = Attendee.person_id.is_distinct_from(actor.id)
    return and_(is_another, open_to_actor, or_(in_the_chair, without_chair, _by_office(acting)))


def _by_office(acting: Sequence[Person]) -> ColumnElement[bool]:
    office = [person.id for person in acting if person.has_role(Role.MEETING_OFFICE)]
    if acting[0].id in office:
        return true()
    # What somebody of the office asks for themself is not decided by their own right.
    return or_(false(), *(Attendee.person_id.is_distinct_from(person_id) for person_id in office))


def _principals(actor: Person) -> Sequence[Person]:
    return accounts.people_by_id(accounts.principals_of(actor, accounts.house_today()))

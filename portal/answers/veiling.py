"""What leave says of a meeting that is secret, or has become so."""

from collections.abc import Collection, Iterable

from sqlalchemy import not_, select

from portal.accounts.models import Person
from portal.answers.models import LeaveRequest
from portal.core.db import db
from portal.meetings import secrecy
from portal.meetings.models import Attendee, Confidentiality, Meeting
from portal.meetings.seeing import seen_by
from portal.meetings.signals import meeting_veiled
from portal.notifications.withholding import withhold


def hidden_from(person: Person, leave_ids: Iterable[int]) -> set[int]:
    """Which of these requests are about a secret meeting that the person may not know of. One statement."""
    about = select(LeaveRequest.id).join(LeaveRequest.attendee).join(Attendee.meeting)
    secret = Meeting.confidentiality == Confidentiality.SECRET
    return set(db.session.scalars(about.where(LeaveRequest.id.in_(list(leave_ids)), secret, not_(seen_by(person)))))


@meeting_veiled.connect
def withhold_leave(meeting: Meeting, *, readers: Collection[int]) -> None:
    """A meeting has become secret: who was asked to decide on leave and is not in it reads its name no more."""
    ids = db.session.scalars(
        select(LeaveRequest.id).join(LeaveRequest.attendee).where(Attendee.meeting_id == meeting.id)
    ).all()
    if ids:
        withhold("leave_request", ids, readers, secrecy.withheld)

"""Reading registrations. Each read is one statement."""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Select, and_, case, false, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Attendee, Guest
from portal.registration.models import Decision, Registrant, Registration

_CONFIRMED = Registrant.confirmed_at.is_not(None)
_IN_STATE = {
    "waiting": and_(_CONFIRMED, Registrant.decision.is_(None)),
    "accepted": Registrant.decision == Decision.ACCEPTED,
    "declined": Registrant.decision == Decision.DECLINED,
    "unconfirmed": Registrant.confirmed_at.is_(None),
}
STATES = tuple(_IN_STATE)


class Counts(NamedTuple):
    """How many registered, and how many of them are in each state."""

    registered: int
    waiting: int
    accepted: int
    declined: int
    unconfirmed: int

    @property
    def confirmed(self) -> int:
        return self.registered - self.unconfirmed

    @property
    def taken(self) -> int:
        """Against the most that may register: those who confirmed, but for the declined."""
        return self.waiting + self.accepted


def counts_of(meeting_id: int) -> Counts:
    columns = [func.coalesce(func.sum(case((_IN_STATE[state], 1), else_=0)), 0) for state in STATES]
    row = db.session.execute(select(func.count(), *columns).where(Registrant.meeting_id == meeting_id)).one()
    return Counts(*(int(number) for number in row))


def registrants_of(meeting_id: int, state: str = "") -> Select[Registrant]:
    """Who registered, in the order in which they did, with what became of them."""
    in_state = [_IN_STATE.get(state, false())] if state else []
    return (
        select(Registrant)
        .options(joinedload(Registrant.attendee), joinedload(Registrant.decided_by))
        .where(Registrant.meeting_id == meeting_id, *in_state)
        .order_by(Registrant.registered_at, Registrant.id)
    )


def those(meeting_id: int, ids: list[int]) -> list[Registrant]:
    """These of the meeting's registrants as they stand now, in the order in which they registered."""
    found = registrants_of(meeting_id).where(Registrant.id.in_(ids)).execution_options(populate_existing=True)
    return list(db.session.scalars(found))


def page_with(key: str) -> Registration | None:
    """The registration page with that key, and its meeting."""
    # Nothing more along with the meeting: it is locked later, and PostgreSQL locks nothing that is joined.
    found = select(Registration).options(joinedload(Registration.meeting)).where(Registration.key == key)
    return db.session.scalars(found).one_or_none()


class State(StrEnum):
    """How a registration page stands to whoever opens it."""

    OPEN = "open"
    CLOSED = "closed"
    FULL = "full"
    OVER = "over"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


def state_of(registration: Registration, counts: Counts) -> State:
    """Whether the page takes registrations, and if not, why. A meeting that has begun takes none."""
    meeting, now = registration.meeting, clock.now()
    if meeting.cancelled_at is not None:
        return State.CANCELLED
    if meeting.postponed_at is not None:
        return State.POSTPONED
    if meeting.starts_at <= now or meeting.ended_at is not None:
        return State.OVER
    if registration.opened_at is None or meeting.is_secret or (registration.closes_at or meeting.starts_at) <= now:
        return State.CLOSED
    return State.FULL if is_full(registration, counts) else State.OPEN


def is_full(registration: Registration, counts: Counts) -> bool:
    """Whether as many as may register have."""
    return registration.most is not None and counts.taken >= registration.most


def attendees_with(meeting_id: int, emails: list[str]) -> dict[str, Attendee]:
    """Those of a meeting's people who have one of these addresses, by it."""
    persons = select(Person.id).where(Person.email.in_(emails))
    guests = select(Guest.id).where(Guest.email.in_(emails))
    found = db.session.scalars(
        select(Attendee)
        .options(joinedload(Attendee.person), joinedload(Attendee.guest))
        .where(Attendee.meeting_id == meeting_id, or_(Attendee.person_id.in_(persons), Attendee.guest_id.in_(guests)))
        .order_by(Attendee.id)
    )
    return {attendee.party.email: attendee for attendee in found}

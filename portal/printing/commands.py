"""Saying who sits where. Each change locks its meeting; if the plan has changed since it was seen, it is refused."""

from collections.abc import Mapping

from sqlalchemy import delete, insert

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings.changing import insist_standing, lock
from portal.meetings.models import Attendee, Meeting
from portal.printing import policy, queries
from portal.printing.models import Seat, SeatPlan, Shape
from portal.printing.shapes import Layout, count, picture, seat_name

MOST_SEATS = 1000

Places = Mapping[int, int]


def lay_out(actor: Person, meeting: Meeting, layout: Layout, *, seen: int | None) -> SeatPlan:
    """Set the seats up, or change how they stand; people keep their place in the order if it still exists.

    `seen` is the version that the actor looked at, None if there was no plan.
    """
    _lock(actor, meeting)
    if count(layout) > MOST_SEATS:
        raise DomainError(_("A plan holds at most %(count)s seats.", count=MOST_SEATS), "rows")
    plan = queries.plan_of(meeting.id)
    _insist_unchanged(plan, seen)
    if plan is None:
        plan = SeatPlan(meeting_id=meeting.id, version=0, seats=[])
        db.session.add(plan)
    aisle = layout.aisle_after if layout.shape == Shape.ROWS else None
    plan.shape, plan.rows, plan.columns, plan.aisle_after = layout.shape, layout.rows, layout.columns, aisle
    plan.changed_at = clock.now()
    db.session.flush()
    kept = {person: place for person, place in queries.places_in(plan).items() if place < count(layout)}
    _write(plan, kept)
    record(actor, "meeting.seats_laid_out", meeting, shape=layout.shape.value, seats=count(layout))
    return plan


def move(actor: Person, meeting: Meeting, attendee_id: int, place: int | None, *, seen: int | None) -> Attendee:
    """Give somebody that seat, or none; whoever sits there takes the seat that becomes free, if one does."""
    plan = _taken(actor, meeting, seen)
    before = queries.places_in(plan)
    attendee = db.session.get(Attendee, attendee_id)
    if attendee is None or attendee.meeting_id != meeting.id:
        raise Missing(_("There is no such person in this meeting."))
    after, free = {**before}, before.get(attendee_id)
    other = next((person for person, taken in before.items() if taken == place), None)
    after.pop(attendee_id, None)
    if other is not None and other != attendee_id:
        after.pop(other)
        if free is not None:
            after[other] = free
    if place is not None:
        after[attendee_id] = place
    _insist_fits(plan, after)
    _write(plan, after)
    names = {spot.place: seat_name(Layout.of(plan), spot) for spot in picture(Layout.of(plan)).spots}
    record(
        actor, "meeting.seat_moved", meeting, person=attendee.name,
        seat=names[place] if place is not None else "", seat_before=names.get(free, "") if free is not None else "",
    )
    return attendee


def fill(actor: Person, meeting: Meeting, *, anew: bool = False, seen: int | None) -> int:
    """Give the free seats to those expected who have none, by precedence; `anew` has everybody stand up before.

    Answers how many sat down.
    """
    plan = _taken(actor, meeting, seen)
    places = {} if anew else queries.places_in(plan)
    taken = set(places.values())
    free = (place for place in range(count(Layout.of(plan))) if place not in taken)
    waiting = [
        attendee.id for attendee in queries.by_precedence(meeting.id)
        if queries.is_expected(attendee) and attendee.id not in places
    ]
    seated = dict(zip(waiting, free, strict=False))
    _write(plan, {**places, **seated})
    record(actor, "meeting.seats_filled", meeting, people=len(seated))
    return len(seated)


def arrange(actor: Person, meeting: Meeting, places: Places, *, seen: int | None) -> None:
    """Seat exactly these attendees on these places: empty to clear the plan, or what it was to undo a change."""
    plan = _taken(actor, meeting, seen)
    here = {attendee.id for attendee in meeting.attendees}
    _insist_fits(plan, places)
    if not here.issuperset(places):
        raise Missing(_("There is no such person in this meeting."))
    _write(plan, places)
    record(actor, "meeting.seats_arranged", meeting, people=len(places))


def _lock(actor: Person, meeting: Meeting) -> None:
    allow(policy.may_print(actor, meeting))
    lock(meeting)
    insist_standing(meeting)


def _taken(actor: Person, meeting: Meeting, seen: int | None) -> SeatPlan:
    """The plan, locked and as the actor saw it."""
    _lock(actor, meeting)
    plan = queries.plan_of(meeting.id)
    if plan is None:
        raise DomainError(_("There is no seating plan yet."))
    _insist_unchanged(plan, seen)
    return plan


def _insist_unchanged(plan: SeatPlan | None, seen: int | None) -> None:
    if (plan.version if plan else None) != seen:
        raise DomainError(
            _("Somebody else has changed the plan meanwhile. This is how it is now: look at it, then make your change.")
        )


def _insist_fits(plan: SeatPlan, places: Places) -> None:
    seats = list(places.values())
    if any(not 0 <= place < count(Layout.of(plan)) for place in seats):
        raise DomainError(_("There is no such seat."))
    if len(set(seats)) < len(seats):
        raise DomainError(_("Two people cannot sit on one seat."))


def _write(plan: SeatPlan, places: Places) -> None:
    """Make this the whole arrangement. The statements do not grow with the number of people."""
    plan.version += 1
    plan.changed_at = clock.now()
    db.session.flush()
    db.session.execute(delete(Seat).where(Seat.meeting_id == plan.meeting_id))
    rows = [
        {"attendee_id": person, "meeting_id": plan.meeting_id, "place": place} for person, place in places.items()
    ]
    if rows:
        db.session.execute(insert(Seat), rows)
    db.session.expire(plan, ["seats"])

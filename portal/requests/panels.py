"""What requests and waiting lists add to My day, to a booking's page, and to a refused booking."""

from typing import Any

from flask import render_template
from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.requests import line, policy, queries, turns
from portal.requests.models import BookingRequest, Outcome, Turn
from portal.rooms import policy as rooms
from portal.rooms.holding import RoomTaken
from portal.rooms.models import Booking, Status

SHOWN = 3


def of_my_day(person: Person) -> str:
    """What waits for my decision, oldest first, and what I asked for; nothing if there is neither."""
    to_decide = queries.to_decide(person)
    rows = db.session.scalars(to_decide.limit(SHOWN)).all()
    count = _count(to_decide) if len(rows) == SHOWN else len(rows)
    mine = queries.asked_by(person.id).where(BookingRequest.outcome == Outcome.PENDING).limit(SHOWN)
    asked = db.session.scalars(mine).all()
    if not rows and not asked:
        return ""
    return render_template("requests/_my_day.html", to_decide=rows, count=count, asked=asked)


def _count(query: Any) -> int:
    ids = query.with_only_columns(BookingRequest.id, maintain_column_froms=True).order_by(None)
    return db.session.scalars(select(func.count()).select_from(ids.subquery())).one()


def offers(person: Person) -> str:
    """What has become free and is kept for me, and for how much else I wait; nothing if I wait for nothing."""
    in_line = line.of_person(person.id)
    return render_template("requests/_offers.html", in_line=in_line) if in_line else ""


def of_booking(booking: Booking, person: Person) -> str:
    """Whether the booking is approved, and who has decided it or has to; the offer to whom it is made."""
    if booking.is_closure or not rooms.may_read(person, booking):
        return ""
    if booking.status == Status.OFFERED:
        offer = line.offer_of(booking.id)
        return render_template("requests/_offer_of.html", offer=offer) if offer else ""
    asked = queries.newest_of(booking)
    if asked is None:
        return ""
    deciders = turns.people_of(Turn(asked.turn), asked.resource) if asked.is_pending else []
    return render_template(
        "requests/_of_booking.html", asked=asked, deciders=deciders, may_see=policy.may_see(person, asked),
        may_decide=policy.may_decide(person, asked),
    )


def refusal(form: Any, person: Person) -> str:
    """Below the ways out of a room that is taken: waiting for it. For oneself and for something new only."""
    if not isinstance(form.refusal, RoomTaken):
        return ""
    room_id, _title, starts_at, ends_at = form.values()
    for_another = "for_whom" in form and form.for_whom.data
    changes = "seen" in form and form.seen.data
    if for_another or changes or starts_at <= clock.now():
        return ""
    return render_template("requests/_wait.html", waiting=line.count_for(room_id, starts_at, ends_at))

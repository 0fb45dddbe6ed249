"""The people of one date of a recurring meeting, put into its other dates at once."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.meetings import policy
from portal.meetings.admission import Invitee
from portal.meetings.guests import Facts, Visitor, add_guests
from portal.meetings.models import Attendee, Meeting, MeetingSeries, Part
from portal.meetings.people import invite_all


def share_people(actor: Person, meeting: Meeting) -> int:
    """Add everybody of that date to the other dates ahead, in the same parts, and answer how many parts were added.

    Who is in a date already keeps their part, a date with a chair keeps its chair, and who goes for somebody else does
    so on that date only. The next notice tells them. Raises NotAllowed, or Ineligible if a rule keeps somebody out.
    """
    allow(policy.may_edit(actor, meeting))
    # In the order of ids, as everything that takes several.
    others = [date for date in dates_ahead(meeting.series_id) if date.id != meeting.id]
    return sum(_add(actor, date, [one for one in meeting.attendees if not one.substitutes_id]) for date in others)


def dates_ahead(series_id: int | None) -> Sequence[Meeting]:
    """The dates that stand and are not over, in the order of ids."""
    query = select(Meeting).where(
        Meeting.series_id == series_id, Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None),
        Meeting.ended_at.is_(None), Meeting.ends_at > clock.now(),
    )
    return db.session.scalars(query.order_by(Meeting.id)).all()


def counts(series: MeetingSeries) -> dict[int, int]:
    """How many people each date has, by the meeting's id. One statement."""
    query = (
        select(Attendee.meeting_id, func.count())
        .join(Meeting, Meeting.id == Attendee.meeting_id)
        .where(Meeting.series_id == series.id)
        .group_by(Attendee.meeting_id)
    )
    return dict(db.session.execute(query).all())


def _add(actor: Person, date: Meeting, people: Sequence[Attendee]) -> int:
    allow(policy.may_edit(actor, date))
    has_chair = any(one.part == Part.CHAIR for one in date.attendees)
    wanted = [one for one in people if not (has_chair and one.part == Part.CHAIR)]
    by_waiver: dict[str, list[Invitee]] = defaultdict(list)
    for one in wanted:
        if one.person is not None and one.person.is_active:
            by_waiver[one.waiver].append(Invitee(one.person, Part(one.part), one.duty))
    added = sum(len(invite_all(actor, date, invitees, waiver=waiver)) for waiver, invitees in by_waiver.items())
    known = {one.guest.email or one.guest.name for one in date.attendees if one.guest}
    visitors = [
        Visitor(Facts(guest.name, guest.unit, guest.post, guest.email, guest.locale), Part(one.part), one.duty)
        for one in wanted if (guest := one.guest) and (guest.email or guest.name) not in known
    ]
    return added + (len(add_guests(actor, date, visitors)) if visitors else 0)

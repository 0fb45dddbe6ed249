"""What every change of a meeting begins and ends with. Each locks its meeting, so that changes come one by one."""

from sqlalchemy import update

from portal.accounts.models import Person
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings import policy, words
from portal.meetings.models import Attendee, Meeting, MeetingSeries
from portal.meetings.signals import meeting_changed
from portal.meetings.telling import Manner, tell_attendees


def take(actor: Person, meeting: Meeting) -> None:
    """Make sure that the actor may change the meeting, that it stands, and that nobody else changes it meanwhile."""
    allow(policy.may_edit(actor, meeting))
    lock(meeting)
    insist_standing(meeting)


def lock(meeting: Meeting) -> None:
    """Read the meeting anew and keep others from changing it until the end of this transaction."""
    db.session.refresh(meeting, with_for_update={"key_share": True})
    db.session.expire(meeting, ["attendees", "agenda"])


def insist_standing(meeting: Meeting) -> None:
    """Raise DomainError if the meeting is cancelled."""
    if meeting.cancelled_at is not None:
        raise DomainError(_("This meeting is cancelled."))


def insist_not_over(meeting: Meeting) -> None:
    """Raise DomainError if the meeting has ended; one that is postponed has not."""
    if meeting.postponed_at is None and (meeting.ended_at is not None or meeting.ends_at <= clock.now()):
        raise DomainError(_("This meeting is over."))


def insist_timed(meeting: Meeting) -> None:
    """Raise DomainError if the meeting is postponed, so that nobody knows when it is."""
    if meeting.postponed_at is not None:
        raise DomainError(_("This meeting is postponed. Give it a new time first."))


def insist_belongs(attendee: Attendee, meeting: Meeting) -> None:
    """Raise Missing if the attendee is of another meeting."""
    if attendee not in meeting.attendees:
        raise Missing(_("There is no such person in this meeting."))


def changed(meeting: Meeting, *also: int) -> None:
    """Write the change and let those who show the meeting know, with whoever is no longer in it."""
    meeting.changed_at = clock.now()
    db.session.flush()
    meeting_changed.send(meeting, people=[*everyone(meeting), *also])


def revise(meeting: Meeting) -> None:
    """Another time, place or standing: SEQUENCE rises (RFC 5546 §2.1.4).

    The dates of a recurring meeting count on one number, so that whatever is written of one of them outranks all that
    was written of any before; the date keeps the number of its own last revision, which replies are held against.
    """
    meeting.sequence = revise_series(meeting) or meeting.sequence + 1


def revise_series(meeting: Meeting) -> int | None:
    """Somebody's series gets or loses this date: the SEQUENCE of the series rises, and is answered if there is one.

    The date itself stays as it is: nobody else has to answer it anew.
    """
    if meeting.series_id is None:
        return None
    return db.session.execute(
        update(MeetingSeries)
        .where(MeetingSeries.id == meeting.series_id)
        .values(sequence=MeetingSeries.sequence + 1)
        .returning(MeetingSeries.sequence)
    ).scalar_one()


def everyone(meeting: Meeting) -> list[int]:
    """The ids of all persons who see the meeting change: its organizer and its people."""
    people = {attendee.person_id for attendee in meeting.attendees if attendee.person_id}
    return sorted(people | {meeting.organizer_id})


def tell_the_told(actor: Person, meeting: Meeting, kind: str, said: words.Words, *, asks: bool = False) -> None:
    """Tell those who know of the meeting, and its organizer, but not whoever did it.

    `asks` wants them to answer anew. Webhooks hear of it too, if everybody may know of the meeting.
    """
    if meeting.announced_at is None:
        return
    told = [one for one in meeting.attendees if one.invited_at is not None and one.person_id != actor.id]
    besides = frozenset({meeting.organizer_id} - {actor.id})
    tell_attendees(meeting, told, kind, said, Manner(asks=asks, public=True, besides=besides))


def one_line(text: str) -> str:
    """The text without line breaks, which a mail's header does not take."""
    return " ".join(text.split())

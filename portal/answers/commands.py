"""Saying whether one comes: on the page, by the link in the mail, from a calendar, or by somebody who notes it."""

from portal.accounts.models import Person
from portal.answers import leave, policy, replacing, seats, words
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import day_and_time
from portal.core.i18n import gettext as _
from portal.meetings import policy as meetings
from portal.meetings.changing import insist_belongs, insist_not_over, insist_standing, lock
from portal.meetings.models import Answer, Attendee, Meeting
from portal.meetings.signals import meeting_changed
from portal.meetings.telling import tell_attendees
from portal.notifications.commands import mark_read

LONGEST_COMMENT = 500
# What somebody can say by themself; waiting and sending another come of it.
SAYABLE = (Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED)


def answer(
    actor: Person, meeting: Meeting, answer: Answer, comment: str = "", *, seen: int | None = None
) -> Attendee:
    """Say whether the actor comes. SEQUENCE stays as it is.

    `seen` is the SEQUENCE that the actor had before their eyes: an answer to a time or room that has changed since
    is refused. Raises NotAllowed for whoever was not told, and DomainError if the meeting is cancelled or over.
    Who accepts a full meeting waits for a seat; who declines one whose kind wants leave approved asks for it.
    """
    lock(meeting)
    allow(meetings.may_answer(actor, meeting))
    part = meetings.told_part(actor, meeting)
    assert part is not None
    return _say(actor, part, answer, comment, seen=seen)


def answer_by_link(attendee: Attendee, answer: Answer, comment: str = "", *, seen: int | None = None) -> Attendee:
    """As `answer`, for whoever holds the attendee's signed link: a guest, or a person who is not signed in."""
    lock(attendee.meeting)
    allow(attendee.invited_at is not None)
    return _say(attendee.person, attendee, answer, comment, seen=seen, way="link")


def answer_by_mail(attendee: Attendee, answer: Answer, comment: str = "", *, seen: int | None = None) -> Attendee:
    """As `answer`, from a calendar's reply, which seldom has a comment: leave is asked for without a reason."""
    lock(attendee.meeting)
    allow(attendee.invited_at is not None)
    return _say(attendee.person, attendee, answer, comment, seen=seen, way="calendar")


def answer_for(actor: Person, meeting: Meeting, attendee: Attendee, answer: Answer, comment: str = "") -> Attendee:
    """Write down what somebody told the actor; possible after the answers were due, and leave needs no request."""
    lock(meeting)
    allow(policy.may_answer_for(actor, meeting))
    insist_belongs(attendee, meeting)
    if attendee.invited_at is None:
        raise DomainError(_("%(person)s has not been told of the meeting yet.", person=attendee.name))
    if attendee.person_id == actor.id:
        return _say(actor, attendee, answer, comment)
    return _say(actor, attendee, answer, comment, way="noted")


def _say(
    actor: Person | None, attendee: Attendee, said: Answer, comment: str, *, seen: int | None = None, way: str = "page"
) -> Attendee:
    """The meeting is locked; `way` is page, link, calendar, or noted by somebody else."""
    meeting = attendee.meeting
    db.session.refresh(attendee)
    insist_standing(meeting)
    insist_not_over(meeting)
    _check_answer(meeting, said, comment, seen, is_noted=way == "noted")
    if said == Answer.DECLINED and way != "noted" and leave.needs_leave(meeting, attendee):
        return _ask_leave(meeting, attendee, comment, needs_reason=way != "calendar")
    _end_what_was(actor, meeting, attendee, said)
    becomes = seats.answer_for_seat(meeting, attendee) if said == Answer.ACCEPTED else said
    if attendee.answer != becomes or becomes != Answer.WAITING:
        # Who waits already keeps their place in the line.
        attendee.answered_at = clock.now()
    attendee.answer, attendee.comment = becomes, comment
    attendee.noted_by = actor.name if actor and way == "noted" else ""
    db.session.flush()
    _note(actor, meeting, attendee, way)
    return attendee


def _check_answer(meeting: Meeting, said: Answer, comment: str, seen: int | None, *, is_noted: bool) -> None:
    if said not in SAYABLE:
        raise DomainError(_("Please choose an answer."), "answer")
    if len(comment) > LONGEST_COMMENT:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_COMMENT), "comment")
    if meeting.postponed_at is not None:
        raise DomainError(_("This meeting is postponed. You will be asked again when its new time is known."))
    if seen is not None and seen != meeting.sequence:
        raise DomainError(
            _("The meeting was moved since you opened this page. Look at time and room, then answer again.")
        )
    if meeting.answer_by is not None and said != Answer.DECLINED and is_late(meeting) and not is_noted:
        raise DomainError(
            _("Answers were due by %(time)s. Please call %(organizer)s, who can still note yours.",
              time=day_and_time(meeting.answer_by), organizer=meeting.organizer.name)
        )


def is_late(meeting: Meeting) -> bool:
    """Whether answers were due before now; declining, leave and substitutes stay possible."""
    return meeting.answer_by is not None and clock.now() > meeting.answer_by


def _ask_leave(meeting: Meeting, attendee: Attendee, reason: str, *, needs_reason: bool) -> Attendee:
    if needs_reason and not reason.strip():
        raise DomainError(_("Please say why you cannot come: your leave has to be approved."), "comment")
    if replacing.substitute_of(attendee) is None:
        leave.ask(meeting, attendee, reason)
        if attendee.person is not None:
            mark_read(attendee.person, "meeting", meeting.id)
        return attendee
    raise _goes_instead(attendee)


def _end_what_was(actor: Person | None, meeting: Meeting, attendee: Attendee, said: Answer) -> None:
    """Whoever comes after all needs neither leave nor substitute."""
    waiting = leave.open_request(attendee)
    if waiting is not None:
        leave.end_request(waiting)
    if attendee.answer != Answer.DELEGATED:
        return
    if said == Answer.DECLINED:
        raise _goes_instead(attendee)
    replacing.take_out(actor, meeting, attendee)


def _goes_instead(attendee: Attendee) -> DomainError:
    comes = replacing.substitute_of(attendee)
    name = comes.name if comes else ""
    return DomainError(_("%(person)s goes in your place already.", person=name))


def _note(actor: Person | None, meeting: Meeting, attendee: Attendee, way: str) -> None:
    """Write it down and tell whom the substitute came for, if there is one who does not come."""
    about = {"person": attendee.name} if actor is None or actor.id != attendee.person_id else {}
    by = {} if way == "page" else {"way": way}
    record(
        actor, "meeting.answered", meeting, answer=str(attendee.answer), comment=attendee.comment, **about, **by
    )
    if attendee.person is not None:
        mark_read(attendee.person, "meeting", meeting.id)
    absent = attendee.substitutes
    if absent is not None and attendee.answer == Answer.DECLINED:
        said = attendee.name, attendee.comment
        tell_attendees(
            meeting, [absent], "meeting.substitute_declined", lambda: words.substitute_declined(meeting, *said)
        )
    meeting_changed.send(meeting, people=[attendee.person_id] if attendee.person_id else [])

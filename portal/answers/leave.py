"""Leave (请假): asking for it where the kind of meeting wants it approved, deciding on it, and withdrawing it."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.answers import policy, replacing, words
from portal.answers.models import LeaveRequest, Outcome
from portal.approvals import commands as approvals
from portal.approvals.models import ApprovalCase, State, Verdict
from portal.approvals.queries import last_words
from portal.approvals.subjects import ALL_EVENTS, PLAIN, Subject, add_subject
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings import policy as meetings
from portal.meetings.changing import insist_not_over, insist_standing, lock
from portal.meetings.kinds import kind_of
from portal.meetings.models import Answer, Attendee, Meeting, Part
from portal.meetings.signals import meeting_changed
from portal.meetings.telling import Manner, tell_attendees
from portal.notifications.commands import mark_read, tell
from portal.web.addresses import absolute_address

KIND = "leave_request"
LONGEST = 500
# They may stay away without asking.
FREE_TO_STAY_AWAY = frozenset({Part.OPTIONAL, Part.OBSERVER})


def needs_leave(meeting: Meeting, attendee: Attendee) -> bool:
    """Whether the attendee has to ask before they stay away; a guest never has to."""
    asked_for = attendee.person_id is not None and attendee.part not in FREE_TO_STAY_AWAY
    return asked_for and kind_of(meeting).leave_needs_approval


def open_request(attendee: Attendee) -> LeaveRequest | None:
    """The attendee's request that waits for a decision. One statement."""
    waiting = LeaveRequest.attendee_id == attendee.id, LeaveRequest.decided_at.is_(None)
    return db.session.scalars(select(LeaveRequest).where(*waiting)).one_or_none()


def ask(meeting: Meeting, attendee: Attendee, reason: str, substitute: Person | None = None) -> LeaveRequest:
    """Ask chair or office to be excused, and tell them. The caller holds the meeting's lock."""
    if len(reason) > LONGEST:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST), "comment")
    if open_request(attendee) is not None:
        raise DomainError(_("Your request waits for a decision already. Withdraw it to ask for something else."))
    asked = LeaveRequest(attendee=attendee, reason=reason, substitute=substitute, asked_at=clock.now())
    db.session.add(asked)
    db.session.flush()
    if attendee.person is not None:
        approvals.submit(attendee.person, KIND, asked, PLAIN, own_allowed=True)
    record(attendee.person, "meeting.leave_asked", meeting, person=attendee.name,
           substitute=substitute.name if substitute else "")
    address = absolute_address("answers.leave", leave_id=asked.id)
    instead = substitute.name if substitute else ""
    tell(
        deciders(asked), "leave_request.asked", "leave_request", asked,
        lambda: words.leave_asked(meeting, attendee.name, reason, instead, address), starts_at=meeting.starts_at,
    )
    _announce_change(meeting, attendee)
    return asked


def deciders(asked: LeaveRequest) -> list[Person]:
    """Whom to tell of a request: chair and organizer if they decide, else the office; and who decides for them."""
    meeting = asked.attendee.meeting
    chairs = [one.person for one in meeting.attendees if one.part == Part.CHAIR and one.person and one.invited_at]
    first = [person for person in {*chairs, meeting.organizer} if policy.may_decide(person, asked)]
    told = first or [person for person in accounts.with_role(Role.MEETING_OFFICE) if policy.may_decide(person, asked)]
    away = accounts.delegates_of([person.id for person in told], accounts.house_today())
    return sorted({*told, *(one for one in away if policy.may_decide(one, asked))}, key=lambda person: person.id)


def grant(actor: Person, asked: LeaveRequest, said: str = "") -> None:
    """Excuse the attendee, put the substitute in their place if there is one, and tell them."""
    _decide(actor, asked, Verdict.AGREED, said)


def refuse(actor: Person, asked: LeaveRequest, said: str) -> None:
    """Expect the attendee after all, tell them why, and ask them again; raises DomainError without words."""
    _decide(actor, asked, Verdict.RETURNED, said)


def _decide(actor: Person, asked: LeaveRequest, verdict: Verdict, said: str) -> None:
    attendee = asked.attendee
    lock(attendee.meeting)
    _insist_open(asked)
    allow(policy.may_decide(actor, asked))
    if verdict == Verdict.RETURNED and not said.strip():
        raise DomainError(_("Please say why: it is what they read."), "words")
    if len(said) > LONGEST:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST), "words")
    submitter = attendee.person or attendee.meeting.organizer
    approvals.decide(actor, approvals.case_to_decide(KIND, asked, submitter, own_allowed=True), verdict, said)


def _granted(actor: Person, asked: LeaveRequest, case: ApprovalCase) -> None:
    meeting, attendee, said = asked.attendee.meeting, asked.attendee, last_words(case)
    _note(actor, asked, Outcome.GRANTED, said)
    if asked.substitute is not None:
        replacing.put_in(actor, meeting, attendee, asked.substitute)
    else:
        # The reason is for those who decided; the list of people says no more than that it is leave.
        attendee.answer, attendee.comment, attendee.noted_by = Answer.DECLINED, "", ""
        attendee.answered_at = asked.asked_at
    record(actor, "meeting.leave_granted", meeting, person=attendee.name)
    by = actor.name
    tell_attendees(meeting, [attendee], "meeting.leave_granted", lambda: words.leave_granted(meeting, by, said))
    _announce_change(meeting, attendee)


def _refused(actor: Person, asked: LeaveRequest, _case: ApprovalCase, said: str) -> None:
    meeting, attendee = asked.attendee.meeting, asked.attendee
    _note(actor, asked, Outcome.REFUSED, said)
    attendee.answer, attendee.comment, attendee.answered_at, attendee.noted_by = Answer.NONE, "", None, ""
    record(actor, "meeting.leave_refused", meeting, person=attendee.name)
    by = actor.name
    asks = Manner(asks=True)
    tell_attendees(meeting, [attendee], "meeting.leave_refused", lambda: words.leave_refused(meeting, by, said), asks)
    _announce_change(meeting, attendee)


def withdraw(actor: Person, asked: LeaveRequest) -> None:
    """Take one's own request back; raises NotAllowed, or DomainError if it was decided meanwhile."""
    allow(asked.attendee.person_id == actor.id)
    lock(asked.attendee.meeting)
    _insist_open(asked)
    end_request(asked)


def end_request(asked: LeaveRequest) -> None:
    """Nobody has to decide on it any more; those who were asked are told. The caller holds the meeting's lock."""
    meeting, absent = asked.attendee.meeting, asked.attendee
    asked_of = deciders(asked)
    asked.decided_at, asked.outcome = clock.now(), Outcome.WITHDRAWN
    db.session.flush()
    approvals.end_silently(absent.person, KIND, asked.id)
    record(absent.person, "meeting.leave_withdrawn", meeting, person=absent.name)
    tell(
        asked_of, "leave_request.withdrawn", "leave_request", asked,
        lambda: words.leave_withdrawn(meeting, absent.name), starts_at=meeting.starts_at,
    )
    _announce_change(meeting, absent)


def end_idle_cases(*of_meeting: int) -> None:
    """Leave that nobody decided on waits no more once its meeting is off or over. Of all meetings, or of this one.

    One statement while there is none. Several workers may do it at once.
    """
    among = [Attendee.meeting_id.in_(of_meeting)] if of_meeting else []
    is_over = Meeting.postponed_at.is_(None) & (Meeting.ends_at <= clock.now())
    idle = db.session.scalars(
        select(LeaveRequest.id)
        .join(LeaveRequest.attendee)
        .join(Attendee.meeting)
        .join(ApprovalCase, ApprovalCase.record_id == LeaveRequest.id)
        .where(
            ApprovalCase.record_kind == KIND, ApprovalCase.state == State.OPEN,
            Meeting.cancelled_at.is_not(None) | is_over, *among,
        )
    ).all()
    for leave_id in idle:
        approvals.end_silently(None, KIND, leave_id)


def _insist_open(asked: LeaveRequest) -> None:
    db.session.refresh(asked)
    if asked.outcome == Outcome.WITHDRAWN:
        raise DomainError(_("This request has been withdrawn."))
    if asked.decided_at is not None:
        raise DomainError(_("This has been decided already."))


def _note(actor: Person, asked: LeaveRequest, outcome: Outcome, said: str) -> None:
    if len(said) > LONGEST:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST), "words")
    asked.outcome, asked.words, asked.decided_at, asked.decided_by = outcome, said, clock.now(), actor
    db.session.flush()
    mark_read(actor, KIND, asked.id)


def _announce_change(meeting: Meeting, attendee: Attendee) -> None:
    db.session.flush()
    people: Sequence[int] = [attendee.person_id] if attendee.person_id else []
    meeting_changed.send(meeting, people=people)


# --- As a case of approval ---


def _contents(asked: LeaveRequest) -> dict[str, Any]:
    meeting = asked.attendee.meeting
    times = [one.astimezone(UTC).isoformat() for one in (meeting.starts_at, meeting.ends_at)]
    return {"title": f"{asked.attendee.name}: {meeting.subject}", "facts": [
        ["meeting", meeting.subject], ["time", {"span": times}], ["person", asked.attendee.name],
        ["reason", asked.reason], ["substitute", asked.substitute.name if asked.substitute else ""],
    ]}


def _lock(asked: LeaveRequest) -> None:
    lock(asked.attendee.meeting)
    db.session.refresh(asked.attendee)
    db.session.refresh(asked)


def _check(asked: LeaveRequest) -> None:
    insist_standing(asked.attendee.meeting)
    insist_not_over(asked.attendee.meeting)


def _is_barred(person: Person, asked: LeaveRequest) -> bool:
    meeting = asked.attendee.meeting
    return meeting.is_secret and not meetings.is_in(person, meeting)


add_subject(
    Subject(
        KIND, _contents,
        {"meeting": _l("Meeting"), "time": _l("Time"), "person": _l("Name"), "reason": _l("Reason"),
         "substitute": _l("Goes instead")},
        policy.may_see_leave, may_decide=policy.may_decide, asked=deciders, is_barred=_is_barred,
        is_own=lambda person, asked: asked.attendee.person_id == person.id,
        is_hidden=lambda person, asked: not policy.may_see_leave(person, asked), lock=_lock, check=_check,
        effective=_granted, returned=_refused,
        withdrawn=lambda actor, asked, case: end_request(asked), tells_itself=ALL_EVENTS, words_field="words",
        renews=PLAIN,
    )
)

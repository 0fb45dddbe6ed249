"""From the draft to final minutes: submitted, commented on, given back, made final, and added to after that."""

from functools import partial
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.approvals import commands as approvals
from portal.approvals.models import ApprovalCase, Verdict
from portal.approvals.subjects import ALL_EVENTS, PLAIN, Subject, add_subject
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.meetings import policy as meetings
from portal.meetings.changing import lock
from portal.meetings.models import Attendee, Part
from portal.meetings.numbers import number_in
from portal.meetings.telling import zone_of
from portal.minutes import policy, words
from portal.minutes.commands import line_in, take
from portal.minutes.models import Addendum, Minutes, MinutesComment, Why
from portal.minutes.queries import lines_of, open_comments, unissued
from portal.minutes.versions import keep_version
from portal.notifications.commands import tell
from portal.resolutions import commands as resolutions
from portal.resolutions import policy as resolutions_policy
from portal.resolutions.models import Node, Resolution

NUMBERS = "MIN-"
KIND = "minutes"
LONGEST_WORDS, LONGEST_RETURN, LONGEST_ADDENDUM = 1000, 500, 4000


def submit(actor: Person, minutes: Minutes) -> None:
    """Ask the chair to review the draft; a version is kept. Raises NotAllowed, or DomainError if it is no draft."""
    take(actor, minutes)
    if minutes.submitted_at is not None:
        raise DomainError(_("These minutes are in review already."))
    minutes.submitted_at, minutes.submitted_by, minutes.return_words = clock.now(), actor, ""
    db.session.flush()
    keep_version(actor, minutes, Why.SUBMITTED)
    record(actor, "minutes.submitted", minutes)
    approvals.submit(actor, KIND, minutes, PLAIN, reason=_("Submitted again."), own_allowed=True)
    others = [person for person in policy.finishers(minutes) if person.id != actor.id]
    tell(others, "minutes.submitted", "minutes", minutes, partial(words.submitted, minutes, actor))


def give_back(actor: Person, minutes: Minutes, said: str) -> None:
    """Make it a draft again; whoever submitted it is told why, and a version is kept."""
    _take_to_finish(actor, minutes)
    approvals.decide(actor, _case(minutes), Verdict.RETURNED, _said(said, LONGEST_RETURN))


def _given_back(actor: Person, minutes: Minutes, _case: ApprovalCase, said: str) -> None:
    said = _said(said, LONGEST_RETURN)
    submitter = minutes.submitted_by
    _make_draft(minutes)
    minutes.return_words = said
    db.session.flush()
    keep_version(actor, minutes, Why.RETURNED)
    record(actor, "minutes.returned", minutes)
    if submitter is not None and submitter.id != actor.id:
        tell([submitter], "minutes.returned", "minutes", minutes, partial(words.returned, minutes, actor, said))


def _make_draft(minutes: Minutes) -> None:
    minutes.submitted_at = minutes.submitted_by = None


def _case(minutes: Minutes) -> ApprovalCase:
    assert minutes.submitted_by is not None, "what is in review was submitted by somebody"
    return approvals.case_to_decide(KIND, minutes, minutes.submitted_by, own_allowed=True)


def _take_to_finish(actor: Person, minutes: Minutes) -> None:
    take(actor, minutes)
    if minutes.submitted_at is None:
        raise DomainError(_("These minutes are not in review."))
    allow(policy.may_finish(actor, minutes))


# --- Comments ---


def comment(actor: Person, minutes: Minutes, said: str, line_id: int | None = None) -> MinutesComment:
    """Say something of a line, or of the whole, while the minutes are in review. Raises NotAllowed, or DomainError."""
    take(actor, minutes)
    if minutes.submitted_at is None:
        raise DomainError(_("These minutes are not in review."))
    line = None if line_id is None else line_in(minutes, line_id)
    made = MinutesComment(minutes_id=minutes.id, line=line, words=_said(said, LONGEST_WORDS), by=actor, at=clock.now())
    db.session.add(made)
    db.session.flush()
    # Readers of the final minutes read the log, but not what was said of the draft.
    record(actor, "minutes.commented", minutes, line=line.title if line else "")
    return made


def settle(actor: Person, minutes: Minutes, comment_id: int) -> MinutesComment:
    """Say that a comment is dealt with. Raises NotAllowed, or DomainError."""
    take(actor, minutes)
    found = db.session.get(MinutesComment, comment_id)
    if found is None or found.minutes_id != minutes.id:
        raise Missing(_("There is no such comment."))
    if found.settled_at is None:
        found.settled_at, found.settled_by = clock.now(), actor
        db.session.flush()
        record(actor, "minutes.comment_settled", minutes)
    return found


# --- Final ---


def make_final(actor: Person, minutes: Minutes) -> None:
    """Freeze the minutes under a number, and issue what the meeting resolved; all of it or nothing.

    What has to be approved first is approved by the same act, if the actor may; else it waits on. Raises NotAllowed,
    or DomainError if they are not in review, comments are open, or a resolution cannot be issued.
    """
    lock(minutes.meeting)
    _take_to_finish(actor, minutes)
    approvals.decide(actor, _case(minutes), Verdict.AGREED)


def _made_final(actor: Person, minutes: Minutes, _case: ApprovalCase) -> None:
    if open_comments(minutes.id):
        raise DomainError(_("Some comments are not settled yet."))
    year = minutes.meeting.starts_at.astimezone(zone_of(minutes.meeting)).year
    minutes.number, minutes.final_at, minutes.final_by = number_in(NUMBERS, year), clock.now(), actor
    db.session.flush()
    for resolution in unissued(minutes.meeting_id):
        _let_run(actor, resolution)
    keep_version(actor, minutes, Why.FINAL)
    record(actor, "minutes.final", minutes, number=minutes.number)
    tell(_kept_by(minutes, actor), "minutes.final", "minutes", minutes, partial(words.final, minutes))


def _let_run(actor: Person, resolution: Resolution) -> None:
    try:
        if resolutions.needs_approval(resolution) and resolution.node == Node.REGISTERED:
            if not resolutions_policy.may_approve(actor, resolution):
                return
            resolutions.approve(actor, resolution)
        resolutions.issue(actor, resolution)
    except DomainError as refusal:
        raise DomainError(
            _("“%(resolution)s” cannot be issued: %(why)s", resolution=resolution.heading, why=str(refusal))
        ) from refusal


def _kept_by(minutes: Minutes, actor: Person) -> list[Person]:
    """Organizer and told recorders, and whoever submitted them, but for the actor."""
    recorders = db.session.scalars(
        select(Person)
        .join(Attendee, Attendee.person_id == Person.id)
        .where(
            Attendee.meeting_id == minutes.meeting_id, Attendee.part == Part.RECORDER, Attendee.invited_at.is_not(None)
        )
    )
    people = {person.id: person for person in (*recorders, minutes.meeting.organizer, minutes.submitted_by) if person}
    return [person for person in people.values() if person.id != actor.id]


def add_addendum(actor: Person, minutes: Minutes, said: str) -> Addendum:
    """Correct or add something to final minutes, which stay as they are. Raises NotAllowed, or DomainError."""
    allow(policy.may_keep(actor, minutes.meeting))
    db.session.refresh(minutes, with_for_update={"key_share": True, "of": Minutes})
    if minutes.final_at is None:
        raise DomainError(_("These minutes are not final. Change them instead."))
    said = _said(said, LONGEST_ADDENDUM)
    last = db.session.scalars(select(func.max(Addendum.number)).where(Addendum.minutes_id == minutes.id)).one()
    made = Addendum(minutes_id=minutes.id, number=(last or 0) + 1, words=said, by=actor, at=clock.now())
    db.session.add(made)
    db.session.flush()
    record(actor, "minutes.added_to", minutes, number=made.number, words=said)
    return made


def _said(said: str, most: int) -> str:
    said = said.replace("\r\n", "\n").strip()
    if not said:
        raise DomainError(_("Please fill this in."), "words")
    if len(said) > most:
        raise DomainError(_("At most %(count)s characters, please.", count=most), "words")
    return said


# --- As a case of approval ---


def _contents(minutes: Minutes) -> dict[str, Any]:
    lines = [[line.title, line.discussion, line.conclusion] for line in lines_of(minutes.id)]
    return {"title": minutes.meeting.subject, "facts": [
        ["opening", minutes.opening], ["lines", {"table": lines, "head": ["line", "discussion", "conclusion"]}],
        ["closing", minutes.closing],
    ]}


def _lock(minutes: Minutes) -> None:
    lock(minutes.meeting)
    db.session.refresh(minutes, with_for_update={"key_share": True, "of": Minutes})
    lines_of(minutes.id, anew=True)


def _check(minutes: Minutes) -> None:
    if minutes.submitted_at is None or minutes.final_at is not None:
        raise DomainError(_("These minutes are not in review."))


def _is_barred(person: Person, minutes: Minutes) -> bool:
    return minutes.meeting.is_secret and not meetings.is_in(person, minutes.meeting)


add_subject(
    Subject(
        KIND, _contents,
        {"opening": lazy_pgettext("minutes", "Opening"), "lines": _l("Agenda"), "line": _l("Line"),
         "discussion": _l("Discussion"), "conclusion": _l("Conclusion"),
         "closing": lazy_pgettext("minutes", "Closing")},
        # Each round is a draft; what became final is read on the page of the minutes.
        lambda person, minutes: policy.may_keep(person, minutes.meeting), may_decide=policy.may_finish,
        asked=policy.finishers, is_barred=_is_barred,
        is_hidden=lambda person, minutes: not policy.may_keep(person, minutes.meeting), lock=_lock, check=_check,
        effective=_made_final, returned=_given_back,
        withdrawn=lambda actor, minutes, case: _make_draft(minutes), tells_itself=ALL_EVENTS, words_field="words",
        renews=PLAIN,
    )
)

"""Handing final minutes out, and who has opened them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from portal.accounts.models import Department, Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.models import Attendee
from portal.minutes import copy_words, policy
from portal.minutes.models import Minutes, MinutesCopy
from portal.minutes.versions import lock
from portal.notifications.commands import mark_read, tell
from portal.notifications.models import Notice

# Nobody is reminded sooner after they were told.
PAUSE = timedelta(days=1)
HANDED_OUT, REMINDED = "minutes.handed_out", "minutes.reminded"


def hand_out(
    actor: Person, minutes: Minutes, person_ids: Collection[int] = (), department_ids: Collection[int] = ()
) -> Sequence[MinutesCopy]:
    """Give final minutes to these participants and to all who work in these departments, and tell them.

    Who has a copy keeps it and is not told again. Raises NotAllowed, or DomainError: before they are final, for
    departments if the meeting is secret, for persons who were not told of it, or if everybody has them already.
    """
    allow(policy.may_keep(actor, minutes.meeting))
    lock(minutes)
    if minutes.final_at is None:
        raise DomainError(_("Minutes are handed out once they are final."))
    if minutes.meeting.is_secret and department_ids:
        raise DomainError(_("Minutes of a secret meeting go to its participants only."), "departments")
    if not (person_ids or department_ids):
        raise DomainError(_("Please choose somebody."), "departments")
    chosen = [*_chosen_participants(minutes, person_ids), *members_of(department_ids)]
    new = _without_copy(minutes, chosen)
    if not new:
        raise DomainError(_("All of them have these minutes already."))
    now = clock.now()
    made = [MinutesCopy(minutes_id=minutes.id, person=one, sent_by=actor, sent_at=now) for one in new]
    db.session.add_all(made)
    db.session.flush()
    record(actor, HANDED_OUT, minutes, people=[one.name for one in new])
    tell(new, HANDED_OUT, "minutes", minutes, lambda: copy_words.handed_out(minutes, actor))
    return made


def remind(actor: Person, minutes: Minutes) -> int:
    """Remind those who have not opened their copy, and answer how many; nobody twice within a day.

    Raises NotAllowed, or DomainError if nobody is to be reminded.
    """
    allow(policy.may_keep(actor, minutes.meeting))
    lock(minutes)
    unread = [copy for copy in copies_of(minutes.id) if copy.read_at is None and copy.person.is_active]
    if not unread:
        raise DomainError(_("Everybody has read them."))
    since = clock.now() - PAUSE
    told = _reminded_since(minutes, since)
    silent = [copy.person for copy in unread if copy.sent_at <= since and copy.person_id not in told]
    if not silent:
        raise DomainError(_("They were all told within a day. Give them time to read."))
    record(actor, REMINDED, minutes, people=[one.name for one in silent])
    return tell(silent, REMINDED, "minutes", minutes, lambda: copy_words.reminded(minutes))


def mark_opened(actor: Person, minutes: Minutes) -> None:
    """Note that the actor has opened the copy, the first time only; what was told of it counts as read."""
    copy = unread_copy(actor, minutes)
    if copy is not None:
        copy.read_at = clock.now()
        mark_read(actor, "minutes", minutes.id)
        db.session.flush()


# --- Reading ---


def unread_copy(actor: Person, minutes: Minutes) -> MinutesCopy | None:
    """The actor's copy, if there is one that was never opened. One statement."""
    return db.session.scalars(
        select(MinutesCopy).where(
            MinutesCopy.minutes_id == minutes.id, MinutesCopy.person_id == actor.id, MinutesCopy.read_at.is_(None)
        )
    ).one_or_none()


def copies_of(minutes_id: int) -> Sequence[MinutesCopy]:
    """All copies with who has them, by department and name. One statement."""
    return db.session.scalars(
        select(MinutesCopy)
        .join(MinutesCopy.person).outerjoin(Person.department)
        .options(contains_eager(MinutesCopy.person).contains_eager(Person.department))
        .where(MinutesCopy.minutes_id == minutes_id)
        .order_by(Department.name, Person.name, Person.id)
    ).all()


def units_of(copies: Iterable[MinutesCopy]) -> list[str]:
    """The departments that have copies; who is in none is named."""
    units = (copy.person.department.name if copy.person.department else copy.person.name for copy in copies)
    return list(dict.fromkeys(units))


def participants_of(minutes: Minutes) -> Sequence[Person]:
    """Those of the meeting's people who were told of it and work here. One statement."""
    return db.session.scalars(
        select(Person)
        .join(Attendee, Attendee.person_id == Person.id)
        .where(
            Attendee.meeting_id == minutes.meeting_id, Attendee.invited_at.is_not(None), Person.left_at.is_(None)
        )
        .order_by(Person.name, Person.id)
    ).all()


def members_of(department_ids: Collection[int]) -> Sequence[Person]:
    """All who work in these departments. One statement at most."""
    if not department_ids:
        return []
    return db.session.scalars(
        select(Person)
        .where(Person.department_id.in_(department_ids), Person.left_at.is_(None))
        .order_by(Person.id)
    ).all()


def _chosen_participants(minutes: Minutes, person_ids: Collection[int]) -> list[Person]:
    if not person_ids:
        return []
    chosen = [person for person in participants_of(minutes) if person.id in set(person_ids)]
    if len(chosen) < len(set(person_ids)):
        raise DomainError(_("Somebody of these was not told of the meeting."), "participants")
    return chosen


def _without_copy(minutes: Minutes, people: Iterable[Person]) -> list[Person]:
    """Each of these once who has no copy yet."""
    have = set(db.session.scalars(select(MinutesCopy.person_id).where(MinutesCopy.minutes_id == minutes.id)))
    return [person for person in {one.id: one for one in people}.values() if person.id not in have]


def _reminded_since(minutes: Minutes, since: datetime) -> set[int]:
    """Who was reminded of these minutes after that instant."""
    return set(
        db.session.scalars(
            select(Notice.recipient_id).where(
                Notice.kind == REMINDED, Notice.record_kind == "minutes", Notice.record_id == minutes.id,
                Notice.created_at > since,
            )
        )
    )

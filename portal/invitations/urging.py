"""Urging those who have not said whether they come: by somebody's click, and by the clock."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from flask import current_app
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import clock_time
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.invitations.models import Urge
from portal.meetings import words
from portal.meetings.changing import insist_not_over, insist_timed, lock, take
from portal.meetings.kinds import kind_of
from portal.meetings.models import Answer, Attendee, Meeting, MeetingKind
from portal.meetings.queries import people_in
from portal.meetings.telling import Manner, tell_attendees

PAUSE = timedelta(hours=1)
HOUR = time(9)
MEETINGS_AT_ONCE = 20  # so that others may write in between

# Of these attendees, the ids of those who are not silent although they have no answer, such as who asked for leave.
Excused = Callable[[Sequence[Attendee]], Iterable[int]]
_excused: dict[str, Excused] = {}


def add_excused(name: str, find: Excused) -> None:
    """Let nobody be urged whom this finds; one statement at most."""
    _excused[name] = find


def silent_in(people: Sequence[Attendee]) -> list[Attendee]:
    """Those who were told and have not said whether they come, nor asked to be excused."""
    silent = [one for one in people if one.invited_at is not None and one.answer == Answer.NONE]
    if not silent:
        return []
    excused = {attendee_id for find in _excused.values() for attendee_id in find(silent)}
    return [attendee for attendee in silent if attendee.id not in excused]


def urge(actor: Person, meeting: Meeting) -> int:
    """Remind the silent that an answer is missing, and answer how many that were.

    Raises DomainError if they were urged within the hour, if nobody is silent, or if there is nothing to answer.
    """
    take(actor, meeting)
    insist_not_over(meeting)
    insist_timed(meeting)
    last = _last_urge(meeting.id)
    if last is not None and last > clock.now() - PAUSE:
        raise DomainError(
            _("They were urged at %(time)s already. Give them an hour to answer.", time=clock_time(last))
        )
    silent = silent_in(people_in(meeting.id))
    if not silent:
        raise DomainError(_("Nobody is silent: everyone who was told has answered."))
    db.session.add(Urge(meeting_id=meeting.id, at=clock.now(), by_id=actor.id, people=len(silent)))
    db.session.flush()
    record(actor, "meeting.urged", meeting, people=[attendee.name for attendee in silent])
    return _tell(meeting, silent)


def _tell(meeting: Meeting, silent: Sequence[Attendee]) -> int:
    return tell_attendees(meeting, silent, "meeting.urged", lambda: words.urged(meeting), Manner(asks=True))


def _last_urge(meeting_id: int) -> datetime | None:
    return db.session.scalars(select(func.max(Urge.at, type_=Urge.at.type)).where(Urge.meeting_id == meeting_id)).one()


# --- By the clock ---


def deadline_of(meeting: Meeting) -> datetime:
    """Until when answers are awaited."""
    return min(meeting.answer_by or meeting.starts_at, meeting.starts_at)


def days_of(kind: MeetingKind) -> list[int]:
    """On which days before the deadline the kind has the silent urged, the earliest first."""
    return sorted({int(part) for part in kind.urge_days.split(",") if part.strip().isdigit()}, reverse=True)


def urgings_of(meeting: Meeting) -> list[tuple[int, datetime]]:
    """When the clock urges the silent of the meeting: days before the deadline, and the instant, in order.

    At nine on the organisation's clock; only what comes after the notice and before the deadline.
    """
    settings: Settings = current_app.config["PORTAL"]
    deadline = deadline_of(meeting)
    last = deadline.astimezone(settings.timezone).date()
    found = []
    for days in days_of(kind_of(meeting)):
        at = datetime.combine(last - timedelta(days=days), HOUR, settings.timezone).astimezone(UTC)
        if at < deadline and (meeting.announced_at is None or at > meeting.announced_at):
            found.append((days, at))
    return found


def urge_due() -> int:
    """Urge the silent of meetings for which a day has come, and answer of how many; the caller commits.

    Of several days that have passed meanwhile only the last counts. Several workers may do it at once: each meeting
    and day is urged once.
    """
    meetings = _candidates()
    known = _urges([meeting.id for meeting in meetings])
    due = [(meeting, days) for meeting in meetings if (days := _due(meeting, known.get(meeting.id, []))) is not None]
    return sum(_urge_by_clock(meeting, days) for meeting, days in due[:MEETINGS_AT_ONCE])


def _candidates() -> Sequence[Meeting]:
    """Announced meetings of kinds that urge, that stand and still await answers."""
    now = clock.now()
    silent = select(Attendee.meeting_id).where(Attendee.invited_at.is_not(None), Attendee.answer == Answer.NONE)
    return db.session.scalars(
        select(Meeting)
        .join(Meeting.kind)
        .options(contains_eager(Meeting.kind))
        .where(
            MeetingKind.urge_days != "", Meeting.announced_at.is_not(None), Meeting.cancelled_at.is_(None),
            Meeting.postponed_at.is_(None), Meeting.starts_at > now,
            or_(Meeting.answer_by.is_(None), Meeting.answer_by > now), Meeting.id.in_(silent),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


def _urges(meeting_ids: Sequence[int]) -> dict[int, list[Urge]]:
    found: dict[int, list[Urge]] = defaultdict(list)
    for urge in db.session.scalars(select(Urge).where(Urge.meeting_id.in_(meeting_ids))):
        found[urge.meeting_id].append(urge)
    return found


def _due(meeting: Meeting, urges: Sequence[Urge]) -> int | None:
    """For which day the silent are to be urged now, if for one."""
    now = clock.now()
    passed = [days for days, at in urgings_of(meeting) if at <= now]
    done = {urge.days_before for urge in urges}
    if not passed or passed[-1] in done or any(urge.at > now - PAUSE for urge in urges):
        return None
    return passed[-1]


def _urge_by_clock(meeting: Meeting, days: int) -> bool:
    lock(meeting)
    if meeting.cancelled_at is not None or meeting.postponed_at is not None:
        return False
    silent = silent_in(people_in(meeting.id))
    try:
        with db.session.begin_nested():
            db.session.add(Urge(meeting_id=meeting.id, at=clock.now(), days_before=days, people=len(silent)))
    except IntegrityError:
        return False
    if silent:
        record(None, "meeting.urged", meeting, people=[attendee.name for attendee in silent])
        _tell(meeting, silent)
    return bool(silent)

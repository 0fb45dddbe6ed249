"""What can be done to calendar feeds: made, changed, their addresses renewed and revoked, their octets kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, update

from portal.accounts.models import Department, Person
from portal.audit.commands import record
from portal.calendars import policy
from portal.calendars.models import Client, DutiesAs, Feed, Shows
from portal.calendars.queries import State, feeds
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.models import MeetingKind
from portal.rooms.models import Resource

MOST_FEEDS = 40
# How exactly it is known when an address was last asked: each time would be a write for each poll.
USE_NOTED = timedelta(hours=1)


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Choice:
    """What a feed holds, in what form, and what its owner calls it. `alarm_minutes` are before each start."""

    label: str = ""
    client: Client = Client.OTHER
    duties_as: DutiesAs = DutiesAs.NONE
    with_bookings: bool = True
    with_declined: bool = False
    with_cancelled: bool = True
    alarm_minutes: int | None = None


USUAL = Choice()


def make_feed(
    actor: Person, shows: Shows = Shows.MINE, subject_id: int | None = None, choice: Choice = USUAL
) -> tuple[Feed, str]:
    """Give the actor a calendar with a secret address of its own; answers it and the secret.

    `subject_id` is that of the room, department or kind of meeting, where none of the last means ordinary meetings.
    The secret is 256 random bits; only its hash is kept, so this is the one time that it can be shown. Raises
    NotAllowed, or DomainError for a subject that is not there, or if there are forty already.
    """
    allow(policy.may_subscribe(actor))
    _insist_there_is(shows, subject_id)
    has = db.session.scalar(select(func.count()).where(Feed.person_id == actor.id)) or 0
    if has >= MOST_FEEDS:
        raise DomainError(_("You have %(count)s subscriptions. Remove one that you no longer use.", count=has))
    now, secret = clock.now(), secrets.token_urlsafe(32)
    feed = Feed(
        person=actor, shows=shows, secret_hash=secret_hash(secret), renewed_at=now, changed_at=now, modified_at=now,
        resource_id=subject_id if shows == Shows.ROOM else None,
        department_id=subject_id if shows in {Shows.DEPARTMENT, Shows.DEPARTMENT_DUTIES} else None,
        meeting_kind_id=subject_id if shows == Shows.KIND else None,
    )
    _fill(feed, choice)
    db.session.add(feed)
    db.session.flush()
    record(actor, "feed.made", feed, shows=shows.value)
    return feed, secret


def _insist_there_is(shows: Shows, subject_id: int | None) -> None:
    if shows == Shows.ROOM:
        room = db.session.get(Resource, subject_id) if subject_id else None
        if room is None or room.retired_at is not None:
            raise DomainError(_("There is no such room."), "subject")
    elif shows in {Shows.DEPARTMENT, Shows.DEPARTMENT_DUTIES}:
        if subject_id is None or db.session.get(Department, subject_id) is None:
            raise DomainError(_("There is no such department."), "subject")
    elif shows == Shows.KIND and subject_id is not None and db.session.get(MeetingKind, subject_id) is None:
        raise DomainError(_("There is no such kind of meeting."), "subject")


def _fill(feed: Feed, choice: Choice) -> None:
    """Alarms and to-dos are for one's own: others' would ring for everybody."""
    own = feed.shows in {Shows.MINE, Shows.DUTIES}
    feed.label, feed.client = choice.label, choice.client
    feed.with_bookings, feed.with_declined = choice.with_bookings, choice.with_declined
    feed.with_cancelled = choice.with_cancelled
    feed.alarm_minutes = choice.alarm_minutes if own else None
    feed.duties_as = choice.duties_as
    if feed.shows in {Shows.DUTIES, Shows.DEPARTMENT_DUTIES} and choice.duties_as == DutiesAs.NONE:
        feed.duties_as = DutiesAs.DAYS


def change_feed(actor: Person, feed: Feed, choice: Choice) -> None:
    """Let the feed hold something else; its address stays. It shows with the next poll."""
    allow(policy.may_see(actor, feed))
    _fill(feed, choice)
    feed.revision, feed.changed_at = Feed.revision + 1, clock.now()
    db.session.flush()
    record(actor, "feed.changed", feed)


def renew_feed(actor: Person, feed: Feed) -> str:
    """Give the feed a new secret address, ending the older one at once, and answer the secret, this one time."""
    allow(policy.may_see(actor, feed))
    secret = secrets.token_urlsafe(32)
    feed.secret_hash, feed.renewed_at, feed.last_used_at = secret_hash(secret), clock.now(), None
    db.session.flush()
    record(actor, "feed.renewed", feed)
    return secret


def revoke_feed(actor: Person, feed: Feed) -> None:
    """End the secret address and forget what it answered; raises DomainError if it has none."""
    allow(policy.may_see(actor, feed))
    if feed.secret_hash is None:
        raise DomainError(_("This subscription has no secret address."))
    feed.secret_hash = feed.octets = feed.contents = feed.built_revision = feed.built_on = None
    feed.etag = ""
    db.session.flush()
    record(actor, "feed.revoked", feed)


def remove_feed(actor: Person, feed: Feed) -> None:
    """End the subscription altogether."""
    allow(policy.may_see(actor, feed))
    record(actor, "feed.removed", feed)
    db.session.delete(feed)
    db.session.flush()


def keep_built(state: State, today: date, octets: bytes, etag: str, contents: str) -> datetime:
    """Store what was built from that state, unless something newer is stored, and answer when the octets changed.

    A poll waits for nobody: if another transaction holds the row in PostgreSQL, a later poll stores it. What
    differs although nothing was changed has moved out of the day's window: that is a change as of now. A change that
    this feed does not show is none.
    """
    if state.etag == etag:
        modified_at = state.modified_at
    elif state.built_revision == state.revision:
        modified_at = max(state.modified_at, clock.now())
    else:
        modified_at = max(state.modified_at, state.changed_at)
    free = select(feeds.id).where(feeds.id == state.id).with_for_update(skip_locked=True)
    db.session.execute(
        update(Feed.__table__)  # type: ignore[arg-type]
        .where(feeds.id.in_(free), or_(feeds.built_revision.is_(None), feeds.built_revision <= state.revision))
        .values(
            octets=octets, etag=etag, contents=contents, built_revision=state.revision, built_on=today,
            modified_at=modified_at,
        )
    )
    return modified_at


def note_use(state: State) -> None:
    """Keep to the hour when the address was last asked; nobody waits for that."""
    free = select(feeds.id).where(feeds.id == state.id).with_for_update(skip_locked=True)
    db.session.execute(
        update(Feed.__table__).where(feeds.id.in_(free)).values(last_used_at=clock.now())  # type: ignore[arg-type]
    )


def is_use_to_note(state: State) -> bool:
    return state.last_used_at is None or clock.now() - state.last_used_at >= USE_NOTED

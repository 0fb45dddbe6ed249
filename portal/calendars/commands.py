"""What can be done to a calendar feed: its address renewed and revoked, its revision raised, its octets kept."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, bindparam, event, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.calendars import policy
from portal.calendars.models import Feed
from portal.calendars.queries import State, bookings, feed_of, feeds
from portal.core import clock
from portal.core.access import allow
from portal.core.db import UtcDateTime, db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _

_feed = cast(Table, Feed.__table__)
# Where a session keeps whose feeds its transaction changed: people, and bookings for their owners.
_NOTED = "calendars: whose feeds show something else"


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def renew_feed(actor: Person) -> str:
    """Give the actor's calendar a new secret address, ending an older one, and answer the secret.

    It is 256 random bits; only its hash is kept, so this is the one time that it can be shown.
    """
    allow(policy.may_subscribe(actor))
    secret = secrets.token_urlsafe(32)
    feed = feed_of(actor.id) or _new_feed(actor)
    feed.secret_hash, feed.renewed_at = secret_hash(secret), clock.now()
    db.session.flush()
    record(actor, "feed.renewed", feed)
    return secret


def _new_feed(actor: Person) -> Feed:
    """The actor's first feed, or that of another request which was quicker."""
    feed = Feed(person_id=actor.id, renewed_at=clock.now(), changed_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(feed)
    except IntegrityError:
        return db.session.scalars(select(Feed).where(Feed.person_id == actor.id)).one()
    return feed


def revoke_feed(actor: Person) -> None:
    """End the actor's secret address and forget what it answered; raises DomainError if there is none."""
    allow(policy.may_subscribe(actor))
    feed = feed_of(actor.id)
    if feed is None or feed.secret_hash is None:
        raise DomainError(_("Your calendar has no secret address."))
    feed.secret_hash = feed.octets = feed.built_revision = feed.built_on = None
    feed.etag = ""
    db.session.flush()
    record(actor, "feed.revoked", feed)


def raise_revisions(person_ids: Iterable[int], booking_id: int | None = None) -> None:
    """Note that the feeds of these people, and of the owner of the booking, show something else now.

    Their revisions rise in the transaction of the change, but at its very end and all at once, whatever else it
    changes: nobody who waits for a feed holds what those wait for who hold the feed.
    """
    noted = db.session.info.setdefault(_NOTED, (set(), set()))
    noted[0].update(person_ids)
    if booking_id is not None:
        noted[1].add(booking_id)


# Built once: it runs with every booking, and building a statement takes longer than running it.
_OWNERS = select(bookings.owner_id).where(bookings.id.in_(bindparam("booking_ids", expanding=True)))
_IN_ORDER = (
    select(feeds.id)
    .where(or_(feeds.person_id.in_(bindparam("person_ids", expanding=True)), feeds.person_id.in_(_OWNERS)))
    .order_by(feeds.id)
    .with_for_update()
)
_RAISE = (
    update(_feed)
    .where(feeds.id.in_(_IN_ORDER))
    .values(revision=feeds.revision + 1, changed_at=bindparam("now", type_=UtcDateTime()))
)


@event.listens_for(db.session, "before_commit")
def _raise_noted(session: Session) -> None:
    """One statement; for people without a feed it changes nothing.

    PostgreSQL locks the rows in the order of ids, so that two changes to common people wait for each other and no
    more.
    """
    if session.in_nested_transaction() or _NOTED not in session.info:
        return
    person_ids, booking_ids = session.info.pop(_NOTED)
    session.execute(
        _RAISE, {"person_ids": sorted(person_ids), "booking_ids": sorted(booking_ids), "now": clock.now()}
    )


@event.listens_for(db.session, "after_rollback")
def _forget_noted(session: Session) -> None:
    """What was rolled back changed nothing; of a savepoint's part it does no harm to raise too many."""
    if not session.in_nested_transaction():
        session.info.pop(_NOTED, None)


def keep_built(state: State, today: date, octets: bytes, etag: str) -> datetime:
    """Store what was built from that state, unless something newer is stored, and answer when it last changed.

    A poll waits for nobody: if another transaction holds the row in PostgreSQL, a later poll stores it. What
    differs although nothing was changed has moved out of the day's window: that is a change as of now.
    """
    moved_on = state.built_revision == state.revision and state.etag != etag
    changed_at = max(state.changed_at, clock.now()) if moved_on else state.changed_at
    free = select(feeds.id).where(feeds.id == state.id).with_for_update(skip_locked=True)
    db.session.execute(
        update(_feed)
        .where(feeds.id.in_(free), or_(feeds.built_revision.is_(None), feeds.built_revision <= state.revision))
        .values(octets=octets, etag=etag, built_revision=state.revision, built_on=today)
    )
    if moved_on:
        db.session.execute(
            update(_feed).where(feeds.id.in_(free), feeds.changed_at < changed_at).values(changed_at=changed_at)
        )
    return changed_at

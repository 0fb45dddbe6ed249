"""What programs ask of a calendar: feeds, for whoever knows the secret in their address."""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from flask import Response, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload, undefer
from werkzeug.exceptions import MethodNotAllowed

from portal.accounts.models import Person
from portal.accounts.queries import house_today
from portal.calendars import commands, components, feeds, queries
from portal.calendars.models import Feed
from portal.calendars.views import bp
from portal.core import clock
from portal.core.db import db, expect_only_reads
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.rooms.models import Resource
from portal.web import conditional
from portal.web.access import open_to_machines

Kept = TypeVar("Kept")
# Named so that each gets a plain 405; clients of CalDAV try several of them first.
METHODS = (
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "PROPPATCH", "REPORT", "MKCOL",
    "MKCALENDAR", "COPY", "MOVE", "LOCK", "UNLOCK", "SEARCH", "ACL",
)


@bp.route("/feeds/<secret>/calendar.ics", methods=METHODS, provide_automatic_options=False)
@open_to_machines
def feed(secret: str) -> Response:
    """A calendar for whoever knows the secret; an unchanged one costs one statement."""
    state = state_of(secret)
    today = house_today()
    octets, etag, modified_at = None, state.etag, state.modified_at
    if not state.is_built(today):
        octets, etag, modified_at = _build(state)
    elif commands.is_use_to_note(state):
        write_or_not(lambda: commands.note_use(state))
    # Never later than now (RFC 9110 §8.8.2.1), should the clock have been set back.
    modified_at, form = min(modified_at, clock.now()), conditional.negotiated(etag)
    if conditional.is_unchanged(form, modified_at):
        return conditional.with_validators(Response(status=304), form, modified_at)
    octets = octets or queries.octets_of(state.id, etag) or _build(state)[0]
    response = conditional.in_accepted_form(octets, components.TYPE)
    return conditional.with_validators(response, form, modified_at)


def state_of(secret: str) -> queries.State:
    """The state of the feed with that secret, in one statement; raises Missing, or MethodNotAllowed but for reading."""
    if request.method not in {"GET", "HEAD"}:
        raise MethodNotAllowed(["GET", "HEAD"])
    wanted = commands.secret_hash(secret)
    state = queries.state_by_hash(wanted)
    if state is None or not hmac.compare_digest(state.secret_hash, wanted):
        raise Missing(_("There is no such calendar."))
    return state


_WHOLE = (
    undefer(Feed.octets), undefer(Feed.contents), joinedload(Feed.resource).joinedload(Resource.area),
    joinedload(Feed.department), joinedload(Feed.meeting_kind), joinedload(Feed.person).selectinload(Person.grants),
)


def _build(state: queries.State) -> tuple[bytes, str, datetime]:
    """The octets, their validator and the time of their last change; stored for the polls to come if possible.

    Built before the transaction that stores them, so that SQLite's write lock is held for a moment only. What nobody
    can store now, since somebody else holds the database, the client gets all the same, and the next poll stores.
    """
    today = house_today()
    made = feeds.built(db.session.get_one(Feed, state.id, options=_WHOLE, populate_existing=True), today)
    etag = made.etag

    def keep() -> datetime:
        if commands.is_use_to_note(state):
            commands.note_use(state)
        return commands.keep_built(state, today, made.octets, etag, made.contents)

    kept = write_or_not(keep)
    return made.octets, etag, kept or clock.now()


def write_or_not(change: Callable[[], Kept]) -> Kept | None:
    """Do it in a short transaction of its own; nothing if the database is not to be had at once."""
    db.session.rollback()
    expect_only_reads(False)
    try:
        kept = change()
        db.session.commit()
    except OperationalError:
        db.session.rollback()
        return None
    finally:
        expect_only_reads(True)
    return kept


@bp.record
def _needs_no_token(state: BlueprintSetupState) -> None:
    """A POST to a feed is refused for being one, by 405, before anyone looks for a token."""
    state.app.extensions["csrf"].exempt(feed)

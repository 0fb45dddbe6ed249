"""Free/busy times: of colleagues and rooms for whoever is signed in, and of a feed for whoever knows its secret."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from flask import Response, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.calendars import commands, freebusy, policy
from portal.calendars.feed_views import METHODS, state_of, write_or_not
from portal.calendars.freebusy import AHEAD, BACK, LONGEST_WINDOW, Window
from portal.calendars.models import Feed, Shows
from portal.calendars.views import bp
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import local, reader
from portal.rooms.models import Resource
from portal.web import conditional
from portal.web.access import open_to_machines


@bp.get("/people/<int:person_id>/freebusy.ics")
def person_freebusy(person_id: int) -> Response:
    """When a colleague is busy, `?from=YYYY-MM-DD&until=YYYY-MM-DD` (both included) on the reader's clock."""
    person = db.session.get(Person, person_id)
    if person is None or not policy.may_see_busy(me(), person):
        raise Missing(_("There is no such person."))
    return _file(freebusy.of_person(person, _window()), f"freebusy-{person.id}.ics")


@bp.get("/rooms/<int:room_id>/freebusy.ics")
def room_freebusy(room_id: int) -> Response:
    """When a room, or all there is of another thing, is taken; asked for as a colleague's."""
    resource = db.session.get(Resource, room_id)
    if resource is None or resource.retired_at is not None:
        raise Missing(_("There is no such room."))
    return _file(freebusy.of_resource(resource, _window()), f"freebusy-room-{resource.id}.ics")


def _window() -> Window:
    """What was asked for; a week back and eight ahead if nothing. Raises DomainError for what cannot be meant.

    It is made for this answer, which is what DTSTAMP says with a METHOD (RFC 5545 §3.8.7.2).
    """
    today = local(clock.now()).date()
    first, last = _day("from", today - BACK), _day("until", today + AHEAD - timedelta(days=1))
    if not timedelta() <= last - first < LONGEST_WINDOW:
        raise DomainError(_("Ask for 1 to %(count)s days.", count=LONGEST_WINDOW.days))
    zone = reader().zone
    return Window(_midnight(first, zone), _midnight(last + timedelta(days=1), zone), clock.now())


def _day(name: str, usual: date) -> date:
    said = request.args.get(name)
    if not said:
        return usual
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise DomainError(_("“%(text)s” is no day.", text=said[:40])) from None
    if not 1970 < day.year < 2200:
        raise DomainError(_("“%(text)s” is no day.", text=said[:40]))
    return day


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _file(octets: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(octets, content_type=freebusy.TYPE, headers=headers)


@bp.route("/feeds/<secret>/freebusy.ifb", methods=METHODS, provide_automatic_options=False)
@open_to_machines
def feed_freebusy(secret: str) -> Response:
    """When the person or the room is busy whose calendar that is: a week back and eight ahead, days in UTC.

    Answered anew each time, in a few statements; the validator is of the octets, so an unchanged one gives 304.
    """
    state = state_of(secret)
    today = _midnight(clock.now().date(), ZoneInfo("UTC"))
    # Others since midnight, when the window moved, or since the last change, whichever is later.
    modified_at = min(max(state.changed_at, today), clock.now())
    feed = db.session.get_one(Feed, state.id, options=[joinedload(Feed.person), joinedload(Feed.resource)])
    octets = _of_feed(feed, Window(today - BACK, today + AHEAD, modified_at))
    if commands.is_use_to_note(state):
        write_or_not(lambda: commands.note_use(state))
    form = conditional.negotiated(sha256(octets).hexdigest()[:32])
    if conditional.is_unchanged(form, modified_at):
        return conditional.with_validators(Response(status=304), form, modified_at)
    response = conditional.in_accepted_form(octets, freebusy.TYPE)
    return conditional.with_validators(response, form, modified_at)


def _of_feed(feed: Feed, window: Window) -> bytes:
    """Only one's own calendar and a room's are about being busy; raises Missing for others."""
    if feed.resource is not None:
        return freebusy.of_resource(feed.resource, window)
    if feed.shows != Shows.MINE:
        raise Missing(_("There is no such calendar."))
    return freebusy.of_person(feed.person, window)


@bp.record
def _needs_no_token(state: BlueprintSetupState) -> None:
    """As a feed's own address."""
    state.app.extensions["csrf"].exempt(feed_freebusy)

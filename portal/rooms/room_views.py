"""The page of a single resource, and the list of what can be booked besides rooms."""

from flask import Response, request

from portal.accounts.session import me
from portal.core import clock
from portal.core.db import db
from portal.rooms import policy, queries, resource_queries
from portal.rooms.kinds import WORDS
from portal.rooms.models import Sort
from portal.rooms.rule_words import sentences
from portal.rooms.rules import rules_of
from portal.rooms.views import bp
from portal.web.fragments import page
from portal.web.paging import leaf

# How many bookings the page of a room shows at once.
AT_ONCE = 20


@bp.get("/rooms/<int:room_id>")
def room(room_id: int) -> Response:
    """One room or other resource: where it is, what it offers and asks, when it is open and booked."""
    found = resource_queries.whole(room_id)
    bookings = leaf(queries.bookings_in(room_id), request.args.get("page", 1, type=int), AT_ONCE)
    closures = db.session.scalars(queries.closures_in(room_id).limit(20)).all()
    return page(
        "rooms/room.html", block="content", room=found, leaf=bookings, closures=closures,
        words=WORDS[Sort(found.kind)], week=resource_queries.this_week(found, clock.now()),
        rules=list(sentences(rules_of(found))), keepers=resource_queries.keepers_of(found),
        keeps=policy.keeps(me(), found), may_manage=policy.may_manage_rooms(me()),
        may_book=policy.may_book(me(), found),
    )


@bp.get("/resources")
def resources() -> Response:
    """What can be booked besides rooms: equipment, vehicles, interpreters."""
    return page(
        "rooms/resources.html", block="content", found=resource_queries.other_resources(), words=WORDS,
        may_add=policy.may_manage_rooms(me()),
    )

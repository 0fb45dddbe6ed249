"""What the requests slice tells the rest of the portal."""

from datetime import timedelta

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.worker import add_chore
from portal.requests import (
    clockwork,
    follow,  # noqa: F401  (listens to bookings)
    line,
    panels,
    policy,
    queries,
    wait_views,  # noqa: F401  (adds its pages to those of requests)
)
from portal.requests.models import BookingRequest, Turn, Wait
from portal.rooms import policy as rooms
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

TURNS = {
    Turn.RESOURCE.value: _l("Whoever keeps the room"), Turn.AREA.value: _l("Whoever keeps the area"),
    Turn.HOUSE.value: _l("Room managers"),
}

register(
    Kind(
        "booking_request", BookingRequest, lambda: _("Request"), lambda asked: asked.about.title,
        lambda asked: url_for("requests.request_page", request_id=asked.id), policy.may_see, queries.hidden_from,
    )
)
register(
    Kind(
        "wait", Wait, lambda: _("Waiting list"), lambda wait: wait.title, lambda wait: url_for("requests.waits"),
        policy.may_see_wait, line.hidden_from,
    )
)
add_kinds(Group.BOOKINGS, "booking_request", "wait", decisions={"booking_request.asked", "wait.offered"})
describe(
    {
        "booking_request.asked": _l("asked for approval"),
        "booking_request.withdrawn": _l("withdrew the request"),
        "booking_request.passed_on": _l("passed the request on"),
        "booking_request.approved": _l("approved the request"),
        "booking_request.declined": _l("turned the request down"),
        "booking_request.expired": _l("let the request expire"),
        "booking.approved": _l("approved the booking"),
        "booking.offered": _l("offered it to the first in line"),
        "booking.accepted": _l("took what was offered"),
        "wait.begun": _l("got in line"),
        "wait.left": _l("left the line"),
        "wait.given": _l("booked it for the first in line"),
        "wait.offered": _l("offered it to the first in line"),
        "wait.accepted": _l("took what was offered"),
        "wait.passed": _l("let the offer pass"),
        "wait.over": _l("ended the waiting: the time came"),
    },
    details={
        "turn": _l("Turn"), "decide_by_at": _l("To be decided until"), "reason": _l("Reason"),
        "on_behalf_of": _l("Decided for"),
    },
    values={"turn": TURNS},
)
add_place(Place(25, "requests.waiting", _l("Requests"), "question", rooms.may_manage_rooms))
add_panel("my_day", "offers", 22, panels.offers)
add_panel("my_day", "requests", 24, panels.of_my_day)
add_panel("booking", "request", 10, panels.of_booking)
add_panel("refusal", "wait", 90, panels.refusal)
add_chore("requests", timedelta(minutes=1), clockwork.pass_requests_on)
add_chore("waiting lists", timedelta(seconds=10), clockwork.give_times)

"""Where other pages lead to subscriptions, and what the log calls them."""

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.calendars.models import Shows
from portal.calendars.subscription_forms import SHOWS
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import MeetingKind
from portal.rooms.models import Resource
from portal.web.panels import add_panel

describe(
    {}, details={"shows": _l("What it shows")},
    values={"shows": {shows.value: words for shows, words in SHOWS.items()}},
)


def room_subscription(room: Resource, _person: Person) -> str:
    """The button of the page of what can be booked that has it in one's own calendar, as long as it is in use."""
    address = url_for("calendars.new_subscription", shows=Shows.ROOM.value, room=room.id)
    return "" if room.retired_at else render_template("calendars/_subscribe.html", address=address)


def kind_subscription(kind: MeetingKind, _person: Person) -> str:
    """The same of a kind of meeting, in the list of kinds."""
    address = url_for("calendars.new_subscription", shows=Shows.KIND.value, kind=kind.id)
    return "" if kind.retired_at else render_template("calendars/_subscribe.html", address=address, of=kind.name)


add_panel("room_actions", "calendars", 70, room_subscription)
add_panel("kind_actions", "calendars", 10, kind_subscription)

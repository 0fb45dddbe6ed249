"""What the series slice tells the rest of the portal."""

from datetime import UTC, timedelta

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.rooms import policy as rooms_policy
from portal.rooms.models import Booking
from portal.series import policy, queries, words
from portal.series.models import Series
from portal.web.forms import Form
from portal.web.panels import add_panel

register(
    Kind(
        "series", Series, lambda: str(_l("Series")), lambda series: series.title,
        lambda series: url_for("series.series", series_id=series.id), policy.may_see, queries.hidden_from,
    )
)
add_kinds(Group.BOOKINGS, "series")
describe(
    {
        "series.created": _l("booked the series"),
        "series.changed": _l("changed the series"),
        "series.ended": _l("ended the series early"),
        "series.continued": _l("let the series go on otherwise"),
        "series.cancelled": _l("cancelled what was to come of the series"),
        "series.restored": _l("took the cancellation back"),
        "series.imported": _l("entered the series from a file"),
    },
    details={"rule": _l("Rule"), "count": _l("Dates"), "cancelled": _l("Cancelled")},
    values={"override": {"allows_series": _l("Series"), "longest_series": _l("Dates of a series")}},
)


def of_booking(booking: Booking, person: Person) -> str:
    """The panel of an occurrence: what series it is part of."""
    if booking.series_id is None or not rooms_policy.may_read(person, booking):
        return ""
    series = db.session.get_one(Series, booking.series_id)
    return render_template(
        "series/_of_booking.html", series=series, booking=booking, words=words.series_words(series),
        may_change=policy.may_change(person, series) and booking.is_standing,
    )


def repeat_booking(booking: Booking, _person: Person) -> str:
    """The button of a single booking that goes on to a series of the same, from a week later on."""
    if booking.series_id is not None or booking.ends_at <= clock.now():
        return ""
    zone = booking.room.area.zone
    starts_at = (booking.starts_at.astimezone(zone) + timedelta(weeks=1)).astimezone(UTC)
    return render_template(
        "series/_repeat_booking.html", booking=booking, starts_at=starts_at,
        ends_at=starts_at + (booking.ends_at - booking.starts_at),
    )


def repeat_button(form: Form, _person: Person) -> str:
    """The button of the booking form that goes on to a series, with all that was typed."""
    return render_template("series/_repeat.html") if "for_whom" in form else ""


add_panel("booking", "series", 10, of_booking)
add_panel("booking_actions", "series", 20, repeat_booking)
add_panel("booking_form", "series", 10, repeat_button)

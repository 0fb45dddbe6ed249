"""A series as a file, and its button."""

from flask import Response, current_app, render_template

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.calendars import components, recurring_bookings
from portal.calendars.downloads import download
from portal.calendars.views import bp
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.core.settings import Settings
from portal.series import policy
from portal.series.models import Series
from portal.web.panels import add_panel


@bp.get("/series/<int:series_id>/series.ics")
def series_file(series_id: int) -> Response:
    """All dates of a series that stand, for those who may see its page, in words that they may know."""
    series: Series = load("series", series_id, me())
    settings: Settings = current_app.config["PORTAL"]
    title = series.title if policy.may_read(me(), series) else _("Busy")
    whole = recurring_bookings.whole(series.id, me(), settings.base_url)
    octets = components.vcalendar(
        title, [whole.octets] if whole.octets else [], zone=series.timezone, zones_used=[whole.zone]
    )
    return download(octets, f"series-{series.id}.ics", f"{title}.ics")


def series_button(series: Series, _person: Person) -> str:
    """The button of a series' page that saves it as a file."""
    return render_template("calendars/_series_file.html", series=series)


add_panel("series_actions", "calendars", 60, series_button)

"""What the importers slice tells the rest of the portal."""

from datetime import timedelta

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.calendars.entries import add_entries
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.importers import busy, policy, uploads
from portal.importers.models import Overlay
from portal.notifications.worker import add_chore
from portal.rooms.busy import add_source
from portal.web.navigation import put_under
from portal.web.panels import add_panel

register(
    Kind(
        "overlay", Overlay, lambda: _("Calendar from elsewhere"), lambda overlay: overlay.name,
        lambda overlay: url_for("importers.bring"), policy.may_see,
    )
)
describe(
    {
        "overlay.imported": _l("brought a calendar from elsewhere"),
        "overlay.removed": _l("removed a calendar from elsewhere"),
    }
)
add_source("overlays", busy.brought_along)
add_entries("overlays", busy.entries)
add_chore("files to be imported", timedelta(minutes=10), uploads.forget_old)


def way_in(person: Person) -> str:
    """The button beside those that choose how one's calendar is shown."""
    return render_template("importers/_way_in.html")


add_panel("calendar_views", "import", 10, way_in)
put_under("calendars", "importers")

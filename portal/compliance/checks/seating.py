"""The check of who sits where."""

from collections.abc import Mapping

from sqlalchemy import select

from portal.compliance.checks.forms import items_fine
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import lacking, named, office, tab
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Verdict, not_applicable
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Format
from portal.printing.models import Seat
from portal.regulations.profiles import Clause


@loads("seats")
def _seats(batch: Batch) -> Mapping[int, list[tuple[int, int]]]:
    rows = db.session.execute(select(Seat.meeting_id, Seat.attendee_id).where(Seat.meeting_id.in_(batch.ids)))
    return by_meeting((row[0], row[1]) for row in rows)


@checks("seating.assigned", _l("The seat of each who comes"))
def assigned(dossier: Dossier, clause: Clause) -> Verdict:
    if dossier.meeting.format == Format.ONLINE:
        return not_applicable(_("The meeting is online only."))
    seated = {attendee_id for _meeting, attendee_id in dossier.get("seats")}
    people = [one for one in dossier.get("people") if one.comes]
    standing = [one.name for one in people if one.id not in seated]
    items = [key for key in clause.arg.split(",") if key]
    lacks = [
        "" if people else _("Nobody is on the list yet."),
        _("Without a seat: %(names)s.", names=named(standing)) if standing else "",
        "" if items_fine(dossier, items) else _("Light and sound have not been found fine on a signed form."),
    ]
    seats = tab(dossier.meeting, _("Seating plan"), "printing.seating")
    return lacking(lacks, dossier.has_begun, office(), seats, kept=_("Everybody who comes has a seat."))

"""The list of who registered, as a table: with the fields that the page asks, or asked when they answered."""

from collections.abc import Iterable, Sequence
from typing import Any

from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.meetings.models import Meeting
from portal.registration.fields import OwnField, answered_in
from portal.registration.models import Registrant, Registration
from portal.registration.queries import registrants_of

STATES = {
    "waiting": _l("To decide"), "accepted": lazy_pgettext("registration", "Accepted"),
    "declined": lazy_pgettext("registration", "Declined"),
    "unconfirmed": _l("Not confirmed"),
}


def state_of(registrant: Registrant) -> str:
    """One of `queries.STATES`."""
    if registrant.decision is not None:
        return registrant.decision
    return "waiting" if registrant.confirmed_at is not None else "unconfirmed"


def fields_shown(registration: Registration | None, registrants: Iterable[Registrant]) -> list[OwnField]:
    """The own fields that say something of these."""
    return answered_in(registration, [registrant.values for registrant in registrants])


def table(meeting: Meeting, state: str) -> tuple[list[str], list[Sequence[Any]]]:
    """The columns' names and the rows, of all pages."""
    found = db.session.scalars(registrants_of(meeting.id, state)).all()
    fields = fields_shown(db.session.get(Registration, meeting.id), found)
    columns = [
        _("Name"), _("Organisation"), _("Post"), _("E-mail"), *(field.label for field in fields), _("State"),
        _("Registered on"), _("Confirmed"), _("Decided"), _("By"), _("Words"),
    ]
    rows: list[Sequence[Any]] = [
        [
            one.name, one.unit, one.post, one.email, *(one.values.get(field.key, "") for field in fields),
            str(STATES[state_of(one)]), one.registered_at, one.confirmed_at, one.decided_at,
            one.decided_by.name if one.decided_by else "", one.words,
        ]
        for one in found
    ]
    return columns, rows

"""What the accounts slice tells the rest of the portal."""

from portal.accounts.forms import THEMES
from portal.audit.words import describe
from portal.core.i18n import LOCALES
from portal.core.i18n import lazy_gettext as _l

ROLES = {
    "employee": _l("Employee"), "department_head": _l("Department head"), "meeting_office": _l("Meeting office"),
    "room_manager": _l("Room manager"), "leader": _l("Leader"), "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
}

describe(
    {
        "person.signed_in": _l("signed in"),
        "person.signed_out": _l("signed out"),
        "person.preferences": _l("changed preferences"),
        "person.added": _l("added the person"),
        "person.password": _l("set the password"),
        "department.added": _l("added the department"),
    },
    details={
        "login": _l("User name"), "roles": _l("Roles"), "locale": _l("Language"), "theme": _l("Appearance"),
        "address": _l("Network address"),
    },
    values={"roles": ROLES, "locale": LOCALES, "theme": dict(THEMES)},
)

"""What the accounts slice tells the rest of the portal."""

from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l

describe(
    {
        "person.signed_in": _l("signed in"),
        "person.signed_out": _l("signed out"),
        "person.preferences": _l("changed preferences"),
        "person.added": _l("added the person"),
        "department.added": _l("added the department"),
    }
)

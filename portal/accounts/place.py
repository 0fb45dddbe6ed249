"""What the accounts slice tells the rest of the portal."""

from flask import url_for

from portal.accounts import policy
from portal.accounts.forms import DENSITIES, THEMES
from portal.accounts.models import Delegation
from portal.accounts.roles import NAMES
from portal.audit.words import describe
from portal.core.i18n import LOCALES
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register

register(
    Kind(
        "delegation", Delegation, lambda: _("Absence"), lambda delegation: delegation.principal.name,
        lambda delegation: url_for("accounts.delegates"), policy.may_see_delegation,
    )
)
describe(
    {
        "person.signed_in": _l("signed in"),
        "person.signed_out": _l("signed out"),
        "person.preferences": _l("changed preferences"),
        "person.added": _l("added the person"),
        "person.password": _l("set the password"),
        "department.added": _l("added the department"),
        "delegation.made": _l("chose who decides meanwhile"),
        "delegation.ended": _l("ended that somebody decides meanwhile"),
    },
    details={
        "login": _l("User name"), "roles": _l("Roles"), "locale": _l("Language"), "theme": _l("Appearance"),
        "density": _l("Density"),
        "address": _l("Network address"), "principal": _l("Away"), "delegate": _l("Decides meanwhile"),
        "starts_on": _l("First day"), "ends_on": _l("Last day"),
    },
    values={"roles": NAMES, "locale": LOCALES, "theme": dict(THEMES), "density": dict(DENSITIES)},
)

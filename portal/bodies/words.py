"""What people are told of their terms in bodies."""

from portal.bodies.models import Membership
from portal.bodies.names import PARTS, name_of
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.web.addresses import absolute_address


def term_of(term: Membership) -> str:
    """From when until when."""
    first = plain_day(term.starts_on)
    if term.ends_on is None:
        return _("from %(day)s on", day=first)
    return f"{first} – {plain_day(term.ends_on)}"


def appointed(term: Membership) -> tuple[str, str]:
    name = name_of(term.body)
    return (
        _("You are appointed: %(body)s", body=name),
        _(
            "You belong to “%(body)s” as: %(part)s, %(term)s.\n\nSee who else does: %(address)s",
            body=name, part=PARTS[term.part], term=term_of(term),
            address=absolute_address("bodies.body", key=term.body.key),
        ),
    )


def ended(term: Membership) -> tuple[str, str]:
    name = name_of(term.body)
    return (
        _("Your term ends: %(body)s", body=name),
        _(
            "Your term in “%(body)s” is now %(term)s.\n\n%(address)s",
            body=name, term=term_of(term), address=absolute_address("bodies.body", key=term.body.key),
        ),
    )


def taken_back(body_name: str) -> tuple[str, str]:
    return (
        _("You are not appointed after all: %(body)s", body=body_name),
        _("Your term in “%(body)s” was taken back before it began.", body=body_name),
    )

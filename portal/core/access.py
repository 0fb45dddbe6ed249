"""How a command insists on a right."""

from portal.core.errors import NotAllowed
from portal.core.i18n import gettext as _


def allow(may: bool) -> None:
    """Go on only if the policy said yes; raises NotAllowed."""
    if not may:
        raise NotAllowed(_("You do not have the right to do this."))

"""What heads are told of resolutions that have lost their owner, in the reader's language."""

from collections.abc import Sequence

from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.resolutions.models import Resolution
from portal.resolutions.words import address_of
from portal.web.addresses import absolute_address


def why(resolution: Resolution) -> str:
    """Why it has no active owner; nothing if it has one."""
    if not resolution.owner.is_active:
        return _("%(name)s has left.", name=resolution.owner.name)
    if resolution.owner.department_id == resolution.department_id:
        return ""
    if resolution.owner.department is None:
        return _("%(name)s belongs to no department any more.", name=resolution.owner.name)
    return _(
        "%(name)s belongs to %(department)s now.", name=resolution.owner.name,
        department=resolution.owner.department.name,
    )


def found(resolutions: Sequence[Resolution]) -> tuple[str, str]:
    lines = [f"{one.heading}\n{why(one)}\n{address_of(one)}" for one in resolutions]
    return (
        ngettext("%(num)s resolution without an owner", "%(num)s resolutions without an owner", len(resolutions)),
        _("Hand them over to somebody of the department: %(address)s",
          address=absolute_address("supervision.orphan_list")) + "\n\n" + "\n\n".join(lines),
    )

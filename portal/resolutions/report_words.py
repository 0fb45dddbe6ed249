"""What people are told of the reports that are expected of them, in the language these are called in."""

from collections.abc import Sequence

from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext, plain_day
from portal.resolutions.models import Resolution
from portal.web.addresses import absolute_address


def to_come(theirs: Sequence[Resolution]) -> tuple[str, str]:
    """Of which resolutions a report is expected next; each has a day by which it is."""
    lines = [f"{plain_day(one.report_by)}  {one.heading}" for one in theirs if one.report_by]
    return (
        ngettext("One report is expected of you", "%(num)s reports are expected of you", len(lines)),
        _(
            "Each by its day:\n\n%(lines)s\n\nWrite them all on one page: %(address)s",
            lines="\n".join(lines), address=absolute_address("resolutions.week"),
        ),
    )

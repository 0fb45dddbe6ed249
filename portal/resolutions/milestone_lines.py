"""Milestones as they are typed: one to a line, its day first."""

from datetime import date
from typing import Any

from wtforms import TextAreaField

from portal.core.i18n import gettext as _
from portal.resolutions.models import Milestone
from portal.web.forms import UNPRINTABLE

LONGEST_TITLE = Milestone.title.type.length


class MilestonesField(TextAreaField):
    """Lines such as `2026-12-01 The plan is drawn`; `data` are titles with days, as `Duty` takes them."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{day.isoformat()} {title}" for title, day in self.data or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        lines = [line.strip() for line in (str(valuelist[0]) if valuelist else "").splitlines()]
        self.data = tuple(_milestone(line) for line in lines if line)


def _milestone(line: str) -> tuple[str, date]:
    day, _space, title = line.partition(" ")
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise ValueError(
            _("“%(line)s” does not begin with a day, such as 2026-12-01.", line=line[:60])
        ) from None
    title = title.strip()
    if UNPRINTABLE.search(title):
        raise ValueError(_("This holds characters that cannot be shown."))
    if not title:
        raise ValueError(_("“%(line)s” says no more than a day.", line=line[:60]))
    if len(title) > LONGEST_TITLE:
        raise ValueError(_("At most %(count)s characters, please.", count=LONGEST_TITLE))
    return title, found

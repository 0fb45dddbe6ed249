"""What people are told of bulletins, and how bulletins are headed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from portal.core.i18n import gettext as _
from portal.core.i18n import local, ngettext, plain_day
from portal.supervision import figures
from portal.supervision.figure_words import HOW_COUNTED
from portal.supervision.figures import Figures
from portal.supervision.models import Bulletin
from portal.supervision.periods import Period
from portal.web.addresses import absolute_address


def period_of(bulletin: Bulletin) -> Period:
    return Period(bulletin.starts_on, bulletin.ends_on)


def whose(bulletin: Bulletin) -> str:
    """The department that it is about."""
    return bulletin.department.name if bulletin.department else _("All departments")


def title_of(bulletin: Bulletin) -> str:
    """What lists and files call it."""
    return _("Bulletin %(number)s", number=bulletin.number)


def in_short(of: Figures) -> str:
    """The figures in one sentence."""
    return _(
        "%(due)s were due: %(on_time)s done on time, %(late)s done late, %(overdue)s overdue, %(running)s still "
        "running.",
        due=of.due, on_time=of.on_time, late=of.late, overdue=of.overdue, running=of.running,
    )


def issued(bulletin: Bulletin) -> tuple[str, str]:
    counted = figures.total(figures.lines_of(bulletin.content["lines"]), "").extended
    return (
        _("Bulletin %(number)s: %(period)s", number=bulletin.number, period=period_of(bulletin).name),
        _(
            "%(name)s has issued the bulletin on resolutions of %(department)s, %(period)s.\n\n%(figures)s"
            "\n\n%(words)s\n\nRead it here: %(address)s",
            name=bulletin.issued_by.name, department=whose(bulletin), period=period_of(bulletin).name,
            figures=in_short(counted), words=bulletin.words,
            address=absolute_address("supervision.bulletin", bulletin_id=bulletin.id),
        ),
    )


def heading_of(bulletin: Bulletin) -> str:
    """What the document itself is called."""
    return f"{_('Bulletin on resolutions')} · {bulletin.number}"


def day_of(plain: str) -> str:
    """A day that a bulletin keeps, as the reader writes it."""
    return plain_day(date.fromisoformat(plain))


def last_report(item: Mapping[str, Any]) -> str:
    """The day on which what was late was last reported on."""
    instant = item["last_report_at"]
    return plain_day(local(datetime.fromisoformat(instant)).date()) if instant else _("None yet")


def late_words(more: int) -> str:
    return ngettext("And %(num)s more.", "And %(num)s more.", more)


def notes(content: Mapping[str, Any]) -> list[str]:
    """What has to be known to read the figures."""
    said = [_("As of %(day)s.", day=day_of(content["as_of"])), *map(str, HOW_COUNTED)]
    return [*said, _("Confidential resolutions are not counted or named here.")] if content["leaves_out"] else said

"""The board as rows of plain values, for files."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.resolutions.lights import Light
from portal.resolutions.models import Resolution
from portal.resolutions.names import NODES, PRIORITIES
from portal.resolutions.words import source_name

TITLES = {
    "light": lazy_pgettext("resolution", "Light"),
    "number": lazy_pgettext("record", "Number"),
    "text": _l("Resolution"),
    "source": lazy_pgettext("resolution", "From"),
    "department": _l("Department"),
    "owner": _l("Owner"),
    "original": _l("First due"),
    "due": _l("Due"),
    "progress": _l("Progress"),
    "node": _l("Step"),
    "last": _l("Last report"),
    "priority": _l("Priority"),
}
LIGHTS = {
    Light.RED: _l("Overdue"), Light.YELLOW: _l("Due soon"), Light.GREEN: _l("On course"),
    Light.BLUE: lazy_pgettext("resolution", "Paused"), Light.GREY: _l("Done"),
}


def source_for(resolution: Resolution, hidden_meetings: Collection[int]) -> str:
    """Where it comes from; a secret meeting is named only to those who may know of it."""
    if resolution.meeting is not None and resolution.meeting_id not in hidden_meetings:
        return resolution.meeting.subject
    return source_name(resolution)


def rows(
    resolutions: Iterable[Resolution], columns: Collection[str], today: date, reported: Mapping[int, datetime],
    hidden_meetings: Collection[int],
) -> Iterable[list[Any]]:
    """The values of these columns; progress in percent."""
    values: dict[str, Callable[[Resolution], Any]] = {
        "light": lambda one: str(LIGHTS[one.light(today)]),
        "number": lambda one: one.number,
        "text": lambda one: one.text,
        "source": lambda one: source_for(one, hidden_meetings),
        "department": lambda one: one.department.name,
        "owner": lambda one: one.owner.name,
        "original": lambda one: one.original_due_on,
        "due": lambda one: one.due_on,
        "progress": lambda one: one.percent,
        "node": lambda one: str(NODES[one.node]),
        "last": lambda one: reported.get(one.id),
        "priority": lambda one: str(PRIORITIES[one.priority]),
    }
    return ([values[column](resolution) for column in columns] for resolution in resolutions)

"""What those who owe something are told when they are urged, by hand or by the clock, in the reader's language."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext, pgettext, plain_day
from portal.resolutions.lights import Light
from portal.resolutions.models import Resolution
from portal.resolutions.today import today
from portal.resolutions.words import address_of
from portal.supervision.models import Letter, Urging

NAMES: dict[str, Any] = {
    Letter.HAND.value: _l("Urged by hand"), Letter.BLUE.value: _l("Blue letter"),
    Letter.YELLOW.value: _l("Yellow letter"), Letter.RED.value: _l("Red letter"),
}
# How hard a letter speaks.
OPENINGS: dict[str, Any] = {
    Letter.BLUE.value: _l("This was due. Report what is done, and what holds it up."),
    Letter.YELLOW.value: _l("This is still not done. See to it now: the department's head is told too."),
    Letter.RED.value: _l("This is long overdue. The leaders are told too."),
}


def by_hand(name: str, urging: Urging) -> tuple[str, str]:
    resolution = urging.resolution
    return (
        _("Please see to it: %(text)s", text=resolution.heading),
        _("%(name)s urges you:\n\n%(words)s", name=name, words=urging.words) + "\n\n" + item(resolution, today()),
    )


def letter(letter: Letter, resolutions: Sequence[Resolution]) -> tuple[str, str]:
    """The mail of one letter with all that one person is told of by it."""
    heading = resolutions[0].heading if len(resolutions) == 1 else _many(len(resolutions))
    return f"{NAMES[letter.value]}: {heading}", f"{OPENINGS[letter.value]}\n\n{_list(resolutions)}"


def _many(count: int) -> str:
    return ngettext("%(num)s resolution", "%(num)s resolutions", count)


def _list(resolutions: Sequence[Resolution]) -> str:
    day = today()
    return "\n\n".join(item(resolution, day) for resolution in resolutions)


def item(resolution: Resolution, day: date) -> str:
    """One resolution in a list of several: light, text, owner, when it was due and how long ago, address."""
    lines = [
        f"{_light(resolution.light(day))}: {resolution.heading}", _("Owner: %(name)s", name=resolution.owner.name),
        late(resolution, day), address_of(resolution),
    ]
    return "\n".join(line for line in lines if line)


def _light(light: Light) -> str:
    words = {
        Light.GREEN: _("On course"), Light.YELLOW: _("Due soon"), Light.RED: _("Overdue"),
        Light.BLUE: pgettext("resolution", "Paused"), Light.GREY: _("Done"),
    }
    return words[light]


def late(resolution: Resolution, day: date) -> str:
    """When it was due, or its report, and for how many days it has been late; when it is due if nothing is late."""
    due_on, report_by = resolution.due_on, resolution.report_by
    if due_on >= day and report_by is not None and report_by < day:
        return _("Report expected by %(day)s, %(late)s", day=plain_day(report_by), late=_days(day, report_by))
    if due_on >= day:
        return _("Due: %(day)s", day=plain_day(due_on))
    return _("Due: %(day)s, %(late)s", day=plain_day(due_on), late=_days(day, due_on))


def _days(day: date, missed_on: date) -> str:
    return ngettext("%(num)s day late", "%(num)s days late", (day - missed_on).days)

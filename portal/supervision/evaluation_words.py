"""What people are told of evaluations, in the reader's language."""

from collections.abc import Sequence
from typing import Any

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.resolutions.models import Resolution
from portal.resolutions.words import address_of
from portal.supervision.models import Effect
from portal.web.addresses import absolute_address

EFFECTS: dict[str, Any] = {
    Effect.FULL.value: _l("It had the effect that was meant"), Effect.PARTIAL.value: _l("It helped in part"),
    Effect.NONE.value: _l("It had no effect"),
}


def evaluated(resolution: Resolution, effect: Effect, words: str) -> tuple[str, str]:
    return (
        _("What came of it: %(text)s", text=resolution.heading),
        f"{EFFECTS[effect.value]}\n\n{words}\n\n{address_of(resolution)}",
    )


def due(resolutions: Sequence[Resolution]) -> tuple[str, str]:
    """For supervisors: what has been closed for long enough."""
    lines = [
        f"{resolution.heading}\n{resolution.department.name} · {resolution.owner.name}\n{address_of(resolution)}"
        for resolution in resolutions
    ]
    return (
        ngettext("%(num)s resolution to evaluate", "%(num)s resolutions to evaluate", len(resolutions)),
        _("Did it have the effect that was meant? All of them: %(address)s",
          address=absolute_address("supervision.to_evaluate")) + "\n\n" + "\n\n".join(lines),
    )

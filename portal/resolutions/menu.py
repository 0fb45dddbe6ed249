"""What can be done with a resolution besides its next step: the entries of its menu."""

from typing import Any, NamedTuple

from flask import url_for

from portal.accounts.models import Person
from portal.core.i18n import lazy_gettext as _l
from portal.resolutions import policy, steps
from portal.resolutions.models import Event, Resolution

# Pages besides those of the steps, each with what it asks for.
PAGES = (
    ("resolutions.handover", Event.HANDED_OVER, _l("Hand over")),
    ("resolutions.split", Event.SPLIT, _l("Split into parts")),
    ("resolutions.merger", Event.MERGED, _l("Merge into another")),
)


class Entry(NamedTuple):
    """One entry of the menu."""

    label: Any
    address: str


def menu_of(actor: Person, resolution: Resolution) -> list[Entry]:
    """What the actor can do with it now, apart from what waits for them."""
    found = []
    if may_change(actor, resolution):
        found.append(Entry(_l("Word it anew"), url_for("resolutions.wording", resolution_id=resolution.id)))
    found += [
        Entry(label, url_for(endpoint, resolution_id=resolution.id))
        for endpoint, event, label in PAGES if steps.may(actor, resolution, event)
    ]
    if policy.may_supervise(actor, resolution):
        found.append(Entry(_l("Link with another"), url_for("resolutions.new_link", resolution_id=resolution.id)))
    found += [
        Entry(way.label, url_for("resolutions.step", resolution_id=resolution.id, event=way.event))
        for way in steps.WAYS.values() if way.is_aside and steps.may(actor, resolution, way.event)
    ]
    return found


def may_change(actor: Person, resolution: Resolution) -> bool:
    """Whether the actor can still word it anew: until it is issued."""
    is_before = resolution.is_open and resolution.issued_at is None
    return is_before and policy.may_supervise(actor, resolution)

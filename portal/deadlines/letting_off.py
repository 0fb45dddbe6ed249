"""What a meeting was let off counts as such where its readiness is checked."""

from collections.abc import Iterable

from portal.deadlines.calendar import calendar_of
from portal.readiness.items import Item, Looked, State, add_items

# What the check before a meeting looks at, of all that its profile requires.
LOOKED_AT = frozenset({"room", "chair", "recorder", "notice", "papers", "equipment_test", "venue_acceptance"})


def waived(looked: Looked) -> Iterable[Item]:
    """The items that somebody waived, with the reason. As many statements as the calendar of one meeting."""
    for line in calendar_of(looked.meeting):
        if line.waiver is not None and line.requirement.key in LOOKED_AT:
            yield Item(
                line.requirement.key, str(line.requirement.title), State.WAIVED, line.waiver.reason, line.clause
            )


add_items("waivers", waived)

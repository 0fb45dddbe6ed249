"""The rules of a room in words: as labels of a form and of the log, and as sentences for whoever books."""

from collections.abc import Iterator

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.rooms.rules import Rules
from portal.rooms.words import lasting

LABELS = {
    "shortest_minutes": _l("Shortest booking, minutes"),
    "longest_minutes": _l("Longest booking, minutes"),
    "slot_minutes": _l("Slots, minutes"),
    "days_ahead": _l("How far ahead, days"),
    "lead_minutes": _l("How long before the start, minutes"),
    "most_ahead": _l("Bookings ahead for each person"),
    "most_at_once": _l("Bookings at the same time for each person"),
    "week_minutes_person": _l("Minutes a week for each person"),
    "week_minutes_department": _l("Minutes a week for each department"),
    "within_hours": _l("Only in opening hours"),
    "allows_series": _l("Series may be booked"),
    "longest_series": _l("Dates of a series"),
    "needs_approval": _l("Bookings need approval"),
    "decide_minutes": _l("Decide within, minutes"),
    "check_in_minutes": _l("Check in within, minutes"),
}


def sentences(rules: Rules) -> Iterator[str]:
    """What is asked of bookings, in the order in which it matters to whoever books."""
    yield from _approval(rules)
    yield from _length(rules)
    yield from _lead(rules)
    if rules.within_hours:
        yield _("Only in the opening hours.")
    yield from _number(rules)
    yield from _series(rules)
    if rules.check_in_minutes:
        yield _("Whoever has not checked in %(time)s after the start is asked, and then the room is free for others.",
                time=lasting(rules.check_in_minutes))


def _approval(rules: Rules) -> Iterator[str]:
    if rules.needs_approval and rules.decide_minutes:
        yield _("Each booking is approved by whoever keeps it, within %(time)s.", time=lasting(rules.decide_minutes))
    elif rules.needs_approval:
        yield _("Each booking is approved by whoever keeps it.")


def _length(rules: Rules) -> Iterator[str]:
    shortest, longest, slot = rules.shortest_minutes, rules.longest_minutes, rules.slot_minutes
    if shortest and longest:
        yield _("From %(shortest)s to %(longest)s long.", shortest=lasting(shortest), longest=lasting(longest))
    elif shortest:
        yield _("%(shortest)s long at least.", shortest=lasting(shortest))
    elif longest:
        yield _("%(longest)s long at most.", longest=lasting(longest))
    if slot:
        yield _("Start and end lie on a slot of %(slot)s.", slot=lasting(slot))


def _lead(rules: Rules) -> Iterator[str]:
    if rules.days_ahead is not None:
        yield ngettext("One day ahead at most.", "%(num)s days ahead at most.", rules.days_ahead)
    if rules.lead_minutes:
        yield _("Booked %(time)s before the start at the latest.", time=lasting(rules.lead_minutes))


def _number(rules: Rules) -> Iterator[str]:
    if rules.most_ahead:
        yield ngettext(
            "One booking ahead for each person.", "%(num)s bookings ahead for each person.", rules.most_ahead
        )
    if rules.most_at_once:
        yield ngettext(
            "One booking at a time for each person.", "%(num)s bookings at the same time for each person.",
            rules.most_at_once,
        )
    if rules.week_minutes_person:
        yield _("%(time)s a week for each person.", time=lasting(rules.week_minutes_person))
    if rules.week_minutes_department:
        yield _("%(time)s a week for each department.", time=lasting(rules.week_minutes_department))


def _series(rules: Rules) -> Iterator[str]:
    if rules.allows_series is False:
        yield _("No series.")
    elif rules.longest_series:
        yield ngettext("Series of one date at most.", "Series of %(num)s dates at most.", rules.longest_series)

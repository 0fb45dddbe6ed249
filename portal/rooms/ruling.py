"""Setting the rules of an area or of a single room."""

from collections.abc import Mapping

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.rooms import policy
from portal.rooms.keeping import kind_of, lock
from portal.rooms.models import Area, BookingPolicy, Resource
from portal.rooms.rules import Rules, over

Limits = Mapping[str, int | bool | None]


def set_policy(actor: Person, place: Area | Resource, limits: Limits) -> None:
    """Set what bookings keep to: each of the columns of `Rules`. None is as the area says, and there no limit.

    Raises NotAllowed, or DomainError beside the field of a limit that no booking could keep.
    """
    allow(policy.keeps_place(actor, place))
    lock(place)
    own = Rules(**{name: limits.get(name) for name in Rules._fields})  # type: ignore[arg-type]
    _check(own if isinstance(place, Area) else over(own, place.area.policy))
    kept = place.policy or _new_policy(place)
    for name, value in own._asdict().items():
        setattr(kept, name, value)
    db.session.flush()
    record(actor, f"{kind_of(place)}.policy_set", place, **own._asdict())


def _new_policy(place: Area | Resource) -> BookingPolicy:
    # Given to its place, so that what is asked of this one later in the request knows it.
    place.policy = BookingPolicy()
    return place.policy


def _check(rules: Rules) -> None:
    """Raise DomainError beside the field for limits that contradict each other."""
    shortest, longest, slot = rules.shortest_minutes, rules.longest_minutes, rules.slot_minutes
    if shortest and longest and shortest > longest:
        raise DomainError(_("The longest booking cannot be shorter than the shortest."), "longest_minutes")
    if slot and 1440 % slot:
        words = _("The slots must divide a day evenly, such as 5, 10, 15, 20, 30 or 60 minutes.")
        raise DomainError(words, "slot_minutes")
    if slot and longest and longest < slot:
        raise DomainError(_("No booking of whole slots is that short."), "longest_minutes")
    if rules.days_ahead is not None and (rules.lead_minutes or 0) > (rules.days_ahead + 1) * 1440:
        raise DomainError(_("Nobody could book so early and so late at once."), "lead_minutes")

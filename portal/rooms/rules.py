"""The rules of a resource: its own, and where it has none of its own, those of its area."""

from typing import Any, NamedTuple

from portal.rooms.models import BookingPolicy, Resource


class Rules(NamedTuple):
    """What bookings of one resource keep to; the columns of `BookingPolicy`. None limits nothing."""

    shortest_minutes: int | None = None
    longest_minutes: int | None = None
    days_ahead: int | None = None
    lead_minutes: int | None = None
    slot_minutes: int | None = None
    most_ahead: int | None = None
    most_at_once: int | None = None
    week_minutes_person: int | None = None
    week_minutes_department: int | None = None
    within_hours: bool | None = None
    allows_series: bool | None = None
    longest_series: int | None = None
    needs_approval: bool | None = None
    decide_minutes: int | None = None
    check_in_minutes: int | None = None


NONE = Rules()


def rules_of(resource: Resource) -> Rules:
    """What holds for the resource; its policy and its area's must be loaded, or are read now."""
    return over(resource.policy, resource.area.policy)


def over(own: BookingPolicy | Rules | None, shared: BookingPolicy | None) -> Rules:
    """The own rules, and where there are none those that are shared."""
    if own is None and shared is None:
        return NONE
    return Rules(*(_first(name, own, shared) for name in Rules._fields))


def _first(name: str, *policies: BookingPolicy | Rules | None) -> Any:
    values = (getattr(policy, name) for policy in policies if policy is not None)
    return next((value for value in values if value is not None), None)

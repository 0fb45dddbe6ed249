"""Which group each kind of notice belongs to, and which ask for a decision: each slice says so of its own."""

from collections.abc import Iterable

from portal.core.i18n import lazy_gettext as _l
from portal.notifications.models import Group

NAMES = {
    Group.MEETINGS: _l("Meetings"),
    Group.BOOKINGS: _l("Bookings"),
    Group.TASKS: _l("Resolutions and tasks"),
    Group.OTHER: _l("Everything else"),
}

_groups: dict[str, Group] = {}
_decisions: set[str] = set()


def add_kinds(group: Group, *record_kinds: str, decisions: Iterable[str] = ()) -> None:
    """Notices of these kinds of record belong to the group; those in `decisions` wait for the reader to decide.

    A decision goes by mail at once, whatever its reader chose for the group.
    """
    _groups.update(dict.fromkeys(record_kinds, group))
    _decisions.update(decisions)


def group_of(kind: str) -> Group:
    """The group of a kind of notice, such as `meeting.invitation`."""
    return _groups.get(kind.partition(".")[0], Group.OTHER)


def is_decision(kind: str) -> bool:
    return kind in _decisions

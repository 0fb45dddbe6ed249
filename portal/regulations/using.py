"""Which kinds of meetings a regulation holds for: known above, and told here."""

from collections.abc import Callable, Mapping, Sequence

# By a profile's key, what its kinds of meetings are called.
Users = Callable[[], Mapping[str, Sequence[str]]]
_users: list[Users] = []


def add_users(users: Users) -> None:
    """Let `users()` say which kinds of meetings are under which profile, in one statement."""
    _users[:] = [users]


def kinds_by_profile() -> dict[str, list[str]]:
    """The names of the kinds of meetings in use under each profile."""
    found: dict[str, list[str]] = {}
    for users in _users:
        for key, names in users().items():
            found.setdefault(key, []).extend(names)
    return found

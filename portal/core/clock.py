"""The one place that knows what time it is, so that tests can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from zoneinfo import available_timezones

_fixed: datetime | None = None

# Finding their names takes milliseconds, and they stay the same while a process lives.
time_zones = cache(available_timezones)


def now() -> datetime:
    """The current instant in UTC, in whole seconds (the resolution of RFC 5545 and of the database)."""
    return _fixed or datetime.now(UTC).replace(microsecond=0)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Make `now` answer the given aware instant until the block ends."""
    global _fixed  # noqa: PLW0603  (one clock for all threads is the point)
    before, _fixed = _fixed, instant.astimezone(UTC).replace(microsecond=0)
    try:
        yield
    finally:
        _fixed = before

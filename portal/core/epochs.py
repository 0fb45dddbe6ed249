"""Instants as whole seconds since 1970 inside SQL statements, to add up and to compare on both databases."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, case
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class epoch(FunctionElement[int]):  # noqa: N801  (reads as the function it is)
    """`epoch(column)`: the column's instant in seconds since 1970."""

    type = BigInteger()
    inherit_cache = True


@compiles(epoch, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **more)}) AS INTEGER)"


@compiles(epoch)
def _on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(extract(epoch FROM {compiler.process(element.clauses, **more)}) AS BIGINT)"


def local_epoch(column: Any, zone: ZoneInfo, starts_at: datetime, until: datetime) -> ColumnElement[int]:
    """The column's instant on that clock, in seconds: `// 86400` is its day since 1970, `% 86400` its time of day.

    Right for instants from `starts_at` until `until`. Databases know other zones than we do, or none.
    """
    changes = clock_changes(zone, starts_at, until)
    last = _offset(until, zone)
    if not changes:
        return epoch(column) + last
    return epoch(column) + case(*((column < at, before) for at, before in changes), else_=last)


def clock_changes(zone: ZoneInfo, starts_at: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """When the clocks of that zone change within that time, and by how many seconds they were ahead before."""
    found, at = [], starts_at
    while at < until:
        later = min(at + timedelta(days=1), until)
        if _offset(at, zone) != _offset(later, zone):
            found.append((_change_between(at, later, zone), _offset(at, zone)))
        at = later
    return found


def _change_between(at: datetime, later: datetime, zone: ZoneInfo) -> datetime:
    before = _offset(at, zone)
    while later - at > timedelta(seconds=1):
        middle = at + timedelta(seconds=(later - at) // timedelta(seconds=2))
        at, later = (middle, later) if _offset(middle, zone) == before else (at, middle)
    return later


def _offset(instant: datetime, zone: ZoneInfo) -> int:
    ahead = instant.astimezone(zone).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0

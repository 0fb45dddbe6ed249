"""Rows of many meetings, put together by meeting."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

Row = TypeVar("Row", bound=Any)


def by_meeting(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    """The rows under the id that each begins with."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found

"""What higher slices know of each of a meeting's people: columns of its list, each read for all rows at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from portal.accounts.models import Person
from portal.meetings.models import Attendee, Meeting

# Answers a piece of HTML for each attendee's id that it has something to say of; a constant number of statements.
Load = Callable[[Meeting, Person, Sequence[Attendee]], Mapping[int, str]]


@dataclass(frozen=True)
class Column:
    """One column of the list of people."""

    name: str
    order: int
    label: Any
    load: Load
    may_see: Callable[[Person, Meeting], bool] = lambda person, meeting: True


_columns: dict[str, Column] = {}


def add_column(column: Column) -> None:
    _columns[column.name] = column


def columns_for(
    meeting: Meeting, person: Person, attendees: Sequence[Attendee]
) -> list[tuple[Column, Mapping[int, Markup]]]:
    """Each column that this person may see, with its cells by attendee's id. Each renders through a template."""
    shown = sorted((column for column in _columns.values() if column.may_see(person, meeting)), key=lambda c: c.order)
    return [
        (column, {row: Markup(cell) for row, cell in column.load(meeting, person, attendees).items()})  # noqa: S704
        for column in shown
    ]

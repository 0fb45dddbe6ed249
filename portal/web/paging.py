"""Pages of a long list: one statement, and a link to the next page only if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy import Select

from portal.core.db import db

Row = TypeVar("Row")
SIZE = 50


@dataclass(frozen=True)
class Leaf(Generic[Row]):
    """One page of rows."""

    rows: Sequence[Row]
    number: int
    has_next: bool

    def address(self, number: int) -> str:
        """This view's address for another page, with all else as it is."""
        path = url_for(request.endpoint or "", **(request.view_args or {}))
        # Not as arguments of `url_for`, of which some are orders to it: `_scheme`, `_external`.
        return f"{path}?{urlencode({**request.args.to_dict(flat=False), 'page': number}, doseq=True)}"


def leaf(query: Select[Row], number: int, size: int = SIZE) -> Leaf[Row]:
    """The page of that number, from 1."""
    number = max(1, min(number, 10_000))
    rows = db.session.scalars(query.limit(size + 1).offset((number - 1) * size)).all()
    return Leaf(rows[:size], number, len(rows) > size)


def leaf_of(rows: Sequence[Row], number: int, size: int = SIZE) -> Leaf[Row]:
    """The page of that number of rows that are all known already, for an order that no statement can give."""
    number = max(1, min(number, 10_000))
    return Leaf(rows[(number - 1) * size:number * size], number, len(rows) > number * size)

"""The index over what resolutions are found by: kept as they are written, whoever writes them.

Each database keeps it in its own way: SQLite as an index of FTS5, PostgreSQL as arrays of integers under a GIN index.
Neither is a table of `db.metadata`. Only keys are in it, so that what it finds is still to be looked at.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    cast,
    column,
    event,
    insert,
    inspect,
    literal,
    select,
    table,
    update,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper

from portal.core.db import db
from portal.core.grams import fold, keys_of_text, keys_of_word
from portal.resolutions.models import Resolution
from portal.resolutions.search_models import Wording

wordings = Wording.__table__.c
GRAMS = table("resolution_gram", column("rowid"), column("resolution_id"), column("keys"))
ADD = {
    "sqlite": "INSERT INTO resolution_gram (rowid, keys) VALUES (:id, :keys)",
    "postgresql": (
        "INSERT INTO resolution_gram (resolution_id, keys) VALUES (:id, :keys) "
        "ON CONFLICT (resolution_id) DO UPDATE SET keys = excluded.keys"
    ),
}
# An index of FTS5 that keeps no text has to be told what was in it.
REMOVE = "INSERT INTO resolution_gram (resolution_gram, rowid, keys) VALUES ('delete', :id, :keys)"


class Worded(NamedTuple):
    """A resolution in its own words."""

    id: int
    number: str | None
    text: str
    measure: str

    @property
    def folded(self) -> str:
        # Apart from each other, so that nothing is found across them.
        return " ".join(map(fold, (self.number or "", self.text, self.measure)))


def add_words(connection: Connection, resolutions: Iterable[Worded]) -> None:
    """Let these new resolutions be found."""
    folded = {one.id: one.folded for one in resolutions}
    if not folded:
        return
    connection.execute(
        insert(Wording.__table__), [{"resolution_id": number, "words": words} for number, words in folded.items()]
    )
    _write(connection, ADD[connection.dialect.name], folded)


def _write(connection: Connection, statement: str, folded: dict[int, str]) -> None:
    name = connection.dialect.name
    connection.execute(
        sql(statement), [{"id": number, "keys": _kept(name, keys_of_text(words))} for number, words in folded.items()]
    )


def _kept(dialect: str, keys: Iterable[int]) -> Any:
    return sorted(keys) if dialect == "postgresql" else " ".join(f"{key:x}" for key in sorted(keys))


@event.listens_for(Resolution, "after_insert")
def _note_new(_mapper: Mapper[Any], connection: Connection, resolution: Resolution) -> None:
    add_words(connection, [_worded(resolution)])


@event.listens_for(Resolution, "after_update")
def _note_changed(_mapper: Mapper[Any], connection: Connection, resolution: Resolution) -> None:
    attributes = inspect(resolution).attrs
    if not any(attributes[name].history.has_changes() for name in ("number", "text", "measure")):
        return
    row = wordings.resolution_id == resolution.id
    before, now = connection.scalar(select(wordings.words).where(row)), _worded(resolution).folded
    if connection.dialect.name == "sqlite":
        _write(connection, REMOVE, {resolution.id: before or ""})
    connection.execute(update(Wording.__table__).where(row).values(words=now))
    _write(connection, ADD[connection.dialect.name], {resolution.id: now})


def _worded(resolution: Resolution) -> Worded:
    return Worded(resolution.id, resolution.number, resolution.text, resolution.measure or "")


def candidates(words: Iterable[str]) -> Select[int]:
    """The ids of the resolutions that have all keys of these folded words, newest first where that costs nothing."""
    keys = set().union(*map(keys_of_word, words))
    if db.engine.dialect.name == "sqlite":
        wanted = " AND ".join(f'"{key:x}"' for key in sorted(keys))
        return select(GRAMS.c.rowid).where(sql("resolution_gram MATCH :keys").bindparams(keys=wanted))
    has_all = GRAMS.c.keys.op("@>", is_comparison=True)(cast(literal(sorted(keys), ARRAY(INTEGER)), ARRAY(INTEGER)))
    return select(GRAMS.c.resolution_id).where(has_all)


def holds(words: Iterable[str]) -> list[ColumnElement[bool]]:
    """The conditions that a `Wording` holds each of these folded words."""
    return [Wording.words.contains(word, autoescape=True) for word in words]

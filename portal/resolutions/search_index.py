"""The index over what resolutions are found by: kept as they are written, whoever writes them.

Each database keeps it in its own way. On PostgreSQL it is a GIN index over a function of `Wording.words`, on SQLite one
of FTS5 beside the table. Only keys are in it, so that what it finds is still to be looked at.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    cast,
    column,
    event,
    func,
    insert,
    inspect,
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

WORDINGS: Any = Wording.__table__
GRAMS = table("resolution_gram", column("rowid"))
ADD = "INSERT INTO resolution_gram (rowid, keys) VALUES (:id, :keys)"
# An index that keeps no text has to be told what was in it.
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
    rows = [{"resolution_id": number, "words": words} for number, words in folded.items()]
    if rows:
        connection.execute(insert(WORDINGS), rows)
        _write(connection, ADD, folded)


def _write(connection: Connection, statement: str, folded: dict[int, str]) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(sql(statement), [{"id": number, "keys": _kept(words)} for number, words in folded.items()])


def _kept(words: str) -> str:
    return " ".join(f"{key:x}" for key in sorted(keys_of_text(words)))


@event.listens_for(Resolution, "after_insert")
def _note_new(_mapper: Mapper[Any], connection: Connection, resolution: Resolution) -> None:
    add_words(connection, [_worded(resolution)])


@event.listens_for(Resolution, "after_update")
def _note_changed(_mapper: Mapper[Any], connection: Connection, resolution: Resolution) -> None:
    attributes = inspect(resolution).attrs
    if not any(attributes[name].history.has_changes() for name in ("number", "text", "measure")):
        return
    row = WORDINGS.c.resolution_id == resolution.id
    before, now = connection.scalar(select(WORDINGS.c.words).where(row)), _worded(resolution).folded
    _write(connection, REMOVE, {resolution.id: before or ""})
    connection.execute(update(WORDINGS).where(row).values(words=now))
    _write(connection, ADD, {resolution.id: now})


def _worded(resolution: Resolution) -> Worded:
    return Worded(resolution.id, resolution.number, resolution.text, resolution.measure or "")


def holding(words: Iterable[str]) -> Select[int]:
    """The ids of the resolutions that hold all of these folded words, found by the index."""
    words = list(words)
    keys = sorted(set[int]().union(*map(keys_of_word, words)))
    query = select(Wording.resolution_id).where(*holds(words))
    if db.engine.dialect.name == "sqlite":
        wanted = " AND ".join(f'"{key:x}"' for key in keys)
        return query.join(GRAMS, GRAMS.c.rowid == Wording.resolution_id).where(
            sql("resolution_gram MATCH :keys").bindparams(keys=wanted)
        )
    has_all = func.resolution_keys(Wording.words).op("@>", is_comparison=True)
    return query.where(has_all(cast(bindparam(None, keys, ARRAY(INTEGER)), ARRAY(INTEGER))))


def holds(words: Iterable[str]) -> list[ColumnElement[bool]]:
    """The conditions that a `Wording` holds each of these folded words."""
    return [Wording.words.contains(word, autoescape=True) for word in words]

"""The database: one session a request, UTC instants, and the same guarantees on SQLite and PostgreSQL."""

import sqlite3
import threading
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Dialect, MetaData, Numeric, String, event
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC, in whole seconds; a naive one is a programming error.

    PostgreSQL keeps `timestamptz(0)`. SQLite keeps `YYYY-MM-DD HH:MM:SS`, the form of its own `datetime()`,
    so that text order is time order and raw SQL compares rightly.
    """

    impl = String(19)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True, precision=0))
        return dialect.type_descriptor(String(19))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC).replace(microsecond=0)
        return value if dialect.name == "postgresql" else value.isoformat(" ", "seconds")[:19]

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if isinstance(value, str):
            return datetime.fromisoformat(value + "+00:00")
        return value


class Money(TypeDecorator[Decimal]):
    """An amount in the organisation's currency, to the hundredth, below 10^12, which SQLite's floats hold exactly."""

    impl = Numeric(14, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(14, 2))
        return dialect.type_descriptor(Numeric(14, 2, asdecimal=False))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


class Base(DeclarativeBase):
    """What all tables share: names for every constraint, and UTC for every instant."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: UtcDateTime()}
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

PATIENCE = 5  # seconds that a transaction waits for another to end its writing
_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
WAL_TRIES, WAL_PAUSE = 100, 0.05  # seconds

_writing: ContextVar[bool] = ContextVar("writing", default=True)


def expect_only_reads(only_reads: bool) -> None:
    """Say for the rest of this request whether its transactions will write."""
    _writing.set(not only_reads)


def only_reads() -> bool:
    """Whether nothing is written any more in this request, so that what was read once stays true."""
    return not _writing.get()


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    """Make a new SQLite connection as strict and as patient as PostgreSQL is by itself."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    # The driver's own BEGIN comes late and deferred; `begin` below issues the right one.
    connection.isolation_level = None
    patience = f"busy_timeout = {PATIENCE * 1000}"
    for pragma in (patience, "synchronous = NORMAL", "foreign_keys = ON", "cache_size = -32000"):
        connection.execute(f"PRAGMA {pragma}")
    _use_wal(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side. The first to switch needs the file alone, and SQLite does not
    wait for that as it waits for all else: processes that start together on a new file would fail."""
    for patience in reversed(range(WAL_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not patience or "locked" not in str(error):
                raise
            time.sleep(WAL_PAUSE)
        else:
            return


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    """Open SQLite transactions that will write for writing at once: a later upgrade could only fail.

    On PostgreSQL, what only reads needs no transaction: each statement sees its own snapshot anyway, and opening
    and ending one are two more round trips, which is most of what an unchanged calendar feed costs.
    """
    if connection.dialect.name == "postgresql":
        driver = connection.connection.dbapi_connection
        if driver.autocommit == _writing.get():
            driver.autocommit = not _writing.get()
        return
    if _writing.get():
        _wait_for_turn(connection)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _wait_for_turn(connection: Connection) -> None:
    """Let the threads of this process write in turn. SQLite itself would let them sleep ever longer between tries,
    the unlucky for seconds. Who waits too long goes on, and is told by SQLite that the database is locked."""
    if "turn" in connection.info:
        return
    turn = _turns.setdefault(connection.engine, threading.Lock())
    if turn.acquire(timeout=PATIENCE):
        connection.info["turn"] = turn


@event.listens_for(Pool, "checkin")
@event.listens_for(Pool, "invalidate")
def _end_turn(_connection: Any, record: Any, *_: Any) -> None:
    """Given back to the pool, a connection has ended its transaction."""
    turn = record.info.pop("turn", None)
    if turn is not None:
        turn.release()

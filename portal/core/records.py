"""What kinds of record there are. Any record can be referred to by (kind, id).

Each slice registers its kinds once; audit, notifications and later slices use this registry instead of
knowing the slices above them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm.interfaces import ORMOption

from portal.core.db import Base, db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _


@dataclass(frozen=True)
class Kind:
    """One kind of record: how to load it, name it to a reader, link to it and guard it."""

    name: str
    model: type[Base]
    label: Callable[[], str]
    title: Callable[[Any], str]
    address: Callable[[Any], str]
    may_see: Callable[[Any, Any], bool]
    # Of these ids, whose records a person may not read although they see that there are such.
    hidden_from: Callable[[Any, Iterable[int]], set[int]] = lambda person, ids: set()


Hider = Callable[[Any, Iterable[int]], set[int]]
_kinds: dict[str, Kind] = {}
_hiders: dict[str, dict[str, Hider]] = {}


def register(kind: Kind) -> None:
    """Make a kind known; registering it twice replaces the first (an application made anew in a test)."""
    _kinds[kind.name] = kind


def add_hider(kind: str, name: str, hider: Hider) -> None:
    """Let a higher slice say which records of a lower kind a person may not read for what takes place on them.

    `hider` answers what `Kind.hidden_from` does.
    """
    _hiders.setdefault(kind, {})[name] = hider


def kind_of(name: str) -> Kind:
    """The kind of that name; raises Missing for one that no slice registered."""
    if name not in _kinds:
        raise Missing(_("There is no such record."))
    return _kinds[name]


def hidden_among(person: Any, records: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Which of these (kind, id) the person may not read. One statement at most for each who hides any of a kind."""
    ids: dict[str, set[int]] = {}
    for name, record_id in records:
        ids.setdefault(name, set()).add(record_id)
    return {
        (name, record_id)
        for name in ids if name in _kinds
        for hider in (_kinds[name].hidden_from, *_hiders.get(name, {}).values())
        for record_id in hider(person, ids[name])
    }


def load(name: str, id: int, actor: Any, *options: ORMOption) -> Any:
    """The record, if the actor may see it; raises Missing if not, or if there is none.

    `options` say what to load along with it, in the same statement.
    """
    kind = kind_of(name)
    record = db.session.get(kind.model, id, options=options)
    if record is None or not kind.may_see(actor, record):
        raise Missing(_("There is no such record."))
    return record

"""Writing the log: every command that changes something calls `record` in its own transaction."""

from datetime import datetime
from typing import Any, Protocol

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import Base, db


class Actor(Protocol):
    """Whoever acts: a person of `accounts`, which lies above."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


def record(actor: Actor | None, action: str, subject: Base, **details: Any) -> None:
    """Log that the actor (None: the portal itself) did `action` to the flushed record `subject`.

    `action` is `kind.verb` (`booking.moved`), its words are in `portal.audit.words`. Instants in `details`
    are kept in UTC in the form of ISO 8601. Details never hold a secret.
    """
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor.id if actor else None,
            actor_name=actor.name if actor else "",
            action=action,
            record_kind=action.partition(".")[0],
            record_id=subject.id,  # type: ignore[attr-defined]
            details={key: _plain(value) for key, value in details.items()},
        )
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

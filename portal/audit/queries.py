"""Reading the log."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from portal.audit.models import AuditEntry
from portal.core.db import db


def log_of(kind: str, id: int, limit: int = 200) -> Sequence[AuditEntry]:
    """What happened to one record, newest first. One statement."""
    return db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.record_kind == kind, AuditEntry.record_id == id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()


def whole_log() -> Select[AuditEntry]:
    """Everything that happened, newest first, to be paged."""
    return select(AuditEntry).order_by(AuditEntry.id.desc())

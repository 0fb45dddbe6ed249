"""One line of the audit log. The database refuses to change or remove one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class AuditEntry(Base):
    """Somebody did something to a record. No actor means that the portal itself did it."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_record_idx", "record_kind", "record_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The name as it was then: a log that changes when somebody marries is no log.
    actor_name: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(60))
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

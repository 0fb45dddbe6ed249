"""Calendars: feeds of many kinds with their contents, recurring meetings, proposals by mail, and calendars from outside.

On SQLite the tables of feeds, meetings and replies are made anew, since conditions cannot be added in place; what refers
to them keeps doing so.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.core.db import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FEED_RULES = {
    "shows_known": "shows IN ('mine', 'room', 'department', 'kind', 'duties', 'department_duties')",
    "of_room": "(shows = 'room') = (resource_id IS NOT NULL)",
    "of_department": "(shows IN ('department', 'department_duties')) = (department_id IS NOT NULL)",
    "of_kind": "shows = 'kind' OR meeting_kind_id IS NULL",
    "client_known": "client IN ('apple', 'google', 'outlook', 'thunderbird', 'android', 'other')",
    "duties_as_known": "duties_as IN ('none', 'tasks', 'days')",
    "alarm_minutes_range": "alarm_minutes BETWEEN 0 AND 10080",
}
FEED_KEYS = {"resource_id": "resource", "department_id": "department", "meeting_kind_id": "meeting_kind"}
FEED_COLUMNS = (
    *FEED_KEYS, "shows", "label", "client", "duties_as", "with_bookings", "with_declined", "with_cancelled",
    "alarm_minutes", "last_used_at", "modified_at", "contents",
)
FEED_INDEXES = ("person", "resource", "department")
MEETING_RULES = {"recurrence_of_series": "(series_id IS NULL) = (recurrence_id IS NULL)"}
REPLY_RULES = {
    "method_known": "method IN ('reply', 'counter')",
    "decision_known": "decision IN ('taken', 'declined')",
    "proposed_order": "proposed_starts_at < proposed_ends_at",
    "decided_by_somebody": "(decision IS NULL) = (decided_by_id IS NULL)",
}
_IN_SERIES: dict[str, Any] = {
    "sqlite_where": sa.text("series_id IS NOT NULL"), "postgresql_where": sa.text("series_id IS NOT NULL")
}
REPLY_INSTANTS = ("proposed_starts_at", "proposed_ends_at", "decided_at")
REPLY_PEOPLE = ("dropped_by_id", "decided_by_id")


def upgrade() -> None:
    _change_feeds()
    _add_meeting_series()
    _change_replies()
    _add_overlays()


def downgrade() -> None:
    op.drop_table("busy_time")
    op.drop_table("overlay")
    with _changing("calendar_reply") as batch:
        _take_back(batch, "calendar_reply", REPLY_RULES, REPLY_PEOPLE)
        for column in (*REPLY_INSTANTS, *REPLY_PEOPLE, "method", "comment", "decision"):
            batch.drop_column(column)
    op.drop_index("booking_recurrence_key", "booking")
    op.create_index("booking_recurrence_key", "booking", ["series_id", "recurrence_id"], unique=True)
    op.drop_index("meeting_recurrence_key", "meeting")
    with _changing("meeting") as batch:
        _take_back(batch, "meeting", MEETING_RULES, ("series_id",))
        for column in ("series_id", "recurrence_id"):
            batch.drop_column(column)
    op.drop_table("meeting_series")
    # A person had one feed, of their own calendar.
    op.execute("DELETE FROM feed WHERE shows <> 'mine' OR id NOT IN (SELECT max(id) FROM feed GROUP BY person_id)")
    for name in FEED_INDEXES:
        op.drop_index(f"feed_{name}_idx", "feed")
    with _changing("feed") as batch:
        _take_back(batch, "feed", FEED_RULES, FEED_KEYS)
        for column in FEED_COLUMNS:
            batch.drop_column(column)
        batch.create_unique_constraint(op.f("feed_person_id_key"), ["person_id"])


def _changing(table: str) -> Any:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    return op.batch_alter_table(table, recreate="always" if is_sqlite else "never")


def _take_back(batch: Any, table: str, rules: dict[str, str], keys: Any) -> None:
    for name in rules:
        batch.drop_constraint(op.f(f"{table}_{name}"), type_="check")
    for column in keys:
        batch.drop_constraint(f"{table}_{column}_fkey", type_="foreignkey")


def _keep_to(batch: Any, table: str, rules: dict[str, str]) -> None:
    for name, rule in rules.items():
        batch.create_check_constraint(op.f(f"{table}_{name}"), sa.text(rule))


def _change_feeds() -> None:
    """What stood shows what it showed, and is built anew with the next poll, so that its contents are known."""
    with _changing("feed") as batch:
        batch.drop_constraint("feed_person_id_key", type_="unique")
        for column in (*FEED_KEYS, "alarm_minutes"):
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
        for column, length, value in (
            ("shows", 20, "mine"), ("label", 100, ""), ("client", 12, "other"), ("duties_as", 5, "none"),
        ):
            batch.add_column(sa.Column(column, sa.String(length), nullable=False, server_default=value))
        for column, value in (("with_bookings", sa.true()), ("with_declined", sa.false()), ("with_cancelled", sa.true())):
            batch.add_column(sa.Column(column, sa.Boolean(), nullable=False, server_default=value))
        for column in ("last_used_at", "modified_at"):
            batch.add_column(sa.Column(column, UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("contents", sa.Text(), nullable=True))
        for column, table in FEED_KEYS.items():
            batch.create_foreign_key(op.f(f"feed_{column}_fkey"), table, [column], ["id"], ondelete="CASCADE")
        _keep_to(batch, "feed", FEED_RULES)
    for name in FEED_INDEXES:
        op.create_index(f"feed_{name}_idx", "feed", [f"{name}_id"])
    op.execute("UPDATE feed SET modified_at = changed_at, built_revision = NULL, built_on = NULL")
    with op.batch_alter_table("feed") as batch:
        batch.alter_column("modified_at", existing_type=UtcDateTime(), nullable=False)


def _add_meeting_series() -> None:
    op.create_table(
        "meeting_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(255), nullable=False),
        sa.Column("rule", sa.String(500), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("meeting_series_minutes_positive")),
        sa.CheckConstraint("sequence >= 0", name=op.f("meeting_series_sequence_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("meeting_series_pkey")),
        sa.UniqueConstraint("uid", name=op.f("meeting_series_uid_key")),
    )
    with _changing("meeting") as batch:
        batch.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("recurrence_id", UtcDateTime(), nullable=True))
        batch.create_foreign_key(op.f("meeting_series_id_fkey"), "meeting_series", ["series_id"], ["id"])
        _keep_to(batch, "meeting", MEETING_RULES)
    op.create_index(
        "meeting_recurrence_key", "meeting", ["series_id", "recurrence_id"], unique=True, **_IN_SERIES
    )
    # SQLite took it to look for all bookings that are in no series.
    op.drop_index("booking_recurrence_key", "booking")
    op.create_index(
        "booking_recurrence_key", "booking", ["series_id", "recurrence_id"], unique=True, **_IN_SERIES
    )


def _change_replies() -> None:
    with _changing("calendar_reply") as batch:
        batch.add_column(sa.Column("method", sa.String(7), nullable=False, server_default="reply"))
        batch.add_column(sa.Column("comment", sa.String(500), nullable=False, server_default=""))
        batch.add_column(sa.Column("decision", sa.String(8), nullable=True))
        for column in REPLY_INSTANTS:
            batch.add_column(sa.Column(column, UtcDateTime(), nullable=True))
        for column in REPLY_PEOPLE:
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch.create_foreign_key(op.f(f"calendar_reply_{column}_fkey"), "person", [column], ["id"])
        _keep_to(batch, "calendar_reply", REPLY_RULES)


def _add_overlays() -> None:
    op.create_table(
        "overlay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("overlay_person_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("overlay_pkey")),
    )
    op.create_index("overlay_person_name_key", "overlay", ["person_id", "name"], unique=True)
    op.create_table(
        "busy_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("overlay_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(255), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("busy_time_order")),
        sa.ForeignKeyConstraint(["overlay_id"], ["overlay.id"], name=op.f("busy_time_overlay_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("busy_time_person_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("busy_time_pkey")),
    )
    op.create_index("busy_time_person_idx", "busy_time", ["person_id", "starts_at"])
    op.create_index("busy_time_overlay_key", "busy_time", ["overlay_id", "uid", "starts_at"], unique=True)

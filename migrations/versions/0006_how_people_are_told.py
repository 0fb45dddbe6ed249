"""How each person wants to be told, digests, and webhooks.

On SQLite the table of mails is made anew, since a NOT NULL cannot be taken back in place; nothing refers to it. All
else is added in place.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.core.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GROUPS = ("meetings", "bookings", "tasks", "other")
QUEUED, GIVEN_UP, SENT = "sent_at IS NULL AND given_up_at IS NULL", "given_up_at IS NOT NULL", "sent_at IS NOT NULL"
OF_ONE = "(notice_id IS NULL) <> (digest_id IS NULL)"
COLUMNS = "id, notice_id, address, message_id, due_at, attempts, sent_at, given_up_at, last_error"


def upgrade() -> None:
    _add_preferences()
    _add_digests()
    _let_mails_carry_digests()
    _add_webhooks()


def downgrade() -> None:
    op.drop_table("outgoing_post")
    op.drop_table("webhook")
    _let_mails_carry_notices_alone()
    op.drop_index("notice_digest_due_idx", "notice")
    for column in ("digest_id", "digest_due_at"):
        op.execute(f"ALTER TABLE notice DROP COLUMN {column}")
    op.drop_table("digest")
    op.drop_table("notice_preference")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _add_preferences() -> None:
    op.create_table(
        "notice_preference",
        sa.Column("person_id", sa.Integer(), nullable=False),
        *(sa.Column(group, sa.String(6), nullable=False) for group in GROUPS),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("urgent_hours", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(f"{group} IN ('mail', 'digest', 'inbox')", name=op.f(f"notice_preference_{group}_known"))
            for group in GROUPS
        ),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("notice_preference_digest_hour_known")),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("notice_preference_quiet_both_or_none")
        ),
        sa.CheckConstraint("quiet_from <> quiet_until", name=op.f("notice_preference_quiet_some_time")),
        sa.CheckConstraint("urgent_hours BETWEEN 0 AND 72", name=op.f("notice_preference_urgent_hours_known")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("notice_preference_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("notice_preference_pkey")),
    )


def _add_digests() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recipient_id"], ["person.id"], name=op.f("digest_recipient_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("digest_pkey")),
    )
    instant = "VARCHAR(19)" if _is_sqlite() else "TIMESTAMP(0) WITH TIME ZONE"
    op.execute(f"ALTER TABLE notice ADD COLUMN digest_due_at {instant}")
    op.execute(
        "ALTER TABLE notice ADD COLUMN digest_id INTEGER CONSTRAINT notice_digest_id_fkey REFERENCES digest (id)"
    )
    op.create_index(
        "notice_digest_due_idx", "notice", ["digest_due_at", "recipient_id"], **_only("digest_due_at IS NOT NULL")
    )


# --- Mails ---


def _let_mails_carry_digests() -> None:
    if _is_sqlite():
        _make_mails_anew(with_digests=True)
    else:
        op.alter_column("outgoing_mail", "notice_id", nullable=True)
        op.add_column("outgoing_mail", sa.Column("digest_id", sa.Integer(), nullable=True))
        op.create_unique_constraint("outgoing_mail_digest_id_key", "outgoing_mail", ["digest_id"])
        op.create_foreign_key("outgoing_mail_digest_id_fkey", "outgoing_mail", "digest", ["digest_id"], ["id"])
        op.create_check_constraint(op.f("outgoing_mail_of_one"), "outgoing_mail", OF_ONE)
    op.create_index("outgoing_mail_sent_idx", "outgoing_mail", ["sent_at"], **_only(SENT))


def _let_mails_carry_notices_alone() -> None:
    op.drop_index("outgoing_mail_sent_idx", "outgoing_mail")
    op.execute("DELETE FROM outgoing_mail WHERE notice_id IS NULL")
    if _is_sqlite():
        _make_mails_anew(with_digests=False)
        return
    op.drop_constraint("outgoing_mail_of_one", "outgoing_mail")
    op.drop_column("outgoing_mail", "digest_id")
    op.alter_column("outgoing_mail", "notice_id", nullable=False)


def _make_mails_anew(*, with_digests: bool) -> None:
    of_digest = [
        sa.Column("digest_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(OF_ONE, name=op.f("outgoing_mail_of_one")),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("outgoing_mail_digest_id_fkey")),
        sa.UniqueConstraint("digest_id", name=op.f("outgoing_mail_digest_id_key")),
    ]
    op.create_table(
        "outgoing_mail_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=with_digests),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        *_course("outgoing_mail"),
        *(of_digest if with_digests else []),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("outgoing_mail_notice_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("outgoing_mail_pkey")),
        sa.UniqueConstraint("message_id", name=op.f("outgoing_mail_message_id_key")),
        sa.UniqueConstraint("notice_id", name=op.f("outgoing_mail_notice_id_key")),
    )
    op.execute(f"INSERT INTO outgoing_mail_anew ({COLUMNS}) SELECT {COLUMNS} FROM outgoing_mail")
    op.drop_table("outgoing_mail")
    op.rename_table("outgoing_mail_anew", "outgoing_mail")
    op.create_index("outgoing_mail_due_idx", "outgoing_mail", ["due_at"], **_only(QUEUED))
    op.create_index("outgoing_mail_given_up_idx", "outgoing_mail", ["id"], **_only(GIVEN_UP))


def _course(table: str) -> list[sa.schema.SchemaItem]:
    """How something on its way fares."""
    return [
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("given_up_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f(f"{table}_attempts_positive")),
        sa.CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name=op.f(f"{table}_one_end")),
    ]


# --- Webhooks ---


def _add_webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("secret", sa.String(200), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        *(sa.Column(group, sa.Boolean(), nullable=False) for group in GROUPS),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("format IN ('wecom', 'dingtalk', 'feishu', 'json')", name=op.f("webhook_format_known")),
        sa.CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name=op.f("webhook_locale_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("webhook_pkey")),
        sa.UniqueConstraint("name", name=op.f("webhook_name_key")),
    )
    op.create_table(
        "outgoing_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("record_kind", sa.String(40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        *_course("outgoing_post"),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("outgoing_post_webhook_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("outgoing_post_pkey")),
        sa.UniqueConstraint("key", name=op.f("outgoing_post_key_key")),
    )
    op.create_index("outgoing_post_webhook_idx", "outgoing_post", ["webhook_id"])
    op.create_index("outgoing_post_due_idx", "outgoing_post", ["due_at"], **_only(QUEUED))
    op.create_index("outgoing_post_given_up_idx", "outgoing_post", ["id"], **_only(GIVEN_UP))
    op.create_index("outgoing_post_sent_idx", "outgoing_post", ["sent_at"], **_only(SENT))

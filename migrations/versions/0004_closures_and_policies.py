"""Closures, the way to a room, and what bookings of an area have to keep to.

Columns are added in place: on SQLite a table made anew would take the holds of its bookings along.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE booking ADD COLUMN kind VARCHAR(10) DEFAULT 'booking' NOT NULL "
        "CONSTRAINT booking_kind_known CHECK (kind IN ('booking', 'closure'))"
    )
    op.execute("ALTER TABLE resource ADD COLUMN directions TEXT DEFAULT '' NOT NULL")
    op.create_table(
        "booking_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("shortest_minutes", sa.Integer(), nullable=True),
        sa.Column("longest_minutes", sa.Integer(), nullable=True),
        sa.Column("days_ahead", sa.Integer(), nullable=True),
        sa.Column("lead_minutes", sa.Integer(), nullable=True),
        sa.Column("slot_minutes", sa.Integer(), nullable=True),
        sa.Column("most_ahead", sa.Integer(), nullable=True),
        sa.CheckConstraint("shortest_minutes > 0", name=op.f("booking_policy_shortest_positive")),
        sa.CheckConstraint("longest_minutes > 0", name=op.f("booking_policy_longest_positive")),
        sa.CheckConstraint("shortest_minutes <= longest_minutes", name=op.f("booking_policy_length_order")),
        sa.CheckConstraint("days_ahead >= 0", name=op.f("booking_policy_days_ahead_positive")),
        sa.CheckConstraint("lead_minutes >= 0", name=op.f("booking_policy_lead_positive")),
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND 60", name=op.f("booking_policy_slot_known")),
        sa.CheckConstraint("most_ahead > 0", name=op.f("booking_policy_most_ahead_positive")),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("booking_policy_area_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("booking_policy_pkey")),
        sa.UniqueConstraint("area_id", name=op.f("booking_policy_area_id_key")),
    )


def downgrade() -> None:
    op.drop_table("booking_policy")
    op.execute("ALTER TABLE resource DROP COLUMN directions")
    op.execute("ALTER TABLE booking DROP COLUMN kind")

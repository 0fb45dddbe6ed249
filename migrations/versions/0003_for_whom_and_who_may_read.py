"""Bookings made for somebody else, and bookings whose title is private.

Added column by column: making SQLite's table anew would drop the old one, and its holds with it by ON DELETE CASCADE.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE booking ADD COLUMN visibility VARCHAR(7) DEFAULT 'house' NOT NULL "
        "CONSTRAINT booking_visibility_known CHECK (visibility IN ('house', 'private'))"
    )
    op.execute(
        "ALTER TABLE booking ADD COLUMN booked_by_id INTEGER "
        "CONSTRAINT booking_booked_by_id_fkey REFERENCES person (id)"
    )
    given = sa.text("booked_by_id IS NOT NULL")
    op.create_index(
        "booking_booked_by_idx", "booking", ["booked_by_id", "starts_at"],
        sqlite_where=given, postgresql_where=given,
    )


def downgrade() -> None:
    op.drop_index("booking_booked_by_idx", "booking")
    op.execute("ALTER TABLE booking DROP COLUMN booked_by_id")
    op.execute("ALTER TABLE booking DROP COLUMN visibility")

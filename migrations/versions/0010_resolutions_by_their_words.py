"""Resolutions are found by any piece of their words, and the board by what it filters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from portal.core.grams import fold, keys_of_text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    op.create_table(
        "resolution_wording",
        sa.Column("resolution_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("resolution_wording_resolution_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resolution_id", name=op.f("resolution_wording_pkey")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE resolution_gram USING fts5("
            "keys, content='', columnsize=0, detail=none, tokenize='ascii')"
        )
    else:
        op.create_table(
            "resolution_gram",
            sa.Column("resolution_id", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("keys", ARRAY(sa.Integer()), nullable=False),
            sa.ForeignKeyConstraint(
                ["resolution_id"], ["resolution.id"], name=op.f("resolution_gram_resolution_id_fkey"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("resolution_id", name=op.f("resolution_gram_pkey")),
        )
        # Without the list of what is still to be sorted in: each search would read all of it.
        op.execute("CREATE INDEX resolution_gram_keys_idx ON resolution_gram USING gin (keys) WITH (fastupdate = off)")
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """Let what stands be found."""
    resolution = sa.table("resolution", *map(sa.column, ("id", "number", "text", "measure")))
    last = 0
    while rows := connection.execute(
        sa.select(*resolution.c).where(resolution.c.id > last).order_by(resolution.c.id).limit(AT_ONCE)
    ).all():
        folded = {row.id: " ".join(map(fold, (row.number or "", row.text, row.measure))) for row in rows}
        _add(connection, folded)
        last = rows[-1].id


def _add(connection: sa.Connection, folded: dict[int, str]) -> None:
    connection.execute(
        sa.text("INSERT INTO resolution_wording (resolution_id, words) VALUES (:id, :words)"),
        [{"id": number, "words": words} for number, words in folded.items()],
    )
    is_sqlite = connection.dialect.name == "sqlite"
    keys = {number: sorted(keys_of_text(words)) for number, words in folded.items()}
    connection.execute(
        sa.text(f"INSERT INTO resolution_gram ({'rowid' if is_sqlite else 'resolution_id'}, keys) VALUES (:id, :keys)"),
        [
            {"id": number, "keys": " ".join(f"{key:x}" for key in found) if is_sqlite else found}
            for number, found in keys.items()
        ],
    )


def downgrade() -> None:
    op.drop_table("resolution_gram")
    op.drop_table("resolution_wording")

"""Resolutions are found by any piece of their words, and the board by what it filters."""

import sqlalchemy as sa
from alembic import op

from portal.core.grams import fold, keys_of_text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT_ONCE = 1000
# `portal.core.grams.keys_of_text` in SQL. Dear, so that it is never called for each row instead of the index.
KEYS = """
CREATE FUNCTION resolution_keys(words text) RETURNS integer[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000
RETURN (
    SELECT array_agg(DISTINCT key)
    FROM (
        SELECT ascii(letter)::bigint AS code, lag(ascii(letter)::bigint) OVER (ORDER BY place) AS before
        FROM unnest(string_to_array(words, NULL)) WITH ORDINALITY AS letters (letter, place)
    ) AS letters, LATERAL (VALUES (code::integer), (((before * 65599 + code) & 2147483647)::integer)) AS keys (key)
    WHERE key IS NOT NULL
)
"""


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
        op.execute(KEYS)
        # Without the list of what is still to be sorted in: each search would read all of it.
        op.execute(
            "CREATE INDEX resolution_gram_idx ON resolution_wording USING gin (resolution_keys(words)) "
            "WITH (fastupdate = off)"
        )
        # Statistics of the keys would be long to gather, and help nothing: they are asked for in one way only.
        op.execute("ALTER INDEX resolution_gram_idx ALTER COLUMN 1 SET STATISTICS 0")
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
    if connection.dialect.name == "sqlite":
        connection.execute(
            sa.text("INSERT INTO resolution_gram (rowid, keys) VALUES (:id, :keys)"),
            [
                {"id": number, "keys": " ".join(f"{key:x}" for key in sorted(keys_of_text(words)))}
                for number, words in folded.items()
            ],
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("resolution_gram")
    op.drop_table("resolution_wording")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION resolution_keys")

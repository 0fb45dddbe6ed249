"""What the database itself refuses: overlapping holds, holds over a day, and changes to the audit log.

Standing holds of one resource are disjoint, so the last of them that starts before a new one ends is the only
one that can overlap it: the SQLite triggers look at that one alone, by the index, however many there are.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE_REFUSALS = """
    SELECT RAISE(ABORT, 'hold_instants')
    WHERE NEW.starts_at IS NOT datetime(NEW.starts_at) OR NEW.ends_at IS NOT datetime(NEW.ends_at);
    SELECT RAISE(ABORT, 'hold_length')
    WHERE NEW.ends_at > datetime(NEW.starts_at, '+1 day');
    SELECT RAISE(ABORT, 'hold_overlap')
    WHERE NEW.released_at IS NULL AND NEW.starts_at < (
        SELECT ends_at FROM hold
        WHERE resource_id = NEW.resource_id AND released_at IS NULL AND starts_at < NEW.ends_at
          AND id IS NOT {own_id}
        ORDER BY starts_at DESC LIMIT 1
    );
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER hold_insert BEFORE INSERT ON hold BEGIN {SQLITE_REFUSALS.format(own_id='NULL')} END")
        op.execute(
            "CREATE TRIGGER hold_update BEFORE UPDATE OF resource_id, starts_at, ends_at, released_at ON hold "
            f"BEGIN {SQLITE_REFUSALS.format(own_id='OLD.id')} END"
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'audit_entry_is_final'); END"
            )
        # INSERT OR REPLACE would delete the old line without firing the trigger for deletions.
        op.execute(
            "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry "
            "WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'audit_entry_is_final'); END"
        )
        return
    op.execute(
        "ALTER TABLE hold ADD CONSTRAINT hold_overlap EXCLUDE USING gist ("
        "int4range(resource_id, resource_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&"
        ") WHERE (released_at IS NULL)"
    )
    op.execute("ALTER TABLE hold ADD CONSTRAINT hold_length CHECK (ends_at - starts_at <= interval '1 day')")
    op.execute(
        "CREATE FUNCTION audit_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit_entry_is_final' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_final BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_is_final()"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_kept BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_final()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("hold_insert", "hold_update", "audit_entry_no_update", "audit_entry_no_delete",
                        "audit_entry_no_replace"):
            op.execute(f"DROP TRIGGER {trigger}")
        return
    op.execute("DROP TRIGGER audit_entry_kept ON audit_entry")
    op.execute("DROP TRIGGER audit_entry_final ON audit_entry")
    op.execute("DROP FUNCTION audit_entry_is_final")
    op.execute("ALTER TABLE hold DROP CONSTRAINT hold_length")
    op.execute("ALTER TABLE hold DROP CONSTRAINT hold_overlap")

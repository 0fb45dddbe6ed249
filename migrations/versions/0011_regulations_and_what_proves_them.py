"""Bodies, regulations in versions, approvals, tasks, proposals, annual plans, readiness, waivers, inspections."""

import sqlalchemy as sa
from alembic import op

from portal.core.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = (
    "violation", "finding", "inspection_line", "inspection", "clause_sign_off", "deadline_warning", "waiver", "readiness_check",
    "check_sheet_line", "check_sheet", "planned_meeting", "plan_version", "plan_entry", "annual_plan",
    "budget_line", "proposal", "task_proof", "task_dependency", "task", "approval_asked", "approval_seat",
    "approval_step", "approval_case", "regulation_review", "regulation_version",
)
CASE_CHANGED = (
    "OLD.record_kind <> NEW.record_kind OR OLD.record_id <> NEW.record_id OR OLD.round <> NEW.round "
    "OR OLD.digest <> NEW.digest OR CAST(OLD.snapshot AS text) <> CAST(NEW.snapshot AS text) "
    "OR OLD.submitted_by_id <> NEW.submitted_by_id OR OLD.submitted_at <> NEW.submitted_at "
    "OR (OLD.state <> NEW.state AND OLD.state <> 'open' AND NOT (OLD.state = 'effective' AND NEW.state = 'lapsed'))"
)
CASE_UNPASSED = (
    "NEW.state = 'effective' AND OLD.state <> 'effective' AND ("
    "EXISTS (SELECT 1 FROM approval_step WHERE case_id = NEW.id AND passed_at IS NULL) "
    "OR NOT EXISTS (SELECT 1 FROM approval_step WHERE case_id = NEW.id))"
)
STEP_UNPASSED = (
    "NEW.passed_at IS NOT NULL AND OLD.passed_at IS NULL AND ("
    "EXISTS (SELECT 1 FROM approval_step AS earlier WHERE earlier.case_id = NEW.case_id "
    "AND earlier.position < NEW.position AND earlier.passed_at IS NULL) "
    "OR NOT EXISTS (SELECT 1 FROM approval_seat WHERE step_id = NEW.id AND verdict = 'agreed') "
    "OR (NEW.rule = 'all' AND EXISTS (SELECT 1 FROM approval_seat WHERE step_id = NEW.id "
    "AND (verdict IS NULL OR verdict <> 'agreed'))))"
)
SIGNED_SHEET = "(SELECT signed_at FROM check_sheet WHERE id = {row}.sheet_id) IS NOT NULL"
# What the database refuses: by table and verb, the condition on the row. Decisions and versions are for good.
REFUSED = {
    ("approval_case", "UPDATE", "final"): CASE_CHANGED,
    ("approval_case", "UPDATE", "unpassed"): CASE_UNPASSED,
    ("approval_case", "DELETE", "final"): "TRUE",
    ("approval_step", "UPDATE", "unpassed"): STEP_UNPASSED,
    ("approval_step", "UPDATE", "final"): "OLD.passed_at IS NOT NULL OR OLD.rule <> NEW.rule",
    ("approval_step", "DELETE", "final"): "TRUE",
    ("approval_seat", "UPDATE", "final"): "OLD.verdict IS NOT NULL",
    ("approval_seat", "DELETE", "final"): "TRUE",
    **{(table, verb, "final"): "TRUE" for table in ("regulation_version", "plan_version") for verb in ("UPDATE", "DELETE")},
    ("check_sheet", "UPDATE", "final"): "OLD.signed_at IS NOT NULL",
    **{("check_sheet_line", verb, "final"): SIGNED_SHEET for verb in ("INSERT", "UPDATE")},
}


def upgrade() -> None:
    op.add_column("meeting_kind", sa.Column("profile", sa.String(20), nullable=False, server_default=""))
    _add_bodies()
    # In place on both: made anew, the table of meetings would be long to fill.
    op.execute("ALTER TABLE meeting ADD COLUMN body_id INTEGER CONSTRAINT meeting_body_id_fkey REFERENCES body (id)")
    of_bodies = sa.text("body_id IS NOT NULL")
    op.create_index(
        "meeting_body_idx", "meeting", ["body_id", "starts_at"], sqlite_where=of_bodies, postgresql_where=of_bodies
    )
    _add_regulations()
    _add_approvals()
    _add_tasks()
    _add_proposals()
    _add_plans()
    _add_readiness()
    _add_proofs()
    _add_inspections()
    _refuse()


def downgrade() -> None:
    _let_go()
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("meeting_body_idx", "meeting")
    with op.batch_alter_table("meeting") as batch:
        batch.drop_column("body_id")
    op.drop_table("membership")
    op.drop_table("body")
    with op.batch_alter_table("meeting_kind") as batch:
        batch.drop_column("profile")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _refuse() -> None:
    for (table, verb, name), condition in REFUSED.items():
        row = "NEW" if verb == "INSERT" else "OLD"
        trigger, condition = f"{table}_{verb.lower()}_{name}", condition.format(row=row)
        if _is_sqlite():
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {verb} ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, 'record_is_{name}'); END"
            )
        else:
            back = "OLD" if verb == "DELETE" else "NEW"
            op.execute(
                f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
                f"RAISE EXCEPTION 'record_is_{name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                f"RETURN {back}; END $$; "
                f"CREATE TRIGGER {trigger} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()"
            )


def _let_go() -> None:
    for table, verb, name in REFUSED:
        trigger = f"{table}_{verb.lower()}_{name}"
        op.execute(f"DROP TRIGGER {trigger}" + ("" if _is_sqlite() else f" ON {table}"))
        if not _is_sqlite():
            op.execute(f"DROP FUNCTION {trigger}")


def _add_bodies() -> None:
    op.create_table(
        "body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(30), nullable=False),
        sa.Column("name", sa.String(100), server_default="", nullable=False),
        sa.Column("duties", sa.String(1000), server_default="", nullable=False),
        sa.Column("department_id", sa.Integer()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime()),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("body_department_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("body_pkey")),
        sa.UniqueConstraint("key", name=op.f("body_key_key")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(9), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.CheckConstraint("part IN ('chair', 'deputy', 'member', 'secretary')", name=op.f("membership_part_known")),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("membership_order")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("membership_body_id_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("membership_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("membership_pkey")),
    )
    op.create_index("membership_body_idx", "membership", ["body_id", "starts_on"])
    op.create_index("membership_person_idx", "membership", ["person_id"])


def _add_regulations() -> None:
    op.create_table(
        "regulation_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(200), server_default="", nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("regulation_version_with_reason")),
        sa.CheckConstraint("number > 1", name=op.f("regulation_version_number_range")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("regulation_version_made_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("regulation_version_pkey")),
        sa.UniqueConstraint("profile", "number", name=op.f("regulation_version_profile_number_key")),
    )
    op.create_table(
        "regulation_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("reminded_at", UtcDateTime()),
        sa.Column("reviewed_at", UtcDateTime()),
        sa.Column("reviewed_by_id", sa.Integer()),
        sa.Column("verdict", sa.String(2000), server_default="", nullable=False),
        sa.CheckConstraint("(reviewed_at IS NULL) = (verdict = '')", name=op.f("regulation_review_reviewed_with_verdict")),
        sa.CheckConstraint("(reviewed_at IS NULL) = (reviewed_by_id IS NULL)", name=op.f("regulation_review_reviewed_by_somebody")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["person.id"], name=op.f("regulation_review_reviewed_by_id_fkey")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("regulation_review_reviewer_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("regulation_review_pkey")),
    )
    op.create_index("regulation_review_profile_idx", "regulation_review", ["profile"])


def _add_approvals() -> None:
    op.create_table(
        "approval_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_kind", sa.String(40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(1000), server_default="", nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.Column("is_own_allowed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("lapse_words", sa.String(1000), server_default="", nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (state = 'open')", name=op.f("approval_case_ended_at_state")),
        sa.CheckConstraint("round = 1 OR reason <> ''", name=op.f("approval_case_again_with_reason")),
        sa.CheckConstraint("state IN ('open', 'effective', 'returned', 'withdrawn', 'lapsed')", name=op.f("approval_case_state_known")),
        sa.CheckConstraint("round > 0", name=op.f("approval_case_round_positive")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["person.id"], name=op.f("approval_case_submitted_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("approval_case_pkey")),
        sa.UniqueConstraint("record_kind", "record_id", "round", name=op.f("approval_case_record_kind_record_id_round_key")),
    )
    op.create_index("approval_case_open_key", "approval_case", ["record_kind", "record_id"], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_index("approval_case_submitted_idx", "approval_case", ["submitted_by_id", "id"])
    op.create_table(
        "approval_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(3), nullable=False),
        sa.Column("clause", sa.String(20), server_default="", nullable=False),
        sa.Column("days", sa.Integer()),
        sa.Column("opened_at", UtcDateTime()),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("passed_at", UtcDateTime()),
        sa.Column("escalated_at", UtcDateTime()),
        sa.CheckConstraint("rule IN ('all', 'any')", name=op.f("approval_step_rule_known")),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("approval_step_case_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("approval_step_pkey")),
        sa.UniqueConstraint("case_id", "position", name=op.f("approval_step_case_id_position_key")),
    )
    op.create_table(
        "approval_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(6), nullable=False),
        sa.Column("key", sa.String(30), server_default="", nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("verdict", sa.String(8)),
        sa.Column("comment", sa.String(2000), server_default="", nullable=False),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("decided_for_id", sa.Integer()),
        sa.CheckConstraint("(holder = 'person') = (person_id IS NOT NULL)", name=op.f("approval_seat_holder_person")),
        sa.CheckConstraint("holder IN ('person', 'body', 'role', 'record')", name=op.f("approval_seat_holder_known")),
        sa.CheckConstraint("verdict IN ('agreed', 'returned')", name=op.f("approval_seat_verdict_known")),
        sa.CheckConstraint("verdict IS NULL OR verdict = 'agreed' OR comment <> ''", name=op.f("approval_seat_returned_with_words")),
        sa.CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name=op.f("approval_seat_decided_at_verdict")),
        sa.CheckConstraint("(verdict IS NULL) = (decided_by_id IS NULL)", name=op.f("approval_seat_decided_by_somebody")),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("approval_seat_case_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("approval_seat_decided_by_id_fkey")),
        sa.ForeignKeyConstraint(["decided_for_id"], ["person.id"], name=op.f("approval_seat_decided_for_id_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("approval_seat_person_id_fkey")),
        sa.ForeignKeyConstraint(["step_id"], ["approval_step.id"], name=op.f("approval_seat_step_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("approval_seat_pkey")),
        sa.UniqueConstraint("case_id", "decided_by_id", name=op.f("approval_seat_case_id_decided_by_id_key")),
        sa.UniqueConstraint("case_id", "decided_for_id", name=op.f("approval_seat_case_id_decided_for_id_key")),
    )
    op.create_index("approval_seat_step_id_idx", "approval_seat", ["step_id"])
    op.create_table(
        "approval_asked",
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("is_escalated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("approval_asked_person_id_fkey")),
        sa.ForeignKeyConstraint(["seat_id"], ["approval_seat.id"], name=op.f("approval_asked_seat_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seat_id", "person_id", name=op.f("approval_asked_pkey")),
    )
    op.create_index("approval_asked_person_idx", "approval_asked", ["person_id"])


def _add_tasks() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_kind", sa.String(40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(60)),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(2000), server_default="", nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("owner_role", sa.String(30), server_default="", nullable=False),
        sa.Column("owner_id", sa.Integer()),
        sa.Column("department_id", sa.Integer()),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("proof", sa.String(9), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer()),
        sa.Column("reminded_at", UtcDateTime()),
        sa.Column("urged_at", UtcDateTime()),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("done_by_id", sa.Integer()),
        sa.Column("dropped_at", UtcDateTime()),
        sa.Column("drop_reason", sa.String(500), server_default="", nullable=False),
        sa.CheckConstraint("(dropped_at IS NULL) = (drop_reason = '')", name=op.f("task_dropped_with_reason")),
        sa.CheckConstraint("proof IN ('none', 'words', 'number', 'photo', 'file', 'signature')", name=op.f("task_proof_known")),
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("task_done_by_somebody")),
        sa.CheckConstraint("done_at IS NULL OR dropped_at IS NULL", name=op.f("task_one_end")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("task_created_by_id_fkey")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("task_department_id_fkey")),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("task_done_by_id_fkey")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("task_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("task_pkey")),
        sa.UniqueConstraint("record_kind", "record_id", "key", name=op.f("task_record_kind_record_id_key_key")),
    )
    op.create_index("task_open_idx", "task", ["due_at"], unique=False, sqlite_where=sa.text("done_at IS NULL AND dropped_at IS NULL"), postgresql_where=sa.text("done_at IS NULL AND dropped_at IS NULL"))
    op.create_index("task_owner_idx", "task", ["owner_id", "due_at"])
    op.create_index("task_record_idx", "task", ["record_kind", "record_id", "due_at"])
    op.create_table(
        "task_dependency",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("needs_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("task_id <> needs_id", name=op.f("task_dependency_needs_another")),
        sa.ForeignKeyConstraint(["needs_id"], ["task.id"], name=op.f("task_dependency_needs_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("task_dependency_task_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", "needs_id", name=op.f("task_dependency_pkey")),
    )
    op.create_index("task_dependency_needs_idx", "task_dependency", ["needs_id"])
    op.create_table(
        "task_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(1000), server_default="", nullable=False),
        sa.Column("content_hash", sa.String(64)),
        sa.Column("file_name", sa.String(200), server_default="", nullable=False),
        sa.Column("media_type", sa.String(100), server_default="", nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("signed_by_id", sa.Integer()),
        sa.Column("signed_at", UtcDateTime()),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(content_hash IS NULL) = (file_name = '')", name=op.f("task_proof_file_named")),
        sa.CheckConstraint("words <> '' OR content_hash IS NOT NULL OR signed_by_id IS NOT NULL", name=op.f("task_proof_something")),
        sa.CheckConstraint("size >= 0", name=op.f("task_proof_size_positive")),
        sa.CheckConstraint("signed_at IS NULL OR signed_by_id IS NOT NULL", name=op.f("task_proof_signed_by_somebody")),
        sa.CheckConstraint("signed_by_id <> by_id", name=op.f("task_proof_signed_by_another")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("task_proof_by_id_fkey")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("task_proof_signed_by_id_fkey")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("task_proof_task_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("task_proof_pkey")),
    )
    op.create_index("task_proof_task_idx", "task_proof", ["task_id"])
    op.create_index("task_proof_signer_idx", "task_proof", ["signed_by_id"])


def _add_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(length=20), server_default="", nullable=False),
        sa.Column("profile_version", sa.Integer()),
        sa.Column("theme", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.Integer()),
        sa.Column("circle", sa.Text(), server_default="", nullable=False),
        sa.Column("publicity", sa.Text(), server_default="", nullable=False),
        sa.Column("site_risk", sa.Text(), server_default="", nullable=False),
        sa.Column("people_risk", sa.Text(), server_default="", nullable=False),
        sa.Column("information_risk", sa.Text(), server_default="", nullable=False),
        sa.Column("has_notable_guests", sa.Boolean(), nullable=False),
        sa.Column("notable_guests", sa.Text(), server_default="", nullable=False),
        sa.Column("guest_risk", sa.Text(), server_default="", nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("sensitive_words", sa.Text(), server_default="", nullable=False),
        sa.Column("unplanned_reason", sa.String(500), server_default="", nullable=False),
        sa.Column("venue_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("lessons", sa.Text(), server_default="", nullable=False),
        sa.Column("overrun_reason", sa.String(1000), server_default="", nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("NOT has_notable_guests OR notable_guests <> ''", name=op.f("proposal_notable_guests_named")),
        sa.CheckConstraint("NOT is_sensitive OR sensitive_words <> ''", name=op.f("proposal_sensitive_with_words")),
        sa.CheckConstraint("profile_version > 0", name=op.f("proposal_profile_version_positive")),
        sa.CheckConstraint("(profile_version IS NULL) = (profile = '')", name=op.f("proposal_version_of_profile")),
        sa.CheckConstraint("size > 0", name=op.f("proposal_size_positive")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("proposal_changed_by_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("proposal_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("proposal_pkey")),
    )
    op.create_table(
        "budget_line",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(12), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("words", sa.String(300), server_default="", nullable=False),
        sa.CheckConstraint("heading IN ('venue', 'equipment', 'guests', 'catering', 'lodging', 'transport', 'publicity', 'security', 'materials', 'other')", name=op.f("budget_line_heading_known")),
        sa.CheckConstraint("amount >= 0", name=op.f("budget_line_amount_positive")),
        sa.ForeignKeyConstraint(["meeting_id"], ["proposal.meeting_id"], name=op.f("budget_line_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("meeting_id", "heading", name=op.f("budget_line_pkey")),
    )


def _add_plans() -> None:
    op.create_table(
        "annual_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("entries_by", sa.Date()),
        sa.CheckConstraint("year BETWEEN 2000 AND 2199", name=op.f("annual_plan_year_range")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("annual_plan_opened_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("annual_plan_pkey")),
        sa.UniqueConstraint("year", name=op.f("annual_plan_year_key")),
    )
    op.create_table(
        "plan_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer()),
        sa.Column("theme", sa.String(200), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(200), server_default="", nullable=False),
        sa.Column("participants", sa.String(500), server_default="", nullable=False),
        sa.Column("size", sa.Integer()),
        sa.Column("budget", sa.Numeric(precision=14, scale=2)),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("dropped_at", UtcDateTime()),
        sa.Column("drop_reason", sa.String(500), server_default="", nullable=False),
        sa.CheckConstraint("(dropped_at IS NULL) = (drop_reason = '')", name=op.f("plan_entry_dropped_with_reason")),
        sa.CheckConstraint("budget >= 0", name=op.f("plan_entry_budget_positive")),
        sa.CheckConstraint("size > 0", name=op.f("plan_entry_size_positive")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("plan_entry_department_id_fkey")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("plan_entry_entered_by_id_fkey")),
        sa.ForeignKeyConstraint(["kind_id"], ["meeting_kind.id"], name=op.f("plan_entry_kind_id_fkey")),
        sa.ForeignKeyConstraint(["plan_id"], ["annual_plan.id"], name=op.f("plan_entry_plan_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_entry_pkey")),
    )
    op.create_index("plan_entry_department_idx", "plan_entry", ["department_id"])
    op.create_index("plan_entry_plan_idx", "plan_entry", ["plan_id", "planned_on"])
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(1000), server_default="", nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number = 1 OR reason <> ''", name=op.f("plan_version_again_with_reason")),
        sa.CheckConstraint("number > 0", name=op.f("plan_version_number_positive")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("plan_version_made_by_id_fkey")),
        sa.ForeignKeyConstraint(["plan_id"], ["annual_plan.id"], name=op.f("plan_version_plan_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_version_pkey")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("plan_version_plan_id_number_key")),
    )
    op.create_table(
        "planned_meeting",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["plan_entry.id"], name=op.f("planned_meeting_entry_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("planned_meeting_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("planned_meeting_pkey")),
    )
    op.create_index("planned_meeting_entry_id_idx", "planned_meeting", ["entry_id"])


def _add_readiness() -> None:
    op.create_table(
        "check_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", UtcDateTime()),
        sa.Column("signed_by_id", sa.Integer()),
        sa.Column("remarks", sa.String(1000), server_default="", nullable=False),
        sa.CheckConstraint("form IN ('equipment_test', 'venue_acceptance')", name=op.f("check_sheet_form_known")),
        sa.CheckConstraint("(signed_at IS NULL) = (signed_by_id IS NULL)", name=op.f("check_sheet_signed_by_somebody")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("check_sheet_meeting_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("check_sheet_opened_by_id_fkey")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("check_sheet_signed_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("check_sheet_pkey")),
    )
    op.create_index("check_sheet_meeting_idx", "check_sheet", ["meeting_id", "form"])
    op.create_table(
        "check_sheet_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.String(10)),
        sa.Column("words", sa.String(500), server_default="", nullable=False),
        sa.Column("task_id", sa.Integer()),
        sa.CheckConstraint("condition IN ('ok', 'faulty', 'not_needed')", name=op.f("check_sheet_line_condition_known")),
        sa.CheckConstraint("condition IS NULL OR condition <> 'faulty' OR words <> ''", name=op.f("check_sheet_line_fault_with_words")),
        sa.ForeignKeyConstraint(["sheet_id"], ["check_sheet.id"], name=op.f("check_sheet_line_sheet_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("check_sheet_line_task_id_fkey"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("check_sheet_line_pkey")),
        sa.UniqueConstraint("sheet_id", "key", name=op.f("check_sheet_line_sheet_id_key_key")),
    )
    op.create_table(
        "readiness_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("undone_at", UtcDateTime()),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("readiness_check_by_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("readiness_check_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("readiness_check_pkey")),
    )
    op.create_index("readiness_check_meeting_idx", "readiness_check", ["meeting_id", "id"])


def _add_proofs() -> None:
    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(20), nullable=False),
        sa.Column("demand", sa.String(60), server_default="", nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime()),
        sa.Column("revoked_by_id", sa.Integer()),
        sa.CheckConstraint("reason <> ''", name=op.f("waiver_with_reason")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name=op.f("waiver_revoked_by_somebody")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("waiver_by_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("waiver_meeting_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["person.id"], name=op.f("waiver_revoked_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("waiver_pkey")),
    )
    op.create_index("waiver_standing_key", "waiver", ["meeting_id", "clause", "demand"], unique=True, sqlite_where=sa.text("revoked_at IS NULL"), postgresql_where=sa.text("revoked_at IS NULL"))
    op.create_table(
        "deadline_warning",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.String(60), nullable=False),
        sa.Column("stage", sa.String(6), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("stage IN ('near', 'missed')", name=op.f("deadline_warning_stage_known")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("deadline_warning_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("meeting_id", "requirement", "stage", "due_at", name=op.f("deadline_warning_pkey")),
    )
    op.create_table(
        "clause_sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer()),
        sa.Column("clause", sa.String(20), nullable=False),
        sa.Column("said", sa.String(14), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("content_hash", sa.String(64)),
        sa.Column("file_name", sa.String(200), server_default="", nullable=False),
        sa.Column("media_type", sa.String(100), server_default="", nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime()),
        sa.Column("revoked_by_id", sa.Integer()),
        sa.CheckConstraint("(content_hash IS NULL) = (file_name = '')", name=op.f("clause_sign_off_file_named")),
        sa.CheckConstraint("said IN ('kept', 'not_applicable')", name=op.f("clause_sign_off_said_known")),
        sa.CheckConstraint("words <> ''", name=op.f("clause_sign_off_with_words")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name=op.f("clause_sign_off_revoked_by_somebody")),
        sa.CheckConstraint("size >= 0", name=op.f("clause_sign_off_size_positive")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("clause_sign_off_by_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("clause_sign_off_meeting_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["person.id"], name=op.f("clause_sign_off_revoked_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("clause_sign_off_pkey")),
    )
    op.create_index("clause_sign_off_house_key", "clause_sign_off", ["clause"], unique=True, sqlite_where=sa.text("revoked_at IS NULL AND meeting_id IS NULL"), postgresql_where=sa.text("revoked_at IS NULL AND meeting_id IS NULL"))
    op.create_index("clause_sign_off_meeting_key", "clause_sign_off", ["meeting_id", "clause"], unique=True, sqlite_where=sa.text("revoked_at IS NULL AND meeting_id IS NOT NULL"), postgresql_where=sa.text("revoked_at IS NULL AND meeting_id IS NOT NULL"))


def _add_inspections() -> None:
    op.create_table(
        "inspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("scope", sa.String(12), nullable=False),
        sa.Column("profile", sa.String(20), server_default="", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer()),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("repeat_months", sa.Integer()),
        sa.Column("held_at", UtcDateTime()),
        sa.Column("verdict", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_at", UtcDateTime()),
        sa.CheckConstraint("(held_at IS NULL) = (verdict = '')", name=op.f("inspection_held_with_verdict")),
        sa.CheckConstraint("scope IN ('preparation', 'running', 'wrap_up', 'compliance', 'costs', 'archive')", name=op.f("inspection_scope_known")),
        sa.CheckConstraint("closed_at IS NULL OR held_at IS NOT NULL", name=op.f("inspection_closed_after_held")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("inspection_order")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("inspection_department_id_fkey")),
        sa.ForeignKeyConstraint(["inspector_id"], ["person.id"], name=op.f("inspection_inspector_id_fkey")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["person.id"], name=op.f("inspection_planned_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("inspection_pkey")),
        sa.UniqueConstraint("number", name=op.f("inspection_number_key")),
    )
    op.create_index("inspection_due_idx", "inspection", ["due_on"])
    op.create_table(
        "inspection_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("clause", sa.String(20), server_default="", nullable=False),
        sa.Column("result", sa.String(8)),
        sa.Column("words", sa.String(1000), server_default="", nullable=False),
        sa.CheckConstraint("result IN ('kept', 'not_kept', 'not_seen')", name=op.f("inspection_line_result_known")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("inspection_line_inspection_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("inspection_line_pkey")),
    )
    op.create_index("inspection_line_inspection_idx", "inspection_line", ["inspection_id", "position"])
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(20), server_default="", nullable=False),
        sa.Column("meeting_id", sa.Integer()),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("found_by_id", sa.Integer(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("effect", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("closed_by_id", sa.Integer()),
        sa.CheckConstraint("closed_at IS NULL OR (cause <> '' AND effect <> '')", name=op.f("finding_closed_with_effect")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name=op.f("finding_closed_by_somebody")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("finding_body_id_fkey")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("finding_closed_by_id_fkey")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("finding_department_id_fkey")),
        sa.ForeignKeyConstraint(["found_by_id"], ["person.id"], name=op.f("finding_found_by_id_fkey")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("finding_inspection_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("finding_meeting_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("finding_pkey")),
    )
    op.create_index("finding_body_idx", "finding", ["body_id"])
    op.create_index("finding_inspection_idx", "finding", ["inspection_id"])
    op.create_index("finding_meeting_idx", "finding", ["meeting_id"])
    op.create_table(
        "violation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("clause", sa.String(20), nullable=False),
        sa.Column("finding_id", sa.Integer()),
        sa.Column("meeting_id", sa.Integer()),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("sanction", sa.String(10)),
        sa.Column("sanction_words", sa.String(1000), server_default="", nullable=False),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("closed_by_id", sa.Integer()),
        sa.Column("closing_words", sa.String(1000), server_default="", nullable=False),
        sa.CheckConstraint("clause <> ''", name=op.f("violation_of_a_clause")),
        sa.CheckConstraint("sanction IN ('criticism', 'correction', 'discipline')", name=op.f("violation_sanction_known")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name=op.f("violation_closed_by_somebody")),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("violation_decided_by_somebody")),
        sa.CheckConstraint("(sanction IS NULL) = (decided_at IS NULL)", name=op.f("violation_decided_with_sanction")),
        sa.CheckConstraint("closed_at IS NULL OR decided_at IS NOT NULL", name=op.f("violation_closed_after_sanction")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("violation_closed_by_id_fkey")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("violation_decided_by_id_fkey")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("violation_department_id_fkey")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("violation_finding_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("violation_meeting_id_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("violation_person_id_fkey")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("violation_recorded_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("violation_pkey")),
        sa.UniqueConstraint("number", name=op.f("violation_number_key")),
    )
    op.create_index("violation_meeting_idx", "violation", ["meeting_id"])

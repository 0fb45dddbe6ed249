"""Minutes, the way of a resolution through its nodes, and supervision.

What was resolved until now was issued at once, and its reports counted at once: that is how it stands afterwards. On
SQLite the tables that get conditions are made anew, since those cannot be added in place.
"""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.core.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROLES = "'department_head', 'meeting_office', 'room_manager', 'leader', {more}'auditor', 'administrator'"
RESOLUTION_RULES = {
    "origin_known": "origin IN ('meeting', 'instruction', 'improvement')",
    "node_known": "node IN ('registered', 'approved', 'issued', 'signed_for', 'worked_on', 'reported', 'reviewed', "
                  "'closed')",
    "priority_known": "priority IN ('normal', 'high', 'urgent')",
    "rhythm_known": "rhythm IN ('none', 'weekly', 'monthly', 'milestones')",
    "of_a_meeting": "origin <> 'meeting' OR meeting_id IS NOT NULL",
    "source_whole": "(source_kind IS NULL) = (source_id IS NULL)",
    "extended_by_extensions": "(extensions = 0) = (due_on = original_due_on)",
    "extended_forward": "due_on >= original_due_on",
    "issued_at_node": "(issued_at IS NULL) = (node IN ('registered', 'approved'))",
    "reviewed_by_somebody": "(reviewed_at IS NULL) = (reviewed_by_id IS NULL)",
    "closed_at_node": "(closed_at IS NULL) = (node <> 'closed')",
    "closed_when_reviewed":
        "closed_at IS NULL OR (percent = 100 AND reported_at IS NOT NULL AND reviewed_at IS NOT NULL)",
    "one_end": "closed_at IS NULL OR withdrawn_at IS NULL",
    "paused_with_reason": "(paused_at IS NULL) = (pause_reason = '')",
    "parent_another": "parent_id <> id",
    "merged_into_another": "merged_into_id <> id",
}
RESOLUTION_KEYS = {
    "instructed_by_id": "person", "parent_id": "resolution", "merged_into_id": "resolution", "reviewed_by_id": "person"
}
RESOLUTION_INDEXES = {
    "due": ["due_on", "id"], "agenda_item": ["agenda_item_id"], "parent": ["parent_id"],
    "merged_into": ["merged_into_id"], "report_by": ["report_by"],
    "source": ["source_kind", "source_id"],
}
STANDS = sa.text("closed_at IS NULL AND withdrawn_at IS NULL")
REPORT_RULES = {
    "signed_by_somebody": "(signed_at IS NULL) = (signed_by_id IS NULL)",
    "returned_with_words": "(returned_at IS NULL) = (return_words = '')",
    "signed_or_returned": "signed_at IS NULL OR returned_at IS NULL",
}
WAITS = sa.text("signed_at IS NULL AND returned_at IS NULL")
KIND_COLUMNS = ("has_votes", "resolutions_need_approval", "delay_needs_leader")
TABLES = (
    "minutes_file", "minutes_copy", "addendum", "minutes_version", "minutes_comment", "vote", "minutes_line", "minutes",
    "carry_over", "saved_view", "bulletin", "evaluation", "urging", "delay_decision", "delay_request",
    "report_file", "resolution_link", "milestone", "resolution_step", "resolution_assistance",
)
# A row that is kept, and the condition under which: on the row itself as OLD or NEW, or on what it belongs to.
FINAL = "(SELECT final_at FROM minutes WHERE id = {row}.minutes_id) IS NOT NULL"
FINAL_VOTE = (
    "(SELECT minutes.final_at FROM minutes JOIN minutes_line ON minutes_line.minutes_id = minutes.id "
    "WHERE minutes_line.id = {row}.line_id) IS NOT NULL"
)
KEPT = {
    ("minutes", "UPDATE"): "{row}.final_at IS NOT NULL", ("minutes", "DELETE"): "{row}.final_at IS NOT NULL",
    **{("minutes_line", verb): FINAL for verb in ("INSERT", "UPDATE", "DELETE")},
    **{("vote", verb): FINAL_VOTE for verb in ("INSERT", "UPDATE", "DELETE")},
    **{(table, verb): "TRUE" for table in ("minutes_version", "addendum", "bulletin") for verb in ("UPDATE", "DELETE")},
    ("resolution", "UPDATE"): "OLD.issued_at IS NOT NULL AND NEW.original_due_on <> OLD.original_due_on",
}


def upgrade() -> None:
    _change_roles("'supervisor', ")
    for column in KIND_COLUMNS:
        op.add_column("meeting_kind", sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    _change_resolutions()
    _change_reports()
    _add_course()
    _add_supervision()
    _add_minutes()
    _tell_the_course_so_far()
    _keep()


def downgrade() -> None:
    _let_go()
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM progress_report WHERE signed_at IS NULL")
    op.drop_index("progress_report_waiting_key", "progress_report")
    with _changing("progress_report") as batch:
        _take_back(batch, "progress_report", REPORT_RULES, ("signed_by_id",))
        for column in ("is_unchanged", "signed_at", "signed_by_id", "returned_at", "return_words"):
            batch.drop_column(column)
    _take_back_resolutions()
    for column in KIND_COLUMNS:
        with op.batch_alter_table("meeting_kind") as batch:
            batch.drop_column(column)
    op.execute("DELETE FROM role_grant WHERE role = 'supervisor'")
    _change_roles("")


def _take_back_resolutions() -> None:
    """What no meeting resolved, and what was withdrawn, was not known before."""
    gone = "SELECT id FROM resolution WHERE meeting_id IS NULL OR withdrawn_at IS NOT NULL"
    op.execute(f"DELETE FROM progress_report WHERE resolution_id IN ({gone})")
    op.execute(f"UPDATE resolution SET parent_id = NULL WHERE parent_id IN ({gone})")
    op.execute("UPDATE resolution SET merged_into_id = NULL")
    op.execute("DELETE FROM resolution WHERE meeting_id IS NULL OR withdrawn_at IS NOT NULL")
    # An upgrade after it numbers them anew.
    op.execute("DELETE FROM meeting_number WHERE prefix = 'R-'")
    op.drop_index("resolution_open_idx", "resolution")
    for name in RESOLUTION_INDEXES:
        op.drop_index(f"resolution_{name}_idx", "resolution")
    with _changing("resolution") as batch:
        _take_back(batch, "resolution", RESOLUTION_RULES, RESOLUTION_KEYS)
        batch.drop_constraint(op.f("resolution_number_key"), type_="unique")
        for column in _new_columns():
            batch.drop_column(column.name)
        batch.alter_column("meeting_id", existing_type=sa.Integer(), nullable=False)
        batch.create_check_constraint(op.f("resolution_closed_when_done"), sa.text("closed_at IS NULL OR percent = 100"))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _changing(table: str) -> Any:
    return op.batch_alter_table(table, recreate="always" if _is_sqlite() else "never")


def _take_back(batch: Any, table: str, rules: Any, keys: Any) -> None:
    for name in rules:
        batch.drop_constraint(op.f(f"{table}_{name}"), type_="check")
    for column in keys:
        batch.drop_constraint(f"{table}_{column}_fkey", type_="foreignkey")


def _change_roles(more: str) -> None:
    with _changing("role_grant") as batch:
        batch.drop_constraint(op.f("role_grant_role_known"), type_="check")
        batch.create_check_constraint(op.f("role_grant_role_known"), sa.text(f"role IN ({ROLES.format(more=more)})"))


def _new_columns() -> list[sa.Column[Any]]:
    """As they are added: without conditions, and empty where what stands has to be filled in first."""
    def words(name: str, kind: Any) -> sa.Column[Any]:
        return sa.Column(name, kind, nullable=False, server_default="")

    return [
        sa.Column("number", sa.String(40)),
        sa.Column("origin", sa.String(12), nullable=False, server_default="meeting"),
        sa.Column("source_kind", sa.String(40)), sa.Column("source_id", sa.Integer()),
        sa.Column("is_confidential", sa.Boolean(), nullable=False, server_default=sa.false()),
        words("measure", sa.Text()),
        sa.Column("starts_on", sa.Date()), sa.Column("original_due_on", sa.Date()),
        sa.Column("extensions", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("priority", sa.String(8), nullable=False, server_default="normal"),
        sa.Column("rhythm", sa.String(10), nullable=False, server_default="none"),
        sa.Column("report_by", sa.Date()),
        sa.Column("node", sa.String(12), nullable=False, server_default="issued"),
        *(sa.Column(name, UtcDateTime()) for name in
          ("issued_at", "reported_at", "reviewed_at", "withdrawn_at", "paused_at")),
        words("pause_reason", sa.String(500)),
        sa.Column("evaluate_on", sa.Date()),
        *(sa.Column(name, sa.Integer()) for name in RESOLUTION_KEYS),
    ]


def _change_resolutions() -> None:
    with _changing("resolution") as batch:
        for column in _new_columns():
            batch.add_column(column)
        batch.drop_constraint(op.f("resolution_closed_when_done"), type_="check")
    op.execute("UPDATE resolution SET original_due_on = due_on, issued_at = created_at")
    reported = "EXISTS (SELECT 1 FROM progress_report WHERE resolution_id = resolution.id)"
    op.execute(f"UPDATE resolution SET node = 'worked_on' WHERE {reported}")
    op.execute("UPDATE resolution SET node = 'reported', reported_at = changed_at WHERE percent = 100")
    op.execute(
        "UPDATE resolution SET node = 'closed', reported_at = closed_at, reviewed_at = closed_at, "
        "reviewed_by_id = closed_by_id WHERE closed_at IS NOT NULL"
    )
    _number()
    with _changing("resolution") as batch:
        batch.alter_column("original_due_on", existing_type=sa.Date(), nullable=False)
        batch.alter_column("meeting_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("node", existing_type=sa.String(12), server_default=None)
        for column, table in RESOLUTION_KEYS.items():
            batch.create_foreign_key(op.f(f"resolution_{column}_fkey"), table, [column], ["id"])
        batch.create_unique_constraint(op.f("resolution_number_key"), ["number"])
        for name, rule in RESOLUTION_RULES.items():
            batch.create_check_constraint(op.f(f"resolution_{name}"), sa.text(rule))
    for name, columns in RESOLUTION_INDEXES.items():
        op.create_index(f"resolution_{name}_idx", "resolution", columns)
    op.create_index("resolution_open_idx", "resolution", ["due_on"], sqlite_where=STANDS, postgresql_where=STANDS)


def _number() -> None:
    """Number what stands, one after the other in each year."""
    bind, last = op.get_bind(), Counter[int]()
    rows = bind.execute(sa.text("SELECT id, created_at FROM resolution ORDER BY id")).all()
    for id_, created_at in rows:
        year = int(str(created_at)[:4])
        last[year] += 1
        bind.execute(
            sa.text("UPDATE resolution SET number = :number WHERE id = :id"),
            {"number": f"R-{year}-{last[year]:03d}", "id": id_},
        )
    for year, count in last.items():
        bind.execute(
            sa.text("INSERT INTO meeting_number (prefix, year, last) VALUES ('R-', :year, :last)"),
            {"year": year, "last": count},
        )


def _change_reports() -> None:
    """What was reported counted at once: as if its reporter had signed it."""
    with _changing("progress_report") as batch:
        batch.add_column(sa.Column("is_unchanged", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("signed_at", UtcDateTime()))
        batch.add_column(sa.Column("signed_by_id", sa.Integer()))
        batch.add_column(sa.Column("returned_at", UtcDateTime()))
        batch.add_column(sa.Column("return_words", sa.String(500), nullable=False, server_default=""))
    op.execute("UPDATE progress_report SET signed_at = reported_at, signed_by_id = reporter_id")
    with _changing("progress_report") as batch:
        batch.create_foreign_key(op.f("progress_report_signed_by_id_fkey"), "person", ["signed_by_id"], ["id"])
        for name, rule in REPORT_RULES.items():
            batch.create_check_constraint(op.f(f"progress_report_{name}"), sa.text(rule))
    op.create_index(
        "progress_report_waiting_key", "progress_report", ["resolution_id"], unique=True, sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def _tell_the_course_so_far() -> None:
    for event, by, at in (("registered", "created_by_id", "created_at"), ("closed", "closed_by_id", "closed_at")):
        op.execute(
            "INSERT INTO resolution_step (resolution_id, event, by_id, at, words) "
            f"SELECT id, '{event}', {by}, {at}, '' FROM resolution WHERE {at} IS NOT NULL ORDER BY id"
        )


def _keep() -> None:
    """Let the database refuse changes to what is final."""
    if not _is_sqlite():
        op.execute(
            "CREATE FUNCTION record_is_final() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'record_is_final' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for (table, verb), condition in KEPT.items():
        row = "NEW" if verb == "INSERT" else "OLD"
        if _is_sqlite():
            op.execute(
                f"CREATE TRIGGER {_trigger(table, verb)} BEFORE {verb} ON {table} WHEN {condition.format(row=row)} "
                "BEGIN SELECT RAISE(ABORT, 'record_is_final'); END"
            )
        else:
            op.execute(_for_postgresql(table, verb, condition.format(row=row)))


def _for_postgresql(table: str, verb: str, condition: str) -> str:
    """Here a condition may not look into other tables, so a function of its own does."""
    name = _trigger(table, verb)
    if "SELECT" not in condition:
        return (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({condition}) "
            "EXECUTE FUNCTION record_is_final()"
        )
    back = "OLD" if verb == "DELETE" else "NEW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        "RAISE EXCEPTION 'record_is_final' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {back}; END $$; CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _trigger(table: str, verb: str) -> str:
    return f"{table}_final_{verb.lower()}"


def _let_go() -> None:
    for (table, verb), condition in KEPT.items():
        name = _trigger(table, verb)
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            if "SELECT" in condition:
                op.execute(f"DROP FUNCTION {name}")
    if not _is_sqlite():
        op.execute("DROP FUNCTION record_is_final")


def _add_course() -> None:
    op.create_table(
        "resolution_assistance",
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("resolution_assistance_department_id_fkey")),
        sa.ForeignKeyConstraint(["resolution_id"], ["resolution.id"], name=op.f("resolution_assistance_resolution_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("resolution_id", "department_id", name=op.f("resolution_assistance_pkey")),
    )
    op.create_index("resolution_assistance_department_idx", "resolution_assistance", ["department_id"])
    op.create_table(
        "resolution_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(12), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("event IN ('registered', 'approved', 'issued', 'signed_for', 'worked_on', 'reported', 'reviewed', 'closed', 'refused', 'returned', 'reopened', 'paused', 'resumed', 'extended', 'handed_over', 'split', 'merged', 'withdrawn', 'evaluated')", name=op.f('resolution_step_event_known')),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("resolution_step_by_id_fkey")),
        sa.ForeignKeyConstraint(["resolution_id"], ["resolution.id"], name=op.f("resolution_step_resolution_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("resolution_step_pkey")),
    )
    op.create_index("resolution_step_resolution_idx", "resolution_step", ["resolution_id", "id"])
    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reached_at", UtcDateTime(), nullable=True),
        sa.Column("reached_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(reached_at IS NULL) = (reached_by_id IS NULL)", name=op.f("milestone_reached_by_somebody")),
        sa.ForeignKeyConstraint(["reached_by_id"], ["person.id"], name=op.f("milestone_reached_by_id_fkey")),
        sa.ForeignKeyConstraint(["resolution_id"], ["resolution.id"], name=op.f("milestone_resolution_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("milestone_pkey")),
    )
    op.create_index("milestone_resolution_idx", "milestone", ["resolution_id", "due_on"])
    op.create_table(
        "resolution_link",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("resolution_link_order")),
        sa.ForeignKeyConstraint(["one_id"], ["resolution.id"], name=op.f("resolution_link_one_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["resolution.id"], name=op.f("resolution_link_other_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("resolution_link_pkey")),
    )
    op.create_index("resolution_link_other_idx", "resolution_link", ["other_id"])
    op.create_table(
        "report_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("report_file_size_positive")),
        sa.ForeignKeyConstraint(["report_id"], ["progress_report.id"], name=op.f("report_file_report_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("report_file_pkey")),
    )
    op.create_index("report_file_report_idx", "report_file", ["report_id"])


def _add_supervision() -> None:
    op.create_table(
        "delay_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(9), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("outcome IN ('granted', 'refused', 'withdrawn')", name=op.f('delay_request_outcome_known')),
        sa.CheckConstraint("stage IN ('head', 'supervisor', 'leader')", name=op.f('delay_request_stage_known')),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("delay_request_ended_with_outcome")),
        sa.CheckConstraint("new_due_on > old_due_on", name=op.f("delay_request_later")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("delay_request_asked_by_id_fkey")),
        sa.ForeignKeyConstraint(["resolution_id"], ["resolution.id"], name=op.f("delay_request_resolution_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("delay_request_pkey")),
    )
    op.create_index("delay_request_resolution_idx", "delay_request", ["resolution_id", "id"])
    op.create_index("delay_request_waiting_key", "delay_request", ["resolution_id"], unique=True, sqlite_where=sa.text("outcome IS NULL"), postgresql_where=sa.text("outcome IS NULL"))
    op.create_table(
        "delay_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("is_granted OR words <> ''", name=op.f('delay_decision_refused_with_words')),
        sa.CheckConstraint("stage IN ('head', 'supervisor', 'leader')", name=op.f('delay_decision_stage_known')),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("delay_decision_decided_by_id_fkey")),
        sa.ForeignKeyConstraint(["request_id"], ["delay_request.id"], name=op.f("delay_decision_request_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("delay_decision_pkey")),
        sa.UniqueConstraint("request_id", "stage", name=op.f("delay_decision_request_id_stage_key")),
    )
    op.create_table(
        "urging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(6), nullable=False),
        sa.Column("missed_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.CheckConstraint("(letter = 'hand') = (by_id IS NOT NULL)", name=op.f('urging_by_hand_or_clock')),
        sa.CheckConstraint("letter IN ('hand', 'blue', 'yellow', 'red')", name=op.f('urging_letter_known')),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("urging_by_id_fkey")),
        sa.ForeignKeyConstraint(["resolution_id"], ["resolution.id"], name=op.f("urging_resolution_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("urging_pkey")),
    )
    op.create_index('urging_letter_key', 'urging', ['resolution_id', 'letter', 'missed_on'], unique=True, sqlite_where=sa.text("letter <> 'hand'"), postgresql_where=sa.text("letter <> 'hand'"))
    op.create_index("urging_resolution_idx", "urging", ["resolution_id", "id"])
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("effect", sa.String(7), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("effect IN ('full', 'partial', 'none')", name=op.f('evaluation_effect_known')),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("evaluation_by_id_fkey")),
        sa.ForeignKeyConstraint(["resolution_id"], ["resolution.id"], name=op.f("evaluation_resolution_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("evaluation_pkey")),
    )
    op.create_index("evaluation_resolution_idx", "evaluation", ["resolution_id", "id"])
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("bulletin_order")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("bulletin_department_id_fkey")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name=op.f("bulletin_issued_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("bulletin_pkey")),
        sa.UniqueConstraint("number", name=op.f("bulletin_number_key")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("saved_view_person_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("saved_view_pkey")),
        sa.UniqueConstraint("person_id", "name", name=op.f("saved_view_person_id_name_key")),
    )
    op.create_table(
        "carry_over",
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("carry_over_by_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("carry_over_meeting_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["resolution_id"], ["resolution.id"], name=op.f("carry_over_resolution_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("resolution_id", "meeting_id", name=op.f("carry_over_pkey")),
    )
    op.create_index("carry_over_meeting_idx", "carry_over", ["meeting_id"])


def _add_minutes() -> None:
    op.create_table(
        "minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=True),
        sa.Column('opening', sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column('closing', sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column('return_words', sa.String(500), server_default=sa.text("''"), nullable=False),
        sa.Column("final_at", UtcDateTime(), nullable=True),
        sa.Column("final_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(final_at IS NULL) = (final_by_id IS NULL)", name=op.f("minutes_final_by_somebody")),
        sa.CheckConstraint("(final_at IS NULL) = (number IS NULL)", name=op.f("minutes_final_with_number")),
        sa.CheckConstraint("(submitted_at IS NULL) = (submitted_by_id IS NULL)", name=op.f("minutes_submitted_by_somebody")),
        sa.CheckConstraint("final_at IS NULL OR submitted_at IS NOT NULL", name=op.f("minutes_final_after_review")),
        sa.CheckConstraint("revision >= 0", name=op.f("minutes_revision_positive")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("minutes_changed_by_id_fkey")),
        sa.ForeignKeyConstraint(["final_by_id"], ["person.id"], name=op.f("minutes_final_by_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("minutes_meeting_id_fkey")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("minutes_opened_by_id_fkey")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["person.id"], name=op.f("minutes_submitted_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("minutes_pkey")),
        sa.UniqueConstraint("meeting_id", name=op.f("minutes_meeting_id_key")),
        sa.UniqueConstraint("number", name=op.f("minutes_number_key")),
    )
    op.create_table(
        "minutes_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("agenda_item_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column('discussion', sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column('conclusion', sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("revision >= 0", name=op.f("minutes_line_revision_positive")),
        sa.ForeignKeyConstraint(["agenda_item_id"], ["agenda_item.id"], name=op.f("minutes_line_agenda_item_id_fkey")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("minutes_line_changed_by_id_fkey")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("minutes_line_minutes_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("minutes_line_pkey")),
        sa.UniqueConstraint("minutes_id", "agenda_item_id", name=op.f("minutes_line_minutes_id_agenda_item_id_key")),
    )
    op.create_index("minutes_line_item_idx", "minutes_line", ["agenda_item_id"])
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(300), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("in_favour", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("is_adopted", sa.Boolean(), nullable=False),
        sa.Column('names', sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("is_secret = false OR names = ''", name=op.f('vote_secret_without_names')),
        sa.CheckConstraint("entitled >= in_favour + against + abstained", name=op.f("vote_counts_fit")),
        sa.CheckConstraint("in_favour >= 0 AND against >= 0 AND abstained >= 0", name=op.f("vote_counts_positive")),
        sa.CheckConstraint("quorum IS NULL OR quorum > 0", name=op.f("vote_quorum_positive")),
        sa.ForeignKeyConstraint(["line_id"], ["minutes_line.id"], name=op.f("vote_line_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["noted_by_id"], ["person.id"], name=op.f("vote_noted_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("vote_pkey")),
    )
    op.create_index("vote_line_idx", "vote", ["line_id"])
    op.create_table(
        "minutes_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name=op.f("minutes_comment_settled_by_somebody")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("minutes_comment_by_id_fkey")),
        sa.ForeignKeyConstraint(["line_id"], ["minutes_line.id"], name=op.f("minutes_comment_line_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("minutes_comment_minutes_id_fkey")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("minutes_comment_settled_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("minutes_comment_pkey")),
    )
    op.create_index("minutes_comment_minutes_idx", "minutes_comment", ["minutes_id", "id"])
    op.create_table(
        "minutes_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(9), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("why IN ('kept', 'submitted', 'returned', 'final')", name=op.f('minutes_version_why_known')),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("minutes_version_made_by_id_fkey")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("minutes_version_minutes_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("minutes_version_pkey")),
        sa.UniqueConstraint("minutes_id", "number", name=op.f("minutes_version_minutes_id_number_key")),
    )
    op.create_table(
        "addendum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("addendum_by_id_fkey")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("addendum_minutes_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("addendum_pkey")),
        sa.UniqueConstraint("minutes_id", "number", name=op.f("addendum_minutes_id_number_key")),
    )
    op.create_table(
        "minutes_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("minutes_copy_minutes_id_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("minutes_copy_person_id_fkey")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["person.id"], name=op.f("minutes_copy_sent_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("minutes_copy_pkey")),
        sa.UniqueConstraint("minutes_id", "person_id", name=op.f("minutes_copy_minutes_id_person_id_key")),
    )
    op.create_index("minutes_copy_person_idx", "minutes_copy", ["person_id"])
    op.create_table(
        "minutes_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(9), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("sort IN ('paper', 'recording', 'other')", name=op.f('minutes_file_sort_known')),
        sa.CheckConstraint("size >= 0", name=op.f("minutes_file_size_positive")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("minutes_file_added_by_id_fkey")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("minutes_file_minutes_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("minutes_file_pkey")),
    )
    op.create_index("minutes_file_minutes_idx", "minutes_file", ["minutes_id", "id"])

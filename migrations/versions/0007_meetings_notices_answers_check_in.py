"""Meetings of kinds with all that belongs to them: agenda and papers, guests, notices, leave, registration, the day.

On SQLite the tables of meetings, agenda items, attendees and mails are made anew, since conditions cannot be added in
place; what refers to them keeps doing so.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.core.db import UtcDateTime
from portal.core.spelling import spellings

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What the old tables kept to, and what the new ones keep to.
OLD_ATTENDEE = {
    "part_known": "part IN ('chair', 'recorder', 'required', 'optional')",
    "answer_known": "answer IN ('needs-action', 'accepted', 'declined', 'tentative')",
}
OLD_MAIL = {"of_one": "(notice_id IS NULL) <> (digest_id IS NULL)"}
NEW_MEETING = {
    "format_known": "format IN ('room', 'outside', 'online', 'hybrid')",
    "confidentiality_known": "confidentiality IN ('internal', 'department', 'invited', 'secret')",
    "capacity_positive": "capacity > 0",
    "quorum_positive": "quorum > 0",
    "approved_by_somebody": "(approved_at IS NULL) = (approved_by_id IS NULL)",
    "announced_with_number": "announced_at IS NULL OR number IS NOT NULL",
    "closed_after_notice": "closed_at IS NULL OR announced_at IS NOT NULL",
    "ended_after_start": "ended_at IS NULL OR started_at IS NOT NULL",
}
NEW_ITEM = {
    "kind_known": "kind IN ('report', 'discussion', 'decision')",
    "minutes_range": "minutes BETWEEN 1 AND 1440",
    "ended_after_start": "ended_at IS NULL OR started_at IS NOT NULL",
}
NEW_ATTENDEE = {
    "person_or_guest": "(person_id IS NULL) <> (guest_id IS NULL)",
    "part_known": "part IN ('chair', 'recorder', 'speaker', 'required', 'optional', 'observer', 'staff')",
    "answer_known": "answer IN ('needs-action', 'accepted', 'declined', 'tentative', 'delegated', 'waiting')",
    "substitutes_another": "substitutes_id <> id",
}
NEW_MAIL = {
    "of_one": (
        "(notice_id IS NOT NULL AND digest_id IS NULL AND outside_notice_id IS NULL)"
        " OR (notice_id IS NULL AND digest_id IS NOT NULL AND outside_notice_id IS NULL)"
        " OR (notice_id IS NULL AND digest_id IS NULL AND outside_notice_id IS NOT NULL)"
    )
}
# Foreign keys of the new columns, and what happens when what they refer to goes.
MEETING_KEYS = {"kind_id": "meeting_kind", "department_id": "department", "approved_by_id": "person"}
INSTANTS = (
    "submitted_at", "returned_at", "approved_at", "started_at", "ended_at", "closed_at", "postponed_at",
    "absences_asked_at",
)


def upgrade() -> None:
    op.add_column("person", sa.Column("rank", sa.String(40), nullable=False, server_default=""))
    op.add_column("person", sa.Column("badge", sa.String(40), nullable=True))
    op.create_index("person_badge_idx", "person", ["badge"], unique=True)
    op.add_column("person", sa.Column("spelling", sa.String(300), nullable=False, server_default=""))
    _spell_names()
    _add_kinds_and_guests()
    op.add_column("meeting", sa.Column("number", sa.String(40), nullable=True))
    _number_meetings()
    _change_meetings()
    _change_agenda()
    _change_attendees()
    _add_meeting_pieces()
    _add_veils()
    _add_agenda()
    _add_invitations()
    _add_answers()
    _add_the_day()
    _add_outside_notices()
    _change_mails()
    _add_replies()


def _spell_names() -> None:
    people = op.get_bind().execute(sa.text("SELECT id, name FROM person")).all()
    rows = [{"id": id, "spelling": "".join(f" {way}" for way in spellings(name))[:300]} for id, name in people]
    if rows:
        op.get_bind().execute(sa.text("UPDATE person SET spelling = :spelling WHERE id = :id"), rows)


def downgrade() -> None:
    """What the older revision cannot hold goes: guests, what is meant for them, and parts that it does not know."""
    _change_mails_back()
    _change_attendees_back()
    for table in (
        "calendar_reply", "seat", "seat_plan", "absence_note", "check_in", "registrant", "registration", "leave_request", "urge",
        "meeting_notice", "notice_template", "eligibility_rule", "group_member", "people_group", "topic", "paper",
        "meeting_template", "veil", "need", "outside_notice",
    ):
        op.drop_table(table)
    _change_agenda_back()
    _change_meetings_back()
    for table in ("guest", "meeting_number", "meeting_kind"):
        op.drop_table(table)
    op.drop_index("person_badge_idx", "person")
    for column in ("spelling", "badge", "rank"):
        op.execute(f"ALTER TABLE person DROP COLUMN {column}")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _anew(table: str, old: dict[str, str], new: dict[str, str]) -> Any:
    """Change a table that from now on keeps to `new` instead of `old`."""
    batch = op.batch_alter_table(table, recreate="always" if _is_sqlite() else "never")
    return _Rules(batch, table, old, new)


class _Rules:
    """Takes the old rules away before all else changes, and sets the new ones after it."""

    def __init__(self, batch: Any, table: str, old: dict[str, str], new: dict[str, str]) -> None:
        self._opened, self._table, self._old, self._new = batch, table, old, new

    def __enter__(self) -> Any:
        self._batch = self._opened.__enter__()
        for name in self._old:
            self._batch.drop_constraint(op.f(f"{self._table}_{name}"), type_="check")
        return self._batch

    def __exit__(self, *error: Any) -> Any:
        for name, rule in self._new.items():
            self._batch.create_check_constraint(op.f(f"{self._table}_{name}"), sa.text(rule))
        return self._opened.__exit__(*error)


def _number_meetings() -> None:
    """Those that were announced get their numbers, in the order in which they were."""
    connection = op.get_bind()
    announced = connection.execute(
        sa.text("SELECT id, announced_at FROM meeting WHERE announced_at IS NOT NULL ORDER BY announced_at, id")
    ).all()
    last: dict[int, int] = {}
    for id, announced_at in announced:
        year = int(str(announced_at)[:4])
        last[year] = last.get(year, 0) + 1
        values = {"id": id, "number": f"M{year}-{last[year]:03d}"}
        connection.execute(sa.text("UPDATE meeting SET number = :number WHERE id = :id"), values)
    for year, number in last.items():
        connection.execute(
            sa.text("INSERT INTO meeting_number (prefix, year, last) VALUES ('M', :year, :last)"),
            {"year": year, "last": number},
        )


def _change_meetings() -> None:
    with _anew("meeting", {}, NEW_MEETING) as batch:
        for column in (*MEETING_KEYS, "capacity", "quorum", "copied_from_id"):
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
        batch.add_column(sa.Column("outcome", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("confidentiality", sa.String(10), nullable=False, server_default="invited"))
        batch.add_column(sa.Column("format", sa.String(8), nullable=False, server_default="room"))
        batch.add_column(sa.Column("venue", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("online_url", sa.String(500), nullable=False, server_default=""))
        batch.add_column(sa.Column("timezone", sa.String(60), nullable=True))
        batch.add_column(sa.Column("check_in_key", sa.String(64), nullable=True))
        batch.add_column(sa.Column("return_reason", sa.String(500), nullable=False, server_default=""))
        batch.add_column(sa.Column("off_reason", sa.String(500), nullable=False, server_default=""))
        for column in ("answer_by", *INSTANTS):
            batch.add_column(sa.Column(column, UtcDateTime(), nullable=True))
        batch.create_unique_constraint(op.f("meeting_number_key"), ["number"])
        for column, table in MEETING_KEYS.items():
            batch.create_foreign_key(op.f(f"meeting_{column}_fkey"), table, [column], ["id"])
        batch.create_foreign_key(
            op.f("meeting_copied_from_id_fkey"), "meeting", ["copied_from_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("meeting_kind_idx", "meeting", ["kind_id", "starts_at"])


def _change_meetings_back() -> None:
    op.drop_index("meeting_kind_idx", "meeting")
    with _anew("meeting", NEW_MEETING, {}) as batch:
        for column in (*MEETING_KEYS, "copied_from_id"):
            batch.drop_constraint(f"meeting_{column}_fkey", type_="foreignkey")
        batch.drop_constraint("meeting_number_key", type_="unique")
        for column in (
            *MEETING_KEYS, "capacity", "quorum", "copied_from_id", "outcome", "confidentiality", "format", "venue",
            "online_url", "timezone", "check_in_key", "return_reason", "off_reason", "answer_by", *INSTANTS, "number",
        ):
            batch.drop_column(column)


def _change_agenda() -> None:
    with _anew("agenda_item", {}, NEW_ITEM) as batch:
        batch.add_column(sa.Column("kind", sa.String(10), nullable=False, server_default="discussion"))
        batch.add_column(sa.Column("minutes", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("presenter_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("presenter_name", sa.String(100), nullable=False, server_default=""))
        for column in ("started_at", "ended_at", "removed_at"):
            batch.add_column(sa.Column(column, UtcDateTime(), nullable=True))
        batch.create_foreign_key(op.f("agenda_item_presenter_id_fkey"), "person", ["presenter_id"], ["id"])
    op.create_index("agenda_item_presenter_idx", "agenda_item", ["presenter_id"])


def _change_agenda_back() -> None:
    op.execute("UPDATE resolution SET agenda_item_id = NULL WHERE agenda_item_id IN "
               "(SELECT id FROM agenda_item WHERE removed_at IS NOT NULL)")
    op.execute("DELETE FROM agenda_item WHERE removed_at IS NOT NULL")
    op.drop_index("agenda_item_presenter_idx", "agenda_item")
    with _anew("agenda_item", NEW_ITEM, {}) as batch:
        batch.drop_constraint("agenda_item_presenter_id_fkey", type_="foreignkey")
        for column in ("kind", "minutes", "presenter_id", "presenter_name", "started_at", "ended_at", "removed_at"):
            batch.drop_column(column)


def _change_attendees() -> None:
    with _anew("attendee", OLD_ATTENDEE, NEW_ATTENDEE) as batch:
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        for column in ("guest_id", "substitutes_id"):
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
        batch.add_column(sa.Column("duty", sa.String(100), nullable=False, server_default=""))
        batch.add_column(sa.Column("waiver", sa.String(300), nullable=False, server_default=""))
        batch.add_column(sa.Column("link_version", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("noted_by", sa.String(100), nullable=False, server_default=""))
        batch.create_unique_constraint(op.f("attendee_guest_id_key"), ["guest_id"])
        batch.create_unique_constraint(op.f("attendee_substitutes_id_key"), ["substitutes_id"])
        batch.create_foreign_key(op.f("attendee_guest_id_fkey"), "guest", ["guest_id"], ["id"])
        batch.create_foreign_key(
            op.f("attendee_substitutes_id_fkey"), "attendee", ["substitutes_id"], ["id"], ondelete="SET NULL"
        )


def _change_attendees_back() -> None:
    for table in ("seat", "absence_note", "check_in", "leave_request", "need"):
        op.execute(f"DELETE FROM {table}")
    op.execute("UPDATE calendar_reply SET attendee_id = NULL")
    op.execute("UPDATE registrant SET attendee_id = NULL")
    op.execute("DELETE FROM attendee WHERE person_id IS NULL")
    op.execute("UPDATE attendee SET part = 'optional' WHERE part IN ('observer', 'staff')")
    op.execute("UPDATE attendee SET part = 'required' WHERE part = 'speaker'")
    op.execute("UPDATE attendee SET answer = 'declined' WHERE answer = 'delegated'")
    op.execute("UPDATE attendee SET answer = 'tentative' WHERE answer = 'waiting'")
    with _anew("attendee", NEW_ATTENDEE, OLD_ATTENDEE) as batch:
        for key in ("guest_id", "substitutes_id"):
            batch.drop_constraint(f"attendee_{key}_fkey", type_="foreignkey")
            batch.drop_constraint(f"attendee_{key}_key", type_="unique")
        for column in ("guest_id", "substitutes_id", "duty", "waiver", "link_version", "noted_by"):
            batch.drop_column(column)
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=False)


def _change_mails() -> None:
    with _anew("outgoing_mail", OLD_MAIL, NEW_MAIL) as batch:
        batch.add_column(sa.Column("outside_notice_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("attachments", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("links", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("layout", sa.String(length=10), nullable=True))
        batch.create_unique_constraint(op.f("outgoing_mail_outside_notice_id_key"), ["outside_notice_id"])
        batch.create_foreign_key(
            op.f("outgoing_mail_outside_notice_id_fkey"), "outside_notice", ["outside_notice_id"], ["id"]
        )


def _change_mails_back() -> None:
    op.execute("DELETE FROM outgoing_mail WHERE outside_notice_id IS NOT NULL")
    with _anew("outgoing_mail", NEW_MAIL, OLD_MAIL) as batch:
        batch.drop_constraint("outgoing_mail_outside_notice_id_fkey", type_="foreignkey")
        batch.drop_constraint("outgoing_mail_outside_notice_id_key", type_="unique")
        for column in ("outside_notice_id", "attachments", "links", "layout"):
            batch.drop_column(column)


def _add_kinds_and_guests() -> None:
    op.create_table(
        "meeting_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("confidentiality", sa.String(10), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("leave_needs_approval", sa.Boolean(), nullable=False),
        sa.Column("substitute_needs_approval", sa.Boolean(), nullable=False),
        sa.Column("quorum_percent", sa.Integer(), nullable=True),
        sa.Column("answer_days", sa.Integer(), nullable=True),
        sa.Column("urge_days", sa.String(40), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("check_in_minutes", sa.Integer(), nullable=False),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("has_check_out", sa.Boolean(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("answer_days BETWEEN 0 AND 90", name=op.f("meeting_kind_answer_days_range")),
        sa.CheckConstraint("check_in_minutes BETWEEN 0 AND 600", name=op.f("meeting_kind_check_in_minutes_range")),
        sa.CheckConstraint("confidentiality IN ('internal', 'department', 'invited', 'secret')", name=op.f("meeting_kind_confidentiality_known")),
        sa.CheckConstraint("late_minutes BETWEEN 0 AND 240", name=op.f("meeting_kind_late_minutes_range")),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 90", name=op.f("meeting_kind_lead_days_range")),
        sa.CheckConstraint("quorum_percent BETWEEN 1 AND 100", name=op.f("meeting_kind_quorum_percent_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("meeting_kind_pkey")),
        sa.UniqueConstraint("name", name=op.f("meeting_kind_name_key")),
        sa.UniqueConstraint("prefix", name=op.f("meeting_kind_prefix_key")),
    )
    op.create_table(
        "meeting_number",
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("meeting_number_pkey")),
    )
    op.create_table(
        "guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("post", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("guest_email_lower")),
        sa.CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name=op.f("guest_locale_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("guest_pkey")),
    )


def _add_meeting_pieces() -> None:
    op.create_table(
        "need",
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.CheckConstraint("kind IN ('diet', 'access', 'interpreter', 'parking', 'overnight')", name=op.f("need_kind_known")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("need_attendee_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attendee_id", "kind", name=op.f("need_pkey")),
    )
    op.create_table(
        "meeting_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["kind_id"], ["meeting_kind.id"], name=op.f("meeting_template_kind_id_fkey")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("meeting_template_made_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("meeting_template_pkey")),
        sa.UniqueConstraint("name", name=op.f("meeting_template_name_key")),
    )


def _add_veils() -> None:
    op.create_table(
        "veil",
        sa.Column("record_kind", sa.String(40), nullable=False),
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("veil_meeting_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_kind", "record_id", "meeting_id", name=op.f("veil_pkey")),
    )


def _add_agenda() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("agenda_item_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("goes_with_notice", sa.Boolean(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("replaces_id <> id", name=op.f("paper_replaces_another")),
        sa.CheckConstraint("size >= 0", name=op.f("paper_size_positive")),
        sa.CheckConstraint("(version = 1) = (replaces_id IS NULL)", name=op.f("paper_version_follows")),
        sa.CheckConstraint("version >= 1", name=op.f("paper_version_positive")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("paper_added_by_id_fkey")),
        sa.ForeignKeyConstraint(["agenda_item_id"], ["agenda_item.id"], name=op.f("paper_agenda_item_id_fkey"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("paper_meeting_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["replaces_id"], ["paper.id"], name=op.f("paper_replaces_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("paper_pkey")),
        sa.UniqueConstraint("replaces_id", name=op.f("paper_replaces_id_key")),
    )
    op.create_index("paper_item_idx", "paper", ["agenda_item_id"])
    op.create_index("paper_meeting_idx", "paper", ["meeting_id", "id"])
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("presenter_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("agenda_item_id", sa.Integer(), nullable=True),
        sa.Column("decision_words", sa.String(500), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("topic_decided_by_somebody")),
        sa.CheckConstraint("kind IN ('report', 'discussion', 'decision')", name=op.f("topic_kind_known")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("topic_minutes_range")),
        sa.CheckConstraint("decided_at IS NULL OR withdrawn_at IS NULL", name=op.f("topic_one_end")),
        sa.CheckConstraint("agenda_item_id IS NULL OR decided_at IS NOT NULL", name=op.f("topic_taken_by_somebody")),
        sa.ForeignKeyConstraint(["agenda_item_id"], ["agenda_item.id"], name=op.f("topic_agenda_item_id_fkey"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("topic_decided_by_id_fkey")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("topic_department_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("topic_meeting_id_fkey"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["presenter_id"], ["person.id"], name=op.f("topic_presenter_id_fkey")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("topic_proposed_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("topic_pkey")),
        sa.UniqueConstraint("agenda_item_id", name=op.f("topic_agenda_item_id_key")),
    )
    op.create_index("topic_department_idx", "topic", ["department_id", "id"])
    op.create_index("topic_meeting_idx", "topic", ["meeting_id"])


def _add_invitations() -> None:
    op.create_table(
        "people_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("shared_at", UtcDateTime(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("people_group_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("people_group_pkey")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("people_group_owner_id_name_key")),
    )
    op.create_table(
        "group_member",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(10), nullable=False),
        sa.CheckConstraint("part IN ('chair', 'recorder', 'speaker', 'required', 'optional', 'observer', 'staff')", name=op.f("group_member_part_known")),
        sa.ForeignKeyConstraint(["group_id"], ["people_group.id"], name=op.f("group_member_group_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("group_member_person_id_fkey")),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("group_member_pkey")),
    )
    op.create_index("group_member_person_id_idx", "group_member", ["person_id"])
    op.create_table(
        "eligibility_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.String(10), nullable=True),
        sa.Column("trait", sa.String(4), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.CheckConstraint("(kind_id IS NULL) <> (meeting_id IS NULL)", name=op.f("eligibility_rule_of_kind_or_meeting")),
        sa.CheckConstraint("part IN ('chair', 'recorder', 'speaker', 'required', 'optional', 'observer', 'staff')", name=op.f("eligibility_rule_part_known")),
        sa.CheckConstraint("trait IN ('post', 'unit', 'rank')", name=op.f("eligibility_rule_trait_known")),
        sa.ForeignKeyConstraint(["kind_id"], ["meeting_kind.id"], name=op.f("eligibility_rule_kind_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("eligibility_rule_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("eligibility_rule_pkey")),
    )
    op.create_index("eligibility_rule_kind_idx", "eligibility_rule", ["kind_id"])
    op.create_index("eligibility_rule_meeting_idx", "eligibility_rule", ["meeting_id"])
    op.create_table(
        "notice_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("layout", sa.String(9), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("english_subject", sa.String(200), nullable=False),
        sa.Column("english_body", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("layout IN ('formal', 'english', 'bilingual')", name=op.f("notice_template_layout_known")),
        sa.ForeignKeyConstraint(["kind_id"], ["meeting_kind.id"], name=op.f("notice_template_kind_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("notice_template_pkey")),
        sa.UniqueConstraint("name", name=op.f("notice_template_name_key")),
    )
    op.create_table(
        "meeting_notice",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("layout", sa.String(9), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("english_subject", sa.String(200), nullable=False),
        sa.Column("english_body", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("layout IN ('formal', 'english', 'bilingual')", name=op.f("meeting_notice_layout_known")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("meeting_notice_changed_by_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("meeting_notice_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("meeting_notice_pkey")),
    )
    op.create_table(
        "urge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("days_before", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("(by_id IS NULL) = (days_before IS NOT NULL)", name=op.f("urge_by_person_or_clock")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("urge_by_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("urge_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("urge_pkey")),
        sa.UniqueConstraint("meeting_id", "days_before", name=op.f("urge_meeting_id_days_before_key")),
    )
    op.create_index("urge_meeting_id_idx", "urge", ["meeting_id"])


def _add_answers() -> None:
    op.create_table(
        "leave_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(9), nullable=True),
        sa.Column("words", sa.String(500), nullable=False),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name=op.f("leave_request_decided_with_outcome")),
        sa.CheckConstraint("outcome IN ('granted', 'refused', 'withdrawn')", name=op.f("leave_request_outcome_known")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("leave_request_attendee_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("leave_request_decided_by_id_fkey")),
        sa.ForeignKeyConstraint(["substitute_id"], ["person.id"], name=op.f("leave_request_substitute_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("leave_request_pkey")),
    )
    op.create_index("leave_request_attendee_idx", "leave_request", ["attendee_id", "id"])
    op.create_index("leave_request_open_idx", "leave_request", ["attendee_id"], unique=True, **_only("decided_at IS NULL"))
    op.create_table(
        "registration",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("needs_vetting", sa.Boolean(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("registration_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("registration_pkey")),
        sa.UniqueConstraint("key", name=op.f("registration_key_key")),
    )
    op.create_table(
        "registrant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("post", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=45), server_default=sa.text("''"), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(8), nullable=True),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("decided_at IS NULL OR confirmed_at IS NOT NULL", name=op.f("registrant_decided_after_confirmed")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("registrant_decided_when")),
        sa.CheckConstraint("decision IN ('accepted', 'declined')", name=op.f("registrant_decision_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("registrant_email_lower")),
        sa.CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name=op.f("registrant_locale_known")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("registrant_attendee_id_fkey"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("registrant_decided_by_id_fkey")),
        sa.ForeignKeyConstraint(["meeting_id"], ["registration.meeting_id"], name=op.f("registrant_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("registrant_pkey")),
        sa.UniqueConstraint("attendee_id", name=op.f("registrant_attendee_id_key")),
        sa.UniqueConstraint("meeting_id", "email", name=op.f("registrant_meeting_id_email_key")),
    )
    op.create_index("registrant_meeting_idx", "registrant", ["meeting_id", "id"])
    op.create_index("registrant_address_idx", "registrant", ["address", "registered_at"])


def _add_the_day() -> None:
    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("way", sa.String(5), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", UtcDateTime(), nullable=False),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(300), nullable=False),
        sa.CheckConstraint("left_at IS NULL OR left_at >= arrived_at", name=op.f("check_in_order")),
        sa.CheckConstraint("(voided_at IS NULL) = (voided_by_id IS NULL)", name=op.f("check_in_voided_by_somebody")),
        sa.CheckConstraint("way IN ('code', 'link', 'desk', 'badge', 'paper', 'own')", name=op.f("check_in_way_known")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("check_in_attendee_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("check_in_by_id_fkey")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["person.id"], name=op.f("check_in_voided_by_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("check_in_pkey")),
    )
    op.create_index("check_in_attendee_idx", "check_in", ["attendee_id", "id"])
    op.create_index("check_in_standing_idx", "check_in", ["attendee_id"], unique=True, **_only("voided_at IS NULL"))
    op.create_table(
        "absence_note",
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("follow_up", sa.String(500), nullable=False),
        sa.Column("followed_up_at", UtcDateTime(), nullable=True),
        sa.Column("followed_up_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(followed_up_at IS NULL) = (followed_up_by_id IS NULL)", name=op.f("absence_note_followed_up_by_somebody")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("absence_note_attendee_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["followed_up_by_id"], ["person.id"], name=op.f("absence_note_followed_up_by_id_fkey")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["person.id"], name=op.f("absence_note_noted_by_id_fkey")),
        sa.PrimaryKeyConstraint("attendee_id", name=op.f("absence_note_pkey")),
    )
    op.create_table(
        "seat_plan",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(7), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("aisle_after", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("columns BETWEEN 1 AND 60", name=op.f("seat_plan_columns_range")),
        sa.CheckConstraint("\"rows\" BETWEEN 1 AND 60", name=op.f("seat_plan_rows_range")),
        sa.CheckConstraint("shape IN ('rows', 'table', 'u-shape')", name=op.f("seat_plan_shape_known")),
        sa.CheckConstraint("version >= 0", name=op.f("seat_plan_version_positive")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("seat_plan_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("seat_plan_pkey")),
    )
    op.create_table(
        "seat",
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("place >= 0", name=op.f("seat_place_positive")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("seat_attendee_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["meeting_id"], ["seat_plan.meeting_id"], name=op.f("seat_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attendee_id", name=op.f("seat_pkey")),
        sa.UniqueConstraint("meeting_id", "place", name=op.f("seat_meeting_id_place_key")),
    )


def _add_outside_notices() -> None:
    op.create_table(
        "outside_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("record_kind", sa.String(40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name=op.f("outside_notice_locale_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("outside_notice_pkey")),
    )
    op.create_index("outside_notice_record_idx", "outside_notice", ["record_kind", "record_id"])


def _add_replies() -> None:
    op.create_table(
        "calendar_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(250), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("sender", sa.String(254), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("attendee_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(12), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("stamped_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.CheckConstraint("outcome IN ('counted', 'outdated', 'refused')", name=op.f("calendar_reply_outcome_known")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("calendar_reply_attendee_id_fkey"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("calendar_reply_meeting_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("calendar_reply_pkey")),
        sa.UniqueConstraint("message_id", name=op.f("calendar_reply_message_id_key")),
    )
    op.create_index("calendar_reply_meeting_idx", "calendar_reply", ["meeting_id", "id"])

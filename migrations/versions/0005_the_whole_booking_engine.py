"""Everything that can be booked, series, requests, waiting lists, check-in, and rules of single rooms.

On SQLite two tables are made anew, since a CHECK and a NOT NULL cannot be changed in place; foreign keys are off
during migrations (see env.py), so that what refers to them stays. All else is added in place.
"""

import sqlalchemy as sa
from alembic import op

from portal.core.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As in 0002, but each unit of a resource by itself. Standing holds of one unit are disjoint, so the last of them that
# starts before a new one ends is the only one that can overlap it; and it starts at most a day before.
SQLITE_REFUSALS = """
    SELECT RAISE(ABORT, 'hold_instants')
    WHERE NEW.starts_at IS NOT datetime(NEW.starts_at) OR NEW.ends_at IS NOT datetime(NEW.ends_at);
    SELECT RAISE(ABORT, 'hold_length')
    WHERE NEW.ends_at > datetime(NEW.starts_at, '+1 day');
    SELECT RAISE(ABORT, 'hold_overlap')
    WHERE NEW.released_at IS NULL AND NEW.starts_at < (
        SELECT ends_at FROM hold
        WHERE resource_id = NEW.resource_id{of_unit} AND released_at IS NULL AND starts_at < NEW.ends_at
          AND starts_at > datetime(NEW.starts_at, '-1 day') AND id IS NOT {own_id}
        ORDER BY starts_at DESC LIMIT 1
    );
"""
KINDS = {"0004": "kind IN ('room')", "0005": "kind IN ('room', 'equipment', 'vehicle', 'interpreter')"}
OF_ONE = "(area_id IS NULL) <> (resource_id IS NULL)"
PENDING = sa.text("outcome = 'pending'")
LIMITS_BEFORE = {
    "shortest_positive": "shortest_minutes > 0",
    "longest_positive": "longest_minutes > 0",
    "length_order": "shortest_minutes <= longest_minutes",
    "days_ahead_positive": "days_ahead >= 0",
    "lead_positive": "lead_minutes >= 0",
    "slot_known": "slot_minutes BETWEEN 5 AND 60",
    "most_ahead_positive": "most_ahead > 0",
}
LIMITS_NEW = {
    "most_at_once_positive": "most_at_once > 0",
    "week_minutes_person_positive": "week_minutes_person > 0",
    "week_minutes_department_positive": "week_minutes_department > 0",
    "longest_series_positive": "longest_series > 0",
    "decide_minutes_positive": "decide_minutes > 0",
    "check_in_minutes_known": "check_in_minutes BETWEEN 5 AND 120",
}
COLUMNS_BEFORE = ("shortest_minutes", "longest_minutes", "days_ahead", "lead_minutes", "slot_minutes", "most_ahead")


def upgrade() -> None:
    _extend_people()
    _extend_areas()
    _extend_resources()
    _extend_policies()
    _add_what_surrounds_resources()
    _add_series()
    _extend_bookings()
    _give_holds_units()
    _add_requests()
    _add_presence()


def downgrade() -> None:
    for table in ("presence", "wait", "booking_request"):
        op.drop_table(table)
    _take_units_from_holds()
    _shrink_bookings()
    op.drop_table("series")
    for table in ("layout", "booking_right", "keeper", "weekday_hours"):
        op.drop_table(table)
    _shrink_policies()
    _shrink_resources()
    for column in ("holidays", "floor", "building", "site"):
        op.execute(f"ALTER TABLE area DROP COLUMN {column}")
    op.drop_table("delegation")
    op.execute("ALTER TABLE person DROP COLUMN density")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _extend_people() -> None:
    op.execute(
        "ALTER TABLE person ADD COLUMN density VARCHAR(7) DEFAULT 'normal' NOT NULL "
        "CONSTRAINT person_density_known CHECK (density IN ('normal', 'compact', 'roomy'))"
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("delegation_order")),
        sa.CheckConstraint("principal_id <> delegate_id", name=op.f("delegation_two_people")),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["person.id"], name=op.f("delegation_principal_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["person.id"], name=op.f("delegation_delegate_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("delegation_pkey")),
    )
    op.create_index(op.f("delegation_principal_id_idx"), "delegation", ["principal_id"])
    op.create_index(op.f("delegation_delegate_id_idx"), "delegation", ["delegate_id"])


def _extend_areas() -> None:
    for column, length in (("site", 100), ("building", 100), ("floor", 40), ("holidays", 2)):
        op.execute(f"ALTER TABLE area ADD COLUMN {column} VARCHAR({length}) DEFAULT '' NOT NULL")


# --- Resources ---


def _extend_resources() -> None:
    _change_kinds("0005")
    for column, known in (
        ("quantity INTEGER DEFAULT 1", "quantity BETWEEN 1 AND 99"),
        ("setup_minutes INTEGER DEFAULT 0", "setup_minutes BETWEEN 0 AND 240"),
        ("cleanup_minutes INTEGER DEFAULT 0", "cleanup_minutes BETWEEN 0 AND 240"),
    ):
        name = column.split()[0]
        op.execute(
            f"ALTER TABLE resource ADD COLUMN {column} NOT NULL CONSTRAINT resource_{name}_known CHECK ({known})"
        )
    no = "0" if _is_sqlite() else "false"
    op.execute("ALTER TABLE resource ADD COLUMN photo VARCHAR(64) DEFAULT '' NOT NULL")
    op.execute(f"ALTER TABLE resource ADD COLUMN is_restricted BOOLEAN DEFAULT {no} NOT NULL")
    op.execute("ALTER TABLE resource ADD COLUMN door_hash VARCHAR(64)")
    op.create_index("resource_door_hash_key", "resource", ["door_hash"], unique=True)


def _shrink_resources() -> None:
    # What is no room cannot be told to a portal that knows only rooms.
    others = "(SELECT id FROM resource WHERE kind <> 'room')"
    op.execute(f"DELETE FROM hold WHERE resource_id IN {others}")
    op.execute("DELETE FROM booking WHERE id NOT IN (SELECT booking_id FROM hold)")
    op.execute("DELETE FROM resource WHERE kind <> 'room'")
    op.drop_index("resource_door_hash_key", "resource")
    for column in ("door_hash", "is_restricted", "photo", "cleanup_minutes", "setup_minutes", "quantity"):
        op.execute(f"ALTER TABLE resource DROP COLUMN {column}")
    _change_kinds("0004")


def _change_kinds(revision: str) -> None:
    """Let resources be of the kinds that are known at that revision."""
    if not _is_sqlite():
        op.drop_constraint("resource_kind_known", "resource")
        op.create_check_constraint(op.f("resource_kind_known"), "resource", KINDS[revision])
        return
    op.create_table(
        "resource_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("features", sa.String(200), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("directions", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("resource_capacity_positive")),
        sa.CheckConstraint(KINDS[revision], name=op.f("resource_kind_known")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("resource_area_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("resource_pkey")),
        sa.UniqueConstraint("area_id", "name", name=op.f("resource_area_id_name_key")),
    )
    _replace("resource", "id, kind, area_id, name, capacity, features, retired_at, directions")


def _replace(table: str, columns: str) -> None:
    op.execute(f"INSERT INTO {table}_anew ({columns}) SELECT {columns} FROM {table}")
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)


# --- What bookings keep to ---


def _extend_policies() -> None:
    if _is_sqlite():
        _make_policies_anew(area_required=False)
    else:
        op.alter_column("booking_policy", "area_id", nullable=True)
    for column in ("most_at_once", "week_minutes_person", "week_minutes_department", "longest_series",
                   "decide_minutes", "check_in_minutes"):
        rule = next(f"CONSTRAINT booking_policy_{name} CHECK ({check})" for name, check in LIMITS_NEW.items()
                    if name.startswith(column))
        op.execute(f"ALTER TABLE booking_policy ADD COLUMN {column} INTEGER {rule}")
    for column in ("within_hours", "allows_series", "needs_approval"):
        op.execute(f"ALTER TABLE booking_policy ADD COLUMN {column} BOOLEAN")
    if not _is_sqlite():
        op.add_column("booking_policy", sa.Column("resource_id", sa.Integer(), nullable=True))
        op.create_unique_constraint("booking_policy_resource_id_key", "booking_policy", ["resource_id"])
        op.create_foreign_key(
            "booking_policy_resource_id_fkey", "booking_policy", "resource", ["resource_id"], ["id"],
            ondelete="CASCADE",
        )
        op.create_check_constraint(op.f("booking_policy_of_one"), "booking_policy", OF_ONE)


def _shrink_policies() -> None:
    op.execute("DELETE FROM booking_policy WHERE area_id IS NULL")
    if _is_sqlite():
        _make_policies_anew(area_required=True)
        return
    op.drop_constraint("booking_policy_of_one", "booking_policy")
    for column in ("resource_id", "within_hours", "allows_series", "needs_approval", "most_at_once",
                   "week_minutes_person", "week_minutes_department", "longest_series", "decide_minutes",
                   "check_in_minutes"):
        op.drop_column("booking_policy", column)
    op.alter_column("booking_policy", "area_id", nullable=False)


def _make_policies_anew(*, area_required: bool) -> None:
    of_room = [] if area_required else [
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(OF_ONE, name=op.f("booking_policy_of_one")),
        sa.UniqueConstraint("resource_id", name=op.f("booking_policy_resource_id_key")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("booking_policy_resource_id_fkey"), ondelete="CASCADE"
        ),
    ]
    op.create_table(
        "booking_policy_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=not area_required),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in COLUMNS_BEFORE),
        *(sa.CheckConstraint(check, name=op.f(f"booking_policy_{name}")) for name, check in LIMITS_BEFORE.items()),
        *of_room,
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("booking_policy_area_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("booking_policy_pkey")),
        sa.UniqueConstraint("area_id", name=op.f("booking_policy_area_id_key")),
    )
    _replace("booking_policy", ", ".join(("id", "area_id", *COLUMNS_BEFORE)))


# --- Hours, keepers, rights, layouts ---


def _add_what_surrounds_resources() -> None:
    op.create_table(
        "weekday_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        *_of_area_or_resource("weekday_hours"),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=True),
        sa.Column("closes_at", sa.Time(), nullable=True),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("weekday_hours_weekday_known")),
        sa.CheckConstraint(
            "(opens_at IS NULL) = (closes_at IS NULL)", name=op.f("weekday_hours_both_or_none")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("weekday_hours_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("weekday_hours_pkey")),
        sa.UniqueConstraint("area_id", "weekday", name=op.f("weekday_hours_area_id_weekday_key")),
        sa.UniqueConstraint("resource_id", "weekday", name=op.f("weekday_hours_resource_id_weekday_key")),
    )
    op.create_table(
        "keeper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        *_of_area_or_resource("keeper"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("keeper_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("keeper_pkey")),
        sa.UniqueConstraint("person_id", "area_id", name=op.f("keeper_person_id_area_id_key")),
        sa.UniqueConstraint("person_id", "resource_id", name=op.f("keeper_person_id_resource_id_key")),
    )
    op.create_index(op.f("keeper_area_id_idx"), "keeper", ["area_id"])
    op.create_index(op.f("keeper_resource_id_idx"), "keeper", ["resource_id"])
    op.create_table(
        "booking_right",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (department_id IS NULL)", name=op.f("booking_right_of_one")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("booking_right_resource_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("booking_right_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("booking_right_department_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("booking_right_pkey")),
        sa.UniqueConstraint("resource_id", "person_id", name=op.f("booking_right_resource_id_person_id_key")),
        sa.UniqueConstraint(
            "resource_id", "department_id", name=op.f("booking_right_resource_id_department_id_key")
        ),
    )
    op.create_table(
        "layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("layout_capacity_positive")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("layout_resource_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("layout_pkey")),
        sa.UniqueConstraint("resource_id", "name", name=op.f("layout_resource_id_name_key")),
    )


def _of_area_or_resource(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(OF_ONE, name=op.f(f"{table}_of_one")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f(f"{table}_area_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f(f"{table}_resource_id_fkey"), ondelete="CASCADE"
        ),
    ]


# --- Series and bookings ---


def _add_series() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(255), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("visibility", sa.String(7), nullable=False),
        sa.Column("rule", sa.String(500), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("series_minutes_positive")),
        sa.CheckConstraint("sequence >= 0", name=op.f("series_sequence_positive")),
        sa.CheckConstraint("visibility IN ('house', 'private')", name=op.f("series_visibility_known")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("series_owner_id_fkey")),
        sa.ForeignKeyConstraint(["booked_by_id"], ["person.id"], name=op.f("series_booked_by_id_fkey")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("series_resource_id_fkey")),
        sa.ForeignKeyConstraint(["follows_id"], ["series.id"], name=op.f("series_follows_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("series_pkey")),
        sa.UniqueConstraint("uid", name=op.f("series_uid_key")),
    )
    op.create_index(op.f("series_owner_id_idx"), "series", ["owner_id"])


def _extend_bookings() -> None:
    instant = "VARCHAR(19)" if _is_sqlite() else "TIMESTAMP(0) WITH TIME ZONE"
    for column in (
        "status VARCHAR(10) DEFAULT 'confirmed' NOT NULL "
        "CONSTRAINT booking_status_known CHECK (status IN ('confirmed', 'requested', 'offered'))",
        "people INTEGER CONSTRAINT booking_people_positive CHECK (people > 0)",
        "layout_id INTEGER CONSTRAINT booking_layout_id_fkey REFERENCES layout (id)",
        "series_id INTEGER CONSTRAINT booking_series_id_fkey REFERENCES series (id)",
        f"recurrence_id {instant} CONSTRAINT booking_recurrence_of_series "
        "CHECK (recurrence_id IS NULL OR series_id IS NOT NULL)",
    ):
        op.execute(f"ALTER TABLE booking ADD COLUMN {column}")
    op.create_index("booking_recurrence_key", "booking", ["series_id", "recurrence_id"], unique=True)


def _shrink_bookings() -> None:
    op.drop_index("booking_recurrence_key", "booking")
    for column in ("recurrence_id", "series_id", "layout_id", "people", "status"):
        op.execute(f"ALTER TABLE booking DROP COLUMN {column}")


def _give_holds_units() -> None:
    op.execute(
        "ALTER TABLE hold ADD COLUMN unit INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT hold_unit_known CHECK (unit BETWEEN 0 AND 98)"
    )
    if _is_sqlite():
        _make_triggers(of_unit=" AND unit = NEW.unit")
    else:
        # Below a hundred units, so that each has a number of its own.
        key = "resource_id::bigint * 100 + unit"
        _exclude(f"int8range({key}, {key}, '[]')")


def _take_units_from_holds() -> None:
    op.execute("DELETE FROM hold WHERE unit > 0")
    if _is_sqlite():
        _make_triggers(of_unit="")
    else:
        _exclude("int4range(resource_id, resource_id, '[]')")
    op.execute("ALTER TABLE hold DROP COLUMN unit")


def _make_triggers(of_unit: str) -> None:
    columns = "resource_id, starts_at, ends_at, released_at" + (", unit" if of_unit else "")
    for verb, own_id in (("INSERT", "NULL"), ("UPDATE", "OLD.id")):
        op.execute(f"DROP TRIGGER hold_{verb.lower()}")
        refusals = SQLITE_REFUSALS.format(of_unit=of_unit, own_id=own_id)
        of_columns = f" OF {columns}" if verb == "UPDATE" else ""
        op.execute(f"CREATE TRIGGER hold_{verb.lower()} BEFORE {verb}{of_columns} ON hold BEGIN {refusals} END")


def _exclude(of_whom: str) -> None:
    op.execute("ALTER TABLE hold DROP CONSTRAINT hold_overlap")
    op.execute(
        f"ALTER TABLE hold ADD CONSTRAINT hold_overlap EXCLUDE USING gist ({of_whom} WITH &&, "
        "tstzrange(starts_at, ends_at) WITH &&) WHERE (released_at IS NULL)"
    )


# --- Requests, waiting lists, check-in ---


def _add_requests() -> None:
    op.create_table(
        "booking_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(8), nullable=False),
        sa.Column("outcome", sa.String(9), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("decide_by", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_for_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(booking_id IS NULL) <> (series_id IS NULL)", name=op.f("booking_request_of_one")),
        sa.CheckConstraint(
            "outcome IN ('pending', 'approved', 'declined', 'expired', 'withdrawn')",
            name=op.f("booking_request_outcome_known"),
        ),
        sa.CheckConstraint("turn IN ('resource', 'area', 'house')", name=op.f("booking_request_turn_known")),
        sa.CheckConstraint(
            "(outcome = 'pending') = (decided_at IS NULL)", name=op.f("booking_request_decided")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("booking_request_booking_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("booking_request_series_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("booking_request_resource_id_fkey")),
        sa.ForeignKeyConstraint(["requester_id"], ["person.id"], name=op.f("booking_request_requester_id_fkey")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("booking_request_decided_by_id_fkey")),
        sa.ForeignKeyConstraint(["decided_for_id"], ["person.id"], name=op.f("booking_request_decided_for_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("booking_request_pkey")),
    )
    op.create_index(op.f("booking_request_requester_id_idx"), "booking_request", ["requester_id"])
    for name, column, unique in (
        ("booking_request_pending_booking_key", "booking_id", True),
        ("booking_request_pending_series_key", "series_id", True),
        ("booking_request_due_idx", "decide_by", False),
    ):
        op.create_index(
            name, "booking_request", [column], unique=unique, sqlite_where=PENDING, postgresql_where=PENDING
        )
    _add_waits()


def _add_waits() -> None:
    op.create_table(
        "wait",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("visibility", sa.String(7), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("takes_at_once", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("decide_by", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("wait_order")),
        sa.CheckConstraint("visibility IN ('house', 'private')", name=op.f("wait_visibility_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("wait_person_id_fkey")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("wait_resource_id_fkey")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("wait_booking_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("wait_pkey")),
    )
    op.create_index(op.f("wait_person_id_idx"), "wait", ["person_id"])
    op.create_index(op.f("wait_booking_id_idx"), "wait", ["booking_id"])
    standing, due = sa.text("ended_at IS NULL"), sa.text("decide_by IS NOT NULL AND ended_at IS NULL")
    op.create_index(
        "wait_standing_idx", "wait", ["resource_id", "starts_at"], sqlite_where=standing, postgresql_where=standing
    )
    op.create_index("wait_due_idx", "wait", ["decide_by"], sqlite_where=due, postgresql_where=due)


def _add_presence() -> None:
    op.create_table(
        "presence",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("checked_in_at", UtcDateTime(), nullable=True),
        sa.Column("checked_in_by_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(4), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("freed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("way IN ('page', 'code', 'door')", name=op.f("presence_way_known")),
        sa.CheckConstraint(
            "(checked_in_at IS NULL) = (way IS NULL)", name=op.f("presence_way_of_check_in")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("presence_booking_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["checked_in_by_id"], ["person.id"], name=op.f("presence_checked_in_by_id_fkey")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("presence_pkey")),
    )
    op.create_index(op.f("presence_freed_at_idx"), "presence", ["freed_at"])

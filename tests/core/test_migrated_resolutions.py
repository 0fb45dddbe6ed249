"""What was resolved, reported and closed before there were nodes and signatures stands as it did, up and down."""

import pytest
from sqlalchemy import text

from portal.core import schema
from portal.core.db import db

DAY = "2026-11-23"
ROWS = (
    ("department", {"id": 1, "name": "Works"}),
    (
        "person",
        {
            "id": 1, "login": "alice", "name": "Alice", "email": "alice@example.org", "post": "", "department_id": 1,
            "theme": "auto", "created_at": f"{DAY} 00:00:00",
        },
    ),
    (
        "meeting",
        {
            "id": 1, "uid": "m", "organizer_id": 1, "subject": "Hall", "purpose": "", "location": "", "sequence": 0,
            "starts_at": f"{DAY} 01:00:00", "ends_at": f"{DAY} 02:00:00", "created_at": f"{DAY} 00:00:00",
            "changed_at": f"{DAY} 00:00:00",
        },
    ),
)
RESOLUTIONS = {
    1: {"percent": 0}, 2: {"percent": 40}, 3: {"percent": 100},
    4: {"percent": 100, "closed_at": f"{DAY} 09:00:00", "closed_by_id": 1},
}
REPORTED = {2: 40, 3: 100, 4: 100}
THEN = "SELECT id, uid, text, due_on, percent, closed_at, closed_by_id FROM resolution ORDER BY id"


def insert(table, row):
    values = ", ".join(f":{column}" for column in row)
    db.session.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)


@pytest.fixture
def old(bare_app):
    schema.upgrade("0008")
    for table, row in ROWS:
        insert(table, row)
    for number, facts in RESOLUTIONS.items():
        insert("resolution", {
            "id": number, "uid": f"r{number}", "meeting_id": 1, "text": "Paint", "department_id": 1, "owner_id": 1,
            "due_on": "2026-12-07", "sequence": 0, "created_by_id": 1, "created_at": f"{DAY} 03:00:00",
            "changed_at": f"{DAY} 04:00:00", **facts,
        })
    for number, percent in REPORTED.items():
        insert("progress_report", {
            "resolution_id": number, "reporter_id": 1, "percent": percent, "done": "Walls", "problems": "",
            "next_step": "", "reported_at": f"{DAY} 04:00:00",
        })
    db.session.commit()


def rows(query):
    with db.engine.connect() as connection:
        return connection.execute(text(query)).all()


def test_what_stood_stands_as_it_did_up_and_down(old):
    before = rows(THEN)
    schema.upgrade()
    assert rows(THEN) == before
    assert rows("SELECT node, number, due_on = original_due_on, extensions FROM resolution ORDER BY id") == [
        ("issued", "R-2026-001", True, 0), ("worked_on", "R-2026-002", True, 0), ("reported", "R-2026-003", True, 0),
        ("closed", "R-2026-004", True, 0),
    ]
    assert rows("SELECT count(*) FROM progress_report WHERE signed_at = reported_at AND signed_by_id = 1") == [(3,)]
    assert rows("SELECT resolution_id, event FROM resolution_step ORDER BY id") == [
        (1, "registered"), (2, "registered"), (3, "registered"), (4, "registered"), (4, "closed"),
    ]
    assert rows("SELECT last FROM meeting_number WHERE prefix = 'R-'") == [(4,)]
    schema.downgrade("0008")
    assert rows(THEN) == before
    schema.upgrade()
    assert rows(THEN) == before
    assert rows("SELECT number FROM resolution ORDER BY id") == [(f"R-2026-00{n}",) for n in (1, 2, 3, 4)]
    assert rows("SELECT last FROM meeting_number WHERE prefix = 'R-'") == [(4,)]

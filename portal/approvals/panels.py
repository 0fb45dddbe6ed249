"""What approvals add to My day."""

from flask import render_template

from portal.accounts.models import Person
from portal.approvals import inbox
from portal.core.db import db

SHOWN = 3


def of_my_day(person: Person) -> str:
    """What waits for me, the oldest first; nothing if nothing does."""
    rows = db.session.scalars(inbox.with_all(inbox.waiting_for(person)).limit(SHOWN)).all()
    shown = inbox.entries(person, rows)
    if not shown:
        return ""
    count = inbox.count_waiting(person) if len(rows) == SHOWN else len(shown)
    return render_template("approvals/_my_day.html", entries=shown, count=count)

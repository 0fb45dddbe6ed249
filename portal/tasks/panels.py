"""What tasks show on My day."""

from flask import render_template

from portal.accounts.models import Person
from portal.core.db import db
from portal.tasks import queries
from portal.tasks.subjects import about_all
from portal.tasks.views import list_facts

MOST = 5


def mine(person: Person) -> str:
    """What I have to do next; nothing if there is nothing."""
    found = db.session.scalars(queries.mine(person).limit(MOST + 1)).all()
    if not found:
        return ""
    return render_template(
        "tasks/_my_day.html", tasks=found[:MOST], has_more=len(found) > MOST, about=about_all(person, found[:MOST]),
        **list_facts(),
    )

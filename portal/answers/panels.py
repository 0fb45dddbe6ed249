"""What answers add to My day and to the overview of a meeting."""

from flask import render_template

from portal.accounts.models import Person
from portal.answers import leave, queries, replying
from portal.answers.commands import is_late
from portal.answers.forms import ANSWERS, DecisionForm, NeedsForm, filled_with
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Meeting

SHOWN = 5


def waiting(person: Person) -> str:
    """Invitations that I have not answered, each with its buttons. One statement."""
    parts = queries.waiting_for(person.id, clock.now())
    return render_template(
        "answers/_waiting.html", waiting=parts, answers=ANSWERS, needs_leave_of=leave.needs_leave, is_late_of=is_late
    )


def to_decide(person: Person) -> str:
    """Leave that waits for my decision; nothing if there is none."""
    found = db.session.scalars(queries.to_decide(person, clock.now()).limit(SHOWN)).unique().all()
    if not found:
        return ""
    return render_template("answers/_to_decide.html", to_decide=found, form=DecisionForm(formdata=None))


def own_answer(meeting: Meeting, person: Person) -> str:
    """Whether I come, on top of the meeting's page, while it takes answers."""
    part = replying.own_part(person, meeting)
    if part is None:
        return ""
    needs = NeedsForm(formdata=None, **filled_with({need.kind: need.words for need in part.needs}))
    return render_template("answers/_own.html", with_needs=True, needs_form=needs, **replying.shown(part))

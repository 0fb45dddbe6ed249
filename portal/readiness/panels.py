"""What readiness adds to other pages."""

from flask import render_template

from portal.accounts.models import Person
from portal.readiness.checklist import FORM_KEYS
from portal.tasks.models import Task


def form_of(task: Task, person: Person) -> str:
    """On the task that a form brings: the button that opens it."""
    form = next((form for form, key in FORM_KEYS.items() if key == task.key), None)
    return render_template("readiness/_to_form.html", form=form, task=task) if form is not None else ""

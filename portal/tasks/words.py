"""What people are told of tasks, in the language and on the clock of whoever reads it."""

from collections.abc import Sequence
from typing import Any

from portal.core.i18n import day_and_time, ngettext
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.tasks.models import Task
from portal.tasks.names import title_of
from portal.tasks.subjects import record_of, subject_of
from portal.web.addresses import absolute_address

TITLES: dict[str, Any] = {
    "task.assigned": _l("A task for you: %(task)s"), "task.moved": _l("Another time: %(task)s"),
    "task.dropped": _l("Not needed any more: %(task)s"), "task.reopened": _l("To be done again: %(task)s"),
}
LISTS: dict[str, tuple[Any, Any]] = {
    "task_list.assigned": (
        _l("Tasks for you, of a checklist"), _l("These are yours to do. Each says what proves that it was done.")
    ),
    "task_list.moved": (_l("Tasks are due at other times"), _l("What they are for was moved, and they with it.")),
    "task_list.dropped": (_l("Tasks are not needed any more"), _l("What they were for was called off.")),
    "task_list.due": (_l("Tasks are due soon"), _l("These are due by the end of the next working day.")),
    "task_list.overdue": (_l("Tasks are overdue"), _l("These should have been done by now.")),
}


def of_one(kind: str, task: Task, actor: str, said: str) -> tuple[str, str]:
    """Subject and body for the owner of a task that somebody gave them, moved, dropped or opened again."""
    title = str(TITLES[kind]) % {"task": title_of(task)}
    by = _("%(name)s says: %(words)s", name=actor, words=said) if said else _("By %(name)s", name=actor)
    return title, _paragraphs(_facts(task), by, task.words, page_of(task))


def taken_over(task: Task, owner: str) -> tuple[str, str]:
    """Subject and body for whoever had the task before."""
    title = _("Yours no more: %(task)s", task=title_of(task))
    return title, _paragraphs(_("%(name)s does it from now on.", name=owner), _facts(task))


def urged(task: Task, actor: str, said: str) -> tuple[str, str]:
    """Subject and body that urge by hand."""
    title = _("Urged: %(task)s", task=title_of(task))
    return title, _paragraphs(_("%(name)s urges you:", name=actor), said, _facts(task), page_of(task))


def asked(task: Task, actor: str, said: str) -> tuple[str, str]:
    """Subject and body for whoever is asked to confirm by their name that it was done."""
    title = _("Please confirm: %(task)s", task=title_of(task))
    says = _("%(name)s says that this was done and asks you to confirm it by your name.", name=actor)
    return title, _paragraphs(says, said, _facts(task), page_of(task))


def answered(task: Task, actor: str, said: str) -> tuple[str, str]:
    """Subject and body for whoever asked: confirmed, or with words why not."""
    if not said:
        title = _("Confirmed: %(task)s", task=title_of(task))
        return title, _paragraphs(_("%(name)s has confirmed it.", name=actor), page_of(task))
    title = _("Not confirmed: %(task)s", task=title_of(task))
    return title, _paragraphs(_("%(name)s says: %(words)s", name=actor, words=said), page_of(task))


def ready(task: Task) -> tuple[str, str]:
    """Subject and body for the owner of a task that waited for another."""
    title = _("You can begin: %(task)s", task=title_of(task))
    return title, _paragraphs(_("What it waited for is done."), _facts(task), page_of(task))


def of_list(kind: str, tasks: Sequence[Task]) -> tuple[str, str]:
    """Subject and body for somebody whom several tasks concern; each is a paragraph that ends with its address.

    They name no record: a list goes out once, and what a record is called may become a secret.
    """
    title, says = (str(words) for words in LISTS[kind])
    count = ngettext("%(num)s task", "%(num)s tasks", len(tasks))
    lines = [_paragraphs(title_of(task), _due(task), page_of(task), glue="\n") for task in tasks]
    return f"{title} ({count})", _paragraphs(says, *lines)


def page_of(task: Task) -> str:
    return absolute_address("tasks.task", task_id=task.id)


def _facts(task: Task) -> str:
    title = subject_of(task.record_kind).title_for_all(record_of(task.record_kind, task.record_id))
    return _paragraphs(title, _due(task), glue="\n")


def _due(task: Task) -> str:
    return _("Due: %(time)s", time=day_and_time(task.due_at))


def _paragraphs(*texts: str, glue: str = "\n\n") -> str:
    return glue.join(text for text in texts if text)

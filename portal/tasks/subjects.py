"""Which records have tasks: each slice registers its kind once, and this one knows no more of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.records import kind_of
from portal.tasks.models import Task


@dataclass(frozen=True)
class About:
    """What a reader is told of the record of a task: its title, and when and where it is."""

    title: str
    line: str = ""


def _nothing(*_args: Any) -> None:
    return None


@dataclass(frozen=True)
class Subject:
    """A kind of record that has tasks.

    `about` answers, for those of the ids that the person may know something of, what they are called; with a constant
    number of statements. `title_for_all` is what mails call it, empty for what is secret. `lock` comes before all
    else of a change, and `insist_open` raises DomainError for a record that takes no tasks any more; `insist_doable`
    for a task that cannot be done by hand.
    """

    kind: str
    may_manage: Callable[[Person, Any], bool]
    may_look: Callable[[Person, Any], bool]
    about: Callable[[Person, Collection[int]], Mapping[int, About]]
    title_for_all: Callable[[Any], str]
    insist_open: Callable[[Any], None] = _nothing
    insist_doable: Callable[[Task], None] = _nothing


_subjects: dict[str, Subject] = {}


def add_subject(subject: Subject) -> None:
    """Let records of that kind have tasks; adding it twice replaces the first."""
    _subjects[subject.kind] = subject


def subject_of(kind: str) -> Subject:
    """What was registered for that kind; raises Missing if nothing was."""
    if kind not in _subjects:
        raise Missing(_("There is no such record."))
    return _subjects[kind]


def record_of(kind: str, record_id: int) -> Any:
    """The record that a task is about, whoever asks; raises Missing if there is none."""
    record = db.session.get(kind_of(kind).model, record_id)
    if record is None:
        raise Missing(_("There is no such record."))
    return record


def about_all(person: Person, tasks: Collection[Task]) -> dict[tuple[str, int], About]:
    """What the person is told of the records of these tasks; what they may not know of is not among it.

    As many statements for each kind of record as its `about` takes.
    """
    ids: dict[str, set[int]] = {}
    for task in tasks:
        ids.setdefault(task.record_kind, set()).add(task.record_id)
    return {
        (kind, record_id): said
        for kind, wanted in ids.items()
        for record_id, said in subject_of(kind).about(person, wanted).items()
    }

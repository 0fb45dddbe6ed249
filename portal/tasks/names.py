"""What tasks, their owners and their standing are called."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from portal.core.i18n import LOCALES, lazy_pgettext, reader, speaking_to
from portal.core.i18n import lazy_gettext as _l
from portal.regulations.labels import person_name
from portal.tasks.models import Task

# What is kept as the reason when the record itself was called off, so that it can be taken back with it.
CALLED_OFF = "called off"
REASONS = {CALLED_OFF: _l("What it was for was called off.")}


class Standing(StrEnum):
    """How a task stands, at a glance."""

    DONE = "done"
    DROPPED = "dropped"
    ASKED = "asked"
    OVERDUE = "overdue"
    SOON = "soon"
    OPEN = "open"


STANDINGS: dict[str, Any] = {
    Standing.DONE.value: lazy_pgettext("task", "Done"), Standing.DROPPED.value: _l("Not needed"),
    Standing.ASKED.value: _l("To be confirmed"), Standing.OVERDUE.value: _l("Overdue"),
    Standing.SOON.value: _l("Due soon"), Standing.OPEN.value: lazy_pgettext("task", "Open"),
}


def in_language(texts: Mapping[str, str]) -> str:
    """The words in the reader's language, or in the first one that there are."""
    return texts.get(reader().locale) or next(iter(texts.values()), "")


def title_of(task: Task) -> str:
    """What a reader calls the task."""
    return in_language(task.titles)


def in_all_languages(words: str) -> dict[str, str]:
    """Words that somebody typed: the same in each language."""
    return dict.fromkeys(LOCALES, words)


def said_in_all(words: Callable[[], str]) -> dict[str, str]:
    """What `words` says in each language."""
    said, zone = {}, reader().zone
    for locale in LOCALES:
        with speaking_to(locale, zone):
            said[locale] = words()
    return said


def reason_of(task: Task) -> str:
    """Why a dropped task is not needed."""
    return str(REASONS.get(task.drop_reason, task.drop_reason))


def owner_name(task: Task) -> str:
    """Whose it is: a person, or the role or body in which nobody was found."""
    if task.owner is not None:
        return task.owner.name
    return person_name(task.owner_role) if task.owner_role else ""

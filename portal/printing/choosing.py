"""Whom a document is printed for."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import abort

from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.meetings.models import Answer, Attendee, Part
from portal.printing.queries import is_expected


class Choice(NamedTuple):
    """Some of the people, as the address writes it, how a reader calls them, and how many they are."""

    value: str
    label: str
    people: Sequence[Attendee]


class Group(NamedTuple):
    """Choices of one sort."""

    label: str
    choices: Sequence[Choice]


def groups(people: Sequence[Attendee]) -> list[Group]:
    """Every choice that holds anybody; the first always stands. Parts and departments are of those expected."""
    answers = [
        Choice("expected", _("All who are expected"), [one for one in people if is_expected(one)]),
        Choice("accepted", _("Those who accepted"), [one for one in people if one.answer == Answer.ACCEPTED]),
        Choice("all", _("Everybody in the list"), people),
        Choice("guests", _("Guests from outside"), [one for one in people if one.guest_id is not None]),
    ]
    come = answers[0].people
    parts = [
        Choice(f"part-{part.value}", _part_name(part), [one for one in come if one.part == part]) for part in Part
    ]
    found = [
        Group(pgettext("who is printed", "By answer"), [answers[0], *_holding(answers[1:])]),
        Group(_("By part"), _holding(parts)),
        Group(_("By department"), _by_department(come)),
    ]
    return [group for group in found if group.choices]


def chosen(people: Sequence[Attendee], value: str) -> Sequence[Attendee]:
    """The people of that choice; 404 for one that nobody is in (any more)."""
    choices = {choice.value: choice.people for group in groups(people) for choice in group.choices}
    return choices[value] if value in choices else abort(404)


def _holding(choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if choice.people]


def _by_department(people: Sequence[Attendee]) -> list[Choice]:
    """A choice for each department, by name."""
    members: dict[tuple[str, int], list[Attendee]] = {}
    for one in people:
        if one.person and one.person.department:
            members.setdefault((one.person.department.name, one.person.department.id), []).append(one)
    return [Choice(f"department-{key[1]}", key[0], members[key]) for key in sorted(members)]


def _part_name(part: Part) -> str:
    return {
        Part.CHAIR: _("Chair"), Part.RECORDER: _("Recorder"), Part.SPEAKER: _("Speaker"),
        Part.REQUIRED: _("Required"), Part.OPTIONAL: _("Optional"), Part.OBSERVER: _("Observer"),
        Part.STAFF: _("Staff"),
    }[part]

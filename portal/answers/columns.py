"""What the list of a meeting's people says of answers: substitutes and leave for everybody, needs for arrangers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import render_template

from portal.accounts.models import Person
from portal.answers import policy, queries
from portal.answers.forms import NEEDS
from portal.meetings.models import Answer, Attendee, Meeting, Need

AWAY = frozenset({Answer.DECLINED, Answer.DELEGATED})


def places(meeting: Meeting, person: Person, attendees: Sequence[Attendee]) -> Mapping[int, str]:
    """Who comes in whose place, who is on leave, and who noted an answer. Two statements."""
    by_id = {one.id: one for one in queries.substitution(meeting.id)}
    comes = {one.substitutes_id: one for one in by_id.values() if one.substitutes_id}
    leave = queries.on_leave(meeting.id)
    sees_reason = policy.may_see_answers(person, meeting)
    cells = {}
    for one in attendees:
        on_leave = leave.get(one.id) if one.answer in AWAY else None
        absent, substitute = by_id.get(one.substitutes_id or 0), comes.get(one.id)
        if on_leave or absent or substitute or one.noted_by:
            cells[one.id] = render_template(
                "answers/_place.html", one=one, absent=absent, substitute=substitute, leave=on_leave,
                sees_reason=sees_reason,
            )
    return cells


def needs(meeting: Meeting, person: Person, attendees: Sequence[Attendee]) -> Mapping[int, str]:
    """What each of them needs. One statement."""
    found: dict[int, list[Need]] = defaultdict(list)
    for need in queries.needs_of(meeting.id):
        found[need.attendee_id].append(need)
    return {
        attendee_id: render_template("answers/_needs_cell.html", needs=needs, names=NEEDS)
        for attendee_id, needs in found.items()
    }

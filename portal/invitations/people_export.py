"""The list of a meeting's people as a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response
from markupsafe import Markup

from portal.accounts.session import me
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.invitations.answer_words import answer_word
from portal.invitations.people_list import Wanted, people_of
from portal.meetings import policy
from portal.meetings.models import Attendee, Meeting
from portal.meetings.parts import part_name
from portal.meetings.roster import Column, columns_for
from portal.web.tables import table_response

Cells = Sequence[tuple[Column, Mapping[int, Markup]]]


def people_table(meeting: Meeting, wanted: Wanted, format: str) -> Response:
    """All that the filter finds, with what the page shows of them; addresses for editors only."""
    rows = db.session.scalars(people_of(meeting.id, wanted)).all()
    may_edit = policy.may_edit(me(), meeting)
    columns = columns_for(meeting, me(), rows)
    heads = [_("Name"), _("Unit"), _("Post"), _("Part"), _("Duty"), _("Answer")]
    if may_edit:
        heads += [_("Comment"), _("E-mail")]
    heads += [str(column.label) for column, _cells in columns]
    name = meeting.number or _("People")
    return table_response(_rows(rows, columns, may_edit), heads, name, format)


def _rows(attendees: Sequence[Attendee], columns: Cells, may_edit: bool) -> Iterator[list[Any]]:
    for one in attendees:
        row = [one.name, one.unit, one.post, part_name(one.part), one.duty, answer_word(one)]
        if may_edit:
            row += [one.comment, one.party.email]
        yield row + [cells.get(one.id, Markup()).striptags() for _column, cells in columns]

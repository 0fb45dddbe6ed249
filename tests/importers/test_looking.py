"""What would become of a whole congress: the same as the command line makes of it, in a handful of statements."""

from collections import Counter
from pathlib import Path

from portal.core.db import db
from portal.importers.calendar import OF_UPLOADS, calendar_in
from portal.importers.looking import look
from portal.importers.results import Outcome
from portal.rooms import keeping
from tests.conftest import SHANGHAI

CONGRESS = Path(__file__).parents[1] / "data" / "congress-2019.ics"


def test_a_congress_meets_what_it_meets_on_the_command_line(rita, area, statements):
    file = calendar_in(CONGRESS.read_bytes(), CONGRESS.name, OF_UPLOADS)
    for name in {event.room for event in file.events}:
        keeping.add_room(None, area, name, 10)
    db.session.commit()
    with statements() as seen:
        lines = look(rita, file.events, SHANGHAI, None)
    found = Counter(line.outcome for line in lines)
    assert found == {Outcome.BOOKED: 1225, Outcome.CONFLICT: 122, Outcome.INVALID: 1}
    assert len(seen) < 12


def test_somebody_without_leave_to_enter_the_past_books_none_of_it(alice, area):
    file = calendar_in(CONGRESS.read_bytes(), CONGRESS.name, OF_UPLOADS)
    keeping.add_room(None, area, "Ada", 10)
    db.session.commit()
    lines = [line for line in look(alice, file.events, SHANGHAI, None) if line.event.room == "Ada"]
    assert {(line.outcome, line.reason) for line in lines if line.outcome != Outcome.INVALID} == {
        (Outcome.REFUSED, "That time is past.")
    }

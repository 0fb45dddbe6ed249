"""Whatever anybody does once minutes are final, they stay as they were; only addenda come."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.agenda import lines as agenda
from portal.agenda.typed import Line
from portal.core.db import db
from portal.core.errors import DomainError
from portal.meetings import commands as meetings
from portal.minutes import commands, reviewing, versions, votes
from portal.minutes.commands import Typed, mark_of
from portal.minutes.models import Minutes, MinutesLine, MinutesVersion, Vote
from portal.resolutions import commands as resolutions
from portal.resolutions import nodes, reporting
from portal.resolutions.models import Resolution
from tests.minutes.test_votes import count

PEOPLE = ("oscar", "cora", "rosa", "tom", "olive", "leo", "alice")


def everything(minutes):
    """Each row that minutes are made of."""
    made_of = (
        select(Minutes.__table__).where(Minutes.id == minutes.id),
        select(MinutesLine.__table__).where(MinutesLine.minutes_id == minutes.id).order_by(MinutesLine.id),
        select(Vote.__table__).order_by(Vote.id),
        select(MinutesVersion.__table__).where(MinutesVersion.minutes_id == minutes.id).order_by(MinutesVersion.id),
    )
    return [db.session.execute(query).all() for query in made_of]


def a_resolution(_minutes):
    return db.session.scalars(select(Resolution).order_by(Resolution.id).limit(1)).one()


def write(actor, minutes):
    line = minutes.lines[0]
    commands.write_line(actor, minutes, line.id, {"conclusion": Typed("Other", mark_of(line.conclusion))})


def rename(actor, minutes):
    meeting = minutes.meeting
    meetings.change_meeting(actor, meeting, subject="Another", purpose="", agenda=["Another line"])


ACTIONS = {
    "write": write,
    "frame": lambda actor, minutes: commands.write_frame(actor, minutes, {"closing": Typed("x", mark_of(""))}),
    "add line": lambda actor, minutes: commands.add_line(actor, minutes, "Another"),
    "remove line": lambda actor, minutes: commands.remove_line(actor, minutes, minutes.lines[0].id),
    "vote": lambda actor, minutes: votes.note_vote(actor, minutes, minutes.lines[0].id, count()),
    "submit": reviewing.submit,
    "give back": lambda actor, minutes: reviewing.give_back(actor, minutes, "Why"),
    "final": reviewing.make_final,
    "comment": lambda actor, minutes: reviewing.comment(actor, minutes, "Words"),
    "version": versions.keep,
    "agenda": lambda actor, minutes: agenda.add_lines(actor, minutes.meeting, [Line("More")]),
    "rename": rename,
    "withdraw": lambda actor, minutes: nodes.withdraw(actor, a_resolution(minutes), "Why"),
    "report": lambda actor, minutes: reporting.report(actor, a_resolution(minutes), percent=100, done="All"),
    "issue": lambda actor, minutes: resolutions.issue(actor, a_resolution(minutes)),
    "addendum": lambda actor, minutes: reviewing.add_addendum(actor, minutes, "It was another wall."),
}
STEPS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(sorted(ACTIONS))), min_size=1, max_size=12)


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
@pytest.mark.usefixtures("leo", "olive")
def test_final_minutes_stay_as_they_were(request, minutes, make_resolution, finish, steps):
    if minutes.final_at is None:
        make_resolution(minutes.meeting, item=minutes.lines[0].agenda_item_id)
        finish(minutes)
    before = everything(minutes)
    for name, action in steps:
        try:
            with db.session.begin_nested():
                ACTIONS[action](request.getfixturevalue(name), minutes)
        except DomainError:
            db.session.expire_all()
        assert everything(minutes) == before, (name, action)
    db.session.rollback()

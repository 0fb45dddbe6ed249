"""Lines of an agenda: typed and pasted, changed, moved, removed, by two editors at once."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.agenda import lines
from portal.agenda.planning import order_of, plan_of, starts_of, version_of
from portal.agenda.typed import Line, lines_in
from portal.audit.queries import log_of
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings import commands
from portal.meetings.models import AgendaItem, ItemKind
from portal.resolutions.commands import Duty, resolve
from tests.agenda.conftest import titles
from tests.conftest import at


def test_a_pasted_agenda_is_read_as_people_write_it():
    typed = "1. Budget | 20 | Bob\r\n\r\n二、Rooms｜10分钟\n- Plans||Guest\n10.5 million\t5 min\nJust words"
    assert [(line.title, line.minutes, line.presenter) for line in lines_in(typed)] == [
        ("Budget", 20, "Bob"), ("Rooms", 10, ""), ("Plans", None, "Guest"), ("10.5 million", 5, ""),
        ("Just words", None, ""),
    ]
    for wrong, named in (("A | soon", "soon"), ("A | 1 | B | C", "Too many bars in “A"), ("A | 12345", "12345")):
        with pytest.raises(DomainError, match=named):
            lines_in(wrong)


def test_lines_are_added_with_people_of_the_house_and_from_outside(alice, bob, olive, meeting):
    added = lines.add_lines(olive, meeting, [
        Line("By name", ItemKind.REPORT, 10, "bob"), Line("By label", presenter="Bob · bob"),
        Line("Outside", ItemKind.DECISION, presenter="玛丽·居里"), Line("Nobody"),
    ])
    assert [(item.presenter, item.presenter_name) for item in added] == [
        (bob, ""), (bob, ""), (None, "玛丽·居里"), (None, "")
    ]
    assert titles(meeting) == ["Budget", "Rooms", "Plans", "By name", "By label", "Outside", "Nobody"]
    assert [item.position for item in meeting.agenda] == list(range(7))
    assert "meeting.lines_added" in {entry.action for entry in log_of("meeting", meeting.id)}
    for wrong, words in (
        (Line(""), "title"), (Line("x" * 201), "at most 200"), (Line("A", minutes=0), "minutes"),
        (Line("A", presenter="No · nobody"), "Nobody here"),
    ):
        with pytest.raises(DomainError, match=words):
            lines.add_lines(alice, meeting, [wrong])
    with pytest.raises(DomainError, match="at most 100"):
        lines.add_lines(alice, meeting, [Line("A")] * 94)
    with pytest.raises(NotAllowed):
        lines.add_lines(bob, meeting, [Line("A")])


def test_two_of_one_name_are_not_confused(alice, meeting, add_person):
    one, other = add_person("Chen"), add_person("Chen2")
    other.name = "Chen"
    db.session.flush()
    with pytest.raises(DomainError, match="Chen · chen, Chen · chen2"):
        lines.add_lines(alice, meeting, [Line("A", presenter="Chen ")])
    assert lines.add_lines(alice, meeting, [Line("A", presenter="Chen · chen")])[0].presenter == one


def test_a_line_keeps_what_refers_to_it_whatever_is_done_to_it(alice, bob, meeting):
    item = meeting.agenda[1]
    duty = Duty(
        text="Do it", department_id=alice.department_id, owner_id=alice.id, due_on=at(9, days=9).date()
    )
    resolution = resolve(alice, meeting, duty, agenda_item_id=item.id)
    lines.change_line(alice, meeting, item.id, Line("Rooms and halls", ItemKind.DECISION, 20, "Bob"))
    lines.move_line(alice, meeting, item.id, 0)
    assert titles(meeting) == ["Rooms and halls", "Budget", "Plans"]
    commands.change_meeting(alice, meeting, subject="P", purpose="", agenda=["Plans", "Rooms and halls", "New"])
    assert (item.position, item.minutes, item.presenter) == (1, 20, bob)
    lines.remove_line(alice, meeting, item.id)
    assert titles(meeting) == ["Plans", "New"]
    db.session.refresh(resolution)
    assert resolution.agenda_item_id == item.id
    lines.restore_line(alice, meeting, item.id)
    assert titles(meeting) == ["Plans", "Rooms and halls", "New"]
    assert db.session.query(AgendaItem).filter_by(id=item.id).one().minutes == 20


def test_nothing_that_another_editor_did_is_overwritten(alice, olive, meeting):
    first, second, third = meeting.agenda
    seen, order = version_of(first), order_of(meeting.agenda)
    lines.change_line(olive, meeting, first.id, Line("Budget 2027"), seen=seen)
    with pytest.raises(DomainError, match="Somebody else"):
        lines.change_line(alice, meeting, first.id, Line("Money"), seen=seen)
    with pytest.raises(DomainError, match="Somebody else"):
        lines.remove_line(alice, meeting, first.id, seen=seen)
    lines.change_line(alice, meeting, second.id, Line("Halls"), seen=version_of(second))
    lines.move_line(olive, meeting, third.id, 0, seen=order)
    with pytest.raises(DomainError, match="Somebody else"):
        lines.move_line(alice, meeting, third.id, 2, seen=order)
    assert titles(meeting) == ["Plans", "Budget 2027", "Halls"]
    lines.remove_line(olive, meeting, third.id)
    with pytest.raises(DomainError, match="no such line"):
        lines.change_line(alice, meeting, third.id, Line("Late"))


def test_the_clock_of_the_lines_and_the_sum_are_honest(alice, meeting):
    for item, minutes in zip(meeting.agenda, (20, 35, None), strict=True):
        item.minutes = minutes
    db.session.flush()
    lines.add_lines(alice, meeting, [Line("After", minutes=15)])
    db.session.expire(meeting, ["agenda"])
    items = meeting.agenda
    plan = plan_of(meeting, items)
    assert (plan.total, plan.length, plan.over, plan.open_ended) == (70, 60, 10, 1)
    # After a line that says nothing of its length nobody knows when the next begins.
    assert starts_of(meeting, items) == {
        items[0].id: at(9), items[1].id: at(9) + timedelta(minutes=20), items[2].id: at(9, 55)
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 5), st.integers(-2, 8), st.booleans()), max_size=8))
def test_any_moves_keep_the_lines_and_their_places(alice, make_meeting, meeting, moves):
    if len(meeting.agenda) < 6:
        lines.add_lines(alice, meeting, [Line(title) for title in "DEF"])
        db.session.commit()
    ids = [item.id for item in meeting.agenda]
    expected = list(ids)
    for which, to, removes in moves:
        lines.move_line(alice, meeting, ids[which], to)
        expected.remove(ids[which])
        expected.insert(max(0, min(to, len(expected))), ids[which])
        if removes:
            lines.remove_line(alice, meeting, ids[which])
            lines.restore_line(alice, meeting, ids[which])
        db.session.expire(meeting, ["agenda"])
        assert [item.id for item in meeting.agenda] == expected
        assert [item.position for item in meeting.agenda] == list(range(6))
    db.session.rollback()

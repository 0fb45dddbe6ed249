"""To-dos and the days by which they are due, read back by another program."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from portal.calendars import components
from portal.calendars.components import Todo

MADE, CHANGED = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
PAINTING = Todo(
    uid="one", sequence=2, created_at=MADE, changed_at=CHANGED, due_on=date(2026, 12, 31),
    summary="Paint; the hall, 大厅", description="By hand\nand twice", url="http://portal.example/resolutions/1",
    priority=1, categories=("Resolution", "Overdue"),
)


def read(component):
    (found,) = Calendar.from_ical(components.vcalendar("Mine", [component], zone="Etc/UTC")).subcomponents
    assert found.errors == []
    return found


def test_a_todo_says_what_by_when_and_how_far():
    todo = read(components.vtodo(PAINTING))
    assert todo.name == "VTODO"
    assert (todo["UID"], todo["SEQUENCE"], todo["SUMMARY"]) == ("one", 2, "Paint; the hall, 大厅")
    assert (todo["CREATED"].dt, todo["DTSTAMP"].dt, todo["LAST-MODIFIED"].dt) == (MADE, CHANGED, CHANGED)
    assert (todo["DUE"].dt, todo["DUE"].params["VALUE"]) == (date(2026, 12, 31), "DATE")
    assert (todo["STATUS"], todo["PERCENT-COMPLETE"], todo["PRIORITY"]) == ("NEEDS-ACTION", 0, 1)
    assert (todo["DESCRIPTION"], todo["URL"]) == ("By hand\nand twice", "http://portal.example/resolutions/1")
    assert todo["CATEGORIES"].cats == ["Resolution", "Overdue"]
    assert not {"COMPLETED", "CLASS", "DTSTART", "DURATION", "ORGANIZER"} & set(todo)


@pytest.mark.parametrize(
    ("values", "status"),
    [({"percent": 40}, "IN-PROCESS"), ({"percent": 100}, "IN-PROCESS"), ({"cancelled": True}, "CANCELLED")],
)
def test_its_status_follows_from_how_it_goes(values, status):
    assert read(components.vtodo(replace(PAINTING, **values)))["STATUS"] == status


def test_what_is_done_says_when_in_utc():
    todo = read(components.vtodo(replace(PAINTING, percent=100, completed_at=CHANGED, priority=0, private=True)))
    assert (todo["STATUS"], todo["COMPLETED"].dt, todo["CLASS"]) == ("COMPLETED", CHANGED, "PRIVATE")
    assert "PRIORITY" not in todo


def test_its_day_takes_up_nobodys_time():
    day = read(components.due_day(PAINTING))
    assert day.name == "VEVENT"
    assert (day["DTSTART"].dt, day["DTEND"].dt) == (date(2026, 12, 31), date(2027, 1, 1))
    assert {day[name].params["VALUE"] for name in ("DTSTART", "DTEND")} == {"DATE"}
    assert (day["TRANSP"], day["STATUS"]) == ("TRANSPARENT", "CONFIRMED")
    assert not {"DUE", "PERCENT-COMPLETE", "COMPLETED", "PRIORITY"} & set(day)


@settings(max_examples=60, deadline=None)
@given(
    due_on=st.dates(date(1900, 1, 1), date(2200, 1, 1)), words=st.text(max_size=200), percent=st.integers(0, 100),
    categories=st.lists(st.text("ab,;\\ 大", min_size=1, max_size=8), max_size=3),
)
def test_whatever_is_typed_is_read_back(due_on, words, percent, categories):
    todo = replace(PAINTING, due_on=due_on, summary=words, percent=percent, categories=categories)
    task, day = read(components.vtodo(todo)), read(components.due_day(todo))
    assert task["DUE"].dt == day["DTSTART"].dt == day["DTEND"].dt - timedelta(days=1) == due_on
    assert task["SUMMARY"] == day["SUMMARY"]
    assert task["PERCENT-COMPLETE"] == percent
    assert (task["CATEGORIES"].cats if categories else []) == categories

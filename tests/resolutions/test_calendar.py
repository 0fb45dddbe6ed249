"""Resolutions in calendars: in feeds as to-dos or as days, and on the calendar pages. Read back by another program."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from portal.accounts import commands as accounts
from portal.calendars import commands as feeds
from portal.calendars.models import DutiesAs, Feed, Shows
from portal.core import clock
from portal.core.db import db
from portal.meetings import commands as meetings
from portal.meetings.details import Details
from portal.meetings.models import Confidentiality
from portal.resolutions import nodes, policy
from portal.resolutions.lights import Light, Standing, light_of, lit_since
from tests.conftest import NOW, SHANGHAI, at
from tests.resolutions.conftest import TODAY

TASKS, DAYS = {"duties_as": DutiesAs.TASKS}, {"duties_as": DutiesAs.DAYS}


@pytest.fixture
def feed_of(client):
    """Subscribe as somebody, and read again each time it is called: all that is no zone."""

    def subscribe(person, shows=Shows.DUTIES, subject_id=None, **choice):
        _feed, secret = feeds.make_feed(person, shows, subject_id, feeds.Choice(**choice))
        db.session.commit()

        def ask():
            calendar = Calendar.from_ical(client.get(f"/feeds/{secret}/calendar.ics").data)
            return [part for part in calendar.subcomponents if part.name != "VTIMEZONE"]

        return ask

    return subscribe


def make_secret(meeting):
    meetings.change_meeting(
        meeting.organizer, meeting, subject=meeting.subject, purpose=meeting.purpose,
        details=Details(confidentiality=Confidentiality.SECRET),
    )
    db.session.commit()


def named(parts):
    return [str(part["SUMMARY"]) for part in parts]


# --- As a to-do, or as a day ---


def test_whoever_owes_it_has_it_as_a_todo(feed_of, make_resolution, meeting, alice):
    resolution = make_resolution(text="Paint the hall\nIn white")
    (todo,) = feed_of(alice, Shows.MINE, **TASKS)()
    page = f"http://127.0.0.1:8000/resolutions/{resolution.id}"
    assert (todo.name, todo["UID"], todo["SEQUENCE"]) == ("VTODO", resolution.uid, 0)
    assert (todo["SUMMARY"], todo["DUE"].dt) == ("Paint the hall", date(2026, 12, 7))
    assert (todo["STATUS"], todo["PERCENT-COMPLETE"], todo["URL"]) == ("NEEDS-ACTION", 0, page)
    assert todo["CREATED"].dt == todo["DTSTAMP"].dt == todo["LAST-MODIFIED"].dt == NOW
    assert todo["CATEGORIES"].cats == ["Resolution", "On course"]
    assert todo["DESCRIPTION"] == (
        "Paint the hall\nIn white\n\n"
        f"Responsible: Works\nOwner: Alice\nResolved by: Hall review\nProgress: 0%\n\n{page}"
    )
    assert "CLASS" not in todo


def test_for_programs_without_todos_it_is_a_day_of_another_identity(feed_of, resolution, alice):
    mine = feed_of(alice, Shows.MINE, **DAYS)
    (day,), (again,) = mine(), mine()
    assert (day.name, day["SUMMARY"], day["TRANSP"]) == ("VEVENT", "Due: Paint the hall", "TRANSPARENT")
    assert (day["DTSTART"].dt, day["DTEND"].dt) == (date(2026, 12, 7), date(2026, 12, 8))
    assert day["UID"] not in {resolution.uid, resolution.meeting.uid}
    assert day["UID"] == again["UID"]


def test_a_calendar_without_resolutions_has_none_and_never_both(feed_of, resolution, alice):
    assert feed_of(alice, Shows.MINE)() == []
    for choice in (TASKS, DAYS):
        assert len(feed_of(alice, Shows.MINE, **choice)()) == len(feed_of(alice, **choice)()) == 1


def test_others_have_it_not_among_theirs(feed_of, resolution, helen, oscar, tom):
    for person in (helen, tom):
        assert feed_of(person, **TASKS)() == []
    assert [part.name for part in feed_of(oscar, Shows.MINE, **TASKS)()] == ["VEVENT"]  # the meeting itself


def test_its_page_gives_the_day_as_a_file(feed_of, sign_in, make_resolution, alice, bob):
    address = f"/resolutions/{make_resolution(text='粉刷大厅').id}/resolution.ics"
    answer = sign_in(alice).get(address)
    (day,) = Calendar.from_ical(answer.data).walk("VEVENT")
    (same,) = feed_of(alice, **DAYS)()
    assert (answer.mimetype, day) == ("text/calendar", same)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="resolution-')
    assert sign_in(bob).get(address).status_code == 404


# --- Light, progress, end ---


@pytest.mark.parametrize(
    ("day", "task", "of_day", "priority"),
    [
        (date(2026, 12, 1), "Paint the hall", "Due: Paint the hall", None),
        (date(2026, 12, 2), "Due soon: Paint the hall", "Due soon: Paint the hall", 5),
        (date(2026, 12, 7), "Due soon: Paint the hall", "Due soon: Paint the hall", 5),
        (date(2026, 12, 8), "Overdue: Paint the hall", "Overdue: Paint the hall", 1),
        (date(2028, 12, 8), "Overdue: Paint the hall", "Overdue: Paint the hall", 1),
    ],
)
def test_the_light_shows_in_words_from_midnight_at_the_organisation(
    feed_of, resolution, alice, day, task, of_day, priority
):
    tasks, days = feed_of(alice, **TASKS), feed_of(alice, **DAYS)
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    with clock.standing_at(midnight - timedelta(seconds=1)):
        (before,) = tasks()
    with clock.standing_at(midnight):
        (todo,) = tasks()
        assert (named([todo]), named(days()), todo.get("PRIORITY")) == ([task], [of_day], priority)
    with clock.standing_at(midnight + timedelta(hours=23, minutes=59)):
        assert tasks() == feed_of(alice, **TASKS)() == [todo]
    is_first_of_its_light = before["SUMMARY"] != task
    assert (todo["LAST-MODIFIED"].dt == midnight) == is_first_of_its_light
    assert NOW <= todo["LAST-MODIFIED"].dt == todo["DTSTAMP"].dt <= midnight


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(due=st.integers(-40, 40), report=st.none() | st.integers(-40, 40))
def test_a_light_begins_on_the_first_day_that_has_it(app, due, report):
    report_by = None if report is None else TODAY + timedelta(days=report)
    standing = Standing(TODAY + timedelta(days=due), report_by)
    since, light = lit_since(standing, TODAY), light_of(standing, TODAY)
    assert (since is None) == (light == Light.GREEN)
    if since is not None:
        assert light_of(standing, since) == light
        assert light_of(standing, since - timedelta(days=1)) != light


def test_a_report_shows_at_once_and_asks_nobody_anew(feed_of, resolution, report, alice):
    ask = feed_of(alice, **TASKS)
    ask()
    report(resolution, percent=40, done="The north wall", problems="Rain", next_step="The roof")
    (todo,) = ask()
    assert (todo["STATUS"], todo["PERCENT-COMPLETE"], todo["SEQUENCE"]) == ("IN-PROCESS", 40, 0)
    said = todo["DESCRIPTION"]
    assert "Progress: 40%" in said
    assert "Last report, Nov 23, 2026: The north wall\nWhat hinders: Rain\nWhat is next: The roof" in said
    report(resolution, percent=40, done="The same in other words")
    assert "The same in other words" in ask()[0]["DESCRIPTION"]
    assert "The north wall" not in ask()[0]["DESCRIPTION"]


def test_what_is_closed_is_done_and_goes_after_30_days(feed_of, resolution, report, alice, olive, sue):
    tasks, days = feed_of(alice, **TASKS), feed_of(alice, **DAYS)
    report(resolution, percent=100)
    assert tasks()[0]["STATUS"] == "IN-PROCESS"
    with clock.standing_at(at(9)):
        nodes.review(olive, resolution)
        nodes.close(sue, resolution)
        db.session.commit()
        (todo,), (day,) = tasks(), days()
    assert (todo["STATUS"], todo["COMPLETED"].dt, todo["SEQUENCE"]) == ("COMPLETED", at(9), 1)
    assert (todo["SUMMARY"], day["SUMMARY"], day["SEQUENCE"]) == ("Paint the hall", "Done: Paint the hall", 1)
    with clock.standing_at(at(23, days=30)):
        assert named(days()) == ["Done: Paint the hall"]
    with clock.standing_at(at(0, days=31)):
        assert tasks() == days() == []


def test_what_is_withdrawn_is_off_and_what_is_paused_says_so(feed_of, resolution, alice, sue):
    tasks = feed_of(alice, **TASKS)
    nodes.pause(sue, resolution, "The budget is missing")
    db.session.commit()
    assert named(tasks()) == ["Paused: Paint the hall"]
    nodes.withdraw(sue, resolution, "The hall is sold")
    db.session.commit()
    (todo,) = tasks()
    assert (todo["STATUS"], todo["SEQUENCE"]) == ("CANCELLED", 1)


def test_what_is_not_issued_yet_is_in_nobodys_calendar(feed_of, make_resolution, alice):
    make_resolution(at_once=False)
    assert feed_of(alice, **TASKS)() == []


# --- Who sees what ---


@pytest.mark.parametrize("is_secret", [False, True])
def test_a_department_shows_what_its_reader_may_see(feed_of, request, resolution, meeting, works, is_secret):
    people = [request.getfixturevalue(name) for name in ("alice", "helen", "carl", "tom", "bob", "leo", "rita")]
    asking = {person: feed_of(person, Shows.DEPARTMENT_DUTIES, works.id) for person in people}
    for ask in asking.values():
        ask()
    if is_secret:
        make_secret(meeting)
    for person, ask in asking.items():
        assert bool(ask()) == policy.may_see(person, resolution), person.name


def test_a_secret_meeting_is_named_only_to_those_who_were_there(feed_of, resolution, meeting, alice, tom, works):
    hers, his = feed_of(alice, **TASKS), feed_of(tom, Shows.DEPARTMENT_DUTIES, works.id, **TASKS)
    hers()
    make_secret(meeting)
    (todo,), (known) = hers(), his()
    assert todo["CLASS"] == known[0]["CLASS"] == "PRIVATE"
    assert "Resolved by: A confidential meeting" in todo["DESCRIPTION"]
    assert "Hall review" not in todo.to_ical().decode()
    assert "Resolved by: Hall review" in known[0]["DESCRIPTION"]


def test_a_renamed_meeting_is_named_anew(feed_of, resolution, meeting, oscar, alice):
    ask = feed_of(alice, **TASKS)
    ask()
    meetings.change_meeting(oscar, meeting, subject="Works review", purpose="")
    db.session.commit()
    assert "Resolved by: Works review" in ask()[0]["DESCRIPTION"]


def test_a_new_owner_has_it_and_the_old_one_no_longer(feed_of, resolution, carl, alice):
    hers, his = feed_of(alice, **TASKS), feed_of(carl, **TASKS)
    assert (len(hers()), len(his())) == (1, 0)
    db.session.expire(resolution)
    resolution.owner = carl
    db.session.commit()
    assert (len(hers()), len(his())) == (0, 1)


def test_a_department_that_owes_it_no_longer_loses_it(feed_of, resolution, helen, works):
    office = accounts.add_department(None, "Office")
    db.session.commit()
    theirs = feed_of(helen, Shows.DEPARTMENT_DUTIES, works.id)
    assert len(theirs()) == 1
    db.session.expire(resolution)
    resolution.department_id = office.id
    db.session.commit()
    assert theirs() == []


def test_strangers_feeds_need_not_be_built_anew(feed_of, resolution, report, bob, alice):
    feed_of(bob, **TASKS)
    report(resolution)
    assert db.session.query(Feed.revision).filter_by(person_id=bob.id).scalar() == 0


@pytest.mark.parametrize("shows", [Shows.DUTIES, Shows.DEPARTMENT_DUTIES])
def test_statements_do_not_grow_with_what_is_owed(
    client, feed_of, make_resolution, report, helen, works, statements, shows
):
    ask, counts = feed_of(helen, shows, works.id if shows == Shows.DEPARTMENT_DUTIES else None), []
    ask()
    for number in (1, 4):
        for _number in range(number):
            report(make_resolution(owner_id=helen.id), actor=helen)
        with statements() as seen:
            assert len(ask()) == (1 if number == 1 else 5)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


# --- The calendar pages ---


def test_the_week_and_the_list_show_what_is_due_with_its_light(sign_in, make_resolution, make_booking, alice):
    make_booking(title="Workshop", starts_at=at(11), ends_at=at(12))
    owed = make_resolution(due_on=TODAY)
    make_resolution(text="Mend the roof", due_on=TODAY + timedelta(days=20))
    browser = sign_in(alice)
    week, ahead = browser.get("/calendar?week=2026-W48").text, browser.get("/calendar/list").text
    for page in (week, ahead):
        assert page.index("Paint the hall") < page.index("Workshop")
        assert f'href="/resolutions/{owed.id}"' in page
        assert '<span class="when">Due</span>' in page
        assert '<span class="light light-yellow">' in page
        assert "Due soon" in page
    assert ("Mend the roof" in week, "Mend the roof" in ahead) == (False, True)


def test_the_pages_show_nothing_closed_or_owed_by_others(sign_in, make_resolution, close, alice, carl):
    closed = make_resolution(due_on=TODAY)
    close(closed)
    make_resolution(text="Mend the roof", due_on=TODAY, owner_id=carl.id)
    page = sign_in(alice).get("/calendar?week=2026-W48").text
    assert "Paint the hall" not in page
    assert "Mend the roof" not in page
    with clock.standing_at(datetime(2026, 11, 24, tzinfo=UTC)):
        assert "Overdue" in sign_in(carl).get("/calendar?week=2026-W48").text


def test_the_pages_ask_once_however_much_is_due(sign_in, make_resolution, alice, statements):
    browser, counts = sign_in(alice), []
    for number in (1, 4):
        for _number in range(number):
            make_resolution(due_on=TODAY)
        with statements() as seen:
            assert browser.get("/calendar?week=2026-W48").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]

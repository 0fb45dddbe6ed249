"""Leading a meeting from line to line, on several devices."""

import pytest

from portal.agenda import running
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.models import Part
from portal.meetings.people import change_part
from tests.conftest import HTMX, at


@pytest.fixture
def budget(meeting):
    """The ids of its three lines, of 20, 10 and no minutes."""
    for item, minutes in zip(meeting.agenda, (20, 10, None), strict=True):
        item.minutes = minutes
    db.session.commit()
    return [item.id for item in meeting.agenda]


def on(course):
    return course.current.title if course.current else None


def test_it_goes_from_line_to_line_and_back_with_the_time_kept(alice, meeting, budget):
    first, second, third = budget
    with clock.standing_at(at(9, 5)):
        course = running.next_line(alice, meeting, current=None)
        assert (on(course), meeting.started_at, course.expected_end) == ("Budget", at(9, 5), at(9, 35))
    with clock.standing_at(at(9, 30)):
        course = running.course_of(meeting)
        assert (course.used(course.current).seconds, course.left(course.current).total_seconds()) == (1500, -300)
        assert course.expected_end == at(9, 40)
        assert on(running.next_line(alice, meeting, current=first)) == "Rooms"
        # Pressed twice, or on another device that still showed the line before.
        assert on(running.next_line(alice, meeting, current=first)) == "Rooms"
    with clock.standing_at(at(9, 31)):
        course = running.back(alice, meeting, current=second)
        assert (on(course), course.used(course.current).seconds) == ("Budget", 26 * 60)
        assert on(running.start_line(alice, meeting, third, current=first)) == "Plans"
    with clock.standing_at(at(9, 40)):
        course = running.end_line(alice, meeting, current=third)
        assert (on(course), course.next.title, course.done) == (None, "Rooms", 2)
    with clock.standing_at(at(9, 50)):
        # Back to a finished line: what it has used still counts, the break does not.
        course = running.start_line(alice, meeting, third, current=None)
        assert course.used(course.current).seconds == 9 * 60
        assert on(running.next_line(alice, meeting, current=third)) == "Rooms"
        assert on(running.next_line(alice, meeting, current=second)) is None
        running.finish(alice, meeting, current=None)
    assert meeting.ended_at == at(9, 50)
    with pytest.raises(DomainError, match="ended"):
        running.back(alice, meeting, current=None)


def test_only_a_meeting_whose_notice_is_out_runs_and_only_those_who_run_the_day_lead_it(
    alice, bob, meeting, make_meeting, other_room, budget
):
    draft = make_meeting(agenda=["A"], room_id=other_room.id)
    with pytest.raises(DomainError, match="notice"):
        running.next_line(alice, draft, current=None)
    with pytest.raises(NotAllowed):
        running.next_line(bob, meeting, current=None)
    part = next(one for one in meeting.attendees if one.person_id == bob.id)
    change_part(alice, meeting, part, Part.RECORDER)
    assert on(running.next_line(bob, meeting, current=None)) == "Budget"


def test_two_devices_agree_by_page_key_and_poll(sign_in, alice, olive, bob, rita, meeting, budget):
    address = f"/meetings/{meeting.id}/running"
    assert (sign_in(bob).get(address).status_code, sign_in(rita).get(address).status_code) == (403, 404)
    one, other = sign_in(alice), sign_in(olive)
    page = one.get(address).text
    assert "The meeting has not begun." in page
    state = page.partition("?seen=")[2][:16]
    assert other.get(f"{address}?seen={state}", headers=HTMX).status_code == 204
    moved = one.post(f"{address}/next", headers=HTMX, data={"current": ""})
    assert "Line 1 of 3" in moved.text
    assert "<html" not in moved.text
    assert "Now: Budget" in moved.headers["HX-Trigger"]
    shown = other.get(f"{address}?seen={state}", headers=HTMX)
    assert (shown.status_code, "Line 1 of 3" in shown.text, "20:00" in shown.text) == (200, True, True)
    for data in ({"current": budget[0]}, {"current": budget[0]}):
        plain = other.post(f"{address}/next", data=data)
        assert (plain.status_code, plain.location) == (303, address)
    assert "Line 2 of 3" in one.get(address).text
    assert "Line 3 of 3" in one.post(f"{address}/{budget[2]}", headers=HTMX, data={"current": budget[1]}).text
    assert "Line 2 of 3" in one.post(f"{address}/back", headers=HTMX, data={"current": budget[2]}).text
    assert "No line is on." in one.post(f"{address}/pause", headers=HTMX, data={"current": budget[1]}).text
    assert one.post(f"{address}/99999", headers=HTMX, data={"current": ""}).status_code == 404
    assert "The meeting has ended." in one.post(f"{address}/end", headers=HTMX, data={"current": ""}).text
    refused = one.post(f"{address}/next", headers=HTMX, data={"current": ""})
    assert (refused.status_code, "ended already" in refused.text) == (422, True)

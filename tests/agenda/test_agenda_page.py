"""The page of the agenda: what each role sees, and what its editors do there."""

from portal.agenda import lines, papers, topics
from portal.agenda.planning import order_of, version_of
from portal.agenda.typed import Line
from portal.core.db import db
from portal.core.uploads import Upload
from portal.meetings.commands import cancel_meeting
from portal.meetings.models import Confidentiality, ItemKind, Part
from tests.agenda.conftest import PDF, titles
from tests.conftest import HTMX


def page_of(meeting, ending=""):
    return f"/meetings/{meeting.id}/agenda{ending}"


def test_editors_work_on_the_agenda_and_others_read_it(sign_in, alice, bob, leo, rita, meeting):
    item = meeting.agenda[0]
    lines.change_line(alice, meeting, item.id, Line("Budget", ItemKind.DECISION, 25, "Leo"))
    lines.add_lines(alice, meeting, [Line("Guests", minutes=45, presenter="Dr Who")])
    db.session.commit()
    seen = sign_in(alice).get(page_of(meeting)).text
    for words in ("Add the line", "Paste many lines", "70 of 60 minutes planned", "10 minutes too many", "09:25",
                  "2 lines have no minutes", "Decision", "Dr Who", "from outside", "Topics that wait"):
        assert words in seen, words
    read = sign_in(bob).get(page_of(meeting)).text
    assert "Dr Who" in read
    assert "Add the line" not in read
    assert "Topics that wait" not in read
    assert sign_in(rita).get(page_of(meeting)).status_code == 404
    for ending, data in (("/lines", {"title": "A"}), ("/paste", {"lines": "A"}), (f"/{item.id}", {"title": "A"}),
                         (f"/{item.id}/place", {"to": 0}), (f"/{item.id}/removal", {}),
                         (f"/{item.id}/restoration", {}), (f"/{item.id}/speaker", {})):
        assert sign_in(bob).post(page_of(meeting, ending), data=data).status_code == 403, ending
        assert sign_in(rita).post(page_of(meeting, ending), data=data).status_code == 404, ending


def test_lines_are_typed_pasted_changed_moved_and_taken_off(sign_in, alice, bob, meeting):
    browser = sign_in(alice)
    browser.post(page_of(meeting, "/lines"), data={"title": "Staff | 15 | Bob", "kind": "report"})
    answer = browser.post(page_of(meeting, "/lines"), headers=HTMX, data={"title": "Halls", "minutes": "10分钟"})
    assert (answer.status_code, "<html" in answer.text, '"focus": "title"' in answer.headers["HX-Trigger"]) == (
        200, False, True
    )
    browser.post(page_of(meeting, "/paste"), data={"lines": "One | 5\r\nTwo"})
    assert titles(meeting) == ["Budget", "Rooms", "Plans", "Staff", "Halls", "One", "Two"]
    staff, halls = meeting.agenda[3:5]
    assert (staff.kind, staff.minutes, staff.presenter, halls.minutes) == (ItemKind.REPORT, 15, bob, 10)
    form = browser.get(page_of(meeting, f"/{staff.id}"), headers=HTMX).text
    assert "Bob · bob" in form
    assert "Add the line" not in form
    changed = browser.post(
        page_of(meeting, f"/{staff.id}"), data={"title": "People", "kind": "decision", "seen": version_of(staff)}
    )
    assert (changed.status_code, changed.location) == (303, page_of(meeting))
    order = order_of(meeting.agenda)
    up = browser.post(page_of(meeting, f"/{staff.id}/place"), headers=HTMX, data={"to": 2, "seen": order})
    assert f'"focus": "up-{staff.id}"' in up.headers["HX-Trigger"]
    off = browser.post(page_of(meeting, f"/{staff.id}/removal"), data={})
    assert off.location == page_of(meeting, f"?removed={staff.id}")
    assert "“People” is removed." in browser.get(off.location).text
    browser.post(page_of(meeting, f"/{staff.id}/restoration"))
    assert titles(meeting)[:4] == ["Budget", "Rooms", "People", "Plans"]


def test_what_is_refused_stands_beside_its_field_with_what_was_typed(sign_in, alice, meeting):
    browser, item = sign_in(alice), meeting.agenda[0]
    for ending, data, words in (
        ("/lines", {"title": "", "presenter": "Keep me"}, "Please fill this in."),
        ("/lines", {"title": "Keep me", "minutes": "soon"}, "whole number"),
        ("/lines", {"title": "Keep me", "kind": "party"}, "Not a valid choice"),
        ("/lines", {"title": "Keep me | 5 | a | b"}, "Too many bars"),
        ("/paste", {"lines": "A | 5\r\nKeep me | soon"}, "no number of minutes"),
        (f"/{item.id}", {"title": "Keep me", "presenter": "No · nobody"}, "Nobody here"),
        (f"/{item.id}", {"title": "Keep me", "seen": "old"}, "Somebody else has changed this line"),
        (f"/{item.id}/place", {"to": 1, "seen": "old"}, "Somebody else has changed the agenda"),
        (f"/{item.id}/removal", {"seen": "old"}, "Somebody else has changed this line"),
    ):
        answer = browser.post(page_of(meeting, ending), headers=HTMX, data={"title": "x", **data})
        assert (answer.status_code, words in answer.text) == (422, True), (ending, data)
        if "Keep me" in str(data):
            assert "Keep me" in answer.text, (ending, data)
    assert browser.post(page_of(meeting, "/lines"), data={"title": "A"}, csrf=False).status_code == 400
    assert titles(meeting) == ["Budget", "Rooms", "Plans"]


def test_whoever_presents_without_being_in_the_meeting_is_seen_and_added(sign_in, alice, helen, meeting):
    item = lines.add_lines(alice, meeting, [Line("A", presenter="Helen")])[0]
    db.session.commit()
    browser = sign_in(alice)
    assert "Helen is not in the meeting." in browser.get(page_of(meeting)).text
    browser.post(page_of(meeting, f"/{item.id}/speaker"))
    assert [one.part for one in meeting.attendees if one.person_id == helen.id] == [Part.SPEAKER]
    assert "Helen is not in the meeting." not in browser.get(page_of(meeting)).text


def test_names_are_found_as_they_are_typed(sign_in, bob, alice):
    assert "Alice · alice" in sign_in(bob).get("/agenda/presenters?presenter=ali").text
    assert "option" not in sign_in(bob).get("/agenda/presenters").text


def test_a_secret_agenda_is_for_those_in_the_meeting(sign_in, make_meeting, bob, olive, leo, audrey, adam):
    secret = make_meeting([bob], agenda=["Hidden words"], confidentiality=Confidentiality.SECRET)
    assert "Hidden words" in sign_in(bob).get(page_of(secret)).text
    for stranger in (olive, leo, audrey, adam):
        for address in (page_of(secret), f"/meetings/{secret.id}/running", f"/meetings/{secret.id}/papers"):
            answer = sign_in(stranger).get(address)
            assert (answer.status_code, "Hidden" in answer.text) == (404, False), (stranger.name, address)


def test_forty_lines_with_papers_cost_what_three_do(sign_in, alice, bob, leo, make_meeting, other_room, statements):
    few = make_meeting([bob, leo], agenda=["A", "B", "C"])
    many = make_meeting([bob, leo], agenda=[f"Line {n}" for n in range(40)], room_id=other_room.id)
    for meeting, count in ((few, 1), (many, 40)):
        for item in list(meeting.agenda)[:count]:
            lines.change_line(alice, meeting, item.id, Line(item.title, presenter="Bob"))
            papers.add_paper(alice, meeting, Upload("a.pdf", PDF), item_id=item.id)
        topics.propose(alice, Line("Topic"), meeting=meeting)
    topics.propose(alice, Line("Another"), meeting=many)
    db.session.commit()
    for person in (alice, bob):
        for ending in ("agenda", "running"):
            browser, counts = sign_in(person), []
            for meeting in (few, many):
                address = f"/meetings/{meeting.id}/{ending}"
                browser.get(address)
                with statements() as seen:
                    browser.get(address)
                counts.append(len(seen))
            assert counts[0] == counts[1], (person.name, ending, counts)
            assert counts[0] <= 14


def test_a_meeting_that_is_cancelled_keeps_its_agenda(sign_in, alice, meeting):
    cancel_meeting(alice, meeting)
    db.session.commit()
    page = sign_in(alice).get(page_of(meeting)).text
    assert "Budget" in page
    assert "Add the line" not in page
    answer = sign_in(alice).post(page_of(meeting, "/lines"), data={"title": "A"})
    assert (answer.status_code, "cancelled" in answer.text) == (422, True)
    assert titles(meeting) == ["Budget", "Rooms", "Plans"]

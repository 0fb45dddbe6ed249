"""The page behind the signed link: for guests and for persons who are not signed in."""

import logging

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from portal.agenda.models import Paper
from portal.answers import commands, guests
from portal.answers.models import LeaveRequest
from portal.audit.models import AuditEntry
from portal.core import clock, files
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings.guests import Facts, add_guest
from portal.meetings.links import answer_token
from portal.meetings.models import Answer, Confidentiality, Part
from portal.meetings.people import uninvite_all
from tests.answers.conftest import answers_in, part_of
from tests.conftest import HTMX, NOW, at, is_sqlite


@pytest.fixture
def gus(meet, bob, guest):
    return guest(meet(bob, purpose="To plan", venue="", online_url="https://meet.example/1"))


def link(attendee):
    return f"/i/{answer_token(attendee)}"


def test_looking_changes_nothing_and_one_button_confirms(client, gus):
    meeting = gus.meeting
    page = client.get(f"{link(gus)}?answer=accepted")
    assert (page.status_code, answers_in(meeting)["Gus"]) == (200, Answer.NONE)
    assert page.text.count("<button") == 2  # the answer, and that of clock and language
    assert "Yes, I accept" in page.text
    assert {name: page.headers[name] for name in ("Cache-Control", "Referrer-Policy")} == {
        "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"
    }
    assert "portal=" not in str(page.headers)
    sent = {"answer": "accepted", "sequence": 0, "needs_shown": "yes", "parking": "y", "parking_words": "B-123"}
    done = client.post(link(gus), data=sent, csrf=False)
    assert (done.status_code, done.headers["Referrer-Policy"]) == (303, "no-referrer")
    assert answers_in(meeting)["Gus"] == Answer.ACCEPTED
    shown = client.get(done.location).text
    assert "You have accepted." in shown
    assert 'aria-pressed="true"' in shown
    assert 'value="B-123"' in shown
    client.post(link(gus), data={"answer": "declined", "comment": "Ill"}, csrf=False)
    assert answers_in(meeting)["Gus"] == Answer.DECLINED


def test_a_guest_finds_all_that_is_needed_and_no_internal_papers(client, gus, alice):
    meeting = gus.meeting
    for title, goes in (("Map", True), ("Salaries", False)):
        paper = Paper(
            meeting=meeting, title=title, content_hash=files.keep(title.encode()), file_name=f"{title}.txt",
            media_type="text/plain", size=3, goes_with_notice=goes, added_by=alice, added_at=NOW,
        )
        db.session.add(paper)
    db.session.commit()
    text = client.get(f"{link(gus)}?zone=Europe/Berlin&language=zh_Hans").text
    assert all(words in text for words in ("07:00–08:00", "Europe/Berlin", "14:00", "https://meet.example/1", "Map"))
    assert 'lang="zh-Hans"' in text
    assert "data:image/svg+xml" in text
    assert "Salaries" not in text
    # The cookie remembers what was chosen.
    assert "Europe/Berlin" in client.get(link(gus)).text
    papers = {paper.title: paper.id for paper in db.session.query(Paper)}
    file = client.get(f"{link(gus)}/papers/{papers['Map']}")
    assert (file.status_code, file.text, file.headers["Cache-Control"]) == (200, "Map", "no-store")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{link(gus)}/papers/{papers['Salaries']}").status_code == 404
    read = db.session.query(AuditEntry).filter_by(action="meeting.paper_read")
    assert read.count() == 0
    gus.meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    assert client.get(f"{link(gus)}/papers/{papers['Map']}").text == "Map"
    assert [(one.details["person"], one.details["way"]) for one in read] == [("Gus", "link")]


def test_a_guests_browser_is_known_again(client, gus, bob):
    cookie = client.get(link(gus)).headers["Set-Cookie"]
    assert all(words in cookie for words in ("guest=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"))
    request = Request(EnvironBuilder(headers={"Cookie": cookie.partition(";")[0]}).get_environ())
    assert guests.remembered_guest(request) == gus
    gus.link_version += 1
    assert guests.remembered_guest(request) is None
    forged = Request(EnvironBuilder(headers={"Cookie": "guest=WzEsMF0.x"}).get_environ())
    assert guests.remembered_guest(forged) is None
    assert "Set-Cookie" not in client.get(link(part_of(bob, gus.meeting))).headers


def test_links_of_somebody_taken_off_never_lead_to_who_comes_after(client, gus, alice):
    meeting, address, guest = gus.meeting, link(gus), gus.id
    client.get(address)
    uninvite_all(alice, meeting, list(meeting.attendees))
    added = [add_guest(alice, meeting, Facts(f"G{number}", email=f"g{number}@example.org")) for number in range(guest)]
    send_notice(alice, meeting)
    db.session.commit()
    assert not is_sqlite() or guest in {one.id for one in added}, "there the number is given anew"
    assert client.get(address).status_code == 404
    with clock.standing_at(meeting.starts_at):
        assert client.get(f"/c/{meeting.id}/online").status_code == 404


def test_links_that_do_not_hold_lead_to_a_friendly_page(client, gus, bob, caplog):
    caplog.set_level(logging.DEBUG)
    meeting, token = gus.meeting, answer_token(gus)
    body, _, signature = token.partition(".")
    other = answer_token(part_of(bob, meeting))
    forged = ["x", f"{other.partition('.')[0]}.{signature}", f"{body}.x", token[:-1], ""]
    gus = next(one for one in meeting.attendees if one.name == "Gus")
    gus.link_version = 1
    db.session.commit()
    newer = answer_token(gus)
    for one in [*forged, token]:
        for method in ("GET", "POST"):
            answer = client.open(f"/i/{one}", method=method, data={"answer": "accepted"}, csrf=False)
            if one:
                assert (answer.status_code, "This link no longer holds" in answer.text) == (404, True)
                assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"/i/{newer}").status_code == 200
    with clock.standing_at(at(9, days=40)):
        assert client.get(f"/i/{newer}").status_code == 404
    gus.invited_at = None
    bob.left_at = NOW
    db.session.commit()
    assert [client.get(f"/i/{one}").status_code for one in (newer, other)] == [404, 404]
    assert set(answers_in(meeting).values()) == {Answer.NONE}
    assert not any(part in caplog.text for part in (token, newer, other))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"answer": "accepted", "sequence": "1"}, "moved since"), ({"answer": ""}, "Please choose an answer."),
        ({"answer": "waiting"}, "Please choose an answer."), ({"answer": "declined", "comment": "x" * 501}, "At most"),
        ({"answer": "accepted", "sequence": "x"}, "Please choose an answer."),
    ],
)
def test_what_cannot_be_is_refused_on_the_page(client, gus, sent, words):
    answer = client.post(link(gus), data=sent, csrf=False, headers=HTMX)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert answers_in(gus.meeting)["Gus"] == Answer.NONE


def test_what_is_off_over_or_due_says_so(client, gus):
    meeting = gus.meeting
    with clock.standing_at(at(16, days=1)):
        over = client.get(link(gus)).text
    meeting.answer_by = at(7)
    db.session.commit()
    late = client.get(link(gus)).text
    refused = client.post(link(gus), data={"answer": "accepted"}, csrf=False)
    meeting.cancelled_at, meeting.off_reason = NOW, "Flu"
    db.session.commit()
    off = client.get(link(gus)).text
    assert "This meeting is over." in over
    assert "alice@example.org" in late
    assert "Please call Alice" in late
    assert 'value="accepted"' not in late
    assert refused.status_code == 422
    assert "This meeting is cancelled. Flu" in off
    assert not any("</button>" in text.replace("Show so</button>", "") for text in (over, off))


def test_a_person_answers_by_link_and_asks_for_leave(client, meet, board, bob, helen):
    meeting = meet(helen, bob, kind=board, parts={helen: Part.CHAIR})
    bobs = link(part_of(bob, meeting))
    assert "Yes, ask for leave" in client.get(f"{bobs}?answer=declined").text
    assert "Please say why" in client.post(bobs, data={"answer": "declined"}, csrf=False).text
    done = client.post(bobs, data={"answer": "declined", "comment": "Ill"}, csrf=False)
    assert "You will be told what is decided" in client.get(done.location).text or done.status_code == 303
    assert db.session.query(LeaveRequest).one().reason == "Ill"
    commands.answer(bob, meeting, Answer.ACCEPTED)

"""From the wall to a mark, over HTTP: signed in, signing in meanwhile, as a guest, by hand, and not on the list."""

import re

import pytest

from portal.accounts import commands as accounts
from portal.answers.guests import COOKIE, _signer
from portal.attendance import commands
from portal.attendance.models import CheckIn
from portal.core.db import db
from portal.meetings.links import answer_address
from portal.meetings.models import Format
from tests.attendance.conftest import code_of, part_of, states, time
from tests.conftest import HTMX, at


def proof_in(page):
    return re.search(r'name="proof"[^>]*value="([^"]+)"', page)[1]


def test_the_wall_shows_another_code_each_half_minute_and_who_came(sign_in, alice, bob, announced):
    wall, browser = f"/meetings/{announced.id}/wall", sign_in(alice)
    with time(7):
        assert "People can sign in from 08:00 on." in browser.get(wall).text
    with time(8, 30):
        assert "Show the code" in browser.get(wall).text
        assert browser.post(wall).location == wall
        db.session.refresh(announced)
        first = code_of(announced)
        page = browser.get(wall)
        assert f"{first.typed[:3]} {first.typed[3:]}" in page.text
        assert "<svg" in page.text
        assert 'http-equiv="refresh"' in page.text
        piece = browser.get(wall, headers=HTMX).text
        assert "<html" not in piece
        assert 'id="wall"' in piece
        commands.arrive(bob, announced, part_of(bob, announced), first.typed, [])
        db.session.commit()
        assert re.search(r"<b>1</b>\s*<span>of 2 are here", browser.get(wall).text)
        assert "Bob" in browser.get(wall).text
        browser.post(wall, data={"anew": "yes"})
        db.session.refresh(announced)
        assert code_of(announced) != first
    with time(10, 30):
        assert "any more" in browser.get(wall).text


def test_a_scanned_code_is_looked_at_without_change_and_then_marks(sign_in, bob, meeting):
    browser, code = sign_in(bob), f"/c/{meeting.id}"
    with time(8, 52):
        page = browser.get(f"{code}/{code_of(meeting).scanned}")
        assert "Planning" in page.text
        assert "data-send-now" in page.text
        assert db.session.query(CheckIn).count() == 0
        answer = browser.post(code, data={"proof": proof_in(page.text)})
        assert (answer.status_code, answer.location) == (303, f"{code}?new=1")
        assert "You are signed in." in browser.get(answer.location).text
    with time(8, 57):
        again = browser.get(f"{code}/{code_of(meeting).scanned}").text
        assert "You have been signed in since 08:52." in again
        assert "data-send-now" not in again
        assert browser.post(code, data={"proof": code_of(meeting).scanned}).location == code
    assert db.session.query(CheckIn).count() == 1


def test_a_code_survives_signing_in_but_not_being_passed_on(client, sign_in, bob, leo, meeting):
    accounts.set_password(None, bob, "a long password")
    db.session.commit()
    with time(9, 2):
        page = client.get(f"/c/{meeting.id}/{code_of(meeting).scanned}")
        assert page.status_code == 200
        assert "Planning" not in page.text  # a code tells nobody what the meeting is about
        address = re.search(r'name="next"[^>]*value="([^"]+)"', page.text)[1]
    with time(9, 7):  # the code itself has run out long ago
        answer = client.post("/sign-in", data={"login": "bob", "password": "a long password", "next": address})
        assert answer.location == address
        client.token = None
        page = client.get(address).text
        assert "I am here" in page
        assert client.post(f"/c/{meeting.id}", data={"proof": proof_in(page)}).status_code == 303
        assert states(meeting)["Bob"] == "present"
        assert sign_in(leo).get(address).status_code == 410
        assert sign_in(leo).post(f"/c/{meeting.id}", data={"proof": proof_in(page)}).status_code == 410
    with time(9, 13):
        assert client.get(address).status_code == 410


def test_guests_are_known_by_their_browser_or_their_address(app, client, meeting, guest, bob):
    with time(9):
        page = client.get(f"/c/{meeting.id}/{code_of(meeting).scanned}").text
        assert "You come from outside?" in page
        for email, status, said in (
            ("stranger@example.com", 422, "go to the desk"), ("bob@example.org", 422, "go to the desk"),
            ("no address", 422, "no address"), ("", 403, "Who are you?"),
            (" GWEN@example.com", 200, "You are signed in."),
        ):
            answer = client.post(f"/c/{meeting.id}", data={"proof": proof_in(page), "email": email})
            assert (answer.status_code, said in answer.text) == (status, True), email
        assert states(meeting)["Gwen"] == "present"
        mark = db.session.query(CheckIn).one()
        assert (mark.way, mark.by_id) == ("code", None)


def test_a_remembered_guest_signs_in_with_one_button(app, client, meeting, guest):
    client.set_cookie(COOKIE, _signer().dumps([guest.id, guest.link_version, "en", "Asia/Shanghai"]))
    with time(9):
        page = client.get(f"/c/{meeting.id}/{code_of(meeting).scanned}").text
        assert "Planning" in page
        assert "data-send-now" in page
        answer = client.post(f"/c/{meeting.id}", data={"proof": proof_in(page)})
        assert "Gwen" in client.get(answer.location).text


def test_a_code_can_be_typed(sign_in, bob, meeting, client):
    browser = sign_in(bob)
    with time(9):
        typed = code_of(meeting).typed
        answer = browser.post("/c", data={"code": f"{typed[:3].lower()} {typed[3:]}"})
        assert answer.status_code == 303
        assert "I am here" in browser.get(answer.location).text
        for wrong in ("", "ZZZZZZ", "x" * 30, "%00", "张三"):
            assert browser.post("/c", data={"code": wrong}).status_code == 422
    for shift in (-3, 3):
        with time(9):
            assert browser.post("/c", data={"code": code_of(meeting, shift).typed}).status_code == 422


def test_who_is_not_on_the_list_is_told_whom_to_see(sign_in, rita, olive, meeting):
    with time(9):
        page = sign_in(rita).get(f"/c/{meeting.id}/{code_of(meeting).scanned}").text
        assert "who is not on the list" in page
        assert "Planning" not in page
        page = sign_in(olive).get(f"/c/{meeting.id}/{code_of(meeting).scanned}").text
        assert "organized by Alice" in page
        assert sign_in(rita).post(f"/c/{meeting.id}", data={"proof": code_of(meeting).scanned}).status_code == 403


@pytest.mark.parametrize("proof", ["x", "ABCDEFGHJKLM", "..", "a.b.c", "%F0%9F%98%80", "W10.x", "-" * 3000])
def test_nothing_invented_is_a_code_and_no_answer_tells_whether_there_is_such_a_meeting(sign_in, bob, meeting, proof):
    browser = sign_in(bob)
    with time(9):
        answers = [browser.get(f"/c/{number}/{proof}") for number in (meeting.id, meeting.id + 1, 2**31 - 1)]
        assert {answer.status_code for answer in answers} == {410} or {a.status_code for a in answers} == {404}
        assert browser.post(f"/c/{meeting.id}", data={"proof": proof}).status_code == 410
    assert browser.get(f"/c/{meeting.id}").status_code == 200
    assert db.session.query(CheckIn).count() == 0


def test_online_one_says_so_on_a_page_and_leaves_by_a_button(sign_in, client, bob, leo, meeting, kind, guest):
    meeting.format = Format.ONLINE
    db.session.commit()
    browser, online = sign_in(bob), f"/c/{meeting.id}/online"
    client.set_cookie(COOKIE, _signer().dumps([guest.id, guest.link_version, "en", "Asia/Shanghai"]))
    with time(9):
        assert online in browser.get(f"/meetings/{meeting.id}").text
        assert browser.post(online).location == f"/c/{meeting.id}"
        assert "I am leaving" in browser.get(f"/c/{meeting.id}").text
        assert online in client.get(answer_address(guest)).text
        assert "I am here" in client.get(online).text
        assert client.post(online).status_code == 303
        assert states(meeting) == {"Bob": "present", "Gwen": "present", "Leo": "expected"}
    with time(9, 30):
        browser.post(f"/c/{meeting.id}/leaving")
        assert "You left at 09:30." in browser.get(f"/c/{meeting.id}").text
        assert db.session.query(CheckIn).order_by(CheckIn.id).first().left_at == at(9, 30)
        assert sign_in(leo).post(f"/c/{meeting.id}/leaving").status_code == 422

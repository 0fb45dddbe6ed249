"""The pages: needs, substitutes, leave, the tab of all answers, and who may open them."""

import json

import pytest

from portal.answers import commands, substitutes
from portal.answers.quorum import quorum_of
from portal.core.db import db
from portal.meetings.models import Answer, Confidentiality, Meeting, MeetingKind, Need, Part
from portal.meetings.queries import people_in
from portal.meetings.roster import columns_for
from tests.answers.conftest import answers_in, part_of
from tests.conftest import HTMX


@pytest.fixture
def cast(request):
    names = ("alice", "bob", "helen", "olive", "leo", "audrey", "adam", "rita")
    return {name: request.getfixturevalue(name) for name in names}


# Alice organizes, Helen has the chair, Bob was told; Olive is the office, the rest have nothing to do with it.
EDITORS, ARRANGERS = {"alice", "olive"}, {"alice", "olive", "helen"}


def test_who_may_open_what(cast, meet, sign_in, board):
    for confidentiality in (Confidentiality.INVITED, Confidentiality.SECRET):
        meeting = meet(
            cast["helen"], cast["bob"], parts={cast["helen"]: Part.CHAIR}, kind=board, confidentiality=confidentiality
        )
        commands.answer(cast["bob"], meeting, Answer.DECLINED, "Ill")
        db.session.commit()
        bob, base = part_of(cast["bob"], meeting).id, f"/meetings/{meeting.id}"
        leave = f"/leave/{1 if confidentiality == Confidentiality.INVITED else 2}"
        secret = confidentiality == Confidentiality.SECRET
        hidden = {"olive"} if secret else set()
        expected = {
            f"{base}/answers": ARRANGERS - hidden, f"{base}/answers/{bob}": EDITORS - hidden,
            f"{base}/needs-list?format=csv": ARRANGERS - hidden, f"{base}/answer": {"bob", "helen"},
            f"{base}/substitute": {"bob", "helen"}, f"{base}/needs": {"bob", "helen"},
            leave: {"bob", "helen", *({"olive"} - hidden)},
        }
        for address, allowed in expected.items():
            answers = {name: sign_in(person).get(address).status_code for name, person in cast.items()}
            assert {name for name, status in answers.items() if status == 200} == allowed, address
            strangers = {"rita", "adam", "leo", "audrey", "olive"} - allowed if secret else {"rita"}
            assert {answers[name] for name in strangers} == {404}, address
        grant = {"decision": "grant"}
        posts = {f"{base}/substitute/removal": {}, f"{leave}/decision": grant, f"{leave}/withdrawal": {}}
        for address, sent in posts.items():
            for name in ("rita", "adam"):
                assert sign_in(cast[name]).post(address, data=sent).status_code in {403, 404}, address
            assert answers_in(meeting)["Bob"] == Answer.NONE


def test_needs_are_seen_by_their_owner_and_arrangers_only(cast, meet, sign_in):
    meeting = meet(cast["helen"], cast["bob"], cast["leo"], parts={cast["helen"]: Part.CHAIR})
    base, sent = f"/meetings/{meeting.id}", {"needs_shown": "yes", "diet_words": "no peanuts", "access": "y"}
    bob = sign_in(cast["bob"])
    assert bob.post(f"{base}/needs", data=sent).status_code == 303
    assert "no peanuts" in bob.get(f"{base}/needs").text
    assert "no peanuts" in sign_in(cast["alice"]).get(f"{base}/answers").text
    assert "no peanuts" in sign_in(cast["helen"]).get(f"{base}/needs-list?format=csv").text
    leo = sign_in(cast["leo"])
    for page in (base, f"{base}/people", f"/log/meeting/{meeting.id}"):
        assert "no peanuts" not in leo.get(page).text
    # An answer from My day, which shows no needs, leaves them; one that shows them empty ends them.
    bob.post(f"{base}/answer", data={"answer": "accepted"})
    assert db.session.query(Need).count() == 2
    bob.post(f"{base}/answer", data={"answer": "accepted", "needs_shown": "yes"}, headers=HTMX)
    assert db.session.query(Need).count() == 0
    too_long = bob.post(f"{base}/needs", data={"needs_shown": "yes", "diet_words": "x" * 301}, headers=HTMX)
    assert (too_long.status_code, "At most 300" in too_long.text) == (422, True)


def test_somebody_is_sent_from_the_page_and_taken_back(meet, staff, sign_in):
    ann, ben, cat, *_ = staff
    meeting = meet(ann, cat)
    browser, address = sign_in(ann), f"/meetings/{meeting.id}/substitute"
    assert "Somebody goes instead" in browser.get(f"/meetings/{meeting.id}/answer").text
    piece = browser.get(f"{address}?q=be&part=found", headers=HTMX).text
    assert ("Ben" in piece, "<html" in piece, "<form" in piece) == (True, False, False)
    refused = browser.post(address, data={"person_id": cat.id, "comment": "Keep me"}, headers=HTMX)
    assert (refused.status_code, "Keep me" in refused.text, "already" in refused.text) == (422, True, True)
    assert browser.post(address, data={"person_id": 10**6, "q": "a\0b"}).status_code == 422
    assert browser.post(address, data={"person_id": ben.id}).status_code == 303
    assert answers_in(meeting) == {"Ann": Answer.DELEGATED, "Cat": Answer.NONE, "Ben": Answer.NONE}
    assert "Ben goes in your place." in browser.get(f"/meetings/{meeting.id}/answer").text
    assert browser.post(f"{address}/removal").status_code == 303
    assert answers_in(meeting) == {"Ann": Answer.ACCEPTED, "Cat": Answer.NONE}


def test_leave_is_decided_on_my_day_and_on_the_tab(cast, meet, board, sign_in):
    bob, helen = sign_in(cast["bob"]), sign_in(cast["helen"])
    meeting = meet(cast["helen"], cast["bob"], parts={cast["helen"]: Part.CHAIR}, kind=board)
    base = f"/meetings/{meeting.id}"
    assert "Ask for leave" in bob.get("/my-day").text
    asked = bob.post(f"{base}/answer", data={"answer": "declined", "comment": "Ill", "sequence": 0}, headers=HTMX)
    assert "Your leave waits for a decision." in asked.text
    assert json.loads(asked.headers["HX-Trigger"])["done"]["words"].startswith("Your leave is asked for.")
    assert "Planning" not in bob.get("/my-day").text.partition("Waiting for your answer")[2]
    for page in ("/my-day", f"{base}/answers", "/leave/1"):
        text = helen.get(page).text
        assert [words for words in ("leave", "Ill", 'value="grant"') if words not in text] == [], page
    refused = helen.post("/leave/1/decision", data={"decision": "refuse", "back": "/my-day"}, headers=HTMX)
    assert (refused.status_code, "Please say why" in refused.text) == (422, True)
    assert 'value="/my-day"' in refused.text
    assert helen.post("/leave/1/decision", data={"decision": "x"}).status_code == 422
    done = helen.post("/leave/1/decision", data={"decision": "refuse", "words": "Come", "back": "/my-day"})
    assert (done.status_code, done.location) == (303, "/my-day")
    assert "Leave not granted" in bob.get(f"{base}/answer").text
    bob.post(f"{base}/answer", data={"answer": "declined", "comment": "Ill indeed"})
    assert bob.post("/leave/2/withdrawal").status_code == 303


def test_an_editor_notes_an_answer_or_needs_alone(cast, meet, sign_in):
    meeting = meet(cast["bob"])
    browser = sign_in(cast["alice"])
    address = f"/meetings/{meeting.id}/answers/{part_of(cast['bob'], meeting).id}"
    sent = {"answer": "", "needs_shown": "yes", "overnight": "y"}
    assert browser.post(address, data=sent).status_code == 303
    assert (answers_in(meeting)["Bob"], db.session.query(Need).one().kind) == (Answer.NONE, "overnight")
    assert browser.post(address, data={"answer": "accepted", "comment": "by phone"}, headers=HTMX).status_code == 204
    text = browser.get(f"/meetings/{meeting.id}/answers").text
    assert all(words in text for words in ("Noted by Alice", "by phone", "Overnight stay"))
    assert browser.post(address, data={"answer": "delegated"}).status_code == 422


def test_the_tab_costs_the_same_for_3_and_for_60_people(sign_in, meet, add_person, alice, works, board, statements):
    people = [add_person(f"Person{number:02}", department=works) for number in range(62)]
    small, large = meet(*people[:3], capacity=9, quorum=2), meet(*people[:60], capacity=50, quorum=2)
    for meeting, count in ((small, 1), (large, 12)):
        for person in people[:count]:
            commands.answer(person, meeting, Answer.ACCEPTED, "Gladly")
            part_of(person, meeting).needs.append(Need(kind="diet", words="x"))
        meeting.kind = board
        for person in people[count:2 * count]:
            commands.answer(person, meeting, Answer.DECLINED, "Ill")
        meeting.kind = None
        substitutes.send(people[2 * count], meeting, people[60])
    db.session.commit()
    browser = sign_in(alice)
    for page, headers in (("answers", {}), ("answers?part=tallies", HTMX), ("answer", {})):
        asker = sign_in(people[0]) if page == "answer" else browser
        asker.get(f"/meetings/{small.id}/{page}", headers=headers)
        with statements() as few:
            asker.get(f"/meetings/{small.id}/{page}", headers=headers)
        with statements() as many:
            answer = asker.get(f"/meetings/{large.id}/{page}", headers=headers)
        assert answer.status_code == 200
        assert ("<html" in answer.text) == (not headers)
        assert len(many) == len(few), (page, few, many)
    for asker in (alice, people[0]):
        counts = []
        for meeting in (small, large):
            attendees = people_in(meeting.id)
            columns_for(meeting, asker, attendees)
            with statements() as seen:
                columns = {column.name: cells for column, cells in columns_for(meeting, asker, attendees)}
            counts.append(len(seen))
        assert "in place of Person24" in str(columns["place"])
        assert ("needs" in columns) == (asker == alice)
        assert counts[0] == counts[1]


def test_the_quorum_is_of_those_with_a_vote():
    def meeting(quorum=None, percent=None):
        return Meeting(quorum=quorum, kind=MeetingKind(quorum_percent=percent))

    class One:
        def __init__(self, part, answer):
            self.part, self.answer = part, answer

    parts = [Part.CHAIR, Part.REQUIRED, Part.REQUIRED, Part.RECORDER, Part.OPTIONAL, Part.STAFF]
    people = [One(part, Answer.ACCEPTED) for part in parts] + [One(Part.REQUIRED, Answer.DELEGATED)]

    def came(one):
        return one.answer == Answer.ACCEPTED

    assert quorum_of(meeting(), people, came) is None
    assert quorum_of(meeting(percent=67), people, came)[:] == (3, 3, 3)
    assert quorum_of(meeting(percent=50), people, came)[:] == (2, 3, 3)
    low = quorum_of(meeting(quorum=5, percent=50), people, came)
    assert (low.needed, low.is_reached, low.missing) == (5, False, 2)
    assert quorum_of(meeting(percent=50), [], came).is_reached

"""Topics: proposed for a department, taken, declined, withdrawn; who sees them, and who is told."""

import pytest

from portal.agenda import policy, queries, topics
from portal.agenda.typed import Line
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.core.records import hidden_among
from portal.meetings.models import Confidentiality, ItemKind
from portal.notifications.models import Notice
from tests.agenda.conftest import titles
from tests.conftest import HTMX


@pytest.fixture
def topic(alice, helen, olive):
    """Alice of Works proposes it to the office; Helen heads Works."""
    proposed = topics.propose(alice, Line("New chairs", ItemKind.DECISION, 15, "Helen"), reason="The old ones creak.")
    db.session.commit()
    return proposed


def told(kind):
    notices = db.session.query(Notice).filter_by(kind=kind).order_by(Notice.recipient_id)
    return {notice.recipient.name: notice.body for notice in notices}


def test_a_topic_comes_onto_an_agenda_and_its_department_hears_of_it(alice, helen, olive, bob, topic, meeting):
    assert set(told("topic.proposed")) == {"Helen", "Olive"}
    with pytest.raises(NotAllowed):
        topics.take(helen, topic, meeting)
    item = topics.take(olive, topic, meeting)
    assert titles(meeting)[-1] == "New chairs"
    assert (item.kind, item.minutes, item.presenter, topic.state) == (ItemKind.DECISION, 15, helen, "taken")
    # Alice organizes the meeting; Helen may not know of it.
    said = told("topic.taken")
    assert ("Planning" in said["Alice"], "Planning" in said["Helen"]) == (True, False)
    for again in (lambda: topics.take(olive, topic, meeting), lambda: topics.decline(olive, topic, "No"),
                  lambda: topics.withdraw(alice, topic)):
        with pytest.raises(DomainError, match="already"):
            again()


def test_it_is_declined_with_words_or_withdrawn(alice, helen, olive, bob, topic):
    with pytest.raises(DomainError, match="why"):
        topics.decline(olive, topic, " ")
    with pytest.raises(NotAllowed):
        topics.decline(bob, topic, "No")
    topics.decline(olive, topic, "No money.")
    assert topic.state == "declined"
    assert all("No money." in body for body in told("topic.declined").values())
    assert set(told("topic.declined")) == {"Alice", "Helen"}
    other = topics.propose(alice, Line("Tables"))
    with pytest.raises(NotAllowed):
        topics.withdraw(olive, other)
    topics.withdraw(helen, other)
    assert (other.state, set(told("topic.withdrawn"))) == ("withdrawn", {"Alice", "Olive"})
    with pytest.raises(NotAllowed):
        topics.propose(bob, Line("I belong nowhere"))
    with pytest.raises(DomainError, match="Nobody"):
        topics.propose(alice, Line("A", presenter="Somebody else"))


def test_who_sees_a_topic_is_the_same_for_one_and_for_the_list(
    make_meeting, add_person, works, alice, bob, helen, olive, leo, topic, other_room
):
    clerk = add_person("Clerk", department=works)
    secret = make_meeting([bob, clerk], confidentiality=Confidentiality.SECRET, room_id=other_room.id)
    hidden = topics.propose(clerk, Line("Hidden words"), meeting=secret)
    db.session.commit()
    everybody = (alice, bob, helen, olive, leo, clerk)
    for one in (topic, hidden):
        for person in everybody:
            listed = one in db.session.scalars(queries.topics_seen_by(person)).all()
            assert listed == policy.may_see_topic(person, one), (one.title, person.name)
    assert [person.name for person in everybody if policy.may_see_topic(person, topic)] == ["Alice", "Helen", "Olive"]
    assert [person.name for person in everybody if policy.may_see_topic(person, hidden)] == ["Alice", "Clerk"]
    assert set(told("topic.proposed")) == {"Helen", "Olive", "Alice"}
    assert "Hidden" not in told("topic.proposed")["Helen"] + told("topic.proposed")["Olive"]
    assert hidden_among(leo, [("topic", hidden.id), ("topic", topic.id)]) == {("topic", hidden.id)}
    with pytest.raises(Missing):
        topics.propose(helen, Line("A"), meeting=secret)


def test_pages_propose_take_decline_and_withdraw(sign_in, alice, bob, helen, olive, topic, meeting):
    assert "New chairs" in sign_in(olive).get("/topics").text
    assert "New chairs" in sign_in(olive).get("/my-day").text
    assert "New chairs" not in sign_in(bob).get("/topics").text
    assert sign_in(bob).get("/topics/new").status_code == 403
    assert sign_in(bob).get(f"/topics/{topic.id}").status_code == 404
    as_alice = sign_in(alice)
    assert "Planning" in as_alice.get("/topics/new").text
    made = as_alice.post("/topics/new", headers=HTMX, data={"title": "Lamps", "meeting_id": meeting.id})
    assert made.status_code == 204
    # Who may not see the meeting cannot choose it.
    as_helen = sign_in(helen)
    refused = as_helen.post("/topics/new", headers=HTMX, data={"title": "Keep me", "meeting_id": meeting.id})
    assert (refused.status_code, "Keep me" in refused.text, "Planning" in refused.text) == (422, True, False)
    lamps = queries.waiting_for(meeting.id, with_free=False)[0]
    agenda = sign_in(olive).get(f"/meetings/{meeting.id}/agenda").text
    assert "Lamps" in agenda
    assert "New chairs" in agenda
    # What is left to the office is not for every organizer.
    mine = as_alice.get(f"/meetings/{meeting.id}/agenda").text
    assert "Lamps" in mine
    assert "New chairs" not in mine
    as_alice.post(f"/meetings/{meeting.id}/agenda/topics/{lamps.id}")
    taken = sign_in(olive).post(f"/topics/{topic.id}/taking", data={"meeting_id": meeting.id})
    assert taken.location == f"/topics/{topic.id}"
    assert titles(meeting)[-2:] == ["Lamps", "New chairs"]
    assert "Planning" in as_alice.get(taken.location).text
    assert "Planning" not in as_helen.get(taken.location).text
    third = topics.propose(alice, Line("Doors"))
    db.session.commit()
    silent = sign_in(olive).post(f"/topics/{third.id}/refusal", headers=HTMX, data={"words": ""})
    assert (silent.status_code, "Please fill this in." in silent.text) == (422, True)
    assert as_helen.post(f"/topics/{third.id}/refusal", data={"words": "No"}).status_code == 403
    assert sign_in(olive).post(f"/topics/{third.id}/withdrawal").status_code == 403
    assert as_alice.post(f"/topics/{third.id}/withdrawal").status_code == 303
    assert "Doors" in as_alice.get("/topics?which=past").text


def test_the_list_costs_the_same_at_every_length(sign_in, alice, olive, topic, meeting, statements):
    browser, counts = sign_in(olive), []
    for _ in range(2):
        browser.get("/topics")
        with statements() as seen:
            browser.get("/topics")
        counts.append(len(seen))
        for number in range(8):
            topics.propose(alice, Line(f"Topic {number}"), meeting=meeting if number % 2 else None)
        db.session.commit()
    assert counts[0] == counts[1] <= 10

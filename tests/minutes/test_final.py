"""Final minutes: frozen, numbered, followed by what was resolved, and added to only."""

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.minutes import commands, reviewing, votes
from portal.minutes.commands import Typed, mark_of
from portal.minutes.models import Addendum, Minutes, MinutesLine, MinutesVersion, Vote
from portal.minutes.panels import of_resolution
from portal.resolutions import commands as resolutions
from portal.resolutions import nodes
from portal.resolutions.models import Node, Resolution
from tests.conftest import at
from tests.minutes.test_votes import count


def page_of(meeting):
    return f"/meetings/{meeting.id}/minutes"


def node(resolution):
    return db.session.get(Resolution, resolution.id, populate_existing=True).node


def test_they_get_a_number_and_a_version_and_people_hear(sign_in, rosa, cora, tom, meeting, minutes, write, told):
    write(minutes.lines[0], discussion="It leaks.")
    reviewing.submit(rosa, minutes)
    db.session.commit()
    assert sign_in(tom).get(page_of(meeting)).status_code == 403
    assert sign_in(cora).post(f"{page_of(meeting)}/final").location == page_of(meeting)
    final = db.session.get(Minutes, minutes.id, populate_existing=True)
    assert (final.number, final.final_by.name) == ("MIN-2026-001", "Cora")
    assert [version.why for version in db.session.query(MinutesVersion)] == ["submitted", "final"]
    assert told("minutes.final") == ["Oscar", "Rosa"]
    assert log_of("minutes", minutes.id)[0].action == "minutes.final"
    for person in (tom, rosa):
        page = sign_in(person).get(page_of(meeting)).text
        assert "MIN-2026-001" in page
        assert "It leaks." in page
        assert "data-autosave" not in page


def test_open_comments_stop_it(sign_in, rosa, cora, meeting, minutes):
    reviewing.submit(rosa, minutes)
    said = reviewing.comment(cora, minutes, "Which wall?")
    db.session.commit()
    answer = sign_in(cora).post(f"{page_of(meeting)}/final")
    assert (answer.status_code, "not settled" in answer.text) == (422, True)
    reviewing.settle(rosa, minutes, said.id)
    reviewing.make_final(cora, minutes)
    assert minutes.final_at is not None


def test_what_was_resolved_is_issued_by_the_same_act(meeting, minutes, lines, make_resolution, finish, told):
    waiting = make_resolution(meeting, item=lines[0].agenda_item_id)
    assert (node(waiting), told("resolution.assigned")) == (Node.REGISTERED, [])
    finish(minutes)
    assert (node(waiting), told("resolution.assigned")) == (Node.ISSUED, ["Alice"])


def test_what_was_given_back_is_looked_at_before_it_is_issued_again(
    alice, oscar, meeting, minutes, make_resolution, finish
):
    made = make_resolution(meeting)
    resolutions.issue(oscar, made)
    nodes.refuse(alice, made, "Not ours")
    finish(minutes)
    assert node(made) == Node.REGISTERED


@pytest.mark.parametrize("chairs", [True, False])
def test_the_chair_approves_by_it_and_without_a_chair_a_leader_still_has_to(
    rosa, oscar, olive, cora, kind, make_meeting, make_resolution, chairs
):
    meeting = make_meeting(kind_id=kind.id, chair=cora if chairs else None)
    with clock.standing_at(at(10)):
        minutes, waiting = commands.open_minutes(rosa, meeting), make_resolution(meeting)
        reviewing.submit(rosa, minutes)
        reviewing.make_final(cora if chairs else olive, minutes)
        assert node(waiting) == (Node.ISSUED if chairs else Node.REGISTERED)


def test_a_resolution_that_cannot_be_issued_stops_all_of_it(
    sign_in, adam, alice, rosa, cora, meeting, minutes, make_resolution
):
    make_resolution(meeting)
    reviewing.submit(rosa, minutes)
    alice.left_at = clock.now()
    db.session.commit()
    answer = sign_in(cora).post(f"{page_of(meeting)}/final")
    assert answer.status_code == 422
    assert "“Paint the hall” cannot be issued" in answer.text
    assert db.session.get(Minutes, minutes.id, populate_existing=True).number is None


def test_a_resolution_is_written_on_its_line_and_issued_sooner_by_a_button(
    sign_in, rosa, alice, works, meeting, minutes, lines
):
    browser, line = sign_in(rosa), lines[0]
    address = f"{page_of(meeting)}/lines/{line.id}/resolutions"
    assert f'<option selected value="{line.agenda_item_id}">' in browser.get(address).text
    data = {
        "text": "Mend the roof", "department_id": works.id, "owner_id": alice.id, "due_on": "2026-12-01",
        "agenda_item_id": line.agenda_item_id, "priority": "normal", "rhythm": "none",
    }
    assert browser.post(address, data={**data, "due_on": ""}).status_code == 422
    assert browser.post(address, data=data).status_code == 303
    (made,) = db.session.query(Resolution)
    assert (made.node, made.agenda_item_id) == (Node.REGISTERED, line.agenda_item_id)
    assert "Issued when the minutes are final" in browser.get(page_of(meeting)).text
    assert browser.post(f"{page_of(meeting)}/resolutions/{made.id}/issuing").status_code == 303
    assert node(made) == Node.ISSUED


# --- Nothing changes any more ---


def test_no_command_changes_them(rosa, cora, minutes, lines, finish):
    finish(minutes)
    for attempt in (
        lambda: commands.write_line(rosa, minutes, lines[0].id, {"discussion": Typed("x", mark_of(""))}),
        lambda: commands.write_frame(rosa, minutes, {"opening": Typed("x", mark_of(""))}),
        lambda: commands.add_line(rosa, minutes, "More"),
        lambda: votes.note_vote(rosa, minutes, lines[0].id, count()),
        lambda: reviewing.submit(rosa, minutes),
        lambda: reviewing.give_back(cora, minutes, "x"),
        lambda: reviewing.comment(cora, minutes, "x"),
        lambda: reviewing.make_final(cora, minutes),
    ):
        with pytest.raises(DomainError, match="final"):
            attempt()


def test_nor_does_the_database_let_anybody(rosa, minutes, lines, finish):
    line_id, minutes_id, person = lines[0].id, minutes.id, rosa.id
    vote = {
        "line_id": line_id, "question": "?", "is_secret": False, "in_favour": 0, "against": 0, "abstained": 0,
        "entitled": 0, "is_adopted": False, "noted_by_id": person, "noted_at": clock.now(),
    }
    db.session.execute(insert(Vote).values(vote))
    finish(minutes)
    reviewing.add_addendum(rosa, minutes, "The east hall was meant.")
    db.session.commit()
    for statement in (
        update(Minutes).values(opening="x"), delete(Minutes).where(Minutes.id == minutes_id),
        update(MinutesLine).values(discussion="x"), delete(MinutesLine).where(MinutesLine.id == line_id),
        insert(MinutesLine).values(
            minutes_id=minutes_id, position=9, title="x", revision=0, changed_by_id=person, changed_at=clock.now()
        ),
        update(Vote).values(in_favour=0), delete(Vote), insert(Vote).values(vote),
        update(MinutesVersion).values(number=9), delete(MinutesVersion),
        update(Addendum).values(words="x"), delete(Addendum),
    ):
        with pytest.raises(IntegrityError, match="record_is_final"):
            db.session.execute(statement)
        db.session.rollback()


def test_corrections_are_addenda(sign_in, rosa, tom, meeting, minutes, finish):
    address = f"{page_of(meeting)}/addenda"
    assert "not final" in sign_in(rosa).post(address, data={"words": "x"}).text
    finish(minutes)
    assert sign_in(tom).post(address, data={"words": "x"}).status_code == 403
    assert sign_in(rosa).post(address, data={"words": ""}).status_code == 422
    for words in ("The east hall was meant.", "So was the stair."):
        assert sign_in(rosa).post(address, data={"words": words}).status_code == 303
    page = sign_in(tom).get(page_of(meeting)).text
    assert "The east hall was meant." in page
    assert [one.number for one in db.session.query(Addendum).order_by(Addendum.id)] == [1, 2]


def test_a_resolution_shows_how_its_line_was_concluded(app, rosa, alice, meeting, lines, write, make_resolution):
    write(lines[0], conclusion="It is to be painted.")
    made = make_resolution(meeting, item=lines[0].agenda_item_id)
    with app.test_request_context():
        assert of_resolution(made, alice) == ""
        shown = of_resolution(made, rosa)
    assert "It is to be painted." in shown
    assert f'href="{page_of(meeting)}#line-{lines[0].id}"' in shown


def test_final_minutes_take_no_resolution_that_nothing_would_issue(
    sign_in, rosa, meeting, minutes, lines, finish, alice, works
):
    finish(minutes)
    sent = {"text": "Paint", "due_on": "2026-12-31", "department_id": works.id, "owner_id": alice.id,
            "priority": "normal", "rhythm": "none"}
    answer = sign_in(rosa).post(f"/meetings/{meeting.id}/minutes/lines/{lines[0].id}/resolutions", data=sent)
    assert (answer.status_code, db.session.query(Resolution).count()) == (422, 0)
    assert "These minutes are final" in answer.text

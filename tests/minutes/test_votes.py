"""Votes of a kind of meeting that keeps them."""

import pytest

from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.minutes import commands, votes
from portal.minutes.models import Vote
from portal.minutes.votes import Count
from tests.conftest import HTMX, at


@pytest.fixture
def meeting(make_meeting, kind):
    made = make_meeting(kind_id=kind.id)
    with clock.standing_at(at(10)):
        yield made


def count(**values):
    usual = {"question": "Mend it?", "in_favour": 3, "against": 1, "abstained": 0, "entitled": 5}
    return Count(**{**usual, **values})


def typed(**values):
    usual = {"question": "Mend it?", "in_favour": "3", "against": "1", "abstained": "0", "entitled": "5"}
    return {**usual, "quorum": "", "outcome": "", "names": "", **values}


@pytest.mark.parametrize(
    ("figures", "is_adopted"),
    [
        ({}, True), ({"against": 3, "entitled": 6}, False), ({"in_favour": 0, "against": 0}, False),
        ({"quorum": 6}, False), ({"quorum": 5}, True), ({"is_adopted": False}, False),
        ({"against": 2, "in_favour": 1, "is_adopted": True}, True),
    ],
)
def test_more_for_than_against_is_adopted_unless_the_recorder_says_otherwise(rosa, minutes, lines, figures, is_adopted):
    assert votes.note_vote(rosa, minutes, lines[0].id, count(**figures)).is_adopted == is_adopted


@pytest.mark.parametrize(
    ("figures", "field"),
    [({"entitled": 3}, "entitled"), ({"is_secret": True, "names": "Tom: for"}, "names")],
)
def test_figures_that_do_not_fit_and_names_of_a_secret_vote_are_refused(rosa, minutes, lines, figures, field):
    with pytest.raises(DomainError) as refusal:
        votes.note_vote(rosa, minutes, lines[0].id, count(**figures))
    assert refusal.value.field == field


def test_a_kind_without_votes_keeps_none(rosa, kind, minutes, lines):
    kind.has_votes = False
    with pytest.raises(DomainError, match="no votes"):
        votes.note_vote(rosa, minutes, lines[0].id, count())


def test_a_vote_is_noted_corrected_and_struck(sign_in, rosa, meeting, minutes, lines):
    browser, page = sign_in(rosa), f"/meetings/{meeting.id}/minutes"
    assert "Note a vote" in browser.get(page).text
    answer = browser.post(f"{page}/lines/{lines[0].id}/votes", headers=HTMX, data=typed(names="Tom: for"))
    assert answer.status_code == 204
    assert "minutes-changed" in answer.headers["HX-Trigger"]
    vote = db.session.query(Vote).one()
    assert (vote.names, vote.noted_by.name, vote.line.revision) == ("Tom: for", "Rosa", 1)
    assert "Adopted" in browser.get(page).text
    assert browser.post(f"{page}/votes/{vote.id}", data=typed(against="5", entitled="9")).status_code == 303
    assert "Not adopted" in browser.get(page).text
    assert browser.post(f"{page}/votes/{vote.id}/removal").status_code == 303
    assert db.session.query(Vote).count() == 0
    actions = [entry.action for entry in log_of("minutes", minutes.id)]
    assert actions[:3] == ["minutes.vote_struck", "minutes.vote_corrected", "minutes.vote_noted"]


def test_those_present_with_a_vote_and_the_quorum_stand_there_already(sign_in, rosa, cora, tom, meeting, kind, lines):
    kind.quorum_percent = 50
    for person in (cora, tom):
        next(one for one in meeting.attendees if one.person_id == person.id).answer = "accepted"
        next(one for one in meeting.attendees if one.person_id == person.id).answered_at = clock.now()
    db.session.commit()
    form = sign_in(rosa).get(f"/meetings/{meeting.id}/minutes/lines/{lines[0].id}/votes").text
    assert 'name="entitled"' in form
    assert 'value="2"' in form


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"in_favour": ""}, "in_favour"), ({"against": "-1"}, "against"), ({"abstained": "many"}, "abstained"),
        ({"entitled": "2"}, "entitled"), ({"question": ""}, "question"), ({"is_secret": "y", "names": "x"}, "names"),
    ],
)
def test_a_bad_vote_is_refused_beside_its_field_and_kept(sign_in, rosa, meeting, lines, change, field):
    address = f"/meetings/{meeting.id}/minutes/lines/{lines[0].id}/votes"
    answer = sign_in(rosa).post(address, headers=HTMX, data=typed(**change))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert db.session.query(Vote).count() == 0


def test_a_vote_of_other_minutes_is_not_found(sign_in, rosa, meeting, minutes, lines, make_meeting, other_room, kind):
    vote = votes.note_vote(rosa, minutes, lines[0].id, count())
    with clock.standing_at(at(8)):
        other = make_meeting(kind_id=kind.id, room_id=other_room.id)
    commands.open_minutes(rosa, other)
    db.session.commit()
    assert sign_in(rosa).get(f"/meetings/{other.id}/minutes/votes/{vote.id}").status_code == 404
    address = f"/meetings/{other.id}/minutes/lines/{lines[0].id}/votes"
    assert sign_in(rosa).post(address, data=typed()).status_code == 404

"""Many at once, and saved views."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.core.db import db
from portal.core.errors import DomainError
from portal.meetings.models import Confidentiality
from portal.resolutions import bulk, commands, nodes, saved_views
from portal.resolutions.board_models import SavedView
from portal.resolutions.models import Node, Priority, Rhythm
from tests.conftest import HTMX
from tests.resolutions.conftest import TODAY


@pytest.fixture
def reported(make_resolution, report):
    """Three: one reported done, one running, one reviewed already."""
    done, running, reviewed = (make_resolution(text=text) for text in ("Done", "Running", "Reviewed"))
    report(done, percent=100)
    report(reviewed, percent=100)
    return done, running, reviewed


def test_each_is_done_or_refused_by_itself(sign_in, olive, sue, reported):
    done, running, reviewed = reported
    nodes.review(olive, reviewed)
    db.session.commit()
    answer = sign_in(olive).post(
        "/resolutions?light=any", data={"action": "review", "chosen": [one.id for one in reported], "words": "Seen"}
    )
    assert answer.status_code == 200
    assert "Done to 1 resolution." in answer.text
    assert "2 were left as they are:" in answer.text
    assert answer.text.count("This resolution is not at that step any more.") == 2
    assert [one.node for one in reported] == [Node.REVIEWED, Node.ISSUED, Node.REVIEWED]
    closed = bulk.do_to_many(sue, "close", [done.id, running.id])
    assert ([one.id for one in closed.done], len(closed.refused)) == ([done.id], 1)


def test_what_is_refused_leaves_no_trace(olive, reported):
    db.session.expire_all()
    entries = db.session.query(AuditEntry).count()
    outcome = bulk.do_to_many(olive, "review", [reported[1].id])
    db.session.commit()
    assert not outcome.done
    assert db.session.query(AuditEntry).count() == entries


def test_the_right_is_asked_of_each_and_strangers_ones_are_as_if_they_were_not_there(
    sign_in, rosa, bob, sue, reported, meeting
):
    ids = [one.id for one in reported]
    outcome = bulk.do_to_many(rosa, "issue", ids)
    assert len(outcome.refused) == 3
    with pytest.raises(DomainError):
        bulk.do_to_many(rosa, "close", ids)  # not hers to choose
    assert sign_in(bob).post("/resolutions", data={"action": "review", "chosen": ids}).status_code == 422
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    outcome = bulk.do_to_many(sue, "close", ids)
    assert (outcome.done, outcome.refused) == ([], [])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"action": "review"}, "Please choose at least one resolution."),
        ({"action": "", "chosen": "1"}, "Please choose what is to be done."),
        ({"action": "burn", "chosen": "1"}, "Please choose what is to be done."),
        ({"action": "review", "chosen": "1", "words": "x" * 501}, "At most 500 characters, please."),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(sign_in, olive, resolution, data, words):
    answer = sign_in(olive).post("/resolutions?q=hall", data=data, headers=HTMX)
    assert answer.status_code == 422
    assert words in answer.text
    assert "<html" not in answer.text


def test_no_report_is_expected_before_it_begins(olive, make_resolution):
    later = make_resolution(starts_on=date(2026, 12, 14), due_on=date(2026, 12, 31))
    bulk.do_to_many(olive, "rhythm-weekly", [later.id])
    assert later.report_by == date(2026, 12, 21)


def test_priority_and_rhythm_are_set_and_the_next_report_with_it(olive, carl, resolution):
    bulk.do_to_many(olive, "priority-urgent", [resolution.id])
    bulk.do_to_many(olive, "rhythm-weekly", [resolution.id])
    db.session.commit()
    assert (resolution.priority, resolution.rhythm) == (Priority.URGENT, Rhythm.WEEKLY)
    assert (resolution.report_by - TODAY).days == 7
    logged = set(db.session.scalars(select(AuditEntry.action)))
    assert {"resolution.prioritised", "resolution.paced"} <= logged
    with pytest.raises(DomainError):
        bulk.set_priority(carl, resolution, Priority.HIGH)
    outcome = bulk.do_to_many(olive, "rhythm-milestones", [resolution.id])
    assert [why for _, why in outcome.refused] == ["It is to be reported at its milestones, but has none."]


def test_what_waits_to_be_approved_can_be_approved_and_issued(leo, oscar, make_resolution):
    plain = make_resolution(at_once=False)
    assert [why for _, why in bulk.do_to_many(leo, "approve", [plain.id]).refused] == ["This one needs no approval."]
    assert bulk.do_to_many(oscar, "issue", [plain.id]).done == [plain]
    assert plain.node == Node.ISSUED
    assert not commands.needs_approval(plain)


def test_who_can_do_nothing_to_many_gets_no_boxes(sign_in, alice, olive, resolution):
    assert 'name="chosen"' in sign_in(olive).get("/resolutions").text
    assert 'name="chosen"' not in sign_in(alice).get("/resolutions").text


# --- Saved views ---


def test_a_view_is_saved_opened_renamed_and_removed(sign_in, alice, resolution):
    browser = sign_in(alice)
    saved = browser.post("/resolutions/views?whose=mine&light=red&sort=-due&junk=1", data={"name": " My  late ones "})
    assert saved.headers["Location"] == "/resolutions?whose=mine&light=red&sort=-due"
    page = browser.get(saved.headers["Location"]).text
    assert 'light=red&amp;sort=-due" aria-current="page">My late ones</a>' in page
    view = db.session.scalars(select(SavedView)).one()
    browser.post(f"/resolutions/views/{view.id}", data={"name": "Late"})
    assert ">Late</a>" in browser.get("/resolutions").text
    browser.post(f"/resolutions/views/{view.id}/removal")
    assert not db.session.scalars(select(SavedView)).all()


def test_saving_under_the_same_name_replaces_and_renaming_to_it_is_refused(sign_in, alice):
    browser = sign_in(alice)
    for query in ("light=red", "light=grey"):
        browser.post(f"/resolutions/views?{query}", data={"name": "Mine"})
    view = db.session.scalars(select(SavedView)).one()
    assert view.query == "light=grey"
    browser.post("/resolutions/views?light=blue", data={"name": "Paused"})
    answer = browser.post(f"/resolutions/views/{view.id}?light=grey", data={"name": "Paused"})
    assert answer.status_code == 422
    assert "You have another view of this name." in answer.text


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_view_needs_a_short_name(sign_in, alice, name):
    answer = sign_in(alice).post("/resolutions/views?light=red", data={"name": name})
    assert answer.status_code == 422
    assert not db.session.scalars(select(SavedView)).all()


def test_views_are_each_persons_own_and_not_without_end(sign_in, alice, bob, monkeypatch):
    view = saved_views.save_view(alice, "Mine", "light=red")
    db.session.commit()
    stranger = sign_in(bob)
    assert stranger.post(f"/resolutions/views/{view.id}", data={"name": "His"}).status_code == 404
    assert stranger.post(f"/resolutions/views/{view.id}/removal").status_code == 404
    assert ">Mine</a>" not in stranger.get("/resolutions").text
    monkeypatch.setattr(saved_views, "MOST", 1)
    with pytest.raises(DomainError):
        saved_views.save_view(alice, "Another", "light=red")

"""Looking, some time after the closing, what has come of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Role
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.models import Confidentiality
from portal.notifications.models import Notice
from portal.resolutions import nodes
from portal.resolutions.models import Event, Step
from portal.supervision.evaluating import announce_due, evaluate, to_evaluate
from portal.supervision.models import Effect, Evaluation
from tests.conftest import HTMX, at
from tests.racing import at_once

# Ninety days after the closing on 23 November: Sunday, 21 February; the Monday after it is worked.
EARLY, THEN = at(9, days=89), at(9, days=91)
FORM = {"effect": "partial", "words": "Half the hall is used"}


@pytest.fixture
def closed(resolution, close):
    close(resolution)
    return resolution


def tick(instant):
    with clock.standing_at(instant):
        announce_due()
        db.session.commit()


def test_after_its_day_a_supervisor_says_what_came_of_it_once(closed, sue, told):
    with clock.standing_at(EARLY), pytest.raises(DomainError, match="from Feb 21, 2027 on"):
        evaluate(sue, closed, Effect.FULL, "Used daily")
    with clock.standing_at(THEN):
        with pytest.raises(DomainError, match="say why"):
            evaluate(sue, closed, Effect.FULL, " ")
        made = evaluate(sue, closed, Effect.FULL, "Used daily")
        with pytest.raises(DomainError, match="already"):
            evaluate(sue, closed, Effect.NONE, "No")
    assert (made.effect, made.words, made.by) == (Effect.FULL, "Used daily", sue)
    assert db.session.query(Step).filter_by(event=Event.EVALUATED).one().words == "Used daily"
    assert told("resolution.evaluated") == ["Alice"]


@pytest.mark.parametrize("name", ["alice", "olive", "rosa", "audrey"])
def test_others_do_not(closed, request, name):
    with clock.standing_at(THEN), pytest.raises(NotAllowed):
        evaluate(request.getfixturevalue(name), closed, Effect.FULL, "Used daily")


def test_what_is_open_is_not_evaluated_and_what_is_closed_again_anew(closed, sue, close):
    with clock.standing_at(THEN):
        evaluate(sue, closed, Effect.NONE, "Peels off")
    with clock.standing_at(THEN + timedelta(days=1)):
        nodes.reopen(sue, closed, "Paint it anew")
        with pytest.raises(DomainError, match="not closed"):
            evaluate(sue, closed, Effect.FULL, "Used daily")
        close(closed)
    with clock.standing_at(THEN + timedelta(days=91)):
        assert db.session.scalars(to_evaluate(sue)).all() == [closed]
        evaluate(sue, closed, Effect.FULL, "Used daily")
        assert db.session.scalars(to_evaluate(sue)).all() == []


# --- By the clock ---


def test_supervisors_are_told_once_by_one_mail_each(closed, make_resolution, close, add_person, told):
    add_person("Sam", Role.SUPERVISOR)
    close(make_resolution(text="Fix the roof"))
    tick(EARLY)
    tick(at(9, days=90))
    assert told("evaluation.due") == []
    tick(THEN)
    tick(THEN + timedelta(days=1))
    assert told("evaluation.due") == ["Sam", "Sue"]
    notice = db.session.scalars(select(Notice).where(Notice.kind == "evaluation.due").limit(1)).one()
    assert notice.subject == "2 resolutions to evaluate"
    assert "Paint the hall" in notice.body
    assert "Fix the roof" in notice.body


def test_a_secret_one_is_told_to_no_supervisor_who_may_not_see_it(closed, meeting, told, statements):
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    tick(THEN)
    assert told("evaluation.due") == []
    with clock.standing_at(THEN), statements() as seen:
        announce_due()
    assert len(seen) == 1


def test_two_workers_tell_once(app, closed, told):
    with clock.standing_at(THEN):
        assert at_once(app, announce_due, announce_due) == [None, None]
    assert told("evaluation.due") == ["Sue"]


# --- Pages ---


def test_it_is_listed_and_evaluated_by_the_pages(sign_in, closed, sue, alice):
    to = f"/resolutions/{closed.id}/evaluations"
    assert "Feb 21, 2027" in sign_in(alice).get(to).text
    assert "Paint the hall" not in sign_in(sue).get("/evaluations").text
    with clock.standing_at(THEN):
        assert "Paint the hall" in sign_in(sue).get("/evaluations").text
        assert "By what one sees it" in sign_in(sue).get(to).text
        refused = sign_in(sue).post(to, data={"words": "Half the hall is used"}, headers=HTMX)
        assert refused.status_code == 422
        assert "Please choose one." in refused.text
        assert "Half the hall is used" in refused.text
        assert "<html" not in refused.text
        assert sign_in(sue).post(to, data=FORM).headers["Location"] == f"/resolutions/{closed.id}"
        assert "It helped in part" in sign_in(alice).get(to).text
    assert db.session.query(Evaluation).one().effect == Effect.PARTIAL


def test_others_have_no_list_and_strangers_see_nothing(sign_in, closed, alice, bob):
    to = f"/resolutions/{closed.id}/evaluations"
    with clock.standing_at(THEN):
        assert sign_in(alice).get("/evaluations").status_code == 403
        assert sign_in(alice).post(to, data=FORM).status_code == 403
        assert sign_in(bob).post(to, data=FORM).status_code == sign_in(bob).get(to).status_code == 404


def test_the_list_takes_the_same_statements_however_long_it_is(
    sign_in, closed, make_resolution, close, sue, statements
):
    browser, counts = sign_in(sue), []
    for _ in range(2):
        with clock.standing_at(THEN), statements() as seen:
            assert "Paint the hall" in browser.get("/evaluations").text
        counts.append(len(seen))
        for _again in range(3):
            close(make_resolution())
    assert counts[0] == counts[1]
    assert date(2027, 2, 21) == closed.evaluate_on

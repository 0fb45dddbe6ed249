"""Steps that cross each other: what one of them leaves behind must not stand in the way of another."""

from datetime import date

import pytest

from portal.core.db import db
from portal.core.errors import DomainError
from portal.resolutions import nodes, reporting, structure
from portal.resolutions.models import Node, ReportState, Resolution, Rhythm
from portal.resolutions.structure import Portion
from portal.supervision import delays
from tests.resolutions.conftest import TODAY

LAST = date(9999, 12, 31)


def test_giving_back_what_a_report_waits_on_gives_the_report_back(resolution, helen, report):
    waiting = report(resolution)
    nodes.refuse(helen, resolution, "Not ours")
    db.session.commit()
    assert (waiting.state, waiting.return_words) == (ReportState.RETURNED, "Not ours")
    with pytest.raises(DomainError, match="not been issued"):
        reporting.sign(helen, waiting)


def test_whoever_asks_for_a_later_day_has_taken_it_on(resolution, helen, sue, ask):
    asked = ask()
    assert resolution.node == Node.SIGNED_FOR
    delays.decide(helen, asked, True)
    delays.decide(sue, asked, True)
    # Worded anew it would lose the day that it had at first.
    with pytest.raises(DomainError, match="not at that step"):
        nodes.refuse(helen, resolution, "Not ours")


@pytest.mark.parametrize("is_reopened", [True, False], ids=["opened again", "split off late"])
def test_the_whole_is_not_closed_over_an_open_part(is_reopened, resolution, alice, olive, sue, report, close):
    def split():
        (part,) = structure.split(olive, resolution, [Portion("The north wall", alice.id, TODAY)])
        return part

    part = split() if is_reopened else None
    if part is not None:
        close(part)
    report(resolution, percent=100)
    nodes.review(olive, resolution)
    if part is not None:
        nodes.reopen(sue, part, "Not dry")
    else:
        split()
    db.session.commit()
    with pytest.raises(DomainError, match="Parts of it are still open"):
        nodes.close(sue, resolution)


@pytest.mark.parametrize("rhythm", Rhythm)
def test_days_that_no_calendar_can_count_beyond_are_refused(rhythm, sign_in, olive, alice, works):
    sent = {
        "origin": "improvement", "text": "Paint", "department_id": works.id, "owner_id": alice.id, "due_on": LAST,
        "starts_on": "9999-12-28", "priority": "normal", "rhythm": rhythm, "milestones": "9999-12-30 All",
    }
    answer = sign_in(olive).post("/resolutions/new", data=sent)
    assert (answer.status_code, db.session.query(Resolution).count()) == (422, 0)
    assert "Dec 31, 2199" in answer.text


def test_no_later_day_is_asked_for_beyond_them(ask):
    with pytest.raises(DomainError, match="2199") as refusal:
        ask(new_due_on=LAST)
    assert refusal.value.field == "new_due_on"

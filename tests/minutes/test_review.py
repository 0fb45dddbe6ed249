"""Minutes in review: who is asked, what is said of them, and the way back."""

import pytest

from portal.agenda.lines import remove_line
from portal.approvals.policy import may_see
from portal.approvals.queries import open_case
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.models import Confidentiality
from portal.minutes import commands, policy, reviewing
from portal.minutes.models import Minutes, MinutesComment, MinutesVersion, State
from tests.conftest import HTMX, at


def page_of(meeting):
    return f"/meetings/{meeting.id}/minutes"


def test_the_chair_is_asked_to_review_and_a_version_is_kept(sign_in, rosa, meeting, minutes, told):
    assert sign_in(rosa).post(f"{page_of(meeting)}/submission").location == page_of(meeting)
    assert db.session.get(Minutes, minutes.id, populate_existing=True).state == State.REVIEW
    assert told("minutes.submitted") == ["Cora"]
    assert [version.why for version in db.session.query(MinutesVersion)] == ["submitted"]
    assert "in review already" in sign_in(rosa).post(f"{page_of(meeting)}/submission").text


def test_the_chair_gives_them_back_with_words_and_the_submitter_hears(sign_in, rosa, cora, meeting, minutes, told):
    reviewing.submit(rosa, minutes)
    db.session.commit()
    address = f"{page_of(meeting)}/return"
    assert sign_in(rosa).post(address, data={"words": "x"}).status_code == 403
    empty = sign_in(cora).post(address, data={"words": " "})
    assert (empty.status_code, 'id="words-error"' in empty.text) == (422, True)
    assert sign_in(cora).post(address, data={"words": "Name the roof."}).status_code == 303
    assert db.session.get(Minutes, minutes.id, populate_existing=True).state == State.DRAFT
    assert told("minutes.returned") == ["Rosa"]
    assert "Name the roof." in sign_in(rosa).get(page_of(meeting)).text
    assert log_of("minutes", minutes.id)[0].action == "minutes.returned"


def test_in_review_both_may_still_write(rosa, cora, minutes, lines, write):
    reviewing.submit(rosa, minutes)
    write(lines[0], rosa, discussion="Rosa")
    assert write(lines[0], cora, discussion="Cora").discussion == "Cora"


def test_a_line_or_the_whole_is_commented_on_and_settled(sign_in, rosa, cora, tom, meeting, minutes, lines):
    address = f"{page_of(meeting)}/comments"
    assert sign_in(cora).post(address, data={"words": "Too early"}).status_code == 422
    reviewing.submit(rosa, minutes)
    db.session.commit()
    assert sign_in(tom).post(address, data={"words": "x"}).status_code == 403
    answer = sign_in(cora).post(f"{address}?line={lines[0].id}", headers=HTMX, data={"words": "Which <wall>?"})
    assert (answer.status_code, "minutes-changed" in answer.headers["HX-Trigger"]) == (204, True)
    assert sign_in(cora).post(address, data={"words": "Well done"}).location.endswith("#whole")
    refused = sign_in(cora).post(f"{address}?line={lines[0].id}", data={"words": "x" * 1001})
    assert (refused.status_code, "x" * 1001 in refused.text) == (422, True)
    page = sign_in(rosa).get(page_of(meeting)).text
    assert "Which &lt;wall&gt;?" in page
    assert "2 comments are not settled" in page
    for one in db.session.query(MinutesComment).all():
        assert sign_in(rosa).post(f"{address}/{one.id}/settlement").status_code == 303
    assert "Settled by Rosa" in sign_in(cora).get(page_of(meeting)).text
    assert sign_in(rosa).post(f"{address}/999/settlement").status_code == 404


def test_a_line_with_a_comment_stays_when_it_leaves_the_agenda(oscar, rosa, cora, meeting, minutes, lines):
    reviewing.submit(rosa, minutes)
    reviewing.comment(cora, minutes, "Why?", lines[0].id)
    remove_line(oscar, meeting, lines[0].agenda_item_id)
    db.session.expire_all()
    assert [line.title for line in minutes.lines] == ["The hall", "The roof"]


# --- Who finishes ---


def test_only_the_chair_makes_them_final(rosa, oscar, olive, cora, leo, tom, minutes):
    reviewing.submit(rosa, minutes)
    finishing = {one.name: policy.may_finish(one, minutes) for one in (rosa, oscar, olive, cora, leo, tom)}
    assert [name for name, may in finishing.items() if may] == ["Cora"]
    with pytest.raises(NotAllowed):
        reviewing.make_final(rosa, minutes)


@pytest.mark.parametrize("secret", [False, True])
def test_if_nobody_chairs_another_editor_does_and_the_submitter_only_if_alone(
    oscar, rosa, olive, make_meeting, told, secret
):
    degree = Confidentiality.SECRET if secret else Confidentiality.INVITED
    meeting = make_meeting(chair=None, confidentiality=degree)
    with clock.standing_at(at(10)):
        minutes = commands.open_minutes(rosa, meeting)
        reviewing.submit(oscar, minutes)
        assert told("minutes.submitted") == ([] if secret else ["Olive"])
        assert [policy.may_finish(one, minutes) for one in (oscar, olive, rosa)] == [secret, not secret, False]
        reviewing.make_final(oscar if secret else olive, minutes)
        assert minutes.number == "MIN-2026-001"


def test_a_draft_is_not_made_final(cora, minutes):
    with pytest.raises(DomainError, match="not in review"):
        reviewing.make_final(cora, minutes)


def test_a_draft_in_review_is_read_in_its_case_by_who_keeps_the_record_only(rosa, cora, tom, leo, audrey, minutes):
    reviewing.submit(rosa, minutes)
    case = open_case("minutes", minutes.id)
    reviewing.make_final(cora, minutes)
    assert [may_see(one, case) for one in (rosa, cora, tom, leo, audrey)] == [True, True, False, False, False]

"""Who may do what to a resolution: one table, asked of the policy, of SQL and of the addresses."""

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.core.records import hidden_among
from portal.meetings.models import Confidentiality
from portal.meetings.people import invite
from portal.resolutions import policy, queries
from portal.resolutions.models import Resolution

# Who: may see, may report, may close it; may write one in its meeting.
TABLE = {
    "alice": (True, True, False, False),  # owns it
    "helen": (True, True, False, False),  # heads the responsible department
    "carl": (True, False, False, False),  # works in it
    "oscar": (True, False, False, True),  # organized the meeting and wrote it
    "rosa": (True, False, False, True),  # recorded the meeting
    "tom": (True, False, False, False),  # was in the meeting
    "olive": (True, False, False, True),  # meeting office
    "leo": (True, False, True, False),  # leads
    "sue": (True, False, True, False),  # supervises
    "audrey": (True, False, False, False),  # audits
    "adam": (True, False, False, False),  # administers
    "rita": (False, False, False, False),  # manages rooms
    "bob": (False, False, False, False),  # a stranger
}


@pytest.fixture
def person(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(("person", "answers"), TABLE.items(), indirect=["person"])
def test_who_may_do_what(person, answers, resolution, meeting):
    assert (
        policy.may_see(person, resolution), policy.may_report(person, resolution),
        policy.may_close(person, resolution), policy.may_resolve(person, meeting),
    ) == answers


@pytest.mark.parametrize("person", TABLE, indirect=True)
def test_the_board_shows_exactly_what_may_be_seen(person, resolution):
    shown = db.session.scalars(select(Resolution).where(queries.seen_by(person))).all()
    assert bool(shown) == policy.may_see(person, resolution)


def test_what_a_secret_meeting_resolved_is_for_those_who_owe_it_and_were_there(
    request, sign_in, resolution, meeting
):
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    for name in TABLE:
        person, knows = request.getfixturevalue(name), name in {"alice", "helen", "oscar", "rosa", "tom"}
        shown = db.session.scalars(select(Resolution).where(queries.seen_by(person))).all()
        assert (policy.may_see(person, resolution), bool(shown)) == (knows, knows), name
        assert bool(hidden_among(person, [("resolution", resolution.id)])) != knows, name
    for overseer in ("audrey", "adam"):
        log = sign_in(request.getfixturevalue(overseer)).get("/log").text
        assert resolution.text not in log, overseer


def test_who_was_added_but_not_yet_told_of_the_meeting_sees_nothing(resolution, meeting, oscar, bob):
    invite(oscar, meeting, [bob])
    assert not policy.may_see(bob, resolution)
    assert not db.session.scalars(select(Resolution).where(queries.seen_by(bob))).all()


def test_who_belongs_to_no_department_shares_none(resolution, bob):
    assert bob.department_id is None
    assert not policy.heads(bob, None)


@pytest.mark.parametrize(("person", "answers"), TABLE.items(), indirect=["person"])
def test_the_addresses_answer_as_the_table_says(person, answers, sign_in, resolution):
    may_see, may_report, may_close, _may_resolve = answers
    browser, address = sign_in(person), f"/resolutions/{resolution.id}"
    assert browser.get(address).status_code == (200 if may_see else 404)
    report = browser.post(f"{address}/reports", data={"percent": "100", "done": "All of it"})
    assert report.status_code == (303 if may_report else 403 if may_see else 404)
    closing = browser.post(f"{address}/steps/closed")
    assert closing.status_code == (422 if may_close else 403 if may_see else 404)

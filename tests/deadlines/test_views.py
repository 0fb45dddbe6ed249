"""The pages of last moments: who may open them, what they say, and what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.deadlines import commands
from portal.deadlines.models import Waiver
from portal.invitations.series_sending import send_series_notice
from portal.meetings.commands import make_meeting
from portal.meetings.details import Details
from portal.meetings.models import Confidentiality, Meeting, MeetingKind, MeetingSeries
from portal.meetings.people import invite
from tests.conftest import HTMX, Browser, at

SignIn = Callable[[Person], Browser]


def _page(meeting: Meeting) -> str:
    return f"/meetings/{meeting.id}/timetable"


def test_the_page_names_each_clause_in_both_languages(regulated: Meeting, alice: Person, sign_in: SignIn) -> None:
    page = sign_in(alice).get(_page(regulated))
    assert page.status_code == 200
    clause = "OPS-2.8"
    assert clause in page.text
    assert 'lang="zh-Hans"' in page.text
    assert "10 working days before" in page.text
    assert "the organisation’s own choice" in page.text
    assert "Alice (organizer)" in page.text


@pytest.mark.parametrize(
    ("who", "status", "is_secret"),
    [("alice", 200, False), ("leo", 200, False), ("olive", 200, False), ("bob", 404, False), ("leo", 404, True),
     ("olive", 404, True)],
)
def test_who_may_open_the_timetable_of_a_draft(
    regulated: Meeting, sign_in: SignIn, request: pytest.FixtureRequest, who: str, status: int, is_secret: bool
) -> None:
    if is_secret:
        regulated.confidentiality = Confidentiality.SECRET
        db.session.commit()
    assert sign_in(request.getfixturevalue(who)).get(_page(regulated)).status_code == status


def test_a_meeting_without_a_profile_has_no_timetable(
    make_meeting: Callable[..., Meeting], alice: Person, sign_in: SignIn
) -> None:
    meeting = make_meeting()
    browser = sign_in(alice)
    assert browser.get(_page(meeting)).status_code == 404
    assert "/timetable" not in browser.get(f"/meetings/{meeting.id}").text


def test_a_leader_waives_and_takes_back_in_place(regulated: Meeting, leo: Person, sign_in: SignIn) -> None:
    browser = sign_in(leo)
    address = f"{_page(regulated)}/agenda/waiver"
    assert "OPS-2.8" in browser.get(address, headers=HTMX).text
    refused = browser.post(address, data={"reason": ""})
    assert refused.status_code == 422
    assert "Please say why." in refused.text
    assert browser.post(address, data={"reason": "Urgent"}).status_code == 303
    given = db.session.scalars(select(Waiver)).one()
    page = browser.get(_page(regulated)).text
    assert "Waived by Leo: Urgent" in page
    assert browser.post(f"/waivers/{given.id}/revocation").status_code == 303
    assert browser.post(f"/waivers/{given.id}/revocation").status_code == 422


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("bob", 404)])
def test_others_do_not_waive(
    regulated: Meeting, sign_in: SignIn, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    browser = sign_in(request.getfixturevalue(who))
    assert browser.post(f"{_page(regulated)}/agenda/waiver", data={"reason": "x"}).status_code == status


def test_the_organizer_asks_for_a_waiver(regulated: Meeting, alice: Person, leo: Person, sign_in: SignIn) -> None:
    browser = sign_in(alice)
    answer = browser.post(f"{_page(regulated)}/submission/request", data={"reason": "It came late"})
    assert answer.status_code == 303
    assert browser.post(f"{_page(regulated)}/approval/request", data={"reason": "x"}).status_code == 403


def test_the_stepper_names_what_is_missing_once(regulated: Meeting, alice: Person, sign_in: SignIn) -> None:
    page = sign_in(alice).get(f"/meetings/{regulated.id}").text
    assert "This is required first: Agenda drawn up (OPS-2.8" in page
    assert "It has no agenda yet." not in page


def test_the_notice_is_refused_with_the_clause(
    regulated: Meeting, alice: Person, bob: Person, sign_in: SignIn
) -> None:
    regulated.approved_at, regulated.approved_by = at(8), alice
    db.session.commit()
    invite(alice, regulated, [bob])
    db.session.commit()
    answer = sign_in(alice).post(f"/meetings/{regulated.id}/notice/sending")
    assert "Agenda drawn up (OPS-2.8" in answer.text
    assert regulated.announced_at is None


def test_the_house_sees_what_is_missed_first(
    make_regulated: Callable[..., Meeting], olive: Person, alice: Person, sign_in: SignIn
) -> None:
    make_regulated(days=25, subject="Far away")
    make_regulated(days=14, subject="Soon due")
    make_regulated(days=2, subject="Much missed")
    page = sign_in(olive).get("/timetable").text
    assert page.index("Much missed") < page.index("Soon due")
    assert "Far away" not in page
    assert "Far away" in sign_in(olive).get("/timetable?days=30").text
    assert sign_in(alice).get("/timetable").status_code == 403


@pytest.mark.parametrize("address", ["/timetable?days=30", None])
def test_pages_cost_the_same_whatever_there_is(
    make_regulated: Callable[..., Meeting], leo: Person, olive: Person, sign_in: SignIn,
    statements: Callable[..., Any], address: str | None,
) -> None:
    first = make_regulated(days=5)
    browser, where = sign_in(olive), address or _page(first)

    def count() -> int:
        browser.get(where)
        with statements() as seen:
            assert browser.get(where).status_code == 200
        return len(seen)

    few = count()
    for more in range(3):
        make_regulated(days=6 + more, agenda=["One", "Two"])
        for key in ("agenda", "chair"):
            if more == 0:
                commands.waive(leo, first, {"agenda": "OPS-2.8", "chair": "OPS-2.5"}[key], key, "Urgent")
    db.session.commit()
    assert count() <= few + 1  # the clause's giver is read along with the first waiver


def test_before_a_meeting_is_made_one_sees_what_is_too_late(
    kind: MeetingKind, alice: Person, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    for address in ("preview?date=2026-11-27", "too-late?starts_at=2026-11-27T09:00"):
        page = browser.get(f"/timetable/{address}&kind_id={kind.id}")
        assert "Monday, December 7, 2026" in page.text
        assert "Proposal submitted" in page.text
    assert browser.get("/timetable/preview?kind_id=x&date=y").status_code == 200
    assert not browser.get("/timetable/too-late?kind_id=&starts_at=").text.strip()
    assert "/timetable/too-late" in browser.get("/meetings/new").text


def test_the_dates_of_a_series_pass_the_gates_too(
    app: object, kind: MeetingKind, alice: Person, bob: Person, make_booking: Callable[..., Any]
) -> None:
    series = MeetingSeries(
        uid="series", rule="FREQ=WEEKLY;COUNT=2", timezone="Asia/Shanghai", starts_at=at(9, days=21), minutes=60,
        created_at=clock.now(),
    )
    db.session.add(series)
    for week in (0, 7):
        booking = make_booking(starts_at=at(9, days=21 + week), ends_at=at(10, days=21 + week))
        meeting = make_meeting(alice, booking, subject="Weekly", details=Details(kind_id=kind.id))
        meeting.series, meeting.recurrence_id = series, meeting.starts_at
        meeting.approved_at, meeting.approved_by = at(8), bob
        db.session.flush()
        invite(alice, meeting, [bob])
    db.session.commit()
    with pytest.raises(DomainError, match=r"2 dates are not ready.*OPS-2\.8"):
        send_series_notice(alice, series)

"""The page of the house: whose meetings are counted for whom, what is behind the numbers, its own clauses."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from portal.accounts.models import Department, Person
from portal.compliance import commands, house
from portal.compliance.house import Scope
from portal.compliance.verdicts import State
from portal.core.db import db
from portal.meetings.models import Confidentiality, Meeting
from portal.supervision.periods import Period
from tests.compliance.conftest import BY_OFFICE, BY_ORGANIZER, OF_HOUSE
from tests.conftest import at

SignIn = Callable[[Person], Any]
YEAR = Scope(Period(date(2026, 1, 1), date(2026, 12, 31)))


@pytest.fixture
def add_meeting(ruled: Meeting, oscar: Person) -> Callable[..., Meeting]:
    """Add another meeting of the same kind, announced, for invited people only unless said otherwise."""

    def add(subject: str, **values: Any) -> Meeting:
        usual = {
            "uid": str(uuid4()), "organizer_id": oscar.id, "subject": subject, "kind_id": ruled.kind_id,
            "starts_at": at(14), "ends_at": at(15), "sequence": 0, "number": str(uuid4()), "announced_at": at(8),
            "created_at": at(8), "changed_at": at(8), "confidentiality": Confidentiality.INVITED,
        }
        meeting = Meeting(**{**usual, **values})
        db.session.add(meeting)
        db.session.commit()
        return meeting

    return add


def subjects(actor: Person, scope: Scope = YEAR) -> set[str]:
    return {meeting.subject for meeting in db.session.scalars(house.meetings_of(actor, scope))}


@pytest.mark.parametrize(
    ("who", "status"),
    [("olive", 200), ("leo", 200), ("sue", 200), ("audrey", 200), ("helen", 200), ("adam", 200), ("bob", 403),
     ("tom", 403), ("oscar", 403)],
)
def test_readers_heads_and_who_signs_for_the_house_open_it(
    request: pytest.FixtureRequest, sign_in: SignIn, ruled: Meeting, who: str, status: int
) -> None:
    browser = sign_in(request.getfixturevalue(who))
    assert browser.get("/compliance").status_code == status
    assert browser.get("/compliance/list").status_code == status


def test_readers_count_all_that_is_not_secret_and_heads_what_they_may_see_of_their_own(
    add_meeting: Callable[..., Meeting], works: Department, olive: Person, sue: Person, audrey: Person, helen: Person,
    adam: Person,
) -> None:
    secret, department = Confidentiality.SECRET, Confidentiality.DEPARTMENT
    add_meeting("A secret", confidentiality=secret)
    add_meeting("A secret of the works", confidentiality=secret, department_id=works.id)
    add_meeting("Of the works", confidentiality=department, department_id=works.id)
    add_meeting("For the invited of the works", department_id=works.id)
    add_meeting("A draft", announced_at=None, number=None)
    add_meeting("Submitted", announced_at=None, number=None, submitted_at=at(8))
    add_meeting("Last year", starts_at=at(9, days=-400), ends_at=at(10, days=-400))
    add_meeting("Ordinary", kind_id=None, confidentiality=Confidentiality.INTERNAL)
    known = {"Hall review", "Of the works", "For the invited of the works", "Submitted"}
    assert subjects(sue) == subjects(audrey) == known
    assert subjects(olive) == {*known, "A draft"}  # which the office prepares
    assert subjects(helen) == {"Of the works"}
    assert subjects(adam) == set()


def test_nothing_of_a_secret_meeting_is_on_the_page_or_behind_its_numbers(
    sign_in: SignIn, add_meeting: Callable[..., Meeting], olive: Person
) -> None:
    add_meeting("A secret", confidentiality=Confidentiality.SECRET)
    browser = sign_in(olive)
    for path in ("/compliance", "/compliance/list", "/compliance?format=csv", "/compliance/list?format=csv"):
        text = browser.get(path).text
        assert "A secret" not in text
    assert "1 meeting<" in browser.get("/compliance").text


def test_numbers_lead_to_their_clauses(sign_in: SignIn, ruled: Meeting, oscar: Person, olive: Person) -> None:
    commands.sign(oscar, BY_ORGANIZER, ruled, "Done")
    db.session.commit()
    findings = house.find(olive, YEAR)
    tally = next(one for one in findings.by_clause() if one.name == BY_ORGANIZER)
    assert (tally.counts[State.MET], tally.share) == (1, 100)
    assert findings.by_clause()[-1].share in (100, None)  # worst first
    listed = sign_in(olive).get(f"/compliance/list?state=met&clause={BY_ORGANIZER}").text
    assert "Hall review" in listed
    assert "Hall review" not in sign_in(olive).get(f"/compliance/list?state=late&clause={BY_ORGANIZER}").text
    kind = findings.by_kind()[0]
    assert kind.name == "Under operations"
    assert len(house.behind(findings, kind_id=ruled.kind_id)) == kind.counts.total()
    assert findings.by_department("Without a department")[0].counts == kind.counts


def test_what_is_asked_for_narrows_it(
    add_meeting: Callable[..., Meeting], under: Callable[..., Meeting], works: Department, olive: Person
) -> None:
    under(add_meeting("An agency's"), "agency")
    add_meeting("Of the works", department_id=works.id)
    assert subjects(olive, YEAR._replace(profile="agency")) == {"An agency's"}
    assert subjects(olive, YEAR._replace(department_id=works.id)) == {"Of the works"}
    week = Period(date(2026, 11, 30), date(2026, 12, 6))
    assert subjects(olive, YEAR._replace(period=week)) == set()


def test_too_many_meetings_are_cut_with_a_note(
    sign_in: SignIn, add_meeting: Callable[..., Meeting], olive: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "MOST_MEETINGS", 1)
    add_meeting("Later")
    text = sign_in(olive).get("/compliance").text
    assert "Only the latest 1 meetings are counted" in text
    assert "1 meeting<" in text


def test_signing_for_the_organisation(sign_in: SignIn, ruled: Meeting, sue: Person, olive: Person) -> None:
    path, browser = f"/compliance/clauses/{OF_HOUSE}/sign-off", sign_in(sue)
    assert browser.get(path).status_code == 200
    assert sign_in(olive).get(path).status_code == 403
    late = browser.post(path, data={"words": "The report", "valid_until": "2026-11-01"})
    assert late.status_code == 422
    assert browser.post(path, data={"words": "The report", "valid_until": "2026-12-31"}).status_code == 303
    assert "The report (Sue" in sign_in(olive).get("/compliance").text
    assert browser.get(f"/compliance/clauses/{OF_HOUSE}/proof").status_code == 404
    assert browser.post(f"{path}/revocation").status_code == 303
    assert browser.get(f"/compliance/clauses/{BY_OFFICE}/sign-off").status_code == 404


def test_the_page_as_a_file(sign_in: SignIn, ruled: Meeting, olive: Person) -> None:
    browser = sign_in(olive)
    assert browser.get("/compliance?format=xlsx").data.startswith(b"PK")
    text = browser.get("/compliance?format=csv").text
    assert f"By clause,{BY_ORGANIZER}," in text
    assert "By kind,Under operations," in text
    assert "Hall review" in browser.get("/compliance/list?format=csv&state=open").text


def test_as_many_statements_for_one_meeting_as_for_twenty(
    sign_in: SignIn, add_meeting: Callable[..., Meeting], olive: Person, oscar: Person, statements: Callable[..., Any]
) -> None:
    browser = sign_in(olive)
    browser.get("/compliance")
    with statements() as few:
        browser.get("/compliance")
    for meeting in _made(add_meeting):
        commands.sign(oscar, BY_ORGANIZER, meeting, "Done")
    db.session.commit()
    with statements() as many:
        answer = browser.get("/compliance")
    assert "20 meetings" in answer.text
    assert len(many) == len(few)


def _made(add_meeting: Callable[..., Meeting]) -> Iterator[Meeting]:
    for number in range(19):
        start = at(9) + timedelta(hours=number)
        yield add_meeting(f"Meeting {number}", starts_at=start, ends_at=start + timedelta(minutes=30))

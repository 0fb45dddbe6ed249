"""The pages of one meeting: who sees them, what they show, signing, files."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.compliance import commands, registry
from portal.compliance.verdicts import Evidence, met
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Attendee, Meeting
from tests.compliance.conftest import BY_CHECK, BY_FINANCE, BY_OFFICE, BY_ORGANIZER
from tests.conftest import HTMX

SignIn = Callable[[Person], Any]


def address(meeting: Meeting, *rest: str) -> str:
    return "/".join((f"/meetings/{meeting.id}/compliance", *rest))


@pytest.mark.parametrize(
    ("who", "sees"),
    [("oscar", True), ("rosa", True), ("olive", True), ("leo", True), ("sue", True), ("audrey", True),
     ("tom", False), ("bob", False), ("adam", False)],
)
def test_whom_the_profile_names_sees_the_page(
    request: pytest.FixtureRequest, sign_in: SignIn, ruled: Meeting, who: str, sees: bool
) -> None:
    browser = sign_in(request.getfixturevalue(who))
    assert browser.get(address(ruled)).status_code == (200 if sees else 404)
    assert browser.get(address(ruled, "meter"), headers=HTMX).status_code == (200 if sees else 404)


def test_who_has_to_sign_sees_the_page_although_not_invited_but_no_links(
    sign_in: SignIn, ruled: Meeting, bob: Person, seat: Callable[[Person, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = met("", Evidence("The list of people", f"/meetings/{ruled.id}/people"))
    check = registry.Check("people.roles_filled", "", of_meeting=lambda dossier, clause: shown)
    monkeypatch.setitem(registry._checks, "people.roles_filled", check)
    seat(bob, "review_finance")
    answer = sign_in(bob).get(address(ruled))
    assert answer.status_code == 200
    assert BY_FINANCE in answer.text
    assert "The list of people" not in answer.text


def test_a_meeting_without_a_profile_has_no_such_page(sign_in: SignIn, meeting: Meeting, oscar: Person) -> None:
    browser = sign_in(oscar)
    assert browser.get(address(meeting)).status_code == 404
    assert "/compliance" not in browser.get(f"/meetings/{meeting.id}").text


def test_the_meeting_leads_to_its_compliance(sign_in: SignIn, ruled: Meeting, oscar: Person, tom: Person) -> None:
    assert address(ruled, "meter") in sign_in(oscar).get(f"/meetings/{ruled.id}").text
    assert address(ruled) not in sign_in(tom).get(f"/meetings/{ruled.id}").text


@pytest.mark.parametrize("page", ["compliance", "timetable", "readiness", "proposal"])
def test_the_pages_of_a_meeting_stand_under_meetings(
    sign_in: SignIn, ruled: Meeting, oscar: Person, page: str
) -> None:
    text = sign_in(oscar).get(f"/meetings/{ruled.id}/{page}").text
    lit = re.findall(r'<a href="([^"]+)" aria-current="page">', text)
    assert lit == ["/meetings", f"/meetings/{ruled.id}/{page}"]


@pytest.mark.parametrize("who", ["olive", "leo", "sue", "audrey", "adam"])
def test_a_secret_meeting_is_hidden_from_watchers(
    request: pytest.FixtureRequest, sign_in: SignIn, ruled: Meeting, secret: Callable[[Meeting], None], who: str
) -> None:
    secret(ruled)
    browser = sign_in(request.getfixturevalue(who))
    for path in ((), ("meter",), (BY_OFFICE, "sign-off"), (BY_OFFICE, "exemption"), (BY_OFFICE, "proof")):
        answer = browser.get(address(ruled, *path))
        assert answer.status_code == 404
        assert ruled.subject not in answer.text


def test_the_page_shows_both_titles_and_answers_a_piece(sign_in: SignIn, ruled: Meeting, oscar: Person) -> None:
    browser = sign_in(oscar)
    whole, piece = browser.get(address(ruled)), browser.get(address(ruled), headers=HTMX)
    assert "<html" in whole.text
    assert "<html" not in piece.text
    for answer in (whole, piece):
        assert 'lang="zh-Hans"' in answer.text
        assert f'id="clause-{BY_ORGANIZER}"' in answer.text


def test_what_waits_for_the_reader_is_found(sign_in: SignIn, ruled: Meeting, rosa: Person, olive: Person) -> None:
    mine = sign_in(olive).get(address(ruled) + "?whose=mine")
    assert f'id="clause-{BY_OFFICE}"' in mine.text
    assert f'id="clause-{BY_ORGANIZER}"' not in mine.text
    kept = sign_in(olive).get(address(ruled) + "?state=met&phase=prepare")
    assert f'id="clause-{BY_OFFICE}"' not in kept.text


def test_a_page_that_is_as_it_was_is_not_sent_again(sign_in: SignIn, ruled: Meeting, oscar: Person) -> None:
    browser = sign_in(oscar)
    page = browser.get(address(ruled)).text
    seen = page.partition("seen=")[2].partition('"')[0]
    assert browser.get(f"{address(ruled)}?seen={seen}", headers=HTMX).status_code == 204
    commands.sign(oscar, BY_ORGANIZER, ruled, "Done")
    db.session.commit()
    assert browser.get(f"{address(ruled)}?seen={seen}", headers=HTMX).status_code == 200


def test_signing_with_a_proof_and_taking_it_back(sign_in: SignIn, ruled: Meeting, oscar: Person, rosa: Person) -> None:
    browser, path = sign_in(oscar), address(ruled, BY_ORGANIZER, "sign-off")
    assert "Put my name to it" in browser.get(path).text
    empty = browser.post(path, data={"words": ""})
    assert empty.status_code == 422
    sent = {"words": "It hangs in the hall", "file": (io.BytesIO(b"%PDF-1.7 plan"), "plan.pdf")}
    assert browser.post(path, data=sent, headers=HTMX).status_code == 204
    assert "It hangs in the hall (Oscar" in browser.get(address(ruled)).text
    assert browser.get(address(ruled, BY_ORGANIZER, "proof")).data == b"%PDF-1.7 plan"
    assert sign_in(rosa).post(f"{path}/revocation").status_code == 403
    assert browser.post(f"{path}/revocation").status_code == 303
    assert browser.get(address(ruled, BY_ORGANIZER, "proof")).status_code == 404


def test_what_was_typed_is_kept_when_it_is_refused(sign_in: SignIn, ruled: Meeting, oscar: Person) -> None:
    sent = {"words": "It hangs in the hall", "file": (io.BytesIO(b"MZ"), "plan.exe")}
    answer = sign_in(oscar).post(address(ruled, BY_ORGANIZER, "sign-off"), data=sent)
    assert answer.status_code == 422
    assert "It hangs in the hall" in answer.text
    assert 'id="sign-off-file-error"' in answer.text


@pytest.mark.parametrize("by_htmx", [True, False])
def test_what_is_too_large_to_be_read_is_refused_beside_its_field(
    sign_in: SignIn, ruled: Meeting, oscar: Person, bob: Person, by_htmx: bool
) -> None:
    large, path = {"file": "x" * (22 << 20)}, address(ruled, BY_ORGANIZER, "sign-off")
    refused = sign_in(oscar).post(path, data=large, headers=HTMX if by_htmx else {})
    words = 'id="sign-off-file-error">A file has 20 MB at most.'
    assert (refused.status_code, words in refused.text, "<html" in refused.text) == (413, True, not by_htmx)
    assert refused.headers["HX-Retarget"] == "#dialog"
    stranger = sign_in(bob).post(path, data=large)
    assert (stranger.status_code, ruled.subject in stranger.text) == (404, False)


def test_who_may_look_but_not_sign_is_refused(sign_in: SignIn, ruled: Meeting, leo: Person) -> None:
    browser = sign_in(leo)
    assert browser.get(address(ruled, BY_ORGANIZER, "sign-off")).status_code == 403
    assert browser.post(address(ruled, BY_ORGANIZER, "exemption"), data={"words": "x"}).status_code == 403
    assert browser.get(address(ruled, BY_CHECK, "sign-off")).status_code == 403
    assert browser.get(address(ruled, "OPS-99.9", "sign-off")).status_code == 404


def test_a_clause_is_set_aside_with_a_reason(sign_in: SignIn, ruled: Meeting, olive: Person) -> None:
    path = address(ruled, BY_ORGANIZER, "exemption")
    assert sign_in(olive).post(path, data={"words": ""}).status_code == 422
    assert sign_in(olive).post(path, data={"words": "Nobody travels"}).status_code == 303
    assert "Nobody travels (Olive" in sign_in(olive).get(address(ruled) + "?state=not_applicable").text


@pytest.mark.parametrize(("format", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_the_page_as_a_file(sign_in: SignIn, ruled: Meeting, oscar: Person, format: str, begins: bytes) -> None:
    answer = sign_in(oscar).get(f"{address(ruled)}?format={format}")
    assert answer.data.startswith(begins)
    assert "attachment" in answer.headers["Content-Disposition"]
    if format == "csv":
        assert "version 1" in answer.text
        assert "Printed by Oscar" in answer.text
        assert f"\n{BY_ORGANIZER}," in answer.text


def test_no_such_file(sign_in: SignIn, ruled: Meeting, oscar: Person) -> None:
    assert sign_in(oscar).get(address(ruled) + "?format=doc").status_code == 404


def test_the_name_of_a_secret_meetings_file_is_its_number(
    sign_in: SignIn, ruled: Meeting, oscar: Person, secret: Callable[[Meeting], None]
) -> None:
    secret(ruled)
    answer = sign_in(oscar).get(address(ruled) + "?format=csv")
    assert "Hall" not in answer.headers["Content-Disposition"]


def test_as_many_statements_for_two_people_as_for_forty(
    sign_in: SignIn, ruled: Meeting, oscar: Person, add_person: Callable[..., Person], statements: Callable[..., Any]
) -> None:
    browser = sign_in(oscar)
    browser.get(address(ruled))
    with statements() as few:
        browser.get(address(ruled))
    for number in range(38):
        person = add_person(f"Guest{number}")
        db.session.add(Attendee(meeting_id=ruled.id, person_id=person.id, invited_at=clock.now()))
        commands.sign(oscar, f"OPS-6.{number + 2}", ruled, "Done") if number < 6 else None
    db.session.commit()
    with statements() as many:
        browser.get(address(ruled))
    assert len(many) == len(few)

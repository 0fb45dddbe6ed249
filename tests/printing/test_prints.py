"""Papers of a meeting: for whom, by whom, in three languages, and what a secret one does not tell."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.i18n import gettext, speaking_to
from portal.meetings.links import attendee_by_badge, badge_code
from portal.meetings.models import Meeting, Part
from portal.printing import commands
from portal.printing.models import Shape
from portal.printing.shapes import Layout
from tests.conftest import SHANGHAI
from tests.printing.conftest import read, title_of

Browse = Callable[[Person], Any]
EXPECTED = {"欧阳修", "Helen", "張偉", "Łukasz Żak"}


@pytest.fixture
def seated(meeting: Meeting, alice: Person) -> Meeting:
    plan = commands.lay_out(alice, meeting, Layout(Shape.ROWS, 2, 3), seen=None)
    commands.fill(alice, meeting, seen=plan.version)
    db.session.commit()
    return meeting


def test_a_document_comes_as_a_file_in_the_language_that_was_asked_for(
    seated: Meeting, alice: Person, sign_in: Browse
) -> None:
    address = f"/meetings/{seated.id}/prints/seating-plan.pdf?language=zh_Hant&paper=a3"
    answer = sign_in(alice).get(address)
    with speaking_to("zh_Hant", SHANGHAI):
        label = gettext("Seating plan")
    assert answer.mimetype == "application/pdf"
    assert set(read(answer.data)[0].splitlines()) >= EXPECTED
    assert b"/Lang (zh-Hant)" in answer.data
    file = unquote(answer.headers["Content-Disposition"])
    assert file == f"attachment; filename*=UTF-8''{label} · 安全生产工作会议.pdf"


def test_a_document_is_printed_for_those_who_were_chosen(seated: Meeting, alice: Person, sign_in: Browse) -> None:
    browser, address = sign_in(alice), f"/meetings/{seated.id}/prints"
    page = browser.get(address).text
    helen = next(one for one in seated.attendees if one.name == "Helen")
    assert "All who are expected (4)" in page
    department = f"department-{helen.person.department_id}"
    assert all(f'value="{who}"' in page for who in ("expected", "all", "guests", "part-chair", department))
    for who, names in (("all", EXPECTED | {"李四"}), (department, {"Helen"})):
        sheet = "\n".join(read(browser.get(f"{address}/sign-in-sheet.pdf?who={who}").data))
        assert {name for name in EXPECTED | {"李四"} if name in sheet} == names
    for wrong in ("who=part-staff", "who=nobody", "paper=a0", "language=xx"):
        assert browser.get(f"{address}/badges.pdf?{wrong}").status_code == 404
    assert browser.get(f"{address}/menu.pdf").status_code == 404


def test_a_substitute_signs_for_somebody_and_a_character_without_glyph_is_told_of(
    seated: Meeting, alice: Person, sign_in: Browse
) -> None:
    _chair, zhang, _helen, declined, _guest = seated.attendees
    zhang.substitutes = declined
    zhang.person.name = "張\U000323af偉"
    db.session.commit()
    browser = sign_in(alice)
    page = browser.get(f"/meetings/{seated.id}/prints").text
    assert "〓 is printed instead" in page
    assert zhang.name in page
    sheet = "\n".join(read(browser.get(f"/meetings/{seated.id}/prints/sign-in-sheet.pdf").data))
    assert "for 李四" in sheet
    assert "張〓偉" in sheet


def test_an_empty_meeting_has_a_sheet_to_sign_and_nothing_else(
    make_meeting: Callable[..., Meeting], alice: Person, sign_in: Browse
) -> None:
    browser, meeting = sign_in(alice), make_meeting()
    address = f"/meetings/{meeting.id}/prints"
    assert len(read(browser.get(f"{address}/sign-in-sheet.pdf").data)) == 1
    for name, words in (("badges", "Nobody is invited yet"), ("seating-plan", "no seating plan yet")):
        refused = browser.get(f"{address}/{name}.pdf")
        assert refused.status_code == 422
        assert words in refused.text


def test_the_code_on_a_badge_is_read_at_the_desk_of_its_own_meeting_only(
    app: Any, seated: Meeting, secret: Meeting
) -> None:
    attendee = seated.attendees[0]
    assert attendee_by_badge(badge_code(attendee), seated.id) == attendee
    assert attendee_by_badge(badge_code(attendee), secret.id) is None


def test_a_paper_is_for_those_who_run_the_day(
    seated: Meeting, secret: Meeting, sign_in: Browse, alice: Person, bob: Person, olive: Person, helen: Person,
    leo: Person, audrey: Person, adam: Person, add_person: Callable[..., Person],
) -> None:
    staff = add_person("Stan")
    seated.attendees[0].person_id, seated.attendees[0].part = staff.id, Part.STAFF
    db.session.commit()
    stranger = add_person("Sue")
    for person, own, hidden in (
        (alice, 200, 200), (olive, 200, 404), (staff, 200, 404), (bob, 404, 200), (helen, 403, 404), (leo, 403, 404),
        (audrey, 403, 404), (adam, 403, 404), (stranger, 404, 404),
    ):
        browser = sign_in(person)
        for meeting, answer in ((seated, own), (secret, hidden)):
            # Those who may print get papers in the other tests.
            paths = ("prints", "seating") if answer == 200 else ("prints", "seating", "prints/badges.pdf")
            got = {browser.get(f"/meetings/{meeting.id}/{path}").status_code for path in paths}
            assert got == {answer}, (person.name, meeting.id)


def test_the_file_of_a_secret_meeting_has_no_subject_in_its_name(secret: Meeting, bob: Person, sign_in: Browse) -> None:
    answer = sign_in(bob).get(f"/meetings/{secret.id}/prints/name-plates.pdf")
    assert answer.status_code == 200
    assert "S2026-001" in unquote(answer.headers["Content-Disposition"])
    assert "并购方案" not in unquote(str(answer.headers)) + title_of(answer.data)

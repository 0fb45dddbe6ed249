"""Bulletins: who issues and reads them, what they hold and leave out, and that they stay as they were."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from portal.accounts import commands as accounts
from portal.accounts.models import Role
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.core.i18n import speaking_to
from portal.meetings.models import Confidentiality
from portal.notifications.models import Notice
from portal.resolutions.models import Resolution
from portal.supervision import bulletins
from portal.supervision.models import Bulletin
from portal.supervision.periods import Period
from tests.conftest import HTMX, SHANGHAI, at
from tests.printing.conftest import read

START = date(2026, 11, 23)
PERIOD = Period(START, date(2026, 12, 31))
NEW = "/resolutions/bulletins/new?from=2026-11-23&until=2026-12-31"
LATER = at(12, days=20)


@pytest.fixture
def late(make_resolution) -> Resolution:
    """Due after a week, and late by 13 days when bulletins are issued."""
    return make_resolution(due_on=START + timedelta(days=7), text="粉刷大厅 Paint the hall")


@pytest.fixture
def issue(sue) -> Callable[..., Bulletin]:
    def issue(**values: Any) -> Bulletin:
        with clock.standing_at(LATER):
            made = bulletins.issue(values.pop("actor", sue), values.pop("period", PERIOD), **values)
            db.session.commit()
        return made

    return issue


def test_it_is_numbered_and_told_to_leaders_and_heads(issue, late, helen, leo, alice, olive):
    first, second = issue(words="请各部门抓紧"), issue(department_id=late.department_id)
    assert (first.number, second.number) == ("DB-2026-001", "DB-2026-002")
    told = db.session.scalars(select(Notice).where(Notice.kind == "bulletin.issued")).all()
    assert sorted(notice.recipient.name for notice in told) == ["Helen", "Helen", "Leo", "Leo"]
    assert "1 overdue" in told[0].body
    assert "请各部门抓紧" in told[0].body


def test_one_of_a_department_is_told_and_shown_to_its_own_heads_only(issue, late, add_person, sign_in, helen):
    garden = accounts.add_department(None, "Garden")
    gerd = add_person("Gerd", Role.DEPARTMENT_HEAD, department=garden)
    made = issue(department_id=late.department_id)
    address = f"/resolutions/bulletins/{made.id}"
    assert sign_in(helen).get(address).status_code == 200
    for tail in ("", ".pdf", ".xlsx"):
        assert sign_in(gerd).get(address + tail).status_code == 404
    assert made.number not in sign_in(gerd).get("/resolutions/bulletins").text
    assert made.number in sign_in(helen).get("/resolutions/bulletins").text


def test_it_names_what_is_late_with_both_dates_and_the_last_report(issue, late, report):
    report(late, percent=40)
    item = issue().content["late"][0]
    assert item == {
        "id": late.id, "number": late.number, "heading": "粉刷大厅 Paint the hall", "department": "Works",
        "owner": "Alice", "original_due_on": "2026-11-30", "due_on": "2026-11-30", "days_late": 13,
        "is_done": False, "last_report_at": "2026-11-23T00:00:00+00:00",
    }


def test_what_is_confidential_is_neither_counted_nor_named(issue, late, meeting, sue, sign_in):
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    made = issue()
    assert (made.content["lines"], made.content["late"], made.content["leaves_out"]) == ([], [], True)
    assert "Confidential resolutions are not counted" in sign_in(sue).get(f"/resolutions/bulletins/{made.id}").text


def test_it_stays_as_it_was_issued(issue, late, close, sue, sign_in):
    made = issue()
    browser, address = sign_in(sue), f"/resolutions/bulletins/{made.id}"
    before = browser.get(address).text.partition('id="bulletin"')[2]
    close(late)
    late.text = "Something else"
    db.session.commit()
    after = browser.get(address).text.partition('id="bulletin"')[2]
    assert after == before
    assert "Paint the hall" in after


@pytest.mark.parametrize("change", ["words", "gone"])
def test_the_database_refuses_to_change_it(issue, change):
    made = issue()
    if change == "gone":
        db.session.delete(made)
    else:
        made.words = "Another word"
    with pytest.raises(DatabaseError, match="record_is_final"):
        db.session.flush()
    db.session.rollback()


def test_what_becomes_secret_later_is_withheld_from_those_who_may_not_know(issue, late, meeting, sue, helen, sign_in):
    made = issue()
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    address = f"/resolutions/bulletins/{made.id}"
    assert "Paint the hall" in sign_in(helen).get(address).text
    assert "Paint the hall" not in sign_in(sue).get(address).text
    assert "Paint the hall" not in " ".join(read(sign_in(sue).get(f"{address}.pdf").data))


@pytest.mark.parametrize("who", ["olive", "helen", "audrey", "adam"])
def test_others_than_supervisors_and_leaders_issue_none(request, issue, sign_in, who):
    actor = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        issue(actor=actor)
    assert sign_in(actor).get(NEW).status_code == 403
    assert sign_in(actor).post(NEW).status_code == 403


def test_strangers_read_none(issue, sign_in, bob):
    made = issue()
    assert sign_in(bob).get("/resolutions/bulletins").status_code == 403
    assert sign_in(bob).get(f"/resolutions/bulletins/{made.id}").status_code == 404


def test_a_period_that_has_not_begun_has_none(issue):
    with pytest.raises(DomainError, match="not begun"):
        issue(period=Period(date(2027, 1, 1), date(2027, 1, 31)))


def test_it_is_issued_from_its_preview(late, sue, sign_in):
    with clock.standing_at(LATER):
        browser = sign_in(sue)
        preview = browser.get(NEW).text
        assert "Paint the hall" in preview
        answer = browser.post(NEW, data={"words": "Hurry up", "seen": seen_in(preview)})
        assert answer.status_code == 303
        shown = browser.get(answer.location).text
        assert "Hurry up" in shown
        assert "DB-2026-001" in shown


def test_figures_that_have_changed_since_they_were_read_are_read_again(late, close, sue, sign_in):
    with clock.standing_at(LATER):
        browser = sign_in(sue)
        old = seen_in(browser.get(NEW).text)
        close(late)
        answer = browser.post(NEW, data={"words": "Hurry up", "seen": old}, headers=HTMX)
        assert answer.status_code == 422
        assert "have changed since you read them" in answer.text
        assert "Hurry up" in answer.text
        assert "<html" not in answer.text
        assert seen_in(answer.text) != old
    assert db.session.scalars(select(Bulletin)).all() == []


def seen_in(text: str) -> str:
    """What the preview's form holds of the figures."""
    return text.partition('name="seen" type="hidden" value="')[2].partition('"')[0]


def test_words_that_are_too_long_are_kept_and_refused(sue, sign_in):
    answer = sign_in(sue).post(NEW, data={"words": "x" * 5001, "seen": ""})
    assert answer.status_code == 422
    assert "x" * 5001 in answer.text
    assert "At most 5000 characters" in answer.text


def test_the_paper_says_it_in_the_readers_language(issue, late, sue, sign_in):
    made = issue(words="请各部门抓紧。\n" * 60)
    pages = read(sign_in(sue).get(f"/resolutions/bulletins/{made.id}.pdf").data)
    assert len(pages) > 1
    text = "\n".join(pages)
    for words in ("Bulletin on resolutions", "DB-2026-001", "请各部门抓紧", "粉刷大厅", "Original date", "Score ="):
        assert words in text, words


def test_the_spreadsheet_holds_figures_and_what_is_late(issue, late, sue, sign_in):
    made = issue()
    with speaking_to("en", SHANGHAI):
        content = sign_in(sue).get(f"/resolutions/bulletins/{made.id}.xlsx").data
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Bulletin", "Figures", "What is late"]
    figures, items = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names[1:])
    assert [row[:7] for row in figures[1:]] == [
        ["Works", "Original date", 0, 1, 0, 0, 1], ["Works", "Extended date", 0, 1, 0, 0, 1]
    ]
    assert items[1][1] == "粉刷大厅 Paint the hall"
    assert items[1][4:7] == [date(2026, 11, 30), date(2026, 11, 30), 13]


@pytest.mark.parametrize("address", [NEW, "/resolutions/bulletins", "/resolutions/bulletins/1"])
def test_a_page_takes_as_many_statements_however_much_there_is(
    make_resolution, issue, late, sign_in, statements, sue, address
):
    with clock.standing_at(LATER):
        issue()
        browser, counts = sign_in(sue), []
        browser.get(address)
        for _ in range(2):
            with statements() as seen:
                assert browser.get(address).status_code == 200
            counts.append(len(seen))
            for days in (8, 9, 10):
                make_resolution(due_on=START + timedelta(days=days + 13))
            issue()
    assert counts[0] == counts[1]

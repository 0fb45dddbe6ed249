"""The week's page: what it shows to whom, what it keeps, what it refuses; reminders; and the counts on My day."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from portal.accounts.models import Department
from portal.core import clock
from portal.core.db import db
from portal.notifications.models import Notice
from portal.resolutions import nodes, reminding, reporting, structure
from portal.resolutions.models import ProgressReport, Resolution, Rhythm
from portal.resolutions.report_versions import version_of
from portal.resolutions.week import rows_for
from portal.resolutions.week_forms import RowForm
from tests.conftest import HTMX, at
from tests.resolutions.conftest import TODAY

FAR = date(2026, 12, 31)
SUNDAY = date(2026, 11, 29)


@pytest.fixture
def due(make_resolution, helen):
    """Three resolutions of the Works that are due this week."""
    return [make_resolution(text=f"Number {number}", due_on=SUNDAY) for number in (1, 2, 3)]


def headings(actor):
    return [row.resolution.heading for row in rows_for(actor)]


def sent(app, actor, **changes):
    """What a browser sends of the page: every row as it was shown, but for the changes (`row number__field`)."""
    data = {"row": []}
    with app.test_request_context():
        for number, row in enumerate(rows_for(actor), 1):
            form = RowForm.new(row)
            data["row"].append(str(row.resolution.id))
            for field in form:
                value = changes.pop(f"row{number}__{field.short_name}", field.data)
                if value is not None and value is not False:
                    data[field.name] = str(value)
    assert not changes
    db.session.rollback()
    return data


def reports():
    return db.session.scalars(select(ProgressReport).order_by(ProgressReport.id)).all()


# --- What is on it ---


def test_it_holds_what_is_late_due_or_to_be_reported_on(make_resolution, helen, alice, held):
    make_resolution(text="Due on Sunday", due_on=SUNDAY)
    make_resolution(text="Due on Monday", due_on=SUNDAY + timedelta(days=1))
    make_resolution(text="Weekly", rhythm=Rhythm.WEEKLY, due_on=FAR).report_by = SUNDAY
    db.session.commit()
    with clock.standing_at(at(8, days=-3)):
        make_resolution(text="Late", due_on=TODAY - timedelta(days=1))
    assert headings(helen) == headings(alice) == ["Late", "Due on Sunday", "Weekly"]


def test_it_holds_nothing_that_is_paused_done_or_not_issued(due, make_resolution, helen, sue, report):
    nodes.pause(sue, due[0], "No paint")
    report(due[1], actor=helen, percent=100)
    make_resolution(text="Not issued", due_on=SUNDAY, at_once=False)
    assert headings(helen) == ["Number 3"]


def test_what_is_reported_on_today_comes_back_while_it_is_due(due, helen, report):
    report(due[0], actor=helen)
    assert headings(helen) == ["Number 2", "Number 3"]
    with clock.standing_at(at(8, days=1)):
        assert headings(helen) == ["Number 1", "Number 2", "Number 3"]


def test_drafts_come_first_and_only_to_who_signs(due, make_resolution, report, helen, alice):
    far = make_resolution(text="Far", due_on=FAR)
    for resolution in (due[1], far):
        report(resolution)
    assert headings(helen) == ["Number 2", "Far", "Number 1", "Number 3"]
    assert headings(alice) == ["Number 1", "Number 3"]


@pytest.mark.parametrize("name", ["carl", "oscar", "sue", "leo"])
def test_who_neither_owns_nor_heads_has_nothing(sign_in, request, due, name):
    page = sign_in(request.getfixturevalue(name)).get("/resolutions/week").text
    assert "Nothing waits for you this week." in page
    assert "Number 1" not in page


def test_the_page_shows_facts_of_each_row(sign_in, helen, due, report):
    with clock.standing_at(at(8, days=-1)):
        report(due[0], actor=helen, percent=20, done="Scaffold is up")
    page = sign_in(helen).get("/resolutions/week").text
    for words in ("Number 1", f'href="/resolutions/{due[0].id}"', "Alice", "Nov 29, 2026", "20%", "Scaffold is up"):
        assert words in page


def test_it_takes_a_constant_number_of_statements(sign_in, helen, due, report, make_resolution, statements):
    report(due[0])
    browser = sign_in(helen)
    with statements() as for_few:
        browser.get("/resolutions/week")
    for number in range(8):
        made = make_resolution(text=f"More {number}", due_on=SUNDAY)
        with clock.standing_at(at(8, days=-1)):
            report(made, actor=helen, percent=number)
    report(due[1])
    with statements() as for_many:
        browser.get("/resolutions/week")
    assert len(for_many) == len(for_few)


# --- What it keeps ---


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_all_that_is_filled_in_is_kept_and_empty_rows_are_passed_over(sign_in, app, helen, due, headers):
    data = sent(app, helen, row1__done="Begun", row1__percent=10, row1__problems="Rain", row3__nothing_new="y")
    answer = sign_in(helen).post("/resolutions/week", data=data, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    assert [(made.resolution.heading, made.percent, made.is_unchanged, made.problems) for made in reports()] == [
        ("Number 1", 10, False, "Rain"), ("Number 3", 0, True, ""),
    ]
    assert all(made.signed_by == helen for made in reports())


def test_an_equals_sign_says_that_nothing_has_changed(sign_in, app, helen, due):
    sign_in(helen).post("/resolutions/week", data=sent(app, helen, row2__done="="))
    (made,) = reports()
    assert (made.resolution.heading, made.is_unchanged) == ("Number 2", True)


def test_a_draft_is_signed_as_it_is_or_changed_and_signed(sign_in, app, helen, alice, due, report):
    report(due[0], done="As it is")
    report(due[1], done="To be changed")
    data = sent(app, helen, row1__sign="y", row2__sign="y", row2__done="Changed")
    assert sign_in(helen).post("/resolutions/week", data=data).status_code == 303
    assert [(made.done, made.reporter, made.signed_by) for made in reports()] == [
        ("As it is", alice, helen), ("Changed", alice, helen),
    ]


def test_what_an_owner_writes_waits_for_the_head(sign_in, app, alice, due):
    sign_in(alice).post("/resolutions/week", data=sent(app, alice, row1__done="Begun"))
    assert [(made.reporter, made.signed_at) for made in reports()] == [(alice, None)]


# --- What it refuses ---


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"row1__percent": "101"}, "from 0 to 100"), ({"row1__percent": "half"}, "whole number|integer"),
        ({"row1__percent": "30"}, "Please say what was done."),
        ({"row1__done": "Begun", "row1__nothing_new": "y"}, "but wrote something"),
    ],
)
def test_one_bad_row_keeps_all_back_and_nothing_is_lost(sign_in, app, helen, due, headers, change, words):
    data = sent(app, helen, row2__done="The good one", row2__percent=15, **change)
    answer = sign_in(helen).post("/resolutions/week", data=data, headers=headers)
    assert answer.status_code == 422
    assert any(word in answer.text for word in words.split("|"))
    assert "The good one</textarea>" in answer.text
    assert 'value="15"' in answer.text
    assert answer.text.count("week-refused") == 1
    assert reports() == []


def test_a_changed_draft_is_not_signed_by_the_way(sign_in, app, helen, due, report):
    report(due[0], done="Alice's words")
    answer = sign_in(helen).post("/resolutions/week", data=sent(app, helen, row1__done="Helen's words"))
    assert answer.status_code == 422
    assert "Tick this" in answer.text
    assert [made.done for made in reports()] == ["Alice's words"]


def test_nothing_filled_in_is_nothing_kept(sign_in, app, helen, due):
    answer = sign_in(helen).post("/resolutions/week", data=sent(app, helen))
    assert answer.status_code == 422
    assert "No row is filled in" in answer.text


def test_what_somebody_reported_meanwhile_is_shown_beside_what_was_typed(sign_in, app, helen, due, report):
    data = sent(app, helen, row1__done="Mine", row2__done="Good")
    report(due[0], percent=45, done="Alice's words")
    browser = sign_in(helen)
    answer = browser.post("/resolutions/week", data=data)
    assert answer.status_code == 422
    assert "Meanwhile Alice has reported 45%: “Alice&#39;s words”" in answer.text
    assert "Mine</textarea>" in answer.text
    assert "Good</textarea>" in answer.text
    assert [made.done for made in reports()] == ["Alice's words"]
    # Whoever has seen both may let theirs stand.
    name, version = f"row{due[0].id}-seen", version_of(reports()[0])
    assert f'name="{name}" type="hidden" value="{version}"' in answer.text
    data |= {name: version, f"row{due[0].id}-sign": "y"}
    assert browser.post("/resolutions/week", data=data).status_code == 303
    assert [made.done for made in reports()] == ["Mine", "Good"]


def test_a_draft_that_changed_is_not_signed_unseen(sign_in, app, helen, due, report):
    report(due[0], done="First words")
    data = sent(app, helen, row1__sign="y")
    report(due[0], done="Other words")
    answer = sign_in(helen).post("/resolutions/week", data=data)
    assert answer.status_code == 422
    assert "Other words</textarea>" in answer.text
    assert reports()[0].signed_at is None


def test_what_ended_meanwhile_is_refused_beside_its_row(sign_in, app, helen, due, sue):
    data = sent(app, helen, row1__done="Too late", row2__done="Good")
    nodes.withdraw(sue, due[0], "Not needed")
    db.session.commit()
    answer = sign_in(helen).post("/resolutions/week", data=data)
    assert answer.status_code == 422
    assert "was withdrawn" in answer.text
    assert "Too late</textarea>" in answer.text
    assert reports() == []


@pytest.mark.parametrize(("name", "knows"), [("bob", False), ("tom", True)])
def test_others_report_nothing_by_it_and_learn_nothing(sign_in, app, request, helen, due, name, knows):
    data = sent(app, helen, row1__done="Not mine")
    answer = sign_in(request.getfixturevalue(name)).post("/resolutions/week", data=data)
    assert (answer.status_code, reports()) == (422, [])
    assert "You do not have the right" in answer.text
    assert ("Number 1" in answer.text) is knows
    assert "Number 2" not in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_what_is_handed_over_while_one_types_is_refused_beside_its_row(
    sign_in, app, helen, olive, bob, due, add_person, headers
):
    stores = Department(name="Stores")
    stan = add_person("Stan", department=stores)
    data = sent(app, helen, row1__done="Too late", row2__done="The good one")
    structure.hand_over(olive, due[0], stan.id)
    db.session.commit()
    browser = sign_in(helen)
    answer = browser.post("/resolutions/week", data=data, headers=headers)
    assert (answer.status_code, reports()) == (422, [])
    assert answer.text.count("week-refused") == 1
    assert "Too late</textarea>" in answer.text
    assert "Number 1" not in answer.text
    # Its row is not sent again, so that the others are kept.
    assert f'name="row" value="{due[0].id}"' not in answer.text
    data["row"].remove(str(due[0].id))
    assert browser.post("/resolutions/week", data=data).status_code == 303
    assert [made.done for made in reports()] == ["The good one"]


def test_a_second_click_finds_everything_kept(sign_in, app, helen, due, report):
    report(due[1], done="Alice's words")
    browser = sign_in(helen)
    data = sent(app, helen, row1__sign="y", row2__done="Begun", row3__nothing_new="y")
    for _click in range(2):
        assert browser.post("/resolutions/week", data=data).status_code == 303
    assert [made.done for made in reports()] == ["Alice's words", "Begun", ""]


# --- My day ---


def test_my_day_counts_what_waits_and_leads_to_it(sign_in, helen, alice, due, report):
    report(due[0])
    page = sign_in(helen).get("/my-day").text
    assert "One report waits for your signature" in page
    assert "2 reports to write this week" in page
    assert 'href="/resolutions/week"' in page
    assert "waits for your signature" not in sign_in(alice).get("/my-day").text


# --- Reminders ---


def reminders():
    return db.session.scalars(select(Notice).where(Notice.kind == reminding.KIND).order_by(Notice.id)).all()


@pytest.fixture
def expected(make_resolution, helen, carl):
    """Reports of Alice's due on Friday and on Monday, one of Carl's on Monday."""
    made = [
        make_resolution(text=text, due_on=FAR, owner_id=owner.id) if owner else make_resolution(text=text, due_on=FAR)
        for text, owner in (("Friday's", None), ("Monday's", None), ("Carl's", carl))
    ]
    for one, days in zip(made, (4, 7, 7), strict=True):
        one.report_by = TODAY + timedelta(days=days)
    db.session.commit()
    return made


def test_owners_are_reminded_once_on_the_working_day_before(expected):
    with clock.standing_at(at(9, days=2)):
        assert reminding.remind() == 0
    with clock.standing_at(at(9, days=4)):  # Friday
        assert reminding.remind() == 2
        assert reminding.remind() == 0
    db.session.commit()
    assert [(notice.recipient.name, "Monday's" in notice.body) for notice in reminders()] == [
        ("Alice", True), ("Carl", False),
    ]


def test_one_notice_lists_all_and_leads_to_the_page(expected, alice, sign_in):
    expected[1].report_by = expected[0].report_by
    db.session.commit()
    with clock.standing_at(at(9, days=3)):
        assert reminding.remind() == 1
    db.session.commit()
    (notice,) = reminders()
    assert notice.subject == "2 reports are expected of you"
    assert all(words in notice.body for words in ("Friday's", "Monday's", "/resolutions/week"))
    assert sign_in(alice).post(f"/inbox/{notice.id}/opening").location == "/resolutions/week"


@pytest.mark.parametrize("moment", [at(9, days=5), at(9, days=6), at(7, days=4), at(18, days=4)])
def test_it_is_quiet_on_free_days_and_at_night(expected, moment):
    with clock.standing_at(moment):
        assert reminding.remind() == 0


def test_before_the_national_day_one_is_reminded_of_what_comes_after_it(expected):
    expected[0].report_by, expected[0].due_on = date(2026, 10, 5), FAR
    with clock.standing_at(at(9, days=-54)):  # 30 September
        assert reminding.remind() == 1
    with clock.standing_at(at(9, days=-53)):
        assert reminding.remind() == 0


def test_nobody_is_reminded_of_what_waits_or_is_paused(expected, report, helen, sue, alice):
    report(expected[1])
    nodes.pause(sue, expected[2], "No paint")
    db.session.get(Resolution, expected[1].id).report_by = expected[1].report_by
    db.session.commit()
    with clock.standing_at(at(9, days=4)):
        assert reminding.remind() == 0


def test_a_report_of_the_owners_ends_the_reminding(expected, helen):
    reporting.report_nothing_new(helen, expected[2])
    assert expected[2].report_by is None


def test_several_workers_remind_nobody_twice(app, expected):
    workers = 4
    start = Barrier(workers, timeout=30)
    db.session.remove()

    def work():
        with app.app_context():
            start.wait()
            count = reminding.remind()
            db.session.commit()
            return count

    with clock.standing_at(at(9, days=4)), ThreadPoolExecutor(workers) as pool:
        going = [pool.submit(copy_context().run, work) for _ in range(workers)]
        assert sum(one.result() for one in going) == 2
    assert sorted(notice.recipient.name for notice in reminders()) == ["Alice", "Carl"]

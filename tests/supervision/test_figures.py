"""Figures of departments: what counts as what on both dates, who may read them, and that the sums add up."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts import commands as accounts
from portal.accounts.models import Role
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Confidentiality
from portal.resolutions import nodes, structure
from portal.resolutions.models import Node, Resolution, Rhythm
from portal.resolutions.today import house_day, today
from portal.supervision import delays, figures, periods
from portal.supervision.figures import Basis, Figures, Scope, What
from portal.supervision.periods import Period
from tests.conftest import at

START = date(2026, 11, 23)
PERIOD = Period(START, date(2026, 12, 31))
ADDRESS = "/resolutions/figures?from=2026-11-23&until=2026-12-31"


def day(days: int) -> date:
    return START + timedelta(days=days)


@pytest.fixture
def until_closed(report, olive, sue) -> Callable[..., None]:
    """Let Alice report it done on one day, Olive review and Sue close it so many days later."""

    def until_closed(resolution: Resolution, reported: int, closed: int) -> None:
        with clock.standing_at(at(12, days=reported)):
            report(resolution, percent=100)
        with clock.standing_at(at(12, days=closed)):
            nodes.review(olive, resolution)
            nodes.close(sue, resolution)
            db.session.commit()

    return until_closed


@pytest.fixture
def extend(alice, sue) -> Callable[[Resolution, int], None]:
    """Let Alice ask today for so many days from the start on, and Sue grant it."""

    def extend(resolution: Resolution, days: int) -> None:
        asked = delays.ask(alice, resolution, new_due_on=day(days), reason="Rain", progress="Walls are done")
        delays.decide(sue, asked, is_granted=True)
        db.session.commit()

    return extend


def counted(scope: Scope) -> tuple[Figures, Figures]:
    everything = figures.total(figures.lines(scope), "")
    return everything.original, everything.extended


def what_is(found: Figures) -> str:
    """What the only resolution counts as."""
    counts = found._asdict()
    return next((name for name in ("on_time", "late", "overdue", "running", "paused") if counts[name]), "")


@pytest.fixture
def histories(until_closed, extend, report, sue, oscar, make_resolution) -> dict[str, Callable[[Resolution], None]]:
    """What can happen to a resolution that is due after a week."""

    def reopened(resolution):
        until_closed(resolution, 3, 4)
        with clock.standing_at(at(12, days=5)):
            nodes.reopen(sue, resolution, "The roof leaks")

    def reported_only(resolution):
        with clock.standing_at(at(12, days=7)):
            report(resolution, percent=100)

    def extended_then_done(resolution):
        extend(resolution, 14)
        until_closed(resolution, 10, 11)

    return {
        "in time, closed later": lambda one: until_closed(one, 7, 12),
        "a day late": lambda one: until_closed(one, 8, 9),
        "between both dates": extended_then_done,
        "nothing": lambda one: None,
        "waits for review": reported_only,
        "reopened": reopened,
        "paused": lambda one: nodes.pause(sue, one, "No money"),
        "withdrawn": lambda one: nodes.withdraw(sue, one, "Not needed"),
        "merged": lambda one: structure.merge(oscar, one, make_resolution(due_on=date(2027, 3, 1))),
    }


@pytest.mark.parametrize(
    ("history", "original", "extended"),
    [
        ("in time, closed later", "on_time", "on_time"),
        ("a day late", "late", "late"),
        ("between both dates", "late", "on_time"),
        ("nothing", "overdue", "overdue"),
        ("waits for review", "running", "running"),
        ("reopened", "overdue", "overdue"),
        ("paused", "paused", "paused"),
        ("withdrawn", "", ""),
        ("merged", "", ""),
    ],
)
def test_each_history_counts_as_one_thing_on_each_date(make_resolution, histories, leo, history, original, extended):
    histories[history](make_resolution(due_on=day(7)))
    with clock.standing_at(at(12, days=20)):
        found = counted(figures.scope_for(leo, PERIOD))
    assert tuple(map(what_is, found)) == (original, extended)
    assert [one.due for one in found] == [int(what not in ("", "paused")) for what in (original, extended)]


def test_scores_and_averages_are_those_of_a_calculation_by_hand(make_resolution, until_closed, extend, leo):
    in_time, late, extended, _overdue, _running = (
        make_resolution(due_on=day(due)) for due in (7, 7, 7, 10, 30)
    )
    extend(extended, 14)
    until_closed(in_time, 5, 6)
    until_closed(late, 9, 12)
    until_closed(extended, 13, 14)
    with clock.standing_at(at(12, days=20)):
        original, by_extended = counted(figures.scope_for(leo, PERIOD))
    # Issued on day 0 at 8 o'clock, closed at 12 on days 6, 12 and 14.
    assert (original.score, by_extended.score) == (25, 50)
    assert (original.days_to_close, by_extended.days_to_close) == (10.8, 10.8)
    # Late by 2 and by 6 days, and overdue for 10.
    assert (original.average_days_late, by_extended.average_days_late) == (6.0, 6.0)
    assert original[:5] == (5, 1, 2, 1, 1)
    assert by_extended[:5] == (5, 2, 1, 1, 1)


def test_what_is_extended_out_of_the_period_is_held_to_its_original_date_only(make_resolution, extend, leo):
    extend(make_resolution(due_on=day(7)), 50)
    found = figures.lines(figures.scope_for(leo, PERIOD))
    assert [(line.original.due, line.extended.due, line.postponed) for line in found] == [(1, 0, 1)]


def test_a_report_is_missed_from_the_day_after_it_was_due(make_resolution, leo):
    make_resolution(rhythm=Rhythm.WEEKLY, due_on=day(30))
    for days, missed in ((7, 0), (8, 1)):
        with clock.standing_at(at(0, 5, days=days)):
            found = figures.lines(figures.scope_for(leo, PERIOD))
            assert [line.missed for line in found] == [missed]


def test_what_has_not_been_issued_is_not_counted(make_resolution, leo):
    make_resolution(due_on=day(7), at_once=False)
    assert figures.lines(figures.scope_for(leo, PERIOD)) == []


def test_a_report_counts_by_the_organisations_day(make_resolution, report, leo):
    for minute in (-1, 1):
        with clock.standing_at(at(0, days=8) + timedelta(minutes=minute)):
            report(make_resolution(due_on=day(8 - 1) if minute < 0 else day(8)), percent=100)
    with clock.standing_at(at(12, days=20)):
        original, _extended = counted(figures.scope_for(leo, PERIOD))
    assert (original.running, original.overdue) == (2, 0)


HISTORY = st.fixed_dictionaries({
    "due": st.integers(-20, 20), "longer": st.integers(0, 20), "reported": st.none() | st.integers(-30, 0),
    "is_closed": st.booleans(), "is_paused": st.booleans(), "is_withdrawn": st.booleans(),
})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(HISTORY, min_size=3, max_size=3))
def test_the_sums_add_up_whatever_happened(app, three, oscar, leo, drawn):
    for resolution, history in zip(three, drawn, strict=True):
        _let_happen(resolution, oscar, **history)
    db.session.flush()
    period = Period(START - timedelta(days=15), START + timedelta(days=15))
    for basis, found in zip(Basis, counted(figures.scope_for(leo, period)), strict=True):
        assert found.due == found.on_time + found.late + found.overdue + found.running
        expected = [_expected(one, basis) for one in three if _is_within(one, basis, period)]
        assert {what: getattr(found, what) for what in map(str, list(What)[1:6])} == {
            str(what): expected.count(what) for what in list(What)[1:6]
        }
    db.session.rollback()


@pytest.fixture
def three(make_resolution) -> list[Resolution]:
    """Issued without the trigger's eye on their original date: it is changed again and again."""
    return [make_resolution(at_once=False) for _ in range(3)]


def _let_happen(resolution, somebody, due, longer, reported, is_closed, is_paused, is_withdrawn):
    is_closed = is_closed and reported is not None and not is_withdrawn
    resolution.original_due_on, resolution.due_on = day(due), day(due + longer)
    resolution.extensions, resolution.percent, resolution.issued_at = min(longer, 1), 100, at(8, days=-40)
    resolution.node = Node.CLOSED if is_closed else Node.WORKED_ON
    resolution.reported_at = None if reported is None else at(12, days=reported)
    resolution.reviewed_at, resolution.reviewed_by = (clock.now(), somebody) if is_closed else (None, None)
    resolution.closed_at, resolution.closed_by = (clock.now(), somebody) if is_closed else (None, None)
    resolution.withdrawn_at = clock.now() if is_withdrawn else None
    is_paused = is_paused and not is_closed and not is_withdrawn
    resolution.paused_at, resolution.pause_reason = (clock.now(), "Budget") if is_paused else (None, "")


def _is_within(resolution, basis, period):
    due = resolution.original_due_on if basis is Basis.ORIGINAL else resolution.due_on
    return resolution.withdrawn_at is None and period.first <= due <= period.last


def _expected(resolution, basis):
    due = resolution.original_due_on if basis is Basis.ORIGINAL else resolution.due_on
    in_time = resolution.reported_at is not None and house_day(resolution.reported_at) <= due
    if resolution.paused_at is not None:
        return What.PAUSED
    if resolution.closed_at is not None:
        return What.ON_TIME if in_time else What.LATE
    return What.OVERDUE if due < today() and not in_time else What.RUNNING


# --- Pages ---


def test_every_number_opens_a_list_that_is_as_long(make_resolution, until_closed, extend, sign_in, leo):
    late, extended, _open = (make_resolution(due_on=day(7), text=text) for text in ("Roof", "Hall", "Door"))
    extend(extended, 14)
    until_closed(late, 9, 10)
    with clock.standing_at(at(12, days=12)):
        found = figures.lines(figures.scope_for(leo, PERIOD))[0]
        browser = sign_in(leo)
        for basis in Basis:
            numbers = [*found.by(basis)[:6], found.missed, found.postponed]
            for what, number in zip(What, numbers, strict=True):
                answer = browser.get(f"{ADDRESS.replace('figures', 'figures/list')}&what={what}&by={basis}")
                assert answer.status_code == 200
                assert answer.text.count('<td class="what">') == number, (what, basis)


def test_heads_read_their_own_department_and_others_nothing(
    make_resolution, add_person, sign_in, alice, helen, leo, bob
):
    other = accounts.add_department(None, "Garden")
    db.session.commit()
    gardener = add_person("Gerd", Role.DEPARTMENT_HEAD, department=other)
    make_resolution(due_on=day(7))
    assert "Works" in sign_in(helen).get(ADDRESS).text
    assert "Nothing was due" in sign_in(gardener).get(ADDRESS).text
    assert sign_in(leo).get(f"{ADDRESS}&department={other.id}").text.count("Nothing was due") == 1
    for stranger in (alice, bob):
        assert sign_in(stranger).get(ADDRESS).status_code == 403
        assert sign_in(stranger).get("/resolutions/figures/list").status_code == 403


def test_what_is_secret_counts_only_for_those_who_may_see_it(make_resolution, meeting, leo, helen):
    make_resolution(due_on=day(7))
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    assert figures.lines(figures.scope_for(leo, PERIOD)) == []
    assert [line.extended.due for line in figures.lines(figures.scope_for(helen, PERIOD))] == [1]


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS.replace("figures", "figures/list")])
def test_a_page_takes_as_many_statements_however_much_was_due(
    make_resolution, sign_in, statements, leo, address, extend
):
    make_resolution(due_on=day(7))
    browser, counts = sign_in(leo), []
    browser.get(address)
    for _ in range(2):
        with statements() as seen:
            assert browser.get(address).status_code == 200
        counts.append(len(seen))
        for days in (8, 9):
            extend(make_resolution(due_on=day(days)), 20)
    assert counts[0] == counts[1]


def test_the_file_holds_both_dates_and_what_makes_no_sense_is_missing(make_resolution, sign_in, leo):
    make_resolution(due_on=day(7))
    browser = sign_in(leo)
    text = browser.get(f"{ADDRESS}&format=csv").text
    assert "Works,Original date,,1,0,0,0,1" in text
    assert "Works,Extended date,,1,0,0,0,1" in text
    for wrong in ("?from=tomorrow", "?from=0001-01-01", "/list?what=all", "/list?what=due&by=none", "?format=pdf"):
        assert browser.get(f"/resolutions/figures{wrong}").status_code == 404, wrong


def test_the_fragment_is_a_piece_of_the_page(make_resolution, sign_in, leo):
    make_resolution(due_on=day(7))
    browser = sign_in(leo)
    fragment = browser.get(ADDRESS, headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert 'id="figures"' in fragment


def test_presets_are_whole_months_quarters_and_years():
    found = [period for _name, period in periods.presets(date(2026, 1, 31))]
    assert found == [
        Period(date(2026, 1, 1), date(2026, 1, 31)), Period(date(2025, 12, 1), date(2025, 12, 31)),
        Period(date(2026, 1, 1), date(2026, 3, 31)), Period(date(2026, 1, 1), date(2026, 12, 31)),
    ]


def test_a_list_leads_to_the_board_where_that_shows_the_same(make_resolution, sign_in, leo):
    make_resolution(due_on=day(7))
    with clock.standing_at(at(12, days=12)):
        browser = sign_in(leo)
        link = "/resolutions?light=red&amp;since=2026-11-23&amp;until=2026-12-31"
        assert link in browser.get(f"{ADDRESS.replace('figures', 'figures/list')}&what=overdue&by=extended").text
        assert link not in browser.get(f"{ADDRESS.replace('figures', 'figures/list')}&what=overdue&by=original").text
        assert "Paint the hall" in browser.get(link.replace("&amp;", "&")).text

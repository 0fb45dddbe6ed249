"""Writing, reporting and closing resolutions: what is allowed, refused, told and logged."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.accounts import commands as accounts
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings import commands as meetings
from portal.notifications.models import Notice
from portal.resolutions.models import HEADING_LENGTH
from tests.conftest import at


def told(kind):
    """Who was told of that kind of thing, by name."""
    notices = db.session.scalars(select(Notice).where(Notice.kind == kind)).all()
    return sorted(notice.recipient.name for notice in notices)


def actions(resolution):
    return [entry.action for entry in log_of("resolution", resolution.id)]


# --- Writing ---


def test_a_meeting_resolves_something(make_resolution, meeting, alice, works, oscar):
    made = make_resolution(agenda_item_id=meeting.agenda[1].id)
    assert (made.meeting, made.agenda_item.title, made.department, made.owner) == (meeting, "The roof", works, alice)
    assert (made.percent, made.due_on, made.created_by, made.closed_at) == (0, date(2026, 12, 7), oscar, None)
    assert actions(made) == ["resolution.made"]


def test_two_resolutions_have_two_identities(make_resolution, meeting):
    uids = {make_resolution().uid, make_resolution().uid, meeting.uid}
    assert len(uids) == 3


def test_the_recorder_and_the_meeting_office_write_resolutions_too(make_resolution, rosa, olive):
    assert make_resolution(actor=rosa).created_by == rosa
    assert make_resolution(actor=olive).created_by == olive


@pytest.mark.parametrize("name", ["tom", "alice", "bob", "leo"])
def test_others_write_none(make_resolution, request, name):
    with pytest.raises(NotAllowed):
        make_resolution(actor=request.getfixturevalue(name))


def test_owner_and_heads_are_told_but_not_who_wrote_it(make_resolution, helen, olive, works):
    make_resolution()
    assert told("resolution.assigned") == ["Alice", "Helen"]
    make_resolution(actor=olive, owner_id=helen.id)
    assert told("resolution.assigned") == ["Alice", "Helen", "Helen"]


def test_who_gives_it_to_themselves_is_not_told(meeting, olive, works, make_resolution):
    olive.department = works
    make_resolution(actor=olive, owner_id=olive.id)
    assert told("resolution.assigned") == []


def test_the_notice_says_what_by_when_and_where_to_report(resolution):
    notice = db.session.scalars(select(Notice).where(Notice.kind == "resolution.assigned")).one()
    assert "Paint the hall" in notice.subject
    assert "2026" in notice.subject
    assert f"http://127.0.0.1:8000/resolutions/{resolution.id}" in notice.body
    assert (notice.record_kind, notice.record_id) == ("resolution", resolution.id)


def test_a_draft_resolves_nothing(make_resolution, make_booking, oscar):
    booking = make_booking(actor=oscar, starts_at=at(14), ends_at=at(15))
    with pytest.raises(DomainError, match="Send the notice"):
        make_resolution(meeting=meetings.make_meeting(oscar, booking, subject="Not announced"))


def test_a_cancelled_meeting_resolves_nothing(make_resolution, meeting, oscar):
    meetings.cancel_meeting(oscar, meeting)
    with pytest.raises(DomainError, match="cancelled"):
        make_resolution()


def test_the_owner_comes_from_the_responsible_department(make_resolution, bob):
    with pytest.raises(DomainError, match="Bob does not belong to Works") as refusal:
        make_resolution(owner_id=bob.id)
    assert refusal.value.field == "owner_id"


def test_who_has_left_owns_nothing(make_resolution, alice):
    alice.left_at = clock.now()
    with pytest.raises(DomainError, match="does not work here") as refusal:
        make_resolution()
    assert refusal.value.field == "owner_id"


@pytest.mark.parametrize(
    ("field", "words"),
    [("owner_id", "not work here"), ("department_id", "no such department"), ("agenda_item_id", "agenda")],
)
def test_what_does_not_exist_is_refused_beside_its_field(make_resolution, field, words):
    with pytest.raises(DomainError, match=words) as refusal:
        make_resolution(**{field: 999})
    assert refusal.value.field == field


def test_an_item_of_another_meetings_agenda_is_refused(make_resolution, make_booking, oscar):
    booking = make_booking(actor=oscar, starts_at=at(14), ends_at=at(15))
    other = meetings.make_meeting(oscar, booking, subject="Other", agenda=["Elsewhere"])
    with pytest.raises(DomainError, match="not on the agenda"):
        make_resolution(agenda_item_id=other.agenda[0].id)


def test_it_is_not_due_before_today(make_resolution, held):
    with pytest.raises(DomainError, match="Nov 23, 2026") as refusal:
        make_resolution(due_on=date(2026, 11, 22))
    assert refusal.value.field == "due_on"
    assert make_resolution(due_on=date(2026, 11, 23)).due_on == date(2026, 11, 23)


def test_it_is_not_due_before_the_meeting(make_resolution, meeting):
    meeting.starts_at, meeting.ends_at = at(9, days=2), at(10, days=2)
    with pytest.raises(DomainError):
        make_resolution(due_on=date(2026, 11, 24))
    make_resolution(due_on=date(2026, 11, 25))


def test_today_is_the_organisations_day_and_not_that_of_utc(make_resolution, held):
    with clock.standing_at(at(0, 30, days=1)), pytest.raises(DomainError):
        make_resolution(due_on=date(2026, 11, 23))
    with clock.standing_at(at(23, 30)):
        make_resolution(due_on=date(2026, 11, 23))


# --- Reporting ---


def test_a_report_says_how_far_it_has_come(resolution, report, alice):
    made = report(resolution, percent=60, problems="Rain", next_step="The south wall")
    assert (resolution.percent, made.reporter, made.problems, made.next_step) == (60, alice, "Rain", "The south wall")
    assert actions(resolution) == ["resolution.reported", "resolution.made"]


def test_a_later_report_may_say_less(resolution, report):
    report(resolution, percent=80)
    report(resolution, percent=40)
    assert resolution.percent == 40


def test_the_head_of_the_department_reports_too(resolution, report, helen):
    assert report(resolution, actor=helen).reporter == helen


@pytest.mark.parametrize("name", ["carl", "oscar", "rosa", "olive", "bob"])
def test_others_do_not_report(resolution, report, request, name):
    with pytest.raises(NotAllowed):
        report(resolution, actor=request.getfixturevalue(name))


def test_the_head_of_another_department_does_not_report(resolution, report, helen):
    helen.department = accounts.add_department(None, "Garden")
    with pytest.raises(NotAllowed):
        report(resolution, actor=helen)


@pytest.mark.parametrize("percent", [-1, 101])
def test_percent_is_from_0_to_100(resolution, report, percent):
    with pytest.raises(DomainError, match="from 0 to 100") as refusal:
        report(resolution, percent=percent)
    assert refusal.value.field == "percent"


def test_the_organizer_is_told_when_a_report_says_that_it_is_done(resolution, report):
    report(resolution, percent=99)
    assert told("resolution.done") == []
    report(resolution, percent=100)
    assert told("resolution.done") == ["Oscar"]


def test_an_organizer_who_reports_is_not_told(make_resolution, report, works, oscar):
    oscar.department = works
    made = make_resolution(owner_id=oscar.id)
    report(made, actor=oscar, percent=100)
    assert told("resolution.done") == []


# --- What it is called ---


def test_the_first_line_is_the_heading_cut_short_if_long(make_resolution):
    short, long = make_resolution(text="Paint the hall.\n\nIn white."), make_resolution(text="x" * 400)
    assert (short.heading, short.details) == ("Paint the hall.", "In white.")
    assert (long.heading, long.details) == ("x" * (HEADING_LENGTH - 1) + "…", "x" * 400)

"""Open items of a body: which meetings are its next, who sees and notes what, and what stays with a closed meeting."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts import commands as accounts
from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations.sending import send_notice
from portal.meetings import commands as meetings
from portal.meetings.models import Confidentiality, Meeting, MeetingKind, MeetingSeries, Part
from portal.meetings.people import invite
from portal.resolutions import nodes
from portal.resolutions.models import Resolution
from portal.supervision import carrying
from portal.supervision.models import CarryOver
from tests.conftest import HTMX, at


@pytest.fixture
def kind(meeting: Meeting) -> MeetingKind:
    """The kind that the first meeting is of."""
    kind = MeetingKind(name="Board", prefix="B")
    db.session.add(kind)
    meeting.kind = kind
    db.session.commit()
    return kind


@pytest.fixture
def make_later(oscar: Person, rosa: Person, make_booking: Callable[..., Any]) -> Callable[..., Meeting]:
    """A later meeting of Oscar's that Rosa records, announced."""

    def make(days: int = 7, **values: Any) -> Meeting:
        booking = make_booking(actor=oscar, starts_at=at(9, days=days), ends_at=at(10, days=days))
        later = meetings.make_meeting(oscar, booking, subject="Next review", agenda=["The hall"])
        for name, value in values.items():
            setattr(later, name, value)
        db.session.flush()
        invite(oscar, later, [rosa], Part.RECORDER)
        send_notice(oscar, later)
        db.session.commit()
        return later

    return make


@pytest.fixture
def later(make_later, kind) -> Meeting:
    return make_later(kind=kind)


def shown(meeting: Meeting, actor: Person) -> list[str]:
    return [item.resolution.text for item in carrying.items_of(meeting, actor)]


def address_of(meeting: Meeting, resolution: Resolution, tail: str = "") -> str:
    return f"/meetings/{meeting.id}/open-items/{resolution.id}{tail}"


def test_what_is_open_comes_before_the_next_meeting_of_the_same_kind_and_department(
    resolution, meeting, kind, make_later, oscar, works
):
    board = make_later(kind=kind)
    ordinary, of_works = make_later(8), make_later(9, kind=kind, department=works)
    assert shown(board, oscar) == ["Paint the hall"]
    assert shown(ordinary, oscar) == shown(of_works, oscar) == shown(meeting, oscar) == []


def test_what_has_ended_comes_before_no_meeting(resolution, make_resolution, later, close, sue, oscar):
    close(resolution)
    nodes.withdraw(sue, make_resolution(text="Mend the roof"), "Not needed")
    assert shown(later, oscar) == []


def test_the_dates_of_a_recurring_meeting_are_one_body_whatever_their_kind(
    resolution, meeting, kind, make_later, make_resolution, oscar
):
    series = MeetingSeries(
        uid="weekly", rule="FREQ=WEEKLY;COUNT=2", timezone="Asia/Shanghai", starts_at=at(9), minutes=60,
        created_at=clock.now(),
    )
    second, other = make_later(), make_later(8, kind=kind)
    for one, days in ((meeting, 0), (second, 7)):
        one.series, one.recurrence_id = series, at(9, days=days)
    db.session.commit()
    make_resolution(meeting=other, text="Of the other body")
    assert shown(second, oscar) == ["Paint the hall"]


def test_only_those_see_it_who_may_see_the_resolution(resolution, later, alice, helen, rosa, tom, bob):
    assert [shown(later, person) for person in (alice, helen, rosa, tom)] == [["Paint the hall"]] * 4
    assert shown(later, bob) == []


def test_what_a_secret_meeting_resolved_is_hidden_from_others_at_the_next(
    resolution, meeting, later, sign_in, oscar, olive, leo
):
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    assert [shown(later, person) for person in (oscar, olive, leo)] == [["Paint the hall"], [], []]
    assert "Paint the hall" not in sign_in(leo).get(f"/meetings/{later.id}").text


def test_the_recorder_notes_what_was_said_and_takes_it_back(resolution, later, sign_in, rosa):
    browser = sign_in(rosa)
    answer = browser.post(address_of(later, resolution), data={"words": "Half is done"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Half is done" in browser.get(f"/meetings/{later.id}").text
    browser.post(address_of(later, resolution), data={"words": "Nearly done"})
    assert [words for _one, words in carrying.carried_of(later.id)] == ["Nearly done"]
    answer = browser.post(address_of(later, resolution, "/removal"))
    assert answer.status_code == 303
    assert carrying.carried_of(later.id) == []


def test_only_who_keeps_the_record_notes(resolution, later, sign_in, alice, helen, bob, leo):
    for stranger in (bob, alice, helen):
        answer = sign_in(stranger).post(address_of(later, resolution), data={"words": "Done"})
        assert answer.status_code == 404
    assert sign_in(leo).post(address_of(later, resolution), data={"words": "Done"}).status_code == 403
    with pytest.raises(NotAllowed):
        carrying.carry_over(alice, later, resolution, "Done")
    with pytest.raises(NotAllowed):
        carrying.take_back(helen, later, resolution)
    assert db.session.query(CarryOver).count() == 0


def test_words_that_are_too_long_are_kept_and_refused(resolution, later, sign_in, rosa):
    answer = sign_in(rosa).post(address_of(later, resolution), data={"words": "x" * 1001}, headers=HTMX)
    assert answer.status_code == 422
    assert "x" * 1001 in answer.text
    assert "At most 1000 characters" in answer.text


def test_what_is_of_another_body_or_has_ended_is_refused(resolution, make_resolution, later, make_later, oscar, sue):
    with pytest.raises(DomainError, match="same body"):
        carrying.carry_over(oscar, make_later(8), resolution)
    with pytest.raises(DomainError, match="same body"):
        carrying.carry_over(oscar, later, make_resolution(meeting=later))
    nodes.withdraw(sue, resolution, "Not needed")
    with pytest.raises(DomainError, match="withdrawn"):
        carrying.carry_over(oscar, later, resolution)


def test_a_closed_meeting_keeps_what_was_noted_and_takes_nothing_more(
    resolution, make_resolution, later, oscar
):
    other = make_resolution(text="Mend the roof")
    carrying.carry_over(oscar, later, resolution, "Goes on")
    later.closed_at = clock.now()
    db.session.commit()
    assert shown(later, oscar) == ["Paint the hall"]
    for note in (carrying.carry_over, carrying.take_back):
        with pytest.raises(DomainError, match="until it is closed"):
            note(oscar, later, other)


def test_what_was_noted_stays_when_the_resolution_is_closed(resolution, later, close, oscar):
    carrying.carry_over(oscar, later, resolution, "Nearly done")
    db.session.commit()
    close(resolution)
    assert shown(later, oscar) == ["Paint the hall"]
    assert [words for _one, words in carrying.carried_of(later.id, oscar)] == ["Nearly done"]


def test_the_resolution_says_at_which_meetings_it_was_put_before(resolution, later, oscar, alice, tom):
    carrying.carry_over(oscar, later, resolution, "Half is done")
    db.session.commit()
    assert [one.words for one in carrying.put_before(resolution, oscar)] == ["Half is done"]
    # Neither was told of the later meeting.
    assert carrying.put_before(resolution, alice) == carrying.put_before(resolution, tom) == []


def test_minutes_of_an_open_meeting_name_nothing_secret(resolution, meeting, later, oscar):
    carrying.carry_over(oscar, later, resolution, "Half is done")
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    assert carrying.carried_of(later.id) == []
    assert len(carrying.carried_of(later.id, oscar)) == 1
    later.confidentiality = Confidentiality.SECRET
    db.session.commit()
    assert len(carrying.carried_of(later.id)) == 1


@pytest.mark.parametrize("address", ["/meetings/{}", "/meetings/{}/open-items"])
def test_a_page_takes_as_many_statements_however_much_is_open(
    make_resolution, resolution, later, sign_in, statements, rosa, add_person, address
):
    browser, counts = sign_in(rosa), []
    browser.get(address.format(later.id))
    for number in range(2):
        with statements() as seen:
            assert browser.get(address.format(later.id)).status_code == 200
        counts.append(len(seen))
        department = accounts.add_department(None, f"Unit {number}")
        owner = add_person(f"Owner{number}", department=department)
        for _ in range(3):
            make_resolution(department_id=department.id, owner_id=owner.id)
    assert counts[0] == counts[1]

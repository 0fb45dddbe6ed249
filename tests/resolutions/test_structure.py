"""Splitting, merging, linking and handing over resolutions."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts import commands as accounts
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.notifications.models import Notice
from portal.resolutions import commands, nodes, structure
from portal.resolutions.models import Event, Node, Resolution, ResolutionLink, Step
from tests.conftest import HTMX
from tests.resolutions.conftest import TODAY
from tests.resolutions.test_commands import told

SOON = TODAY + timedelta(days=3)


def portion(person, **values):
    return structure.Portion(**{"text": "The north wall", "owner_id": person.id, "due_on": SOON, **values})


def events(resolution):
    return db.session.scalars(select(Step.event).where(Step.resolution_id == resolution.id).order_by(Step.id)).all()


# --- Parts ---


def test_parts_inherit_where_they_come_from_and_are_issued(resolution, meeting, sue, alice, bob, make_resolution):
    whole = make_resolution(agenda_item_id=meeting.agenda[0].id)
    (part,) = structure.split(sue, whole, [portion(alice)])
    assert (part.parent, part.meeting, part.agenda_item, part.origin) == (
        whole, meeting, meeting.agenda[0], whole.origin
    )
    assert (part.node, part.department, part.owner, part.due_on) == (Node.ISSUED, whole.department, alice, SOON)
    assert events(whole)[-1] == Event.SPLIT
    assert "resolution.split" in [entry.action for entry in log_of("resolution", whole.id)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"due_on": date(2026, 12, 8)}, "parts-0-due_on"), ({"due_on": TODAY - timedelta(days=1)}, "parts-0-due_on"),
        ({"owner_id": 99999}, "parts-0-owner_id"),
    ],
)
def test_a_part_is_due_no_later_than_the_whole_and_has_an_owner(resolution, sue, alice, values, field):
    with pytest.raises(DomainError) as refusal:
        structure.split(sue, resolution, [portion(alice, **values)])
    assert refusal.value.field == field


def test_heads_split_among_their_own_people_only(resolution, helen, carl, olive, add_person, works):
    assert structure.split(helen, resolution, [portion(carl)])
    other = add_person("Otto")
    with pytest.raises(DomainError, match="belongs to no department"):
        structure.split(helen, resolution, [portion(other)])


@pytest.mark.parametrize("ended", [nodes.withdraw, "close"])
def test_what_has_ended_takes_no_parts(resolution, sue, alice, close, ended):
    if ended == "close":
        close(resolution)
    else:
        ended(sue, resolution, "Not needed")
    with pytest.raises(DomainError):
        structure.split(sue, resolution, [portion(alice)])


def test_a_part_is_not_opened_again_under_a_closed_whole(resolution, sue, alice, close):
    (part,) = structure.split(sue, resolution, [portion(alice)])
    close(part)
    close(resolution)
    with pytest.raises(DomainError, match="Open that again first"):
        nodes.reopen(sue, part, "It leaks")
    nodes.reopen(sue, resolution, "It leaks")
    nodes.reopen(sue, part, "It leaks")
    assert part.is_open


def test_the_whole_is_reviewed_after_its_parts(resolution, sue, olive, alice, report):
    (part,) = structure.split(sue, resolution, [portion(alice)])
    report(resolution, percent=100)
    with pytest.raises(DomainError, match="still open"):
        nodes.review(olive, resolution)
    nodes.withdraw(sue, part, "Done with the rest")
    nodes.review(olive, resolution)


def test_the_form_splits_and_skips_empty_rows(sign_in, sue, alice, resolution):
    browser, address = sign_in(sue), f"/resolutions/{resolution.id}/parts"
    assert browser.get(address, headers=HTMX).text.count("<legend>") == 3
    rows = {"parts-1-text": "The floor", "parts-1-owner_id": alice.id, "parts-1-due_on": "2026-12-01"}
    for number in (0, 2):
        rows |= {f"parts-{number}-text": "", f"parts-{number}-owner_id": "", f"parts-{number}-due_on": ""}
    more = browser.post(address, data={**rows, "more": "y"})
    assert more.text.count("<legend>") == 6
    assert "The floor" in more.text
    assert browser.post(address, data=rows).status_code == 303
    part = db.session.scalars(select(Resolution).where(Resolution.parent_id == resolution.id)).one()
    assert part.text == "The floor"
    page = browser.get(f"/resolutions/{resolution.id}").text
    assert f'href="/resolutions/{part.id}"' in page
    assert "Paint the hall" in browser.get(f"/resolutions/{part.id}").text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"parts-0-owner_id": ""}, "parts-0-owner_id"), ({"parts-0-due_on": ""}, "parts-0-due_on"),
        ({"parts-0-due_on": "2027-01-01"}, "parts-0-due_on"), ({"parts-0-due_on": "soon"}, "parts-0-due_on"),
    ],
)
def test_a_bad_row_is_refused_beside_its_field_and_kept(sign_in, sue, alice, resolution, change, field):
    data = {"parts-0-text": "The floor", "parts-0-owner_id": alice.id, "parts-0-due_on": "2026-12-01", **change}
    answer = sign_in(sue).post(f"/resolutions/{resolution.id}/parts", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "The floor" in answer.text


# --- Merging ---


def test_what_is_merged_ends_and_both_tell_it(sign_in, sue, alice, resolution, make_resolution):
    other = make_resolution(text="Paint everything")
    answer = sign_in(sue).post(f"/resolutions/{resolution.id}/merger", data={"other": other.number.lower()})
    assert answer.status_code == 303
    merged = db.session.get(Resolution, resolution.id)
    assert (merged.is_open, merged.merged_into_id, merged.sequence) == (False, other.id, 1)
    assert events(merged)[-1] == events(other)[-1] == Event.MERGED
    assert told("resolution.merged") == ["Alice"]
    browser = sign_in(alice)
    assert f'href="/resolutions/{other.id}"' in browser.get(f"/resolutions/{merged.id}").text
    assert f'href="/resolutions/{merged.id}"' in browser.get(f"/resolutions/{other.id}").text


def test_no_circle_comes_of_merging(sue, alice, resolution, make_resolution):
    other = make_resolution()
    with pytest.raises(DomainError, match="same resolution"):
        structure.merge(sue, resolution, resolution)
    structure.merge(sue, resolution, other)
    with pytest.raises(DomainError, match="withdrawn"):
        structure.merge(sue, other, resolution)


def test_a_whole_is_not_merged_into_what_came_of_it(sue, alice, resolution):
    (part,) = structure.split(sue, resolution, [portion(alice)])
    (crumb,) = structure.split(sue, part, [portion(alice)])
    with pytest.raises(DomainError, match="still open"):
        structure.merge(sue, resolution, part)
    nodes.withdraw(sue, part, "Split too finely")
    with pytest.raises(DomainError, match="a part of this one"):
        structure.merge(sue, resolution, crumb)
    structure.merge(sue, crumb, resolution)


def test_what_is_confidential_is_not_merged_with_what_is_not(sue, alice, works, resolution):
    hush = commands.improve(
        sue, commands.Duty(text="Hush", department_id=works.id, owner_id=alice.id, due_on=SOON), is_confidential=True
    )
    with pytest.raises(DomainError, match="confidential"):
        structure.merge(sue, hush, resolution)


# --- Links ---


def test_a_link_shows_on_both_and_is_taken_back(sign_in, sue, resolution, make_resolution):
    other, browser = make_resolution(text="Clean the hall"), sign_in(sue)
    address = f"/resolutions/{other.id}/links"
    assert browser.post(address, data={"other": resolution.number}).status_code == 303
    twice = browser.post(address, data={"other": resolution.number})
    assert twice.status_code == 422
    assert "linked already" in twice.text
    assert "Clean the hall" in browser.get(f"/resolutions/{resolution.id}").text
    assert browser.post(f"/resolutions/{resolution.id}/links/{other.id}/removal").status_code == 303
    assert db.session.scalars(select(ResolutionLink)).all() == []
    assert log_of("resolution", resolution.id)[0].action == "resolution.unlinked"


@pytest.mark.parametrize("number", ["R-1999-001", "nonsense", " "])
def test_a_number_that_one_may_not_know_is_no_number(sign_in, rosa, resolution, number):
    answer = sign_in(rosa).post(f"/resolutions/{resolution.id}/links", headers=HTMX, data={"other": number})
    assert answer.status_code == 422
    assert 'id="other-error"' in answer.text


# --- Handing over ---


@pytest.fixture
def otto(add_person):
    """Somebody of another department."""
    return add_person("Otto", department=accounts.add_department(None, "Garden"))


def test_a_new_owner_takes_it_to_their_department(resolution, sue, alice, helen, otto):
    structure.hand_over(sue, resolution, otto.id, "Alice has moved")
    db.session.commit()
    assert (resolution.owner, resolution.department, resolution.sequence) == (otto, otto.department, 1)
    step = db.session.scalars(select(Step).where(Step.event == Event.HANDED_OVER)).one()
    assert step.words == "Alice (Works) → Otto (Garden)\nAlice has moved"
    assert told("resolution.handed_over") == ["Alice", "Helen", "Otto"]


def test_heads_hand_over_within_their_department(sign_in, helen, carl, otto, resolution):
    browser, address = sign_in(helen), f"/resolutions/{resolution.id}/handover"
    page = browser.get(address).text
    assert "Carl" in page
    assert "Otto" not in page
    assert browser.post(address, data={"owner_id": otto.id}).status_code == 422
    with pytest.raises(DomainError, match="your own department"):
        structure.hand_over(helen, db.session.get(Resolution, resolution.id), otto.id)
    db.session.rollback()
    assert browser.post(address, data={"owner_id": carl.id, "words": "Alice is ill"}).status_code == 303
    assert db.session.get(Resolution, resolution.id).owner_id == carl.id


def test_who_owned_it_may_have_left(resolution, sue, alice, carl):
    alice.left_at = clock.now()
    db.session.commit()
    structure.hand_over(sue, resolution, carl.id)
    assert told("resolution.handed_over") == ["Carl"]


def test_it_is_not_handed_to_its_owner(resolution, sue, alice):
    with pytest.raises(DomainError, match="already"):
        structure.hand_over(sue, resolution, alice.id)


def test_nobody_is_told_before_it_is_issued(make_resolution, sue, carl):
    waiting = make_resolution(at_once=False)
    structure.hand_over(sue, waiting, carl.id)
    assert db.session.scalars(select(Notice)).all() == [] or told("resolution.handed_over") == []


# --- Who may ---


@pytest.mark.parametrize("page", ["handover", "parts", "merger", "links"])
def test_strangers_find_nothing_and_members_without_the_right_are_refused(
    sign_in, bob, alice, carl, sue, resolution, page
):
    address = f"/resolutions/{resolution.id}/{page}"
    for method in ("get", "post"):
        assert getattr(sign_in(bob), method)(address).status_code == 404
        assert getattr(sign_in(alice), method)(address).status_code == 403
    assert sign_in(sue).get(address).status_code == 200


def test_the_commands_insist_on_the_right_too(resolution, make_resolution, alice, carl):
    other = make_resolution()
    for command, *args in (
        (structure.split, [portion(alice)]), (structure.merge, other), (structure.link, other),
        (structure.unlink, other), (structure.hand_over, carl.id),
    ):
        with pytest.raises(NotAllowed):
            command(carl, resolution, *args)

"""Saved groups: made by hand or of a meeting, shared by the office, added in usual parts."""

import pytest

from portal.accounts.models import Role
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations.groups import add_members, change_group, delete_group, make_group, make_group_of, members_of
from portal.invitations.models import PeopleGroup
from portal.meetings.guests import Facts, add_guest
from portal.meetings.models import Part
from portal.meetings.people import change_part


def members(group):
    return [(one.person.name, one.part) for one in members_of(group)]


def test_a_group_of_a_meeting_keeps_parts_and_no_guests(gather, alice, bob, leo):
    meeting = gather(bob, leo)
    change_part(alice, meeting, meeting.attendees[0], Part.CHAIR)
    add_guest(alice, meeting, Facts("Ann"))
    group = make_group_of(alice, "Round", meeting)
    assert members(group) == [("Bob", "chair"), ("Leo", "required")]
    with pytest.raises(NotAllowed):
        make_group_of(bob, "Mine", meeting)
    with pytest.raises(DomainError, match="called “Round” already"):
        make_group(alice, " Round ", {})
    assert make_group(bob, "Round", {}).owner is bob


def test_only_the_office_shares_and_only_who_may_changes(alice, bob, olive, leo):
    group = make_group(alice, "Round", {leo.id: Part.REQUIRED})
    for actor, is_shared in ((bob, False), (olive, False), (alice, True)):
        with pytest.raises(NotAllowed):
            change_group(actor, group, name="X", is_shared=is_shared)
    shared = make_group(olive, "All heads", {leo.id: Part.OPTIONAL})
    change_group(olive, shared, name="Heads", is_shared=True)
    for command in (lambda: add_members(bob, shared, {bob.id: Part.CHAIR}), lambda: delete_group(bob, shared)):
        with pytest.raises(NotAllowed):
            command()
    delete_group(olive, shared)
    assert [one.name for one in db.session.query(PeopleGroup)] == ["Round"]


def test_groups_on_their_pages_and_in_a_meeting(sign_in, gather, alice, bob, olive, leo, add_person, statements):
    add_person("Twin1", Role.LEADER).name = add_person("Twin2").name = "Twin"
    db.session.commit()
    browser, meeting = sign_in(alice), gather()
    for people, words in (("Nemo", "Nobody here is called “Nemo”."), ("Twin", "Twin · twin1, Twin · twin2")):
        answer = browser.post("/groups/new", data={"name": "Round", "people": people, "part": "optional"})
        assert (answer.status_code, words in answer.text) == (422, True)
    made = browser.post("/groups/new", data={"name": "Round", "people": "Bob, twin1", "part": "optional"})
    page = made.location
    browser.post(f"{page}/members", data={"people": "leo", "part": "chair"})
    browser.post(f"{page}/members/{bob.id}", data={"part": "recorder"})
    group = db.session.query(PeopleGroup).one()
    assert members(group) == [("Bob", "recorder"), ("Leo", "chair"), ("Twin", "optional")]
    browser.post(f"{page}/change", data={"name": "Table", "is_shared": "y"})
    assert (group.name, group.shared_at) == ("Table", None)
    stranger = sign_in(bob)
    for method, address in (("GET", page), ("POST", f"{page}/members"), ("POST", f"{page}/deletion")):
        assert stranger.open(address, method=method).status_code == 404
    assert "Table" not in stranger.get("/groups").text
    assert sign_in(olive).post(f"/meetings/{meeting.id}/people", data={"group_id": group.id}).status_code == 404
    browser.post(f"/meetings/{meeting.id}/people", data={"group_id": group.id})
    db.session.expire_all()
    assert {(one.name, one.part) for one in meeting.attendees} == {
        ("Bob", "recorder"), ("Leo", "chair"), ("Twin", "optional")
    }
    browser.post(f"/meetings/{meeting.id}/people/group", data={"name": "Again"})
    browser.post(f"{page}/members/{leo.id}/removal")
    with statements() as made:
        assert "Again" in browser.get("/groups").text
    assert len(made) < 8
    assert "Leo" not in browser.get(page).text.partition("Members")[2].partition("Add people")[0]
    browser.post(f"{page}/deletion")
    assert db.session.query(PeopleGroup).count() == 1

"""Rules of eligibility, guests, duties, and who is told of what changes in the list of people."""

import pytest

from portal.audit.models import AuditEntry
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.invitations.eligibility import add_rule, drop_rule
from portal.invitations.models import EligibilityRule, Trait
from portal.meetings.admission import Ineligible
from portal.meetings.guests import Facts, add_guest, add_guests, change_guest
from portal.meetings.models import Guest, MeetingKind, Part
from portal.meetings.people import change_part, change_parts, invite, uninvite, uninvite_all
from portal.notifications.models import OutgoingMail
from tests.conftest import HTMX


@pytest.fixture
def kind(app):
    kind = MeetingKind(name="Board", prefix="B")
    db.session.add(kind)
    db.session.commit()
    return kind


def refused(*args, **more):
    with pytest.raises(Ineligible) as refusal:
        invite(*args, **more)
    return [f"{one.person.name}: {one.words}" for one in refusal.value.objections]


def test_rules_of_kind_and_meeting_name_themselves_and_their_reason(gather, alice, bob, helen, olive, kind):
    meeting = gather(kind=kind)
    bob.rank, helen.rank, helen.post = "7", "５ ", "Head"
    add_rule(olive, kind, trait=Trait.RANK, values=["5", "6"], reason="Section 12.")
    add_rule(alice, meeting, trait=Trait.POST, values=["Head"], part=Part.CHAIR, reason="Heads chair.")
    assert refused(alice, meeting, [alice, bob, helen]) == [
        "Alice: The rank is not known. Section 12.", "Bob: The rank “7” is none of these: 5, 6. Section 12."
    ]
    assert meeting.attendees == []
    assert [one.part for one in invite(alice, meeting, [alice], Part.STAFF)] == ["staff"]
    assert [one.waiver for one in invite(alice, meeting, [helen], Part.CHAIR)] == [""]
    assert [one.waiver for one in invite(alice, meeting, [bob], waiver=" He\nspeaks. ")] == ["He speaks."]
    said = db.session.query(AuditEntry).filter_by(action="meeting.waived").one()
    assert said.details == {"people": ["Bob"], "waiver": "He speaks."}
    with pytest.raises(Ineligible, match="The rank “7”"):
        change_part(alice, meeting, meeting.attendees[2], Part.OPTIONAL)
    change_part(alice, meeting, meeting.attendees[2], Part.STAFF)
    assert meeting.attendees[2].waiver == ""


def test_who_may_keep_rules_and_what_they_must_say(gather, alice, bob, olive, kind):
    meeting = gather(bob)
    rule = {"trait": Trait.UNIT, "values": ["Works"], "reason": "So."}
    for actor, owner in ((bob, meeting), (alice, kind), (bob, kind)):
        with pytest.raises(NotAllowed):
            add_rule(actor, owner, **rule)
    for wrong in ({"values": [" "]}, {"reason": ""}, {"reason": "x" * 301}, {"values": ["x"] * 99 + ["y" * 101]}):
        with pytest.raises(DomainError):
            add_rule(alice, meeting, **{**rule, **wrong})
    kept = add_rule(alice, meeting, **rule)
    with pytest.raises(Missing):
        drop_rule(olive, kind, kept.id)
    drop_rule(alice, meeting, kept.id)
    assert db.session.query(EligibilityRule).count() == 0


def test_the_pages_name_whom_a_rule_keeps_out_and_take_a_reason(sign_in, gather, alice, works, helen, olive, kind):
    meeting, browser = gather(kind=kind), sign_in(alice)
    page = f"/meetings/{meeting.id}"
    assert sign_in(alice).get("/eligibility").status_code == 403
    office = sign_in(olive)
    made = {"kind_id": kind.id, "trait": "post", "values": "Head\nDeputy", "reason": "Heads only."}
    assert office.post("/eligibility", data=made).status_code == 303
    assert office.post("/eligibility", data={**made, "kind_id": 999}).status_code == 404
    assert "Heads only." in office.get("/eligibility").text
    assert "of the kind" in browser.get(f"{page}/rules").text
    assert browser.post(f"{page}/rules", data={"trait": "post", "values": "", "reason": ""}).status_code == 422
    answer = browser.post(f"{page}/people", headers=HTMX, data={"department_id": works.id, "part": "optional"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#dialog")
    assert "The post is not known. Heads only." in answer.text
    assert f'name="department_id" value="{works.id}"' in answer.text
    browser.post(f"{page}/people", data={"department_id": works.id, "part": "optional", "waiver": "Deputizes."})
    db.session.expire_all()
    assert [(one.name, one.part, one.waiver) for one in meeting.attendees] == [("Helen", "optional", "Deputizes.")]
    assert "Admitted: Deputizes." in browser.get(f"{page}/people").text
    one = meeting.attendees[0].id
    assert "A rule keeps 1 person out" in browser.post(f"{page}/people/{one}", data={"part": "chair"}).text
    browser.post(f"{page}/people/{one}", data={"part": "chair", "waiver": "Again."})
    rule = db.session.query(EligibilityRule).one()
    assert office.post(f"/eligibility/{kind.id}/{rule.id}/removal").status_code == 303
    db.session.expire_all()
    assert (meeting.attendees[0].part, meeting.attendees[0].waiver) == ("chair", "Again.")


def test_guests_have_one_address_in_a_meeting_and_no_account(gather, alice, bob):
    meeting = gather(bob)
    ann = add_guest(alice, meeting, Facts(" Ann\nB. ", "ACME", "CEO", "Ann@Outside.org ", "en"), Part.SPEAKER)
    assert (ann.name, ann.unit, ann.post, ann.party.email) == ("Ann B.", "ACME", "CEO", "ann@outside.org")
    assert ann.invited_at is None
    for facts, words in (
        (Facts("Eve", email="ANN@outside.org"), "in the meeting already"), (Facts("B", email="bob@example.org"), "Bob"),
        (Facts(" "), "fill this in"), (Facts("x" * 101), "At most 100"), (Facts("Eve", email="a b@c"), "no.* e-mail"),
    ):
        with pytest.raises(DomainError, match=words):
            add_guest(alice, meeting, facts)
    assert add_guests(alice, meeting, []) == []
    ann.invited_at, version = meeting.announced_at, ann.link_version
    db.session.commit()
    change_guest(alice, meeting, ann, Facts("Ann C.", email="ann@outside.org"))
    assert (ann.link_version, ann.invited_at is None) == (version, False)
    change_guest(alice, meeting, ann, Facts("Ann C.", email="ann@new.org"))
    assert (ann.link_version, ann.invited_at) == (version + 1, None)
    uninvite(alice, meeting, ann)
    db.session.commit()
    assert db.session.query(Guest).count() == 0


def test_a_guest_is_added_and_changed_on_the_page(sign_in, alice, gather):
    meeting, browser = gather(), sign_in(alice)
    page = f"/meetings/{meeting.id}/people"
    facts = {"name": "Ann", "unit": "ACME", "email": "ann@x.org", "locale": "en", "part": "staff", "duty": "Reception"}
    assert "Add a guest" in browser.get(f"{page}/guests/new", headers=HTMX).text
    assert browser.post(f"{page}/guests/new", headers=HTMX, data=facts).status_code == 204
    again = browser.post(f"{page}/guests/new", headers=HTMX, data=facts)
    assert (again.status_code, "in the meeting already" in again.text) == (422, True)
    db.session.expire_all()
    one = meeting.attendees[0]
    assert (one.part, one.duty) == ("staff", "Reception")
    address = f"{page}/{one.id}/guest"
    assert 'value="ann@x.org"' in browser.get(address).text
    browser.post(address, data={**facts, "name": "Ann B.", "part": "observer"})
    db.session.expire_all()
    assert (one.name, one.part, one.duty) == ("Ann B.", "observer", "")
    assert browser.get(f"/meetings/{gather().id}/people/{one.id}/guest").status_code == 404


def test_changes_tell_those_affected_and_nobody_else(gather, alice, bob, leo, helen, rita, heard):
    draft = gather()
    invite(alice, draft, [bob])
    change_part(alice, draft, draft.attendees[0], Part.CHAIR)
    uninvite(alice, draft, draft.attendees[0])
    meeting = gather(bob, leo, helen, alice)
    invite(alice, meeting, [rita])
    b, _leo, h, me, r = meeting.attendees
    assert change_part(alice, meeting, b, Part.REQUIRED) is False
    assert heard("meeting.part_changed") == []
    assert change_parts(alice, meeting, [b, h, me, r], Part.STAFF, duty="Desk") == 4
    told = heard("meeting.part_changed")
    assert [name for name, _body in told] == ["Bob", "Helen"]
    assert all("Staff" in body and "Desk" in body and "Before: Required" in body for _name, body in told)
    change_part(alice, meeting, b, Part.CHAIR)
    with pytest.raises(DomainError, match="one chair"):
        change_part(alice, meeting, h, Part.CHAIR)
    with pytest.raises(DomainError, match="one chair"):
        invite(alice, gather(), [leo, rita], Part.CHAIR)
    assert uninvite_all(alice, meeting, [b, r, me]) == 3
    assert [name for name, _body in heard("meeting.withdrawn")] == ["Bob"]
    ann = add_guest(alice, meeting, Facts("Ann", email="ann@outside.org", locale="zh_Hans"))
    ann.invited_at = meeting.announced_at
    db.session.commit()
    mails = db.session.query(OutgoingMail).filter_by(address="ann@outside.org")
    change_part(alice, meeting, ann, Part.SPEAKER)
    uninvite(alice, meeting, ann)
    assert mails.count() == 2

"""The office's page: what the page asks, who is accepted or declined, who may do it, and what it costs."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from portal.answers import commands as answers
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.invitations.models import EligibilityRule, Trait
from portal.meetings.models import Answer, Attendee, Confidentiality
from portal.meetings.people import invite, uninvite
from portal.meetings.signals import meeting_veiled
from portal.notifications.models import Notice, OutsideNotice
from portal.registration import commands, vetting
from portal.registration.fields import FieldKind, asked_by
from portal.registration.models import Decision, Registrant, Registration
from tests.conftest import HTMX, NOW, at, typed


@pytest.fixture
def address(meeting):
    return f"/meetings/{meeting.id}/registration"


def people_in(meeting):
    db.session.expire_all()
    return {one.name: (one.part, one.answer) for one in meeting.attendees}


def test_the_office_sets_the_page_up_opens_it_and_closes_it(sign_in, olive, meeting, address):
    browser = sign_in(olive)
    assert "Not set up" in browser.get(address).text
    too_late = {"intro": "Welcome", "closes_at": typed(at(15, days=1)), "most": "0"}
    for values, words in ((too_late, "from 1 to 10000"), ({**too_late, "most": "9"}, "when the meeting begins")):
        answer = browser.post(address, data=values)
        assert (answer.status_code, words in answer.text, "Welcome" in answer.text) == (422, True, True)
    fine = {"intro": "Welcome", "closes_at": typed(at(12, days=1)), "most": "9", "needs_vetting": "y"}
    assert browser.post(address, data=fine).status_code == 303
    assert browser.post(f"{address}/opening").status_code == 303
    page = browser.get(address).text
    public = re.search(r'value="http://[^"]*(/register/[^"]+)"', page).group(1)
    assert "data:image/svg+xml" in page
    assert "This meeting is confidential" in page
    assert "Welcome" in browser.get(public).text
    assert browser.post(f"{address}/closing").status_code == 303
    assert "Welcome" not in browser.get(public).text
    meeting.announced_at = None
    db.session.commit()
    assert browser.post(f"{address}/opening").status_code == 422
    entries = db.session.query(AuditEntry).filter(AuditEntry.action.like("meeting.%")).order_by(AuditEntry.id)
    log = [entry.action for entry in entries]
    assert log == ["meeting.registration_set", "meeting.registration_opened", "meeting.registration_closed"]


def test_fields_are_added_changed_moved_removed_and_put_back(sign_in, alice, meeting, opened, come, address):
    registration, browser = opened(), sign_in(alice)
    for values, words in (
        ({"label": " ", "kind": "line"}, "Please fill this in."),
        ({"label": "Lunch", "kind": "choice", "choices": "One"}, "2 to 30 choices"),
        ({"label": "Lunch", "kind": "sum"}, "Not a valid choice."),
    ):
        answer = browser.post(f"{address}/fields", data=values, headers=HTMX)
        assert (answer.status_code, words in answer.text) == (422, True)
    for values in ({"label": "Lunch", "kind": "choice", "choices": "All\nNone\nAll\n", "required": "y"},
                   {"label": "Car <b>", "kind": "line"}):
        assert browser.post(f"{address}/fields", data=values).status_code == 303
    lunch, car = asked_by(registration)
    assert (lunch.choices, lunch.required, car.label) == (("All", "None"), True, "Car <b>")
    assert "a field of that name" in browser.post(f"{address}/fields", data={"label": "Lunch", "kind": "line"}).text
    browser.post(f"{address}/fields/{car.key}", data={"label": "Number plate", "kind": "line"})
    browser.post(f"{address}/fields/{car.key}/move", data={"step": "-1"})
    browser.post(f"{address}/fields/{car.key}/move", data={"step": "-1"})
    db.session.expire_all()
    assert [one.label for one in asked_by(registration)] == ["Number plate", "Lunch"]
    come(registration, "Gus", **{car.key: "AB-1", lunch.key: "All"})
    browser.post(f"{address}/fields/{lunch.key}/removal")
    page = browser.get(address).text
    assert "Removed: Lunch" in page  # what was answered stays to be read
    assert page.count("<dd class=\"as-typed\">All</dd>") == 1
    db.session.expire_all()
    assert [one.label for one in asked_by(registration)] == ["Number plate"]
    browser.post(f"{address}/fields/{lunch.key}/restoration")
    db.session.expire_all()
    assert [one.label for one in asked_by(registration)] == ["Number plate", "Lunch"]
    assert browser.post(f"{address}/fields/nonsense/removal").status_code == 404


def test_the_office_accepts_some_and_declines_one_and_all_are_told(sign_in, alice, bob, meeting, opened, come, mails):
    registration, browser = opened(), sign_in(alice)
    names = ("Ann", "Ben", "Cat", "Dan")
    ann, ben, cat, dan = (come(registration, name, confirmed=name != "Dan") for name in names)
    ours = come(registration, "Bobby")
    ours.email = bob.email
    meeting.capacity = 2
    db.session.commit()
    sent = len(mails())
    address = f"/meetings/{meeting.id}/registration"
    page = browser.get(f"{address}?state=waiting").text
    assert [name in page for name in (*names, "Bobby")] == [True, True, True, False, True]
    assert browser.post(f"{address}/acceptances", data={}).status_code == 422
    assert browser.post(f"{address}/acceptances", data={"id": [ann.id, dan.id]}).status_code == 422
    answer = browser.post(f"{address}/acceptances", data={"id": [ann.id, ben.id, ours.id]})
    assert answer.status_code == 303
    assert "3 people are accepted and told so. 1 of them waits for a seat." in browser.get(answer.location).text
    found = people_in(meeting)
    assert set(found) == {"Ann", "Ben", "Bob"}  # whose account it is, not another guest
    assert sorted(answer for _part, answer in found.values()) == [Answer.ACCEPTED, Answer.ACCEPTED, Answer.WAITING]
    assert "Decline a registration" in browser.get(f"{address}/refusals?only={cat.id}", headers=HTMX).text
    answer = browser.post(f"{address}/refusals", data={"id": cat.id, "words": "No room, sorry."}, headers=HTMX)
    assert answer.status_code == 204
    assert cat.decision == Decision.DECLINED
    kinds = sorted(kind for _to, kind, _subject in mails()[sent:])
    assert len(kinds) + db.session.query(Notice).filter_by(recipient_id=bob.id).count() == 4
    assert "No room, sorry." in db.session.query(OutsideNotice).filter_by(kind="registration.declined").one().body
    with pytest.raises(DomainError, match="Ann is in the meeting already"):
        vetting.decline(alice, meeting, [ann.id])
    assert vetting.accept(alice, meeting, [ann.id]) == []
    uninvite(alice, meeting, ann.attendee)
    assert len(vetting.accept(alice, meeting, [ann.id, cat.id])) == 2
    db.session.commit()
    entries = db.session.query(AuditEntry).filter_by(action="meeting.registrants_accepted").order_by(AuditEntry.id)
    log = [entry.details for entry in entries]
    assert [one["people"] for one in log] == [["Ann", "Ben", "Bobby"], ["Ann", "Cat"]]


def test_what_somebody_in_the_meeting_said_before_stays_or_becomes_yes(alice, bob, leo, meeting, opened, come):
    registration = opened()
    meeting.attendees += [Attendee(person=bob, invited_at=NOW), Attendee(person=leo, invited_at=NOW)]
    db.session.commit()
    answers.answer(leo, meeting, Answer.DECLINED, "Away")
    found = [come(registration, "Bobby"), come(registration, "Leon")]
    found[0].email, found[1].email = bob.email, leo.email
    db.session.commit()
    vetting.accept(alice, meeting, [one.id for one in found])
    assert people_in(meeting) == {"Bob": ("required", Answer.ACCEPTED), "Leo": ("required", Answer.ACCEPTED)}


def test_whom_a_rule_keeps_out_waits_for_the_office_which_is_told_why(alice, bob, leo, meeting, opened, come):
    bob.email, leo.email, leo.post = "bobby@else.example", "leon@else.example", "Director"
    rule = EligibilityRule(meeting_id=meeting.id, trait=Trait.POST, values=["Director"], reason="By statute.")
    db.session.add(rule)
    registration = opened(needs_vetting=False)
    kept_out, comes = come(registration, "Bobby"), come(registration, "Leon")
    assert (kept_out.decision, comes.decision) == (None, Decision.ACCEPTED)
    assert set(people_in(meeting)) == {"Leo"}
    with pytest.raises(DomainError, match="Bob cannot be added"):
        vetting.accept(alice, meeting, [kept_out.id])
    db.session.rollback()
    invite(alice, meeting, [bob], waiver="He speaks.")
    vetting.accept(alice, meeting, [kept_out.id])
    assert people_in(meeting)["Bob"] == ("required", Answer.ACCEPTED)


def test_the_list_is_a_file_with_the_own_fields(sign_in, alice, meeting, opened, come, address):
    registration = opened()
    car = commands.add_field(alice, meeting, "=Car", FieldKind.LINE)
    come(registration, "Gus", **{car.key: "=1+1"})
    come(registration, "Hal", confirmed=False)
    browser = sign_in(alice)
    rows = CalamineWorkbook.from_filelike(
        io.BytesIO(browser.get(f"{address}?format=xlsx").data)
    ).get_sheet_by_index(0).to_python()
    assert rows[0][:6] == ["Name", "Organisation", "Post", "E-mail", "=Car", "State"]
    assert rows[1][:6] == ["Gus", "Elsewhere", "", "gus@else.example", "'=1+1", "To decide"]
    assert browser.get(f"{address}?format=csv&state=unconfirmed").text.count("\n") == 2


def test_who_may_do_what(sign_in, alice, bob, olive, leo, audrey, adam, rita, meeting, opened, come, address):
    meeting.confidentiality = Confidentiality.INTERNAL
    registration = opened()
    field = commands.add_field(alice, meeting, "Lunch", FieldKind.LINE)
    gus = come(registration, "Gus")
    posts = (
        ("", {"intro": "x"}), ("/opening", {}), ("/closing", {}), ("/fields", {"label": "x", "kind": "line"}),
        (f"/fields/{field.key}", {"label": "y", "kind": "line"}), (f"/fields/{field.key}/move", {"step": "1"}),
        (f"/fields/{field.key}/removal", {}), (f"/fields/{field.key}/restoration", {}),
        ("/acceptances", {"id": gus.id}), ("/refusals", {"id": gus.id}),
    )
    outsiders = [sign_in(person) for person in (bob, leo, audrey, adam, rita)]
    for browser in outsiders:
        assert {browser.post(address + path, data=data).status_code for path, data in posts} == {403}
        assert [browser.get(address + path).status_code for path in ("", "/fields", "?format=csv")] == [403] * 3
    for actor in (bob, leo):
        with pytest.raises(NotAllowed):
            vetting.accept(actor, meeting, [gus.id])
    other = Registrant(
        registration=Registration(meeting=other_meeting(meeting), key="other", fields=[]), name="Ida", locale="en",
        email="ida@else.example", registered_at=NOW, confirmed_at=NOW,
    )
    db.session.add(other)
    db.session.commit()
    with pytest.raises(Missing):
        vetting.accept(alice, meeting, [gus.id, other.id])
    db.session.rollback()
    assert registration.opened_at == NOW
    meeting.confidentiality = Confidentiality.SECRET
    meeting_veiled.send(meeting, readers=set())
    db.session.commit()
    assert registration.opened_at is None
    for browser in (*outsiders, sign_in(olive)):
        assert {browser.post(address + path, data=data).status_code for path, data in posts} == {404}
    own = sign_in(alice)
    assert "A secret meeting has no registration page" in own.get(address).text
    assert {own.post(address + path, data=data).status_code for path, data in posts} == {422}
    assert db.session.query(Registrant).filter_by(name="Gus").one().decision is None


def other_meeting(meeting):
    """Another one of the same organizer."""
    return type(meeting)(
        uid="other", organizer=meeting.organizer, number="M-2", subject="Other", starts_at=meeting.starts_at,
        ends_at=meeting.ends_at, created_at=NOW, changed_at=NOW, announced_at=NOW,
    )


def test_statements_do_not_grow_with_the_number_of_registrants(
    client, sign_in, alice, meeting, opened, statements, address
):
    registration = opened()
    browser, counted, public_page = sign_in(alice), [], f"/register/{registration.key}"
    for size in (3, 45):
        ids = []
        for number in range(size):
            one = Registrant(
                registration=registration, name=f"N{size}-{number}", email=f"n{size}-{number}@else.example",
                locale="en", values={}, registered_at=clock.now(), confirmed_at=clock.now(),
            )
            db.session.add(one)
            db.session.flush()
            ids.append(one.id)
        db.session.commit()
        with statements() as page:
            assert browser.get(address).status_code == 200
        with statements() as my_day:
            assert "Registrations to decide on" in browser.get("/my-day").text
        with statements() as public:
            assert client.get(public_page).status_code == 200
        with statements() as accepting:
            assert browser.post(f"{address}/acceptances", data={"id": ids[:-1]}).status_code == 303
        with statements() as declining:
            assert browser.post(f"{address}/refusals", data={"id": ids[-1:]}).status_code == 303
        counted.append([len(one) for one in (page, my_day, public, accepting, declining)])
    assert counted[0] == counted[1]
    assert counted[0][2] == 2

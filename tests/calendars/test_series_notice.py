"""The notice of all dates of a recurring meeting: who may send it, what stops it, and what each person gets."""

import pytest

from portal.accounts.models import Role
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations import notice_queries
from portal.invitations.series_people import share_people
from portal.invitations.series_sending import send_series_notice
from portal.meetings.commands import cancel_meeting, change_meeting
from portal.meetings.details import Details
from portal.meetings.guests import Facts, add_guest
from portal.meetings.models import Attendee, Confidentiality, MeetingKind, Part
from portal.meetings.people import invite
from portal.meetings.phases import approve, submit
from portal.notifications.delivery import deliver_due
from portal.notifications.models import Notice, OutgoingMail
from tests.calendars.test_mails import carried
from tests.conftest import HTMX, at


@pytest.fixture
def weekly(make_weekly, alice, bob, leo):
    """Nobody was told of it yet. Bob is in all of its dates, Leo in the third only."""
    weekly = make_weekly()
    for meeting in weekly.dates:
        invite(alice, meeting, [bob])
    invite(alice, weekly.dates[2], [leo])
    db.session.commit()
    return weekly


def address(weekly):
    return f"/meetings/recurring/{weekly.series.id}"


def test_each_gets_one_mail_with_their_dates_and_the_series_as_they_are_in_it(
    weekly, alice, bob, leo, mail_server, postbox
):
    assert send_series_notice(alice, weekly.series) == 2
    db.session.commit()
    assert {meeting.announced_at is not None for meeting in weekly.dates} == {True}
    assert [meeting.number for meeting in weekly.dates] == [f"M2026-00{number}" for number in (1, 2, 3, 4)]
    deliver_due()
    mails = {str(mail["To"]): mail for mail in postbox.mails}
    assert len(postbox.mails) == 2
    method, events = carried(mails["bob@example.org"])
    assert (method, list(events), events[None]["UID"]) == ("REQUEST", [None], weekly.series.uid)
    assert "EXDATE" not in events[None]
    assert events[None]["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    text = mails["bob@example.org"].get_body(("plain",)).get_content()
    assert [f"/meetings/{meeting.id}" in text for meeting in weekly.dates] == [True] * 4
    _method, events = carried(mails["leo@example.org"])
    assert events[None]["DTSTART"].dt == at(9, days=14)
    assert "RRULE" not in events[None]
    assert mails["leo@example.org"]["Subject"].startswith("Invitation: Board, 1 date, ")


def test_nobody_is_told_twice_and_who_comes_later_gets_what_they_do_not_know(weekly, alice, bob, rita):
    send_series_notice(alice, weekly.series)
    assert send_series_notice(alice, weekly.series) == 0
    invite(alice, weekly.dates[0], [rita])
    assert send_series_notice(alice, weekly.series) == 1
    assert [notice.recipient.name for notice in db.session.query(Notice).order_by(Notice.id)][2:] == ["Rita"]
    assert db.session.query(AuditEntry).filter_by(action="meeting.announced").count() == 5


def test_a_date_that_has_moved_and_one_that_is_off_come_as_such(weekly, alice, mail_server, postbox):
    second = weekly.dates[1]
    second.starts_at, second.ends_at = at(11, days=7), at(12, days=7)
    cancel_meeting(alice, weekly.dates[3])
    send_series_notice(alice, weekly.series)
    db.session.commit()
    deliver_due()
    (mail,) = [mail for mail in postbox.mails if mail["To"] == "bob@example.org"]
    _method, events = carried(mail)
    assert set(events) == {None, at(9, days=7)}
    assert events[at(9, days=7)]["DTSTART"].dt == at(11, days=7)
    assert events[None]["EXDATE"].dts[0].dt == at(9, days=21)


def test_all_dates_are_announced_or_none(weekly, alice, leo, add_person):
    db.session.delete(weekly.dates[1].attendees[0])
    kind = MeetingKind(name="Council", prefix="C", needs_approval=True)
    db.session.add(kind)
    weekly.dates[3].kind = kind
    db.session.commit()
    with pytest.raises(DomainError) as refusal:
        send_series_notice(alice, weekly.series)
    assert "2 dates are not ready" in str(refusal.value)
    assert "Nobody is invited yet." in str(refusal.value)
    assert "approved" in str(refusal.value)
    db.session.rollback()
    assert [meeting.announced_at for meeting in weekly.dates] == [None] * 4
    invite(alice, weekly.dates[1], [leo])
    submit(alice, weekly.dates[3])
    approve(add_person("Otto", Role.MEETING_OFFICE), weekly.dates[3])
    assert send_series_notice(alice, weekly.series) == 2


def test_a_late_notice_says_why(weekly, alice):
    kind = MeetingKind(name="Council", prefix="C", lead_days=9)
    db.session.add(kind)
    weekly.dates[0].kind = kind
    db.session.commit()
    with pytest.raises(DomainError) as refusal:
        send_series_notice(alice, weekly.series)
    assert refusal.value.field == "reason"
    assert send_series_notice(alice, weekly.series, reason="The mayor asked for it") == 2


def test_a_guest_of_several_dates_is_written_to_once_with_a_link_for_each(weekly, alice):
    gina = Facts("Gina", "Acme", "Director", "gina@example.net", "en")
    for meeting in weekly.dates[:2]:
        add_guest(alice, meeting, gina)
    send_series_notice(alice, weekly.series)
    (mail,) = db.session.query(OutgoingMail).filter_by(address="gina@example.net")
    assert mail.content.body.count("/i/") == 2
    assert "/meetings/" not in mail.content.body


def test_dates_that_are_over_are_not_announced(weekly, alice):
    with clock.standing_at(at(9, days=8)):
        send_series_notice(alice, weekly.series)
    assert [meeting.announced_at is None for meeting in weekly.dates] == [True, True, False, False]


def test_only_who_may_edit_the_dates_sends_it_and_strangers_find_no_page(weekly, sign_in, alice, bob, rita, olive):
    for person in (bob, rita):
        with pytest.raises(NotAllowed):
            send_series_notice(person, weekly.series)
    assert sign_in(rita).get(address(weekly)).status_code == 404
    assert sign_in(rita).post(address(weekly) + "/notice").status_code == 404
    page = sign_in(olive).get(address(weekly)).text
    assert "Send the notice of all 4 dates" in page
    send_series_notice(olive, weekly.series)
    db.session.commit()
    page = sign_in(bob).get(address(weekly))
    assert page.status_code == 200
    assert "Send the notice" not in page.text
    assert sign_in(bob).post(address(weekly) + "/notice").status_code == 403


def test_of_a_secret_date_the_office_neither_sees_nor_sends_anything(weekly, sign_in, olive):
    weekly.dates[1].confidentiality = Confidentiality.SECRET
    db.session.commit()
    page = sign_in(olive).get(address(weekly)).text
    assert f"/meetings/{weekly.dates[1].id}" not in page
    assert send_series_notice(olive, weekly.series) == 2
    assert weekly.dates[1].announced_at is None


def test_the_page_sends_it_and_says_what_is_missing(weekly, sign_in, alice):
    browser = sign_in(alice)
    assert address(weekly) in browser.get(f"/meetings/{weekly.dates[0].id}").text
    db.session.delete(db.session.get(Attendee, weekly.dates[1].attendees[0].id))
    db.session.commit()
    page = browser.get(address(weekly)).text
    assert "One date is not ready" in page
    refused = browser.post(address(weekly) + "/notice", headers=HTMX)
    assert refused.status_code == 422
    assert "Nobody is invited yet." in refused.text
    assert "<html" not in refused.text
    cancel_meeting(alice, weekly.dates[1])
    db.session.commit()
    assert browser.post(address(weekly) + "/notice").status_code == 303
    assert "The notice is on its way to 2 people." in browser.get(address(weekly)).text
    first = weekly.dates[0]
    assert [state.name for state in notice_queries.states(first.id, first.attendees).values()] == ["queued"]


def test_a_date_that_becomes_secret_is_taken_back_from_all_who_are_not_in_it(weekly, alice, bob, leo):
    send_series_notice(alice, weekly.series)
    date = weekly.dates[1]
    change_meeting(
        alice, date, subject="Merger", purpose="", details=Details(confidentiality=Confidentiality.SECRET)
    )
    told = db.session.query(Notice).filter_by(record_kind="meeting_series")
    said = {notice.recipient.name: notice for notice in told}
    assert "Board" in said["Bob"].subject
    assert "Board" not in said["Leo"].subject + said["Leo"].body


def test_the_people_of_one_date_join_all_dates(make_weekly, alice, bob, rita, sign_in):
    weekly = make_weekly()
    first, *others = weekly.dates
    invite(alice, first, [bob], Part.CHAIR)
    invite(alice, first, [rita])
    add_guest(alice, first, Facts("Zoe", email="zoe@example.com"))
    invite(alice, others[0], [rita], Part.CHAIR)
    db.session.commit()
    with pytest.raises(NotAllowed):
        share_people(bob, first)
    browser = sign_in(alice)
    browser.post(f"{address(weekly)}/people", data={"meeting_id": first.id})
    assert "7 people were added to dates." in browser.get(address(weekly)).text
    for date in others[1:]:
        assert {(one.name, one.part) for one in date.attendees} == {(one.name, one.part) for one in first.attendees}
    # A date with a chair keeps its chair.
    assert {(one.name, one.part) for one in others[0].attendees} == {("Rita", Part.CHAIR), ("Zoe", Part.REQUIRED)}
    assert share_people(alice, first) == 0

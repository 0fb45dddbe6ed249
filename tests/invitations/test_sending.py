"""Sending the notice: to whom, when it may, how late, and again."""

import pytest
from sqlalchemy import select

from portal.accounts.models import Role
from portal.agenda.models import Paper
from portal.core import clock, files
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations import sending
from portal.invitations.attaching import LARGEST_MAIL
from portal.invitations.lead_time import last_day
from portal.invitations.models import Layout
from portal.invitations.sending import send_again, send_notice
from portal.meetings.guests import Facts, change_guest
from portal.meetings.models import Confidentiality
from portal.meetings.people import invite
from portal.notifications.delivery import deliver_due
from portal.notifications.models import Format, Group, OutgoingMail, OutgoingPost, Webhook
from tests.conftest import NOW, at
from tests.invitations.noticing import add_kind, said_outside, said_to, with_people, worded

GINA = Facts("Gina", "Acme", "Director", "gina@example.net", "en")


def paper(meeting, title="Budget", size=6, content=b"a,b\n1,2"):
    db.session.add(
        Paper(
            meeting=meeting, title=title, content_hash=files.keep(content), file_name=f"{title}.csv",
            media_type="text/csv", size=size, goes_with_notice=True, added_by=meeting.organizer, added_at=NOW,
        )
    )
    db.session.commit()


def test_whoever_is_added_later_hears_that_they_were_added_and_nobody_hears_twice(gather, alice, bob, leo):
    meeting = with_people(gather(), [bob], [GINA])
    assert send_notice(alice, meeting) == 2
    assert send_notice(alice, meeting) == 0
    invite(alice, meeting, [leo])
    assert send_notice(alice, meeting) == 1
    assert said_to(bob).subject.startswith("Invitation: Planning")
    assert said_to(leo).subject.startswith("Added to a meeting: Planning")
    assert meeting.number == "M2026-001"


def test_mails_carry_each_reader_s_own_links_and_guests_no_way_that_asks_for_a_sign_in(gather, alice, bob, leo):
    send_notice(alice, with_people(gather(), [bob, leo], [GINA]))
    mails = {mail.address: mail.links for mail in db.session.query(OutgoingMail)}
    tokens = {links[0][1].rpartition("/")[2] for links in mails.values()}
    assert len(tokens) == 3
    for links in mails.values():
        assert [words for words, _ in links] == ["Accept", "Tentative", "Decline", "Open the meeting"]
        assert [address.partition("?")[2] for _, address in links] == [
            "answer=accepted", "answer=tentative", "answer=declined", "",
        ]
    assert "/meetings/" in mails["bob@example.org"][3][1]
    assert "/i/" in mails["gina@example.net"][3][1]
    assert "/meetings/" not in said_outside("gina@example.net").body


def test_a_kind_that_is_approved_first_is_not_announced_before(gather, alice, bob, olive):
    meeting = with_people(gather(kind=add_kind(needs_approval=True)), [bob])
    with pytest.raises(DomainError, match="approved"):
        send_notice(alice, meeting)
    meeting.approved_at, meeting.approved_by = NOW, olive
    db.session.commit()
    assert send_notice(alice, meeting) == 1


@pytest.mark.parametrize(
    "values", [{"postponed_at": NOW}, {"cancelled_at": NOW}, {"starts_at": at(6), "ends_at": at(7)}]
)
def test_what_is_off_or_over_is_not_announced(gather, alice, bob, values):
    meeting = with_people(gather(), [bob])
    for name, value in values.items():
        setattr(meeting, name, value)
    db.session.commit()
    with pytest.raises(DomainError):
        send_notice(alice, meeting)
    with pytest.raises(DomainError):
        send_notice(alice, gather())


def test_a_late_notice_says_why(gather, alice, bob, leo):
    # A Monday; three working days back from the next one is Wednesday.
    meeting = with_people(
        gather(kind=add_kind(lead_days=3), starts_at=at(9, days=7), ends_at=at(10, days=7)), [bob]
    )
    assert f"{last_day(meeting):%a %d}" == "Wed 25"
    with clock.standing_at(at(23, days=2)):
        assert sending.lead_time.is_late(meeting) is False
    with clock.standing_at(at(1, days=3)):
        with pytest.raises(DomainError) as refusal:
            send_notice(alice, meeting, reason=" ")
        assert refusal.value.field == "reason"
        send_notice(alice, meeting, reason="The mayor asked for it")
        invite(alice, meeting, [leo])
        assert send_notice(alice, meeting) == 1


def test_papers_go_along_unless_they_are_too_large(gather, alice, bob):
    small, large = with_people(gather(), [bob], [GINA]), with_people(gather(), [bob])
    paper(small)
    paper(large, size=LARGEST_MAIL + 1)
    worded(large, Layout.ENGLISH)
    send_notice(alice, small)
    carried = [mail.attachments for mail in db.session.query(OutgoingMail)]
    assert [[one[:2] for one in papers] for papers in carried] == [[["Budget.csv", "text/csv"]]] * 2
    send_notice(alice, large)
    newest = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert newest.attachments is None
    assert f"too large for a mail. They are here: http://127.0.0.1:8000/meetings/{large.id}" in said_to(bob).body


def test_what_was_not_delivered_is_sent_again_to_the_address_as_it_is_by_now(
    gather, mail_server, postbox, alice, bob, leo
):
    meeting = with_people(gather(), [bob], [GINA])
    send_notice(alice, meeting)
    db.session.commit()
    postbox.recipient_answers[:] = ["550 no such person"] * 2
    deliver_due()
    person, guest = sorted(meeting.attendees, key=lambda one: one.guest_id or 0)
    with pytest.raises(NotAllowed):
        send_again(leo, meeting, guest)
    change_guest(alice, meeting, guest, GINA._replace(email="gina@example.com"))
    send_again(alice, meeting, guest)
    send_again(alice, meeting, person)
    with pytest.raises(DomainError, match="No mail to Bob was given up"):
        send_again(alice, meeting, person)
    db.session.commit()
    deliver_due()
    assert sorted(mail["To"] for mail in postbox.mails) == ["bob@example.org", "gina@example.com"]


@pytest.mark.parametrize("confidentiality", list(Confidentiality))
def test_robots_hear_of_meetings_that_everybody_may_know_and_of_no_others(gather, alice, bob, leo, confidentiality):
    webhook = Webhook(
        name="Group", url="http://127.0.0.1/x", format=Format.JSON, locale="en", meetings=True, created_at=NOW
    )
    db.session.add(webhook)
    meeting = with_people(gather(confidentiality=confidentiality), [bob])
    send_notice(alice, meeting)
    invite(alice, meeting, [leo])
    send_notice(alice, meeting)
    posts = [post.kind for post in db.session.query(OutgoingPost)]
    assert posts == (["meeting.invitation"] if confidentiality == Confidentiality.INTERNAL else [])
    assert Group.MEETINGS in webhook.groups


def test_sending_costs_the_same_for_3_and_for_60_people(gather, statements, alice, add_person):
    people = [add_person(f"P{number}") for number in range(60)]
    guests = [Facts(f"G{number}", email=f"g{number}@example.net") for number in range(60)]

    def cost(count, layout):
        meeting = with_people(gather(), people[:count], guests[:count])
        if layout:
            worded(meeting, layout)
        db.session.expire_all()
        with statements() as seen:
            send_notice(alice, meeting)
        db.session.commit()
        return len(seen)

    cost(1, None)  # begins the numbers of the year
    for layout in (None, Layout.BILINGUAL):
        assert cost(60, layout) == cost(3, layout) <= 24


def test_of_a_secret_meeting_only_those_named_in_it_are_told(
    gather, mail_server, postbox, sign_in, caplog, alice, bob, olive, adam, add_person
):
    spy = add_person("Spy", Role.LEADER)
    meeting = with_people(gather(subject="Merger", confidentiality=Confidentiality.SECRET), [bob], [GINA])
    with pytest.raises(NotAllowed):
        send_notice(olive, meeting)
    send_notice(alice, meeting)
    db.session.commit()
    postbox.recipient_answers[:] = ["550 no such person"]
    with caplog.at_level("DEBUG"):
        deliver_due()
    assert {mail["To"] for mail in postbox.mails if "Merger" in mail["Subject"]} == {"gina@example.net"}
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail")]
    assert "Merger" not in "".join(ours)
    for person in (spy, olive, adam):
        assert said_to(person) is None
        browser = sign_in(person)
        for page in (f"/meetings/{meeting.id}/notice", "/outbox", "/inbox"):
            assert "Merger" not in browser.get(page).text

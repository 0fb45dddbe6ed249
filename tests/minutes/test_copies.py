"""Handing final minutes out: to whom, who may then read them, who has read them, and who is reminded."""

import pytest

from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.models import Confidentiality
from portal.minutes import copies
from portal.minutes.models import MinutesCopy
from portal.notifications.models import Notice
from tests.conftest import HTMX, at


@pytest.fixture
def final(minutes, finish):
    finish(minutes)
    return minutes


def names(minutes):
    return [copy.person.name for copy in copies.copies_of(minutes.id)]


def ids(*people):
    return [person.id for person in people]


def test_copies_go_to_participants_and_departments_once_each(rosa, tom, cora, alice, helen, works, final, told):
    copies.hand_out(rosa, final, ids(tom, cora))
    copies.hand_out(rosa, final, ids(tom), [works.id])
    assert sorted(names(final)) == ["Alice", "Cora", "Helen", "Tom"]
    assert told("minutes.handed_out") == ["Alice", "Cora", "Helen", "Tom"]
    with pytest.raises(DomainError, match="already"):
        copies.hand_out(rosa, final, ids(tom))


def test_what_is_refused(rosa, tom, alice, works, minutes, finish):
    with pytest.raises(DomainError, match="once they are final"):
        copies.hand_out(rosa, minutes, ids(tom))
    finish(minutes)
    with pytest.raises(NotAllowed):
        copies.hand_out(tom, minutes, ids(tom))
    with pytest.raises(DomainError, match="choose"):
        copies.hand_out(rosa, minutes)
    with pytest.raises(DomainError, match="was not told"):
        copies.hand_out(rosa, minutes, ids(alice))
    minutes.meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    with pytest.raises(DomainError) as refusal:
        copies.hand_out(rosa, minutes, [], [works.id])
    assert refusal.value.field == "departments"


def test_who_has_a_copy_may_read_and_has_read_from_then_on(sign_in, rosa, alice, bob, works, final):
    address = f"/meetings/{final.meeting_id}/minutes"
    assert sign_in(alice).get(address).status_code == 404
    copies.hand_out(rosa, final, [], [works.id])
    db.session.commit()
    assert sign_in(bob).get(address).status_code == 404
    with clock.standing_at(at(11)):
        page = sign_in(alice).get(address)
    assert (page.status_code, "Hall review" in page.text) == (200, True)
    # Of the meeting itself they see no more than its minutes.
    assert f'href="/meetings/{final.meeting_id}/agenda"' not in page.text
    with clock.standing_at(at(12)):
        sign_in(alice).get(f"{address}.txt")
    copy = db.session.query(MinutesCopy).filter_by(person_id=alice.id).one()
    notice = db.session.query(Notice).filter_by(recipient_id=alice.id, kind="minutes.handed_out").one()
    assert (copy.read_at, notice.read_at) == (at(11), at(11))
    final.meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    assert sign_in(alice).get(address).status_code == 404


def test_only_who_has_not_read_is_reminded_and_once_a_day(sign_in, rosa, tom, cora, final, told):
    copies.hand_out(rosa, final, ids(tom, cora))
    db.session.commit()
    sign_in(tom).get(f"/meetings/{final.meeting_id}/minutes")
    with pytest.raises(DomainError, match="within a day"):
        copies.remind(rosa, final)
    for day, count in ((1, 1), (2, 2)):
        with clock.standing_at(at(10, 1, days=day)):
            assert copies.remind(rosa, final) == 1
            assert told("minutes.reminded") == ["Cora"] * count
            with pytest.raises(DomainError, match="within a day"):
                copies.remind(rosa, final)


def test_the_page_hands_out_reminds_and_its_numbers_open_their_lists(sign_in, rosa, tom, alice, works, final):
    browser, address = sign_in(rosa), f"/meetings/{final.meeting_id}/minutes/copies"
    nobody = browser.post(address, headers=HTMX)
    assert (nobody.status_code, "Please choose somebody." in nobody.text) == (422, True)
    made = browser.post(address, data={"participants": "y", "departments": works.id}, headers=HTMX)
    assert (made.status_code, "copies-changed" in made.headers["HX-Trigger"]) == (204, True)
    sign_in(tom).get(f"/meetings/{final.meeting_id}/minutes")
    read, unread = (browser.get(f"{address}?read={which}").text for which in ("yes", "no"))
    assert ('<th scope="row">Tom ' in read, '<th scope="row">Alice ' in read) == (True, False)
    assert ('<th scope="row">Tom ' in unread, '<th scope="row">Alice ' in unread) == (False, True)
    early = browser.post(f"{address}/reminders", headers=HTMX)
    assert (early.status_code, "within a day" in early.text) == (422, True)
    with clock.standing_at(at(10, 1, days=1)):
        assert browser.post(f"{address}/reminders").status_code == 303
    assert sign_in(tom).get(address).status_code == 403
    assert sign_in(alice).post(address, data={"participants": "y"}).status_code == 403
    assert browser.post(address, data={"participants": "y"}, csrf=False).status_code == 400


def test_there_is_nothing_to_hand_out_before_they_are_final(sign_in, rosa, bob, minutes):
    for person in (rosa, bob):
        assert sign_in(person).get(f"/meetings/{minutes.meeting_id}/minutes/copies").status_code == 404


def test_the_list_takes_as_many_statements_for_a_hundred(sign_in, statements, rosa, add_person, works, final):
    browser, address = sign_in(rosa), f"/meetings/{final.meeting_id}/minutes/copies"
    browser.get(address)
    counts = []
    for more in (1, 12):
        for number in range(more):
            add_person(f"Reader{more}x{number}", department=works)
        db.session.expire_all()
        copies.hand_out(rosa, final, [], [works.id])
        db.session.commit()
        with statements() as seen:
            assert browser.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]

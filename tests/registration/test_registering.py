"""Registering on the public page, confirming it, and all that programs and strangers may try there."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta

import pytest

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.meetings.guests import Facts
from portal.meetings.models import Answer, Attendee, Confidentiality
from portal.notifications.models import OutsideNotice
from portal.registration import commands
from portal.registration.fields import FieldKind
from portal.registration.links import confirmation_token
from portal.registration.models import Registrant
from portal.registration.registering import (
    MOST_AN_HOUR,
    Entry,
    confirm,
    forget,
    network_of,
    register,
    written_by,
)
from tests.conftest import NOW, at

SECONDS = timedelta(seconds=1)
GUS = {"name": "Gus", "unit": "Elsewhere", "post": "Clerk", "email": "Gus@Else.example", "locale": "en"}


def stamp_of(page):
    return re.search(r'name="stamp"[^>]*value="([^"]+)"', page).group(1)


def sent(client, address, later=10, **typed):
    """Open the page, wait, and send the form."""
    stamp = typed.pop("stamp", None) or stamp_of(client.get(address).text)
    with clock.standing_at(clock.now() + later * SECONDS):
        return client.post(address, data={**GUS, "stamp": stamp, **typed}, csrf=False)


def test_somebody_registers_confirms_by_the_mail_and_waits_for_the_office(client, alice, meeting, opened, mails):
    registration = opened(intro="Bring a cup.")
    diet = commands.add_field(alice, meeting, "Lunch", FieldKind.CHOICE, choices=["All", "No meat"], required=True)
    db.session.commit()
    page = client.get(f"/register/{registration.key}", headers={"Accept-Language": "zh-TW"})
    assert 'lang="zh-Hant"' in page.text
    assert 'lang="en"' in client.get(f"/register/{registration.key}?language=en").text
    assert "Bring a cup." in page.text
    assert "For Alice’s eyes" not in page.text  # only invited people know the purpose
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "Set-Cookie" not in page.headers
    answer = sent(client, f"/register/{registration.key}", **{f"own_{diet.key}": "No meat"})
    assert (answer.status_code, "gus@else.example" in answer.text) == (200, True)
    assert mails() == [("gus@else.example", "registration.confirm", "Please confirm your registration: Open day")]
    body = db.session.query(OutsideNotice).one().body
    assert "Gus" not in body  # whoever typed it may have meant harm
    link = re.search(r"/register/confirm/\S+", body).group()
    shown = client.get(link).text
    assert "No meat" in shown
    assert db.session.query(Registrant).one().confirmed_at is None
    seen = re.search(r'name="seen" value="(\w+)"', shown).group(1)
    assert client.post(link, data={"seen": seen}, csrf=False).status_code == 303
    gus = db.session.query(Registrant).one()
    assert (gus.name, gus.post, gus.values, gus.confirmed_at, gus.decision) == (
        "Gus", "Clerk", {diet.key: "No meat"}, NOW, None
    )
    assert "It is looked at now." in client.get(link).text
    actions = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-3:] == ["meeting.registration_field_added", "meeting.registered", "meeting.registration_confirmed"]
    meeting.confidentiality = Confidentiality.INTERNAL
    db.session.commit()
    assert "For Alice’s eyes" in client.get(f"/register/{registration.key}").text


def test_what_does_not_fit_is_refused_beside_its_field_and_kept(client, alice, meeting, opened):
    registration = opened()
    lunch = commands.add_field(alice, meeting, "Lunch", FieldKind.CHOICE, choices=["All", "None"], required=True)
    text = commands.add_field(alice, meeting, "Question", FieldKind.TEXT)
    db.session.commit()
    address, fine = f"/register/{registration.key}", {f"own_{lunch.key}": "All"}
    stamp = stamp_of(client.get(address).text)
    for typed, words in (
        ({"name": "  "}, "Please fill this in."),
        ({"name": "x" * 101}, "At most 100 characters"),
        ({"name": "A\u202eB"}, "characters that cannot be shown"),
        ({"email": "nobody"}, "not an e-mail address"),
        ({"email": "a@b.example, c@d.example"}, "not an e-mail address"),
        ({"locale": "tlh"}, "Not a valid choice."),
        ({f"own_{lunch.key}": ""}, "Please fill this in."),
        ({f"own_{lunch.key}": "Caviar"}, "Not a valid choice."),
        ({f"own_{text.key}": "<script>alert(1)</script>" * 200}, "At most 2000 characters"),
    ):
        answer = sent(client, address, stamp=stamp, **{**fine, "post": "<b>kept</b>", **typed})
        assert (answer.status_code, words in answer.text) == (422, True), typed
        assert "&lt;b&gt;kept&lt;/b&gt;" in answer.text
        assert "<script>alert" not in answer.text
    assert db.session.query(Registrant).count() == 0


def test_programs_that_fill_in_forms_get_nowhere(client, opened, come):
    registration = opened()
    address = f"/register/{registration.key}"
    assert sent(client, address, website="http://spam.example").status_code == 200
    assert sent(client, address, later=1).status_code == 422
    stamp = stamp_of(client.get(address).text)
    for forged in ("", "x", stamp[:-1] + ("A" if stamp[-1] != "A" else "B")):
        assert client.post(address, data={**GUS, "stamp": forged}, csrf=False).status_code == 422
    assert sent(client, address, stamp=stamp, later=25 * 3600).status_code == 422
    assert db.session.query(Registrant).count() == 0
    for number in range(MOST_AN_HOUR):
        come(registration, f"Bot{number}", confirmed=False, address="127.0.0.1")
    assert sent(client, address).status_code == 429
    come(registration, "Elsewhere", confirmed=False, address="192.0.2.7")
    with clock.standing_at(NOW + timedelta(hours=1)):
        assert sent(client, address).status_code == 200
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::1") != network_of("2001:db8:1:3::1")


def test_registering_again_changes_it_until_it_is_confirmed_and_writes_now_and_then(opened, come, mails):
    registration = opened()
    gus = come(registration, "Gus", confirmed=False)
    seen = written_by(gus)

    def again(minutes, name):
        entry = Entry(Facts(name, "", "", "GUS@else.example", "zh_Hans"))
        with clock.standing_at(NOW + timedelta(minutes=minutes)):
            return register(registration.key, entry, "")

    assert again(5, "Gustav") is gus
    assert (gus.name, gus.unit, gus.locale, len(mails())) == ("Gustav", "", "zh_Hans", 1)
    again(10, "Gustav")
    again(19, "Gustav")
    assert len(mails()) == 2
    with pytest.raises(DomainError, match="was changed since"):
        confirm(gus, seen)
    confirm(gus, written_by(gus))
    confirm(gus, "twice is once")
    with clock.standing_at(NOW + timedelta(minutes=30)):
        again(30, "Mallory")
    assert (gus.name, len(mails())) == ("Gustav", 3)
    assert "已" in mails()[2][2] or "already" in mails()[2][2]


def test_links_that_were_changed_or_are_old_hold_no_longer(client, opened, come):
    registration = opened()
    gus = come(registration, "Gus", confirmed=False)
    token = confirmation_token(gus)
    assert client.get(f"/register/confirm/{token}").status_code == 200
    payload, signature = token.rsplit(".", 1)
    for forged in (f"{payload}x.{signature}", f"{payload}.{signature[:-2]}xx", payload, "x", "%00"):
        assert client.get(f"/register/confirm/{forged}").status_code in {400, 404}
    assert client.post(f"/register/confirm/{token}", data={"seen": "x"}, csrf=False).status_code == 422
    with clock.standing_at(NOW + timedelta(days=7)):
        assert client.post(f"/register/confirm/{token}", data={"seen": written_by(gus)}, csrf=False).status_code == 404
        come_late = Registrant(
            registration=registration, name="Late", email="late@else.example", locale="en", values={},
            registered_at=clock.now() - timedelta(days=2), confirmed_at=clock.now(), address="192.0.2.1",
        )
        db.session.add(come_late)
        db.session.flush()
        db.session.query(Registrant).filter_by(name="Gus").update({"registered_at": NOW - timedelta(seconds=1)})
        forget()
        assert [(one.name, one.address) for one in db.session.query(Registrant)] == [("Late", "")]


def test_a_page_says_in_a_friendly_way_that_it_takes_nobody(client, alice, meeting, opened, come):
    registration = opened(closes_at=at(9, days=1), most=1, needs_vetting=True)
    address = f"/register/{registration.key}"
    ann, ben = come(registration, "Ann", confirmed=False), come(registration, "Ben", confirmed=False)
    confirm(ann, written_by(ann))
    db.session.commit()
    assert "All places are taken" in client.get(address).text
    late = client.post(f"/register/confirm/{confirmation_token(ben)}", data={"seen": written_by(ben)}, csrf=False)
    assert (late.status_code, "no longer be confirmed" in late.text) == (422, True)
    registration.most = None
    for values, words in (
        ({"cancelled_at": NOW}, "This meeting is cancelled"),
        ({"postponed_at": NOW}, "This meeting is postponed"),
        ({"starts_at": at(7), "ends_at": at(8, 30)}, "Registration is over"),
    ):
        before = {name: getattr(meeting, name) for name in values}
        for name, value in values.items():
            setattr(meeting, name, value)
        db.session.commit()
        answer = client.get(address)
        assert (answer.status_code, words in answer.text, "<form" in answer.text) == (200, True, False)
        for name, value in before.items():
            setattr(meeting, name, value)
    db.session.commit()
    with clock.standing_at(at(9, 1, days=1)):
        assert "Registration is closed" in client.get(address).text
    commands.close_page(alice, meeting)
    db.session.commit()
    answer = client.post(address, data=GUS, csrf=False)
    assert (answer.status_code, "Registration is closed" in answer.text) == (422, True)
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    for gone in (address, "/register/nonsense", f"/register/confirm/{confirmation_token(ben)}"):
        answer = client.get(gone)
        assert (answer.status_code, "Open day" in answer.text) == (404, False)


def test_without_vetting_who_confirms_has_a_seat_or_waits_for_one(opened, come, meeting, bob, mails):
    meeting.capacity = 1
    registration = opened(needs_vetting=False)
    for name in ("Gus", "Hal"):
        come(registration, name)
    db.session.expire_all()
    told = [(one.name, one.part, one.answer, one.invited_at) for one in meeting.attendees]
    assert told == [("Gus", "optional", Answer.ACCEPTED, NOW), ("Hal", "optional", Answer.WAITING, NOW)]
    kinds = [kind for _to, kind, _subject in mails()]
    assert kinds[1::2] == ["meeting.registration_accepted", "meeting.registration_waits"]
    assert "/i/" in db.session.query(OutsideNotice).filter_by(kind="meeting.registration_accepted").one().body


def test_who_sends_the_form_twice_at_once_is_registered_once(app, opened, mails):
    for number in range(3):
        key = opened().key
        db.session.rollback()
        start = threading.Barrier(4, timeout=30)

        def send(key=key, number=number, start=start):
            with app.app_context():
                start.wait()
                register(key, Entry(Facts("Gus", email=f"gus{number}@else.example")), "")
                db.session.commit()
                db.session.remove()

        contexts = [copy_context() for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda context, send=send: context.run(send), contexts))
        db.session.expire_all()
        assert db.session.query(Registrant).count() == len(mails()) == number + 1
    assert db.session.query(Attendee).count() == 0

"""A secret meeting is named nowhere to those who may not know of it: every page, file, feed, log line and notice."""

import io
import zipfile
from collections import defaultdict
from itertools import product

import pytest
from sqlalchemy import select
from werkzeug.routing import AnyConverter

from portal.agenda.papers import add_paper
from portal.answers.commands import answer
from portal.audit.models import AuditEntry
from portal.calendars.commands import make_feed
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.records import hidden_among
from portal.core.uploads import Upload
from portal.invitations.sending import send_notice
from portal.meetings import commands, moving, secrecy
from portal.meetings.details import Details
from portal.meetings.guests import Facts, add_guest
from portal.meetings.models import Answer, Confidentiality, Meeting, MeetingTemplate, Part
from portal.meetings.people import invite, uninvite
from portal.meetings.recurring import make_meetings
from portal.meetings.templates import reopen_template, save_template
from portal.notifications.delivery import deliver_due
from portal.notifications.digests import build_due_digests
from portal.notifications.models import (
    Digest,
    Format,
    Manner,
    Notice,
    NoticePreference,
    OutgoingPost,
    Webhook,
)
from portal.registration.commands import open_page, set_up
from portal.registration.registering import Entry, register
from portal.regulations.profiles import BASE
from portal.requests.commands import approve
from portal.requests.models import BookingRequest
from portal.resolutions.commands import Duty, resolve
from portal.rooms import commands as rooms
from portal.rooms.models import BookingPolicy, Visibility
from portal.series import commands as series_commands
from portal.series.recurrence import Frequency, Rule
from tests.conftest import NOW, at, is_sqlite

WORD = "Zugzwang"
# Nobody of these is named in it, whatever else they may do in the house.
STRANGERS = ("bob", "rita", "helen", "leo", "audrey", "adam", "olive")
PLAIN = {
    "day": "2026-11-26", "month": "2026-11", "week": "2026-W48", "name": "x", "key": "x", "token": "x", "version": "x",
    "proof": "x", "secret": "x",
}


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in ("alice", *STRANGERS)}


@pytest.fixture
def amy(add_person):
    """In the meeting."""
    return add_person("Amy")


@pytest.fixture
def known(cast, amy, room, works):
    """An open meeting that half of the house has heard of, of a booking that was approved; then Leo was taken off."""
    alice, leo, rita = cast["alice"], cast["leo"], cast["rita"]
    db.session.add_all([
        BookingPolicy(resource_id=room.id, needs_approval=True),
        NoticePreference(person_id=leo.id, meetings=Manner.DIGEST),
        Webhook(name="Chat", url="https://chat.example", format=Format.JSON, locale="en", meetings=True,
                created_at=NOW),
    ])
    booking = rooms.book(alice, room.id, f"The {WORD}", at(14, days=3), at(15, days=3))
    approve(rita, db.session.scalars(select(BookingRequest)).one())
    meeting = commands.make_meeting(
        alice, booking, subject=f"The {WORD}", purpose=f"{WORD} it is", agenda=[f"On {WORD}"],
        details=Details(confidentiality=Confidentiality.INTERNAL),
    )
    invite(alice, meeting, [amy, leo], Part.RECORDER)
    send_notice(alice, meeting)
    answer(amy, meeting, Answer.ACCEPTED)
    db.session.commit()
    with clock.standing_at(at(10, days=1)):
        assert build_due_digests() == 1
    due_on = at(9, days=9).date()
    resolve(alice, meeting, Duty(text="Do it", department_id=works.id, owner_id=cast["helen"].id, due_on=due_on))
    save_template(cast["olive"], meeting, f"Like {WORD}")
    uninvite(alice, meeting, next(one for one in meeting.attendees if one.person_id == leo.id))
    db.session.commit()
    return meeting


def make_secret(meeting):
    commands.change_meeting(
        meeting.organizer, meeting, subject=meeting.subject, purpose=meeting.purpose,
        details=Details(confidentiality=Confidentiality.SECRET),
    )
    db.session.commit()


def texts_of(answer):
    """What an answer says, also inside a spreadsheet."""
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
            return b"".join(file.read(name) for name in file.namelist()).decode("utf-8", "ignore")
    return answer.data.decode("utf-8", "ignore")


def addresses(app, meeting):
    """Every address that may be read, with those ids that have to do with the meeting where one is asked for."""
    notices = db.session.scalars(select(Notice.id)).all()
    ids = {"meeting_id": [meeting.id], "booking_id": [meeting.booking_id], "notice_id": notices}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in ("assets.static_file", "healthz", "audit.of_record"):
            continue
        values = {name: _samples(name, converter, ids) for name, converter in rule._converters.items()}
        for chosen in product(*values.values()):
            yield rule.build(dict(zip(values, chosen, strict=True)), append_unknown=False)[1]
    for entry in db.session.execute(select(AuditEntry.record_kind, AuditEntry.record_id).distinct()):
        yield f"/log/{entry.record_kind}/{entry.record_id}"


def _samples(name, converter, ids):
    if isinstance(converter, AnyConverter):
        # What all regulations have in common is the shortest of their texts, which name no meeting.
        return [BASE] if BASE in converter.items else sorted(converter.items)
    return [PLAIN[name]] if name in PLAIN else ids.get(name, [1])


def test_it_is_named_nowhere_to_those_who_may_not_know_of_it(app, cast, amy, known, sign_in, client):
    before = {address: sign_in(cast["adam"]).get(address) for address in ("/log", f"/log/booking/{known.booking_id}")}
    assert all(WORD in answer.text for answer in before.values()), "else nothing has to be hidden"
    make_secret(known)
    walked = sorted(set(addresses(app, known)))
    searches = [f"{address}?format={file}&which=all&when=any&q=Zugz" for file in ("csv", "xlsx")
                for address in ("/meetings", "/bookings", "/resolutions", "/topics", "/attendance")]
    searches += ["/meetings?which=all&when=any&q=Zugz", "/meetings?which=drafts&when=any"]
    # What decides is the same on both databases, so the strangers are shared out between the two.
    for name in STRANGERS[::2] if is_sqlite() else STRANGERS[1::2]:
        browser = sign_in(cast[name])
        for address in [*walked, *searches]:
            answer = browser.get(address)
            assert answer.status_code < 500, (name, address)
            assert WORD.lower() not in texts_of(answer).lower(), (name, address)
        secret = make_feed(cast[name])[1]
        db.session.commit()
        assert WORD not in client.get(f"/feeds/{secret}/calendar.ics").text
    assert len(walked) > 120


def test_notices_digests_posts_and_templates_that_named_it_say_so_no_more(cast, amy, known, told):
    make_secret(known)
    for notice in db.session.scalars(select(Notice)):
        if notice.recipient_id not in (cast["alice"].id, amy.id):
            assert WORD not in notice.subject + notice.body, notice.kind
    kept = [one for one in db.session.scalars(select(Notice)) if WORD in one.subject]
    assert {one.recipient.name for one in kept} == {"Alice", "Amy"}
    digests, posts = db.session.scalars(select(Digest)).all(), db.session.scalars(select(OutgoingPost)).all()
    assert len(digests) == len(posts) == 1
    assert all(WORD not in one.subject + one.body for one in [*digests, *posts])
    template = db.session.scalars(select(MeetingTemplate)).one()
    assert (WORD in template.name, template.content) == (False, {})
    with pytest.raises(DomainError, match="has become secret"):
        reopen_template(cast["olive"], template)
    with pytest.raises(Exception, match="right"):
        save_template(cast["olive"], known, "Again")


def test_what_still_waits_to_be_mailed_says_and_carries_it_no_more(cast, amy, known, mail_server, postbox):
    alice, bob = cast["alice"], cast["bob"]
    add_paper(alice, known, Upload(f"{WORD}.txt", WORD.encode()), goes_with_notice=True)
    invite(alice, known, [bob])
    visitors = [add_guest(alice, known, Facts(name, email=f"{name}@out.example")) for name in ("gus", "gil")]
    send_notice(alice, known)
    register(_opened(alice, known), Entry(Facts("Vi", email="vi@out.example")), "192.0.2.1")
    for one in (visitors[0], next(one for one in known.attendees if one.person_id == bob.id)):
        uninvite(alice, known, one)
    make_secret(known)
    while deliver_due():
        pass
    said = defaultdict(str)
    for mail in postbox.mails:
        pieces = [f"{part.get_payload(decode=True)}{part.get_filename()}" for part in mail.walk()]
        said[mail["To"]] += "".join([mail["Subject"], *pieces])
    naming = {to for to, text in said.items() if WORD.lower() in text.lower()}
    assert (naming, {"bob@example.org", "gus@out.example", "vi@out.example"} <= said.keys()) == (
        {"alice@example.org", "amy@example.org", "gil@out.example"}, True
    )


def _opened(actor, meeting):
    set_up(actor, meeting)
    return open_page(actor, meeting).key


def test_those_named_in_it_know_of_it_and_its_room_says_one_neutral_word(cast, amy, known, sign_in):
    make_secret(known)
    for person in (cast["alice"], amy):
        browser = sign_in(person)
        for address in ("/meetings", f"/meetings/{known.id}", f"/log/meeting/{known.id}", "/meetings?q=zugzw"):
            assert WORD in browser.get(address).text, (person.name, address)
    assert WORD in sign_in(amy).get("/inbox").text
    assert WORD in sign_in(cast["alice"]).get(f"/log/booking/{known.booking_id}").text
    assert (known.booking.title, known.booking.visibility) == ("Meeting", Visibility.PRIVATE)
    assert "“Meeting”" not in sign_in(cast["rita"]).get(f"/bookings/{known.booking_id}").text
    assert "A confidential meeting" in sign_in(cast["helen"]).get("/resolutions").text


def test_no_file_is_called_after_it(cast, known, sign_in):
    set_up(cast["alice"], known)
    make_secret(known)
    browser, base = sign_in(cast["alice"]), f"/meetings/{known.id}"
    files = (
        "meeting.ics", "needs-list", "registration?format=csv", "attendance?format=csv", "people?format=csv",
        "prints/sign-in-sheet.pdf",
    )
    for file in files:
        answer = browser.get(f"{base}/{file}")
        assert (answer.status_code, WORD in str(answer.headers)) == (200, False), file
        assert known.number in answer.headers["Content-Disposition"], file


def test_its_log_stays_hidden_when_it_goes_elsewhere(cast, known):
    make_secret(known)
    booking_id = known.booking_id
    moving.postpone(cast["alice"], known)
    db.session.commit()
    assert known.booking_id is None
    assert hidden_among(cast["adam"], [("booking", booking_id)]) == {("booking", booking_id)}
    assert hidden_among(cast["alice"], [("booking", booking_id)]) == set()


def test_how_confidential_it_is_decides_what_its_booking_says(alice, make_booking):
    for hour, degree in enumerate(Confidentiality, 9):
        booking = make_booking(starts_at=at(hour), ends_at=at(hour + 1), title=WORD)
        commands.make_meeting(alice, booking, subject=WORD, details=Details(confidentiality=degree))
        db.session.commit()
        named, private = degree != Confidentiality.SECRET, degree in (Confidentiality.INVITED, Confidentiality.SECRET)
        assert (booking.title == WORD, booking.visibility == Visibility.PRIVATE) == (named, private), degree


def test_every_date_of_a_series_made_secret_silences_the_series_too(alice, adam, room):
    rule = Rule(Frequency.WEEKLY, weekdays=(0,), count=3)
    found = series_commands.make(alice, room.id, WORD, at(14), at(15), rule, {})
    db.session.commit()
    first = found.bookings[0]
    commands.make_meeting(alice, first, subject=WORD, details=Details(confidentiality=Confidentiality.SECRET))
    assert found.title == WORD, "the other dates say so to everybody"
    made = make_meetings(
        alice, found.bookings[1], subject=WORD, agenda=["One"], details=Details(confidentiality=Confidentiality.SECRET)
    )
    db.session.commit()
    assert [one.starts_at for one in made] == [at(14, days=7), at(14, days=14)]
    assert (found.title, found.visibility) == (secrecy.neutral_word(), Visibility.PRIVATE)
    assert hidden_among(adam, [("series", found.id)]) == {("series", found.id)}
    assert db.session.query(Meeting).count() == 3

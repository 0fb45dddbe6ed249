"""Making meetings by their pages: elsewhere, from one before or a template, of a whole series; kinds; lists."""

import csv
import io
import re

import pytest

from portal.audit.queries import log_of
from portal.core.db import db
from portal.core.errors import DomainError
from portal.meetings import commands, kind_commands, templates
from portal.meetings.details import Details
from portal.meetings.guests import Facts, add_guest
from portal.meetings.kind_commands import Settings
from portal.meetings.models import Answer, Confidentiality, ItemKind, Meeting, MeetingKind, MeetingTemplate, Part
from portal.meetings.people import invite
from portal.series import commands as series
from portal.series.recurrence import Frequency, Rule
from tests.conftest import HTMX, at, typed

TIMES = {"starts_at": typed(at(9, days=1)), "ends_at": typed(at(10, days=1))}


def newest():
    return db.session.query(Meeting).order_by(Meeting.id.desc()).first()


@pytest.fixture
def as_alice(sign_in, alice):
    return sign_in(alice)


@pytest.fixture
def as_olive(sign_in, olive):
    return sign_in(olive)


@pytest.fixture
def model(make_meeting, alice, bob, leo, rita):
    """A held meeting with people of all sorts and an agenda that says more than titles."""
    meeting = make_meeting([bob, leo], purpose="To plan", agenda=["Budget", "Rooms"])
    invite(alice, meeting, [rita], Part.CHAIR)
    add_guest(alice, meeting, Facts("Gwen", email="gwen@example.org"))
    meeting.agenda[0].kind, meeting.agenda[0].minutes, meeting.agenda[0].presenter = ItemKind.DECISION, 20, leo
    meeting.attendees[0].answer, meeting.attendees[0].answered_at = Answer.ACCEPTED, at(8)
    db.session.commit()
    return meeting


# --- Elsewhere ---


def test_a_meeting_is_made_outside_with_chair_and_link(as_alice, bob):
    answer = as_alice.post("/meetings/new", data={
        **TIMES, "subject": "Visit", "venue": "Town hall", "online_url": "https://meet.example", "chair": "bob",
        "confidentiality": "internal", "agenda": "One\nTwo", "capacity": "12",
    })
    made = newest()
    assert (answer.status_code, answer.location) == (303, f"/meetings/{made.id}")
    assert (made.location, made.format, made.capacity, made.confidentiality) == ("Town hall", "hybrid", 12, "internal")
    assert ([one.name for one in made.attendees], made.starts_at) == (["Bob"], at(9, days=1))
    text = as_alice.get(f"/meetings/{made.id}").text
    for words in ("https://meet.example", "Open inside the house", "In place and online"):
        assert words in text


def test_times_are_on_the_clock_of_the_chosen_zone(as_alice):
    as_alice.post("/meetings/new", data={**TIMES, "subject": "V", "venue": "Rathaus", "timezone": "Europe/Berlin"})
    assert newest().starts_at == at(16, days=1)
    assert typed(at(9, days=1)) in as_alice.get(f"/meetings/{newest().id}/move").text


@pytest.mark.parametrize(
    ("typed_in", "said"),
    [
        ({"venue": ""}, "Say where the meeting is"), ({"online_url": "http://x"}, "begins with https"),
        ({"chair": "nobody"}, "Nobody here is called that"), ({"capacity": "x"}, "Not a valid integer"),
        ({"ends_at": TIMES["starts_at"]}, "later than the start"), ({"kind_id": "9"}, "Not a valid choice"),
        ({"confidentiality": "mine"}, "Not a valid choice"), ({"subject": " "}, "Please fill this in"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(as_alice, typed_in, said):
    data = {**TIMES, "subject": "Visit", "venue": "Hall", "purpose": "Keep me", **typed_in}
    answer = as_alice.post("/meetings/new", data=data, headers=HTMX)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Keep me" in answer.text
    assert newest() is None


def test_moved_postponed_and_resumed_by_pages(as_alice, alice, make_booking):
    made = commands.make_meeting_elsewhere(alice, at(9), at(10), subject="V", details=Details(venue="Hall"))
    db.session.commit()
    address = f"/meetings/{made.id}"
    as_alice.post(f"{address}/move", data={**TIMES, "venue": "Park", "seen": 0})
    assert (made.location, made.starts_at) == ("Park", at(9, days=1))
    assert as_alice.post(f"{address}/postponement", data={"reason": "x" * 501}).status_code == 422
    as_alice.post(f"{address}/postponement", data={"reason": "Rain"})
    assert "Rain" in as_alice.get(address).text
    booking = make_booking(starts_at=at(14), ends_at=at(15))
    assert "None: a time and place of its own" in as_alice.get(f"{address}/resumption").text
    as_alice.post(f"{address}/resumption", data={"booking_id": booking.id})
    assert (made.booking_id, made.starts_at, made.postponed_at) == (booking.id, at(14), None)
    assert as_alice.get(f"{address}/move").location == address


# --- From one before ---


def test_a_copy_has_words_agenda_and_people_but_no_answers(as_alice, model, make_booking, leo):
    leo.left_at = at(8)
    booking = make_booking(starts_at=at(11), ends_at=at(12))
    address = f"/bookings/{booking.id}/meeting"
    page = as_alice.get(f"{address}?source=meeting-{model.id}").text
    for words in ("To plan", "Budget\nRooms", "Rita · rita"):
        assert words in page
    as_alice.post(address, data={
        "subject": "Again", "agenda": "Budget\nNews", "chair": "rita", "source": f"meeting-{model.id}",
    })
    made = newest()
    assert (made.subject, made.copied_from_id) == ("Again", model.id)
    assert [(one.name, one.part, one.answer) for one in made.attendees] == [
        ("Rita", Part.CHAIR, Answer.NONE), ("Bob", Part.REQUIRED, Answer.NONE), ("Gwen", Part.REQUIRED, Answer.NONE),
    ]
    first, second = made.agenda
    assert (first.kind, first.minutes, first.presenter_id) == (ItemKind.DECISION, 20, None)
    assert (second.title, second.kind, second.minutes) == ("News", ItemKind.DISCUSSION, None)


def test_only_who_records_a_meeting_copies_it(sign_in, bob, audrey, model, make_booking):
    for source in (f"meeting-{model.id}", "meeting-x", "template-1", "nothing"):
        assert sign_in(bob).get(f"/meetings/new?source={source}").status_code in (403, 404)
    assert sign_in(audrey).get(f"/meetings/begin?source=meeting-{model.id}").status_code == 403


def test_templates_are_saved_used_renamed_and_retired(as_olive, sign_in, bob, model):
    address = f"/meetings/{model.id}/template"
    assert as_olive.post(address, data={"name": "Weekly"}).status_code == 303
    assert as_olive.post(address, data={"name": "weekly"}).status_code == 422
    template = db.session.query(MeetingTemplate).one()
    page = sign_in(bob).get(f"/meetings/new?source=template-{template.id}").text
    assert "Budget\nRooms" in page
    assert "Weekly" in page
    as_olive.post(f"/meetings/templates/{template.id}/name", data={"name": "Monthly"})
    as_olive.post(f"/meetings/templates/{template.id}/retirement")
    assert "Monthly" in as_olive.get("/meetings/templates").text
    assert sign_in(bob).get(f"/meetings/new?source=template-{template.id}").status_code == 404
    assert sign_in(bob).get("/meetings/templates").status_code == 403
    as_olive.post(f"/meetings/templates/{template.id}/reopening")
    assert template.retired_at is None


def test_every_coming_date_of_a_series_becomes_a_meeting_with_its_own_agenda(as_alice, alice, room):
    found = series.make(alice, room.id, "Weekly", at(9, days=1), at(10, days=1), Rule(Frequency.WEEKLY, count=4), {})
    db.session.commit()
    bookings = found.bookings
    address = f"/bookings/{bookings[1].id}/meeting"
    assert "Make every coming date of the series a meeting: 4" in as_alice.get(address).text
    data = {"subject": "Weekly", "agenda": "One\nTwo", "all_dates": "y", "answer_by": typed(at(9, days=5))}
    assert as_alice.post(address, data=data).status_code == 303
    made = db.session.query(Meeting).order_by(Meeting.starts_at).all()
    assert [one.booking_id for one in made] == [booking.id for booking in bookings]
    assert len({item.id for one in made for item in one.agenda}) == 8
    # As long before each as the one that was chosen for the second; what would be past is as the kind says.
    assert [one.answer_by for one in made] == [None, at(9, days=5), at(9, days=12), at(9, days=19)]


# --- Kinds ---


def test_kinds_are_kept_by_their_pages(as_olive, sign_in, bob):
    data = {"name": "Board", "prefix": "B", "confidentiality": "secret", "needs_approval": "y", "urge_days": "1、3",
            "answer_days": "2", "lead_days": "", "check_in_minutes": "30", "late_minutes": "5"}
    assert as_olive.post("/meetings/kinds/new", data=data).status_code == 303
    kind = db.session.query(MeetingKind).one()
    assert (kind.urge_days, kind.needs_approval, kind.lead_days, kind.quorum_percent) == ("3,1", True, 0, None)
    as_olive.post(f"/meetings/kinds/{kind.id}/change", data={**data, "name": "Council", "quorum_percent": "50"})
    assert (kind.name, kind.quorum_percent) == ("Council", 50)
    text = as_olive.get("/meetings/kinds").text
    for words in ("Council", "Approved before the notice", "Quorum 50%", "Answers 2 days before"):
        assert words in text
    assert "Council" in as_olive.get("/meetings/new").text
    as_olive.post(f"/meetings/kinds/{kind.id}/retirement")
    assert "Council" not in as_olive.get("/meetings/new").text
    as_olive.post(f"/meetings/kinds/{kind.id}/reopening")
    assert kind.retired_at is None
    assert sign_in(bob).get("/meetings/kinds").status_code == 403
    assert [entry.action for entry in log_of("meeting_kind", kind.id)][-1] == "meeting_kind.added"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}), ("name", {"name": "formal"}), ("prefix", {"prefix": "a b"}),
        ("prefix", {"prefix": "M"}), ("prefix", {"prefix": "F"}), ("quorum_percent", {"quorum_percent": 101}),
        ("answer_days", {"answer_days": -1}), ("urge_days", {"urge_days": "soon"}), ("urge_days", {"urge_days": "91"}),
    ],
)
def test_a_kind_that_cannot_be_is_refused_at_its_field(olive, field, values):
    kind_commands.add_kind(olive, Settings("Formal", "F"))
    with pytest.raises(DomainError) as refusal:
        kind_commands.add_kind(olive, Settings("Other", "O")._replace(**values))
    assert refusal.value.field == field


# --- Lists ---


def test_lists_find_by_words_kind_and_time_and_leave_as_files(as_alice, sign_in, make_meeting, alice, bob, olive):
    kind = kind_commands.add_kind(olive, Settings("Board", "B", Confidentiality.INTERNAL))
    db.session.commit()
    make_meeting([bob], subject="Budget 100%", details=Details(kind_id=kind.id))
    make_meeting(subject="Drafted", starts_at=at(11), ends_at=at(12))
    stranger = sign_in(olive)
    assert "Budget 100%" in as_alice.get("/meetings?q=budget").text
    assert "Budget 100%" not in as_alice.get("/meetings?q=budget_").text
    assert "B2026-001" in stranger.get(f"/meetings?which=all&kind={kind.id}&q=2026-001").text
    assert "Drafted" in as_alice.get("/meetings?which=drafts").text
    assert "Budget" not in as_alice.get("/meetings?which=drafts").text
    assert "There are no such meetings." in as_alice.get("/meetings?which=all&when=past").text
    rows = list(csv.reader(io.StringIO(as_alice.get("/meetings?format=csv").data.decode("utf-8-sig"))))
    assert rows[1][:3] == ["B2026-001", "Board", "Budget 100%"]
    assert [row[8] for row in rows[1:]] == ["Announced", "Draft"]
    assert as_alice.get("/meetings?format=xlsx").data[:2] == b"PK"
    assert "<html" not in as_alice.get("/meetings?q=x", headers=HTMX).text


def test_what_waits_for_approval_is_shown_to_those_who_approve(sign_in, leo, alice, olive, bob):
    kind = kind_commands.add_kind(olive, Settings("Board", "B", needs_approval=True))
    made = commands.make_meeting_elsewhere(
        alice, at(9), at(10), subject="Plan", details=Details(venue="Hall", kind_id=kind.id)
    )
    invite(alice, made, [bob])
    db.session.commit()
    sign_in(alice).post(f"/meetings/{made.id}/submission")
    browser = sign_in(leo)
    assert "1 meeting waits for your approval." in browser.get("/meetings").text
    assert "Plan" in browser.get("/meetings?which=approvals").text
    assert browser.post(f"/meetings/{made.id}/return", data={"reason": ""}).status_code == 422
    (digest,) = re.findall(r'name="seen" value="(\w+)"', browser.get(f"/meetings/{made.id}").text)
    assert browser.post(f"/meetings/{made.id}/approval", data={"seen": "0" * 64}).status_code == 422
    assert browser.post(f"/meetings/{made.id}/approval", data={"seen": digest}).status_code == 303
    assert made.number == "B2026-001"
    assert sign_in(bob).post(f"/meetings/{made.id}/approval").status_code == 404


def test_a_list_costs_the_same_whatever_its_length(as_alice, make_meeting, statements):
    make_meeting()
    as_alice.get("/meetings?which=all")
    with statements() as few:
        as_alice.get("/meetings?which=all")
    for number in range(1, 6):
        make_meeting(starts_at=at(9 + number), ends_at=at(10 + number))
    with statements() as many:
        as_alice.get("/meetings?which=all")
    assert len(many) == len(few) <= 8


def test_a_template_of_a_secret_meeting_is_refused(make_meeting, alice, olive):
    meeting = make_meeting(details=Details(confidentiality=Confidentiality.SECRET))
    invite(alice, meeting, [olive])
    with pytest.raises(DomainError, match="becomes none"):
        templates.save_template(olive, meeting, "Secret")

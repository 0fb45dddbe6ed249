"""What each profile asks of a proposal before it may be submitted, and by which steps it goes then."""

from decimal import Decimal

import pytest

from portal.accounts.models import Role
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings import phases
from portal.meetings.commands import change_meeting, make_meeting_elsewhere
from portal.meetings.details import Details
from portal.meetings.models import Confidentiality, MeetingKind
from portal.meetings.people import invite
from portal.proposals import lessons
from portal.proposals.commands import Draft, save_proposal
from portal.proposals.lessons import Lesson
from portal.proposals.models import Heading
from portal.proposals.records import proposal_of
from portal.resolutions.commands import Duty, improve
from tests.conftest import at
from tests.proposals.conftest import agree_all, case_of, full

ASKED = {
    "operations": ["OPS-2.1"],
    "high_end": ["HES-2.1", "HES-5.1", "HES-8.1", "HES-9.1", "HES-9.5"],
    "agency": ["AGY-2.1", "AGY-2.9", "AGY-7.1"],
    "foreign": ["FOR-3.1.a", "FOR-3.1.b", "FOR-3.1.d", "FOR-3.1.e", "FOR-4.1.c", "FOR-7.1.a"],
}
SEATS = {
    "operations": [["meeting_office"], ["leader"]],
    "high_end": [["meeting_office"], ["review_finance", "review_security"], ["leader"]],
    "agency": [["Helen"], ["meeting_office"], ["leader"]],
    "foreign": [
        ["review_hr", "review_finance", "review_security", "review_it", "review_publicity"], ["leading_group"],
    ],
}


def seats_of(case):
    return [[seat.key or seat.person.name for seat in step.seats] for step in case.steps]


@pytest.mark.parametrize("profile", ASKED)
def test_a_draft_is_kept_and_what_it_lacks_is_refused_by_clause(profile, make_regulated, alice):
    meeting = make_regulated(profile)
    save_proposal(alice, meeting, Draft())
    with pytest.raises(DomainError) as refusal:
        phases.submit(alice, meeting)
    assert [clause for clause in ASKED[profile] if f"({clause})" not in str(refusal.value)] == []
    save_proposal(alice, meeting, full())
    phases.submit(alice, meeting)
    assert meeting.submitted_at
    assert proposal_of(meeting).profile_version == 1


@pytest.mark.parametrize("profile", SEATS)
def test_it_goes_by_the_steps_of_its_profile(profile, make_regulated, alice):
    meeting = make_regulated(profile)
    save_proposal(alice, meeting, full())
    phases.submit(alice, meeting)
    case = case_of(meeting)
    assert seats_of(case) == SEATS[profile]
    facts = dict(case.snapshot["facts"])
    assert (facts["theme"], facts["total"]) == ("Said", {"money": "1000.00"})
    assert [{"term": "budget.venue"}, {"money": "1000.00"}, "The hall"] in facts["budget"]["table"]


def test_what_is_missing_of_the_meeting_itself_counts_too(make_regulated, alice):
    meeting = make_regulated("foreign", outcome="")
    save_proposal(alice, meeting, full())
    with pytest.raises(DomainError, match=r"Expected outcome \(FOR-3.1.a\)"):
        phases.submit(alice, meeting)


def test_a_heading_without_amount_or_nil_is_named(make_regulated, alice):
    meeting = make_regulated("high_end")
    draft = full()
    save_proposal(alice, meeting, full(budget={one: line for one, line in draft.budget.items() if one != "lodging"}))
    with pytest.raises(DomainError, match=r"Budget: Lodging \(HES-8.1\)"):
        phases.submit(alice, meeting)


def test_guests_of_note_are_named_and_their_risk_assessed_first(make_regulated, alice):
    meeting = make_regulated("foreign")
    with pytest.raises(DomainError) as refusal:
        save_proposal(alice, meeting, full(has_notable_guests=True))
    assert refusal.value.field == "notable_guests"
    save_proposal(alice, meeting, full(has_notable_guests=True, notable_guests="A minister"))
    with pytest.raises(DomainError, match=r"FOR-3\.3\.b"):
        phases.submit(alice, meeting)


@pytest.mark.parametrize(("profile", "place"), [("high_end", 3), ("agency", 3), ("foreign", 1)])
def test_what_is_sensitive_takes_one_step_more(profile, place, make_regulated, alice):
    meeting = make_regulated(profile)
    save_proposal(alice, meeting, full(is_sensitive=True, sensitive_words="Figures"))
    phases.submit(alice, meeting)
    assert seats_of(case_of(meeting))[place] == ["leader"]
    assert len(case_of(meeting).steps) == len(SEATS[profile]) + 1


def test_a_secret_meeting_takes_that_step_too(make_regulated, alice, leo):
    meeting = make_regulated("agency", confidentiality=Confidentiality.SECRET)
    invite(alice, meeting, [leo])
    save_proposal(alice, meeting, full())
    phases.submit(alice, meeting)
    assert len(case_of(meeting).steps) == 4


def test_lessons_have_to_be_answered_where_the_profile_says_so(make_regulated, alice, monkeypatch):
    monkeypatch.setitem(lessons._sources, "test", lambda _reader, _meeting: [Lesson("Start on time")])
    meeting = make_regulated("agency")
    save_proposal(alice, meeting, full())
    with pytest.raises(DomainError, match=r"AGY-9\.6"):
        phases.submit(alice, meeting)
    save_proposal(alice, meeting, full(lessons="A timekeeper"))
    phases.submit(alice, meeting)


def test_only_the_office_writes_and_submits_what_is_foreign_related(make_regulated, alice, olive, bob):
    meeting = make_regulated("foreign")
    for act in (lambda: save_proposal(olive, meeting, full()), lambda: phases.submit(olive, meeting)):
        with pytest.raises(NotAllowed, match=r"FOR-2.2.a.*Foreign-related events office"):
            act()
    with pytest.raises(NotAllowed):
        save_proposal(bob, meeting, full())
    save_proposal(alice, meeting, full())
    with pytest.raises(NotAllowed):
        phases.submit(olive, meeting)
    phases.submit(alice, meeting)


def test_a_department_without_head_is_said(make_regulated, add_person):
    meeting = make_regulated("agency", organizer=add_person("Fred", Role.MEETING_OFFICE))
    save_proposal(meeting.organizer, meeting, full())
    with pytest.raises(DomainError, match=r"AGY-2.1.*Choose one"):
        phases.submit(meeting.organizer, meeting)


def test_a_meeting_of_another_kind_goes_by_the_profile_of_that(make_regulated, alice):
    meeting = make_regulated("operations")
    save_proposal(alice, meeting, full())
    phases.submit(alice, meeting)
    agree_all(meeting)
    db.session.add(other := MeetingKind(name="Other", prefix="O", profile="agency"))
    db.session.flush()
    change_meeting(
        alice, meeting, subject="Forum", purpose="To meet",
        details=Details(kind_id=other.id, venue="Town hall", outcome="Friends"),
    )
    assert meeting.approved_at is None
    assert (proposal_of(meeting).profile, proposal_of(meeting).profile_version) == ("", None)
    phases.submit(alice, meeting)
    assert seats_of(case_of(meeting)) == SEATS["agency"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"size": 0}, "size"),
        ({"theme": "x" * 5001}, "theme"),
        ({"is_sensitive": True}, "sensitive_words"),
        ({"budget": {Heading.VENUE: (Decimal(-1), "")}}, "amount_venue"),
        ({"budget": {Heading.VENUE: (Decimal(10) ** 12, "")}}, "amount_venue"),
        ({"budget": {Heading.VENUE: (Decimal(1), "x" * 301)}}, "words_venue"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(wrong, field, make_regulated, alice):
    meeting = make_regulated("operations")
    with pytest.raises(DomainError) as refusal:
        save_proposal(alice, meeting, full(**wrong))
    assert refusal.value.field == field


def test_nothing_is_proposed_of_a_meeting_under_no_regulation(make_regulated, alice):
    meeting = make_regulated("operations")
    meeting.kind.profile = ""
    db.session.flush()
    with pytest.raises(NotAllowed):
        save_proposal(alice, meeting, full())


def test_open_improvements_of_earlier_meetings_of_its_kind_are_lessons(make_regulated, alice, olive, works):
    meeting = make_regulated("agency")
    before = make_meeting_elsewhere(
        alice, at(9, days=1), at(10, days=1), subject="Before",
        details=Details(kind_id=meeting.kind_id, venue="Town hall"),
    )
    duty = Duty(text="Start on time", department_id=works.id, owner_id=alice.id, due_on=at(9, days=60).date())
    improve(olive, duty, source=("meeting", before.id))
    assert [lesson.words for lesson in lessons.lessons_for(alice, meeting)] == ["Start on time"]
    assert lessons.lessons_for(alice, before) == []

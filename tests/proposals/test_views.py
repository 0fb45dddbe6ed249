"""The page of a proposal, the panel of its meeting, and who may open them."""

import pytest

from portal.core.db import db
from portal.meetings import phases
from portal.meetings.models import Confidentiality
from portal.meetings.people import invite
from portal.proposals.commands import save_proposal
from portal.proposals.models import Heading
from portal.proposals.records import proposal_of
from tests.conftest import HTMX
from tests.proposals.conftest import agree_all, case_of, full

SAID = {
    "theme": "Friendship", "circle": "Friends", "publicity": "None", "site_risk": "Stairs", "people_risk": "None",
    "information_risk": "None", "venue_reason": "Near", "size": "30", "amount_venue": "1,000.50", "rest_is_nil": "y",
}


@pytest.fixture
def meeting(make_regulated):
    return make_regulated("foreign")


def address(meeting):
    return f"/meetings/{meeting.id}/proposal"


def test_it_is_saved_as_a_draft_and_says_what_is_missing(sign_in, alice, meeting):
    browser = sign_in(alice)
    answer = browser.post(address(meeting), data={"theme": "Friendship", "amount_venue": "0"})
    assert answer.status_code == 303
    text = browser.get(address(meeting)).text
    assert "Friendship" in text
    assert "FOR-3.1.e" in text
    assert "Publicity plan (FOR-3.1.e)" in text
    assert "Venue hire, " not in text.split("Missing before")[1], "nil is said"


def test_it_is_saved_and_submitted_at_once(sign_in, alice, meeting):
    browser = sign_in(alice)
    assert browser.post(address(meeting), data={**SAID, "then": "submit"}).status_code == 303
    text = browser.get(address(meeting)).text
    assert "is submitted" in text
    assert "Waits" in text
    assert "This waits for its approval" in text
    saved = proposal_of(meeting)
    assert {str(line.heading): f"{line.amount}" for line in saved.budget}["venue"] == "1000.50"
    assert (len(saved.budget), f"{saved.total}") == (len(Heading), "1000.50")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_lacks_something_is_saved_and_refused_above_the_form(headers, sign_in, alice, meeting):
    answer = sign_in(alice).post(
        address(meeting), data={**SAID, "publicity": "", "then": "submit"}, headers=headers
    )
    assert answer.status_code == 422
    assert "Before it is submitted it has to say: Publicity plan (FOR-3.1.e)" in answer.text
    assert "Friendship" in answer.text
    assert ("<html" in answer.text) is not bool(headers)
    assert proposal_of(meeting).theme == "Friendship"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount_venue": "much"}, "not an amount"), ({"amount_venue": "-1"}, "not an amount"),
        ({"size": "0"}, "1 to 100000"), ({"is_sensitive": "y"}, "what is secret"), ({"seen": "older"}, "Somebody else"),
    ],
)
def test_bad_input_stands_beside_its_field_and_what_was_typed_is_kept(wrong, said, sign_in, alice, meeting):
    answer = sign_in(alice).post(address(meeting), data={**SAID, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Friendship" in answer.text
    assert proposal_of(meeting) is None


def test_after_the_approval_it_is_said_what_saving_does(sign_in, alice, meeting):
    save_proposal(alice, meeting, full())
    phases.submit(alice, meeting)
    agree_all(meeting)
    db.session.commit()
    browser = sign_in(alice)
    text = browser.get(address(meeting)).text
    assert "it has to be approved again, from the first step" in text
    assert "approved: CN¥1,000.00" in text
    more = {**SAID, "seen": "", "theme": "Said", "amount_venue": "2000"}
    assert "Say why" in browser.post(address(meeting), data=more).text
    browser.post(address(meeting), data={**more, "overrun_reason": "A larger hall"})
    assert "holds no more: The budget is higher than what was approved: A larger hall" in browser.get(
        address(meeting)
    ).text
    assert "Save and submit again" in browser.get(address(meeting)).text


def test_the_page_of_the_meeting_shows_the_way_and_what_is_missing(sign_in, alice, meeting):
    text = sign_in(alice).get(f"/meetings/{meeting.id}").text
    assert "Proposal and approval" in text
    assert "Joint review" in text
    assert "Its proposal does not say yet: Theme (FOR-3.1.a)" in text


def test_a_meeting_under_no_regulation_has_no_such_page(sign_in, alice, meeting):
    meeting.kind.profile = ""
    db.session.commit()
    browser = sign_in(alice)
    assert browser.get(address(meeting)).status_code == 404
    assert "Proposal" not in browser.get(f"/meetings/{meeting.id}").text


def test_who_may_open_it(sign_in, alice, bob, olive, leo, audrey, adam, bodies, meeting):
    finance = bodies["review_finance"]
    save_proposal(alice, meeting, full())
    db.session.commit()
    assert [sign_in(one).get(address(meeting)).status_code for one in (alice, olive, bob, finance)] == [
        200, 200, 404, 404,
    ]
    assert "written and submitted by: Foreign-related events office" in sign_in(olive).get(address(meeting)).text
    assert sign_in(olive).post(address(meeting), data=SAID).status_code == 403
    phases.submit(alice, meeting)
    db.session.commit()
    assert [sign_in(one).get(address(meeting)).status_code for one in (finance, leo, bob)] == [200, 200, 404]
    assert sign_in(finance).post(address(meeting), data=SAID).status_code == 403


def test_of_what_is_sensitive_only_those_know_whose_work_it_is(sign_in, alice, olive, leo, audrey, bodies, meeting):
    save_proposal(alice, meeting, full(theme="Rockets", is_sensitive=True, sensitive_words="Figures"))
    phases.submit(alice, meeting)
    db.session.commit()
    finance, asked_later = bodies["review_finance"], bodies["leading_group"]
    for person, status in ((alice, 200), (finance, 200), (olive, 403), (asked_later, 404)):
        answer = sign_in(person).get(address(meeting))
        assert (person.name, answer.status_code) == (person.name, status)
        assert ("Rockets" in answer.text) == (status == 200)
    for person in (olive, leo, audrey):
        for page in (f"/meetings/{meeting.id}", f"/approvals/{case_of(meeting).id}", "/approvals"):
            assert "Rockets" not in sign_in(person).get(page).text
    agree_all(meeting)
    db.session.commit()
    assert sign_in(leo).get(address(meeting)).status_code == 200, "the step more asked a leader"


def test_a_secret_meeting_is_known_to_its_people_only(sign_in, alice, olive, leo, bodies, make_regulated):
    meeting = make_regulated("foreign", confidentiality=Confidentiality.SECRET)
    invite(alice, meeting, list(bodies.values()))
    save_proposal(alice, meeting, full(theme="Rockets"))
    phases.submit(alice, meeting)
    db.session.commit()
    assert [sign_in(one).get(address(meeting)).status_code for one in (alice, olive, leo, bodies["review_hr"])] == [
        200, 404, 404, 200,
    ]


def test_the_pages_cost_the_same_however_long_the_way(sign_in, statements, alice, meeting):
    browser = sign_in(alice)
    save_proposal(alice, meeting, full())
    phases.submit(alice, meeting)
    db.session.commit()
    counts = []
    for _again in range(2):
        for page in (address(meeting), f"/meetings/{meeting.id}"):
            browser.get(page)
            with statements() as seen:
                browser.get(page)
            counts.append(len(seen))
        save_proposal(alice, meeting, full(theme="Other"))
        phases.submit(alice, meeting)
        agree_all(meeting)
        save_proposal(alice, meeting, full(theme="Third"))
        phases.submit(alice, meeting)
        db.session.commit()
    assert counts[:2] == counts[2:]
    assert max(counts) <= 45

"""The steps of a resolution's way as its page offers and takes them."""

import pytest

from portal.audit.queries import log_of
from portal.core.db import db
from portal.meetings.models import MeetingKind
from portal.resolutions import nodes
from portal.resolutions.models import Event, Node, Resolution
from portal.resolutions.steps import WAYS, open_to
from tests.conftest import HTMX

# Which steps each of them is offered, by how far it has come.
OFFERED = {
    "issued": {"alice": "signed_for refused", "helen": "signed_for refused", "sue": "paused withdrawn", "olive": ""},
    "reported": {"alice": "", "olive": "reviewed returned", "sue": "paused withdrawn", "rosa": "reviewed returned"},
    "reviewed": {"alice": "", "olive": "returned", "sue": "closed paused withdrawn", "leo": "closed paused withdrawn"},
    "closed": {"alice": "", "olive": "", "sue": "reopened", "audrey": ""},
}


@pytest.fixture
def bring(report, olive, sue):
    """Bring it as far as that node."""

    def bring(resolution, node):
        if node in ("reported", "reviewed", "closed"):
            report(resolution, percent=100)
        if node in ("reviewed", "closed"):
            nodes.review(olive, resolution)
        if node == "closed":
            nodes.close(sue, resolution)
        db.session.commit()

    return bring


@pytest.fixture
def waits(meeting, make_resolution):
    """One that a leader or the chair has to approve before it is issued."""
    meeting.kind = MeetingKind(name="Board", prefix="B", resolutions_need_approval=True)
    db.session.commit()
    return make_resolution()


@pytest.mark.parametrize("node", OFFERED)
def test_everybody_is_offered_what_they_may_and_what_makes_sense_now(request, resolution, bring, node):
    bring(resolution, node)
    for name, events in OFFERED[node].items():
        person = request.getfixturevalue(name)
        found = {str(way.event) for way in open_to(person, resolution, resolution.reports)}
        assert found == set(events.split()), name


def test_the_page_shows_its_buttons_and_keeps_the_rest_in_a_menu(sign_in, olive, sue, resolution, report):
    report(resolution, percent=100)
    address = f"/resolutions/{resolution.id}/steps"
    page = sign_in(olive).get(f"/resolutions/{resolution.id}").text
    assert f'formaction="{address}/reviewed"' in page
    assert f'formaction="{address}/closed"' not in page
    assert f'href="{address}/paused"' in sign_in(sue).get(f"/resolutions/{resolution.id}").text


def test_a_resolution_goes_its_whole_way_through_the_pages(sign_in, alice, olive, sue, leo, oscar, waits, report):
    def take(person, event, **data):
        answer = sign_in(person).post(f"/resolutions/{waits.id}/steps/{event}", data=data)
        assert (answer.status_code, answer.location) == (303, f"/resolutions/{waits.id}"), event

    take(leo, "approved", words="As proposed")
    take(oscar, "issued")
    take(alice, "signed_for")
    report(waits, percent=100)
    take(olive, "returned", words="The stairs are not painted")
    report(waits, percent=100)
    take(olive, "reviewed")
    take(sue, "closed", words="Well done")
    page = sign_in(alice).get(f"/resolutions/{waits.id}").text
    for words in ("As proposed", "The stairs are not painted", "Well done", "Closed by", "Approved", "Signed for"):
        assert words in page
    take(sue, "reopened", words="The paint comes off")
    assert db.session.get(Resolution, waits.id).node == Node.WORKED_ON


@pytest.mark.parametrize(
    ("event", "field"), [("returned", "step-words"), ("paused", "dialog-words"), ("withdrawn", "dialog-words")]
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_where_words_are_needed_they_are_asked_for(request, sign_in, resolution, bring, event, field, headers):
    bring(resolution, "reported")
    person = request.getfixturevalue("olive" if event == "returned" else "sue")
    answer = sign_in(person).post(f"/resolutions/{resolution.id}/steps/{event}", headers=headers, data={"words": " "})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert ("<html" in answer.text) == (not headers)


def test_who_comes_second_reads_why_and_keeps_the_words(sign_in, olive, rosa, resolution, report):
    report(resolution, percent=100)
    nodes.return_done(rosa, resolution, "Not yet")
    db.session.commit()
    answer = sign_in(olive).post(f"/resolutions/{resolution.id}/steps/reviewed", data={"words": "Looks fine to me"})
    assert answer.status_code == 422
    assert "is not at that step any more" in answer.text
    assert "Looks fine to me" in answer.text


def test_htmx_gets_the_region_as_it_stands_now(sign_in, alice, resolution):
    headers = {**HTMX, "HX-Target": "resolution"}
    answer = sign_in(alice).post(f"/resolutions/{resolution.id}/steps/signed_for", headers=headers)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="resolution"' in answer.text
    assert "signed_for" not in answer.text.partition('class="turn"')[2].partition("</form>")[0]
    assert "You signed" in answer.headers["HX-Trigger"]
    assert log_of("resolution", resolution.id)[0].action == "resolution.signed_for"


def test_a_dialog_goes_on_to_the_page(sign_in, sue, resolution):
    headers = {**HTMX, "HX-Target": "dialog"}
    browser, address = sign_in(sue), f"/resolutions/{resolution.id}/steps/paused"
    assert "<html" not in browser.get(address, headers=headers).text
    answer = browser.post(address, headers=headers, data={"words": "The hall is let"})
    assert answer.headers["HX-Redirect"] == f"/resolutions/{resolution.id}"


@pytest.mark.parametrize("event", [*WAYS, Event.EXTENDED])
def test_strangers_find_nothing_and_listeners_take_no_step(sign_in, bob, carl, resolution, event):
    address = f"/resolutions/{resolution.id}/steps/{event}"
    for method in ("get", "post"):
        assert getattr(sign_in(bob), method)(address).status_code == 404
        expected = 403 if event in WAYS else 404
        assert getattr(sign_in(carl), method)(address).status_code == expected

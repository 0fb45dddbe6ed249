"""The pages of notices: words, preview, sending, urging, the column of the list, templates, the outbox."""

import pytest

from portal.agenda.models import Paper
from portal.core.db import db
from portal.invitations.builtin import wording as built_in
from portal.invitations.models import Layout, MeetingNotice, NoticeTemplate
from portal.invitations.sending import send_notice
from portal.meetings.guests import Facts
from portal.meetings.models import Answer, Confidentiality
from portal.notifications.commands import mark_read
from portal.notifications.delivery import deliver_due
from tests.conftest import HTMX, NOW
from tests.invitations.noticing import add_kind, said_to, with_people, worded

GINA = Facts("Gina", "Acme", "Director", "gina@example.net", "en")


def typed(layout=Layout.ENGLISH, **changes):
    return {**built_in(layout)._asdict(), "contact": "", "people": "", **changes}


@pytest.fixture
def draft(gather, bob):
    return with_people(gather(subject="Plans & <b>"), [bob], [GINA])


@pytest.fixture
def page(draft):
    return f"/meetings/{draft.id}/notice"


def test_the_notice_is_shown_as_one_reader_will_see_it_whatever_is_typed(sign_in, alice, draft, page):
    browser = sign_in(alice)
    usual = browser.get(page).text
    assert "usual words" in usual
    assert "invites you to “Plans &amp; &lt;b&gt;”" in usual
    guest = next(one for one in draft.attendees if one.guest_id)
    begun = browser.get(f"{page}?template=formal&as={guest.id}").text
    assert "Gina：" in begun
    assert "gina@example.net" in begun
    live = browser.post(f"{page}/preview", data={**typed(), "as": guest.id}, headers=HTMX)
    assert "Dear Gina," in live.text
    assert "<html" not in live.text
    wrong = browser.post(f"{page}/preview", data=typed(body="{nmae}"), headers=HTMX)
    assert wrong.status_code == 422
    assert "There is no field {nmae}." in wrong.text
    assert "<b>" not in live.text.replace("<b>Notice of meeting", "")
    assert db.session.query(MeetingNotice).count() == 0


def test_words_are_saved_refused_beside_their_field_and_taken_back(sign_in, alice, draft, page):
    browser = sign_in(alice)
    refused = browser.post(page, data=typed(subject="{nmae}"))
    assert refused.status_code == 422
    assert 'id="subject-error"' in refused.text
    assert browser.post(page, data=typed(contact="Olive, 8123")).status_code == 303
    saved = browser.get(page).text
    assert "Contact: Olive, 8123" in saved
    assert browser.get(f"{page}/sheet").text.count("sheet-english") == 1
    assert browser.post(f"{page}/usual").status_code == 303
    assert "usual words" in browser.get(page).text


def test_the_page_sends_urges_and_says_what_is_late(sign_in, alice, bob, gather):
    kind = add_kind(lead_days=20)
    meeting = with_people(gather(kind=kind), [bob], [GINA])
    page, browser = f"/meetings/{meeting.id}/notice", sign_in(alice)
    assert "This one is late" in browser.get(page).text
    refused = browser.post(f"{page}/sending")
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert browser.post(f"{page}/sending", data={"reason": "The mayor"}).status_code == 303
    assert "Urge the silent 2" in browser.get(page).text
    assert browser.post(f"{page}/urging").status_code == 303
    assert "Alice · 2 people" in browser.get(page).text
    assert browser.post(f"{page}/urging").status_code == 422
    assert "The mayor" in browser.get(f"/log/meeting/{meeting.id}").text


def test_the_list_of_people_says_how_each_notice_fares(
    sign_in, mail_server, postbox, gather, alice, bob, leo, rita, adam
):
    meeting = with_people(gather(), [bob, leo, rita, adam], [GINA])
    send_notice(alice, meeting)
    db.session.commit()
    postbox.recipient_answers[:] = ["250 OK", "250 OK", "250 OK", "451 later", "550 unknown"]
    deliver_due()
    mark_read(leo, "meeting", meeting.id)
    answers = next(one for one in meeting.attendees if one.person_id == rita.id)
    answers.answer, answers.answered_at = Answer.ACCEPTED, NOW
    db.session.commit()
    html = sign_in(alice).get(f"/meetings/{meeting.id}/people").text
    for state in ("sent", "read", "answered", "queued", "failed"):
        assert html.count(f"state-{state}") == 1, state
    assert "550 unknown" in html
    guest = next(one for one in meeting.attendees if one.guest_id)
    again = f"/meetings/{meeting.id}/notice/again/{guest.id}"
    assert again in html
    assert sign_in(bob).post(again).status_code == 403
    assert sign_in(alice).post(again).status_code == 303
    outbox = sign_in(adam).get("/outbox?state=queued").text
    assert "Gina" in outbox
    assert "From outside" in outbox


def test_nobody_else_reaches_the_pages_of_a_notice(sign_in, gather, alice, bob, olive, leo, add_person):
    stranger = add_person("Stranger")
    secret = with_people(gather(subject="Merger", confidentiality=Confidentiality.SECRET), [bob])
    open_one = with_people(gather(), [bob])
    send_notice(alice, open_one)
    db.session.commit()
    for person, meeting, status in (
        (bob, secret, 404), (olive, secret, 404), (stranger, open_one, 404), (bob, open_one, 403), (leo, open_one, 403)
    ):
        browser, page = sign_in(person), f"/meetings/{meeting.id}/notice"
        posts = [f"{page}/{end}" for end in ("preview", "usual", "sending", "urging")]
        answers = [browser.get(page), browser.get(f"{page}/sheet"), *(browser.post(one) for one in [page, *posts])]
        assert {answer.status_code for answer in answers} == {status}, person.name
        assert not any("Merger" in answer.text for answer in answers)


def test_the_page_costs_the_same_for_3_and_for_60_people(sign_in, statements, gather, alice, add_person):
    costs = []
    for count in (3, 60):
        people = [add_person(f"P{count}x{number}") for number in range(count)]
        meeting = with_people(gather(), people, [GINA._replace(email=f"g{count}@example.net")])
        worded(meeting, Layout.BILINGUAL)
        send_notice(alice, meeting)
        db.session.commit()
        browser, pages = sign_in(alice), [f"/meetings/{meeting.id}/{page}" for page in ("notice", "people")]
        for page in pages:
            browser.get(page)
        with statements() as seen:
            for page in pages:
                assert browser.get(page).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_the_office_keeps_templates_on_a_page(sign_in, olive, bob, gather, alice):
    office, templates = sign_in(olive), "/notices/templates"
    assert office.get(templates).text.count("Begin with these") == 3
    words = typed(Layout.BILINGUAL, name="Board <b>", kind="")
    assert office.post(f"{templates}/new", data={**words, "body": "{nmae}"}).status_code == 422
    assert office.post(f"{templates}/new", data=words).status_code == 303
    template = db.session.query(NoticeTemplate).one()
    assert "Board &lt;b&gt;" in office.get(templates).text
    address = f"{templates}/{template.id}"
    assert office.post(address, data={**words, "name": "Council"}).status_code == 303
    meeting = with_people(gather(), [bob])
    assert "Council" in sign_in(alice).get(f"/meetings/{meeting.id}/notice?template={template.id}").text
    assert office.post(f"{address}/retirement").status_code == 303
    assert "Council" not in sign_in(alice).get(f"/meetings/{meeting.id}/notice").text
    assert office.post(f"{address}/reopening").status_code == 303
    for path, status in ((templates, 403), (f"{templates}/new", 403), (address, 404)):
        assert sign_in(bob).get(path).status_code == status


def test_papers_that_go_along_are_listed_with_their_sizes(sign_in, alice, draft, page):
    db.session.add(
        Paper(
            meeting=draft, title="Budget", content_hash="0" * 64, file_name="预算.pdf", media_type="application/pdf",
            size=9_000_000, goes_with_notice=True, added_by=alice, added_at=NOW,
        )
    )
    db.session.commit()
    html = sign_in(alice).get(page).text
    assert "预算.pdf · 9.0 MB" in html
    assert "too large for a mail" in html
    assert said_to(alice) is None

"""The thread of a decision: what its page tells of its way, of what led to it and of what hangs together with it."""

from datetime import date

import pytest

from portal.agenda import papers, topics
from portal.agenda.typed import Line
from portal.core import clock
from portal.core.db import db
from portal.core.uploads import Upload
from portal.meetings.models import Confidentiality
from portal.resolutions import commands, nodes, structure
from portal.resolutions.commands import Duty
from portal.resolutions.models import Rhythm
from tests.conftest import at
from tests.resolutions.conftest import TODAY


def part(person, **values):
    return structure.Portion(**{"text": "A wall", "owner_id": person.id, "due_on": TODAY, **values})


def test_the_page_takes_a_constant_number_of_statements(
    sign_in, alice, helen, sue, resolution, make_resolution, report, statements
):
    report(resolution)
    structure.link(sue, resolution, make_resolution())
    structure.split(sue, resolution, [part(alice)])
    db.session.commit()
    for person in (alice, sue):
        browser = sign_in(person)
        with statements() as for_few:
            browser.get(f"/resolutions/{resolution.id}")
        for _ in range(2):
            report(resolution)
            report(resolution, actor=helen)
            structure.link(sue, resolution, make_resolution())
            structure.split(sue, resolution, [part(alice), part(alice)])
        db.session.commit()
        with statements() as for_many:
            browser.get(f"/resolutions/{resolution.id}")
        assert len(for_many) == len(for_few)


@pytest.fixture
def of_a_topic(meeting, oscar, olive, alice, make_resolution):
    """A resolution of a line that came of a topic of the Works, with a paper that was replaced after the meeting."""
    with clock.standing_at(at(8)):
        item = topics.take(olive, topics.propose(alice, Line(title="Leaks in the roof")), meeting)
        first = papers.add_paper(oscar, meeting, Upload("roof.txt", b"first"), item_id=item.id, title="Survey")
        second = papers.replace_paper(oscar, first, Upload("roof.txt", b"second"))
    with clock.standing_at(at(12)):
        papers.replace_paper(oscar, second, Upload("roof.txt", b"third"))
    return make_resolution(agenda_item_id=item.id)


def test_the_thread_names_topic_meeting_line_and_the_paper_as_the_meeting_had_it(
    sign_in, oscar, meeting, of_a_topic, alice
):
    page = sign_in(oscar).get(f"/resolutions/{of_a_topic.id}").text
    thread = page.partition('id="thread-title"')[2].partition("</section>")[0]
    for words in ("Leaks in the roof", "proposed by Works", "Hall review", "Survey", "version 2", "by version 3"):
        assert words in thread
    # Alice owes it but was not there: the papers are not for her.
    assert "Survey" not in sign_in(alice).get(f"/resolutions/{of_a_topic.id}").text


def test_what_a_secret_meeting_did_is_not_told_to_who_owes_it(sign_in, alice, oscar, meeting, of_a_topic):
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    page = sign_in(alice).get(f"/resolutions/{of_a_topic.id}").text
    assert "A confidential meeting" in page
    for words in ("Hall review", "Survey", "Leaks in the roof"):
        assert words not in page


def test_relatives_that_one_may_not_see_are_not_named(sign_in, carl, alice, sue, resolution):
    hidden = commands.improve(
        sue, Duty(text="Hush", department_id=alice.department_id, owner_id=alice.id, due_on=TODAY),
        is_confidential=True,
    )
    structure.link(sue, resolution, hidden)
    db.session.commit()
    assert "Hush" in sign_in(alice).get(f"/resolutions/{resolution.id}").text
    assert "Hush" not in sign_in(carl).get(f"/resolutions/{resolution.id}").text


def test_both_dates_the_reason_of_a_pause_and_a_missed_report_are_told(sign_in, alice, sue, held, make_resolution):
    with clock.standing_at(at(10, days=-21)):
        made = make_resolution(rhythm=Rhythm.WEEKLY, milestones=[("The scaffold stands", date(2026, 11, 30))])
    browser = sign_in(alice)
    page = browser.get(f"/resolutions/{made.id}").text
    for words in ("A report is missed since", "Never extended", "Dec 7, 2026", "The scaffold stands", "Every week"):
        assert words in page
    nodes.pause(sue, made, "The hall is let")
    db.session.commit()
    assert "The hall is let" in browser.get(f"/resolutions/{made.id}").text

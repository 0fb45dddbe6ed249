"""Reports: drafted, signed, returned, replaced; files and milestones; what a page shows to whom."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.delegating import delegate
from portal.audit.queries import log_of
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.core.uploads import Upload
from portal.notifications.models import Notice
from portal.resolutions import nodes, report_files, reporting
from portal.resolutions.models import Event, Node, ProgressReport, ReportState, Rhythm, Step
from portal.resolutions.report_versions import version_of
from portal.resolutions.reporting import Marks, ReportedMeanwhile
from tests.conftest import HTMX
from tests.resolutions.conftest import TODAY

PDF = b"%PDF-1.7 proof"


def told(kind):
    notices = db.session.scalars(select(Notice).where(Notice.kind == kind)).all()
    return sorted(notice.recipient.name for notice in notices)


def events(resolution):
    return list(db.session.scalars(select(Step.event).where(Step.resolution_id == resolution.id).order_by(Step.id)))


@pytest.fixture
def waiting(helen, resolution, report):
    """Alice's report of half of it, which waits for Helen."""
    return report(resolution)


# --- Drafted, signed, given back ---


def test_what_the_owner_says_counts_once_a_head_signs(waiting, resolution, helen):
    assert (waiting.state, resolution.percent, resolution.node) == (ReportState.DRAFTED, 0, Node.ISSUED)
    assert told("resolution.to_sign") == ["Helen"]
    reporting.sign(helen, waiting)
    assert (waiting.state, resolution.percent, resolution.node) == (ReportState.SIGNED, 50, Node.WORKED_ON)
    assert events(resolution)[-2:] == [Event.SIGNED_FOR, Event.WORKED_ON]


def test_a_head_who_reports_signs_at_once(helen, resolution, report):
    assert report(resolution, actor=helen).signed_by == helen
    assert told("resolution.to_sign") == []


def test_without_a_head_the_owners_word_counts(resolution, report):
    assert report(resolution).state == ReportState.SIGNED


def test_a_later_draft_replaces_the_one_that_waits_and_asks_nobody_anew(waiting, resolution, report):
    assert report(resolution, percent=60).id == waiting.id
    assert (waiting.percent, told("resolution.to_sign")) == (60, ["Helen"])


def test_a_head_changes_the_draft_and_signs_it(waiting, resolution, report, helen, alice):
    changed = report(resolution, actor=helen, percent=40, done="Half of the north wall")
    assert (changed.id, changed.reporter, changed.signed_by) == (waiting.id, alice, helen)
    assert resolution.percent == 40


def test_what_is_given_back_is_reported_anew(waiting, resolution, report, helen, alice):
    with pytest.raises(DomainError) as refusal:
        reporting.return_report(helen, waiting, " ")
    assert refusal.value.field == "words"
    reporting.return_report(helen, waiting, "Which wall?")
    assert (waiting.state, resolution.percent) == (ReportState.RETURNED, 0)
    assert told("resolution.report_returned") == ["Alice"]
    assert report(resolution).id != waiting.id


def test_a_report_is_signed_or_given_back_once(waiting, helen):
    reporting.sign(helen, waiting)
    for again in (lambda: reporting.sign(helen, waiting), lambda: reporting.return_report(helen, waiting, "No")):
        with pytest.raises(DomainError, match="signed already"):
            again()


def test_a_second_click_finds_the_report_kept(resolution, alice, helen):
    said = {"percent": 50, "done": "The south wall", "seen": "none"}
    first = reporting.report(alice, resolution, **said)
    assert reporting.report(alice, resolution, **said) is first
    with pytest.raises(ReportedMeanwhile):
        reporting.report(helen, resolution, **said)
    with pytest.raises(ReportedMeanwhile):
        reporting.report(alice, resolution, **{**said, "percent": 60})


@pytest.mark.parametrize("name", ["alice", "carl", "olive", "sue", "bob"])
def test_only_heads_sign(waiting, request, name):
    with pytest.raises(NotAllowed):
        reporting.sign(request.getfixturevalue(name), waiting)


def test_who_stands_in_for_the_head_is_told_and_signs(resolution, report, helen, bob):
    delegate(helen, bob, TODAY, TODAY)
    made = report(resolution)
    assert told("resolution.to_sign") == ["Bob", "Helen"]
    reporting.sign(bob, made)
    assert made.signed_by == bob


def test_nobody_signs_another_report_than_they_saw(waiting, resolution, report, helen):
    seen = version_of(waiting)
    report(resolution, done="The south wall")
    with pytest.raises(ReportedMeanwhile, match="Alice has reported 50%: “The south wall”"):
        reporting.sign(helen, waiting, seen=seen)


def test_nobody_reports_over_what_they_did_not_see(resolution, report, helen, carl):
    report(resolution, actor=helen, percent=70, done="The west wall")
    with pytest.raises(ReportedMeanwhile, match="Helen has reported 70%"):
        report(resolution, seen="none")
    assert resolution.percent == 70


def test_the_log_tells_what_a_draft_says_once_it_counts(waiting, resolution, helen):
    assert "done" not in {name for name, said in log_of("resolution", resolution.id)[0].details.items() if said}
    reporting.sign(helen, waiting)
    assert log_of("resolution", resolution.id)[0].details["done"] == "The north wall"


# --- Nothing has changed ---


def test_nothing_has_changed_is_a_report(resolution, report, helen):
    report(resolution, actor=helen, percent=30)
    made = reporting.report_nothing_new(helen, resolution)
    assert (made.percent, made.is_unchanged, made.done) == (30, True, "")


def test_it_does_not_replace_what_waits(waiting, resolution, helen):
    with pytest.raises(DomainError, match="waits for its signature"):
        reporting.report_nothing_new(helen, resolution)
    assert waiting.done == "The north wall"


def test_nor_is_it_said_of_what_is_done(resolution, report, helen):
    report(resolution, actor=helen, percent=100)
    with pytest.raises(DomainError, match="nothing more is expected"):
        reporting.report_nothing_new(helen, resolution)


# --- Rhythm, milestones, files ---


def test_a_signed_report_moves_the_next_one_on(make_resolution, report, helen):
    weekly = make_resolution(rhythm=Rhythm.WEEKLY, due_on=date(2026, 12, 31))
    made = report(weekly)
    weekly.report_by = TODAY - timedelta(days=1)
    reporting.sign(helen, made)
    assert weekly.report_by == TODAY + timedelta(days=7)


@pytest.fixture
def staged(make_resolution):
    """A resolution with two milestones, reported on at each."""
    stages = [("Primer", date(2026, 11, 27)), ("Paint", date(2026, 12, 3))]
    return make_resolution(milestones=stages, rhythm=Rhythm.MILESTONES)


def test_milestones_are_ticked_with_the_report_and_taken_back(staged, report, helen):
    primer, paint = staged.milestones
    shown = [primer.id, paint.id]
    report(staged, actor=helen, marks=Marks(shown, [primer.id]))
    assert (primer.reached_by, paint.reached_at, staged.report_by) == (helen, None, paint.due_on)
    report(staged, actor=helen, marks=Marks(shown, [paint.id]))
    assert (primer.reached_at, paint.reached_by) == (None, helen)
    assert "resolution.milestone_taken_back" in [entry.action for entry in log_of("resolution", staged.id)]


def test_milestones_that_the_form_did_not_show_stay(staged, report, helen):
    report(staged, actor=helen, marks=Marks([], [one.id for one in staged.milestones]))
    assert [one.reached_at for one in staged.milestones] == [None, None]


def test_a_draft_keeps_its_files_and_loses_those_that_are_dropped(resolution, report, helen):
    made = report(resolution, uploads=[Upload("a.pdf", PDF), Upload("b.txt", b"Seen")])
    first, _second = made.files
    report(resolution, uploads=[Upload("c.pdf", PDF)], dropped=[first.id])
    assert [file.file_name for file in made.files] == ["b.txt", "c.pdf"]


def test_what_may_be_no_paper_may_be_no_proof(resolution, report):
    with pytest.raises(DomainError) as refusal:
        report(resolution, uploads=[Upload("proof.exe", b"MZ")])
    assert refusal.value.field == "file"


def test_a_report_has_ten_files_at_most(resolution, report):
    with pytest.raises(DomainError, match="at most 10 files"):
        report(resolution, uploads=[Upload("a.pdf", PDF)] * (report_files.MOST_FILES + 1))


# --- Pages ---


def report_to(browser, resolution, **values):
    data = {"percent": "70", "done": "West wall", "seen": "none", **values}
    return browser.post(f"/resolutions/{resolution.id}/reports", data=data, headers=values.pop("headers", {}))


def test_the_form_sends_words_files_and_milestones(sign_in, alice, staged):
    primer, paint = staged.milestones
    db.session.commit()
    answer = report_to(
        sign_in(alice), staged, shown=[primer.id, paint.id], reached=[primer.id],
        file=[(io.BytesIO(PDF), "proof.pdf"), (io.BytesIO(b"Seen"), "note.txt")],
    )
    assert answer.status_code == 303
    made = db.session.scalars(select(ProgressReport)).one()
    assert [file.file_name for file in made.files] == ["proof.pdf", "note.txt"]
    assert [one.reached_by for one in made.resolution.milestones] == [alice, None]
    assert "proof.pdf" in sign_in(alice).get(f"/resolutions/{staged.id}").text


@pytest.mark.parametrize(("name", "status"), [("tom", 200), ("helen", 200), ("bob", 404)])
def test_a_file_is_for_those_who_see_the_resolution(sign_in, request, resolution, report, name, status):
    made = report(resolution, uploads=[Upload("proof.pdf", PDF)])
    person = request.getfixturevalue(name)
    answer = sign_in(person).get(f"/resolutions/{resolution.id}/files/{made.files[0].id}")
    assert answer.status_code == status
    assert (answer.data == PDF) == (status == 200)


def test_a_draft_and_its_files_are_for_those_who_report(sign_in, resolution, report, helen, alice, tom):
    made = report(resolution, uploads=[Upload("proof.pdf", PDF)])
    for person, may_read in ((alice, True), (helen, True), (tom, False)):
        browser = sign_in(person)
        assert ("The north wall" in browser.get(f"/resolutions/{resolution.id}").text) == may_read
        file = browser.get(f"/resolutions/{resolution.id}/files/{made.files[0].id}")
        assert file.status_code == (200 if may_read else 404)


def test_a_file_of_another_resolution_is_not_found(sign_in, alice, resolution, make_resolution, report):
    made = report(resolution, uploads=[Upload("proof.pdf", PDF)])
    other = make_resolution(text="Another")
    assert sign_in(alice).get(f"/resolutions/{other.id}/files/{made.files[0].id}").status_code == 404


def test_the_head_signs_by_one_button(sign_in, helen, waiting, resolution):
    browser, address = sign_in(helen), f"/resolutions/{resolution.id}"
    assert f'action="{address}/reports/{waiting.id}/signature"' in browser.get(address).text
    answer = browser.post(f"{address}/reports/{waiting.id}/signature", data={"seen": version_of(waiting)})
    assert answer.location == address
    assert waiting.signed_by == helen


def test_the_head_gives_back_with_words(sign_in, helen, waiting, resolution):
    browser, address = sign_in(helen), f"/resolutions/{resolution.id}/reports/{waiting.id}/return"
    bare = browser.post(address, data={"words": ""}, headers=HTMX)
    assert bare.status_code == 422
    assert "Please say why." in bare.text
    assert browser.post(address, data={"words": "Which wall?"}).status_code == 303
    assert waiting.return_words == "Which wall?"


def test_a_stale_signature_shows_the_new_draft(sign_in, helen, waiting, resolution, report):
    seen = version_of(waiting)
    report(resolution, done="The south wall")
    answer = sign_in(helen).post(
        f"/resolutions/{resolution.id}/reports/{waiting.id}/signature", data={"seen": seen}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "Meanwhile Alice has reported" in answer.text
    assert waiting.signed_at is None


@pytest.mark.parametrize(("name", "status"), [("alice", 403), ("tom", 404), ("bob", 404)])
def test_others_neither_sign_nor_give_back(sign_in, request, waiting, resolution, name, status):
    browser = sign_in(request.getfixturevalue(name))
    for end in ("signature", "return"):
        answer = browser.post(f"/resolutions/{resolution.id}/reports/{waiting.id}/{end}", data={"words": "No"})
        assert answer.status_code == status


def test_nothing_has_changed_is_one_button(sign_in, alice, resolution):
    browser, address = sign_in(alice), f"/resolutions/{resolution.id}"
    assert 'name="nothing_new"' in browser.get(address).text
    answer = browser.post(f"{address}/reports", data={"nothing_new": "1", "seen": "none"})
    assert answer.status_code == 303
    assert db.session.scalars(select(ProgressReport)).one().is_unchanged
    assert "Nothing has changed." in browser.get(address).text


def test_what_somebody_reported_meanwhile_is_shown_and_sent_again_goes_through(
    sign_in, alice, helen, resolution, report
):
    report(resolution, actor=helen, percent=80, done="The east wall")
    browser = sign_in(alice)
    answer = report_to(browser, resolution)
    assert answer.status_code == 422
    assert "The east wall" in answer.text
    assert "West wall" in answer.text
    newest = db.session.scalars(select(ProgressReport)).one()
    assert f'value="{version_of(newest)}"' in answer.text
    assert report_to(browser, resolution, seen=version_of(newest)).status_code == 303


def test_one_more_file_takes_no_more_statements(sign_in, alice, resolution, report, statements):
    report(resolution, uploads=[Upload("a.pdf", PDF)])
    browser = sign_in(alice)
    with statements() as for_one:
        browser.get(f"/resolutions/{resolution.id}")
    for _ in range(4):
        report(resolution, uploads=[Upload("a.pdf", PDF), Upload("b.pdf", PDF)])
    with statements() as for_many:
        browser.get(f"/resolutions/{resolution.id}")
    assert len(for_many) == len(for_one)


def test_what_is_signed_reaches_review(resolution, report, helen, olive):
    made = report(resolution, percent=100)
    assert told("resolution.done") == []
    reporting.sign(helen, made)
    assert (resolution.node, told("resolution.done")) == (Node.REPORTED, ["Oscar"])
    nodes.review(olive, resolution)
    assert resolution.node == Node.REVIEWED

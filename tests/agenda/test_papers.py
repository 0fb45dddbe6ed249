"""Papers: who may read, give and remove them, what is refused, versions, and how they are handed out."""

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.agenda import lines, papers, queries
from portal.agenda.typed import Line
from portal.audit.queries import log_of
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.file_types import TYPES
from portal.core.uploads import LARGEST, Upload
from portal.meetings.models import Confidentiality
from tests.agenda.conftest import PDF, zipped
from tests.conftest import HTMX


def given(name, content=PDF, **more):
    return {"file": (io.BytesIO(content), name), **more}


def large(megabytes):
    """A form with a file of that size, as it travels: the client would leave its own temporary file open."""
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(PDF + b"x" * (megabytes << 20)), "large.pdf")})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def test_what_is_no_paper_is_refused_and_names_lose_what_is_not_theirs(alice, meeting):
    refused = {
        "run.exe": b"MZ", "page.html": b"<html>", "picture.svg": b"<svg/>", "script.pdf": b"<script>alert(1)</script>",
        "empty.pdf": b"", "noending": PDF, "sheet.xlsx": zipped("word/document.xml"), "macro.docx":
        zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "old.doc": b"no OLE",
        "odd.png": b"GIF89a", "torn.docx": b"PK\x03\x04torn", "binary.txt": b"a\0b", "a.pdf.js": PDF,
    }
    for name, content in refused.items():
        with pytest.raises(DomainError) as refusal:
            papers.add_paper(alice, meeting, Upload(name, content))
        assert refusal.value.field == "file", name
    taken = {
        "../../etc/pass\u202ewd\n.pdf": ("passwd.pdf", PDF, "application/pdf"),
        "C:\\temp\\预算.PDF": ("预算.PDF", PDF, "application/pdf"),
        "x" * 300 + ".png": ("x" * 196 + ".png", b"\x89PNG\r\n\x1a\n", "image/png"),
        "a.docx": ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), TYPES["docx"].media_type),
        "b.txt": ("b.txt", "会议".encode("gb18030"), "text/plain; charset=gb18030"),
    }
    for name, (kept, content, media_type) in taken.items():
        paper = papers.add_paper(alice, meeting, Upload(name, content))
        assert (paper.file_name, paper.media_type) == (kept, media_type)
    with pytest.raises(DomainError, match="20 MB"):
        papers.add_paper(alice, meeting, Upload("big.pdf", PDF + b"x" * LARGEST))


def test_a_paper_has_versions_that_stay_and_can_be_taken_off_and_put_back(alice, olive, meeting, paper):
    second = papers.replace_paper(olive, paper, Upload("Budget.pdf", PDF + b"2"))
    assert (second.version, second.title, second.item) == (2, "预算 2027", None)
    with pytest.raises(DomainError, match="newer version"):
        papers.replace_paper(alice, paper, Upload("late.pdf", PDF))
    papers.mark_paper(alice, second, goes_with_notice=True)
    assert queries.notice_papers(meeting.id) == [second]
    heavy = papers.add_paper(alice, meeting, Upload("heavy.pdf", PDF + b"x" * (10 << 20)))
    with pytest.raises(DomainError, match="10 MB"):
        papers.mark_paper(alice, heavy, goes_with_notice=True)
    db.session.rollback()
    second = papers.replace_paper(olive, paper, Upload("Budget.pdf", PDF + b"2"))
    papers.remove_paper(alice, second)
    assert queries.papers_of(meeting.id) == []
    with pytest.raises(Missing):
        papers.open_paper(alice, paper)
    papers.restore_paper(alice, second)
    assert queries.papers_of(meeting.id) == [paper, second]
    assert [entry.action for entry in log_of("meeting", meeting.id)][:3] == [
        "meeting.paper_restored", "meeting.paper_removed", "meeting.paper_replaced"
    ]


def test_papers_of_a_removed_line_go_and_come_back_with_it(alice, bob, meeting):
    item = meeting.agenda[0]
    of_line = papers.add_paper(alice, meeting, Upload("a.pdf", PDF), item_id=item.id, goes_with_notice=True)
    lines.remove_line(alice, meeting, item.id)
    assert (queries.papers_of(meeting.id), queries.notice_papers(meeting.id)) == ([], [])
    with pytest.raises(Missing):
        papers.open_paper(bob, of_line)
    lines.restore_line(alice, meeting, item.id)
    assert queries.notice_papers(meeting.id) == [of_line]


def test_who_may_read_follows_confidentiality(
    sign_in, make_meeting, alice, bob, leo, rita, helen, olive, audrey, meeting
):
    people = {"alice": alice, "bob": bob, "olive": olive, "leo": leo, "audrey": audrey, "helen": helen, "rita": rita}
    paper = papers.add_paper(alice, meeting, Upload("预算 2027.pdf", PDF))
    leo_is_in = next(one for one in meeting.attendees if one.person_id == leo.id)
    meeting.attendees.remove(leo_is_in)
    db.session.commit()
    for confidentiality, readers in (
        (Confidentiality.INTERNAL, set(people)), (Confidentiality.DEPARTMENT, set(people) - {"rita"}),
        (Confidentiality.INVITED, {"alice", "bob", "olive"}), (Confidentiality.SECRET, {"alice", "bob"}),
    ):
        meeting.confidentiality = confidentiality
        db.session.commit()
        may = {name for name, one in people.items() if sign_in(one).get(f"/papers/{paper.id}").status_code == 200}
        assert may == readers, confidentiality
    read = [(entry.actor_name, entry.details["paper"]) for entry in log_of("meeting", meeting.id)
            if entry.action == "meeting.paper_read"]
    assert sorted(read) == [("Alice", "预算 2027"), ("Bob", "预算 2027")]


def test_files_are_handed_out_so_that_nothing_runs(sign_in, alice, bob, meeting, paper):
    sheet = papers.add_paper(alice, meeting, Upload("表 \"a\".xlsx", zipped("[Content_Types].xml", "xl/workbook.xml")))
    db.session.commit()
    shown, saved = (sign_in(bob).get(f"/papers/{one.id}") for one in (paper, sheet))
    assert (shown.data, shown.mimetype, shown.headers["X-Content-Type-Options"]) == (PDF, "application/pdf", "nosniff")
    assert shown.headers["Content-Disposition"].startswith("inline;")
    assert "filename*=UTF-8''%E9%A2%84%E7%AE%97%202027.pdf" in shown.headers["Content-Disposition"]
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert saved.headers["Content-Disposition"].startswith("attachment;")


def test_presenters_give_papers_to_their_own_line_only(sign_in, alice, bob, leo, meeting):
    mine, other = meeting.agenda[0], meeting.agenda[1]
    lines.change_line(alice, meeting, mine.id, Line("Budget", presenter="Bob"))
    db.session.commit()
    browser, address = sign_in(bob), f"/meetings/{meeting.id}/papers"
    form = browser.get(f"{address}?item={mine.id}", headers=HTMX)
    assert (form.status_code, "1. Budget" in form.text, "2. Rooms" in form.text) == (200, True, False)
    data = given("own.pdf", item_id=mine.id, goes_with_notice="y")
    assert browser.post(address, data=data, headers=HTMX).status_code == 204
    paper = queries.papers_of(meeting.id)[0]
    assert (paper.item, paper.added_by, paper.goes_with_notice) == (mine, bob, False)
    assert browser.post(address, data=given("o.pdf", item_id=other.id)).status_code == 422
    assert browser.post(f"/papers/{paper.id}/versions", data=given("o.pdf")).status_code == 303
    assert browser.post(f"/papers/{paper.id + 1}/notice", data={"goes_with_notice": "y"}).status_code == 403
    assert sign_in(leo).get(address).status_code == 403
    assert sign_in(leo).post(f"/papers/{paper.id + 1}/removal").status_code == 403
    assert sign_in(leo).post(f"/papers/{paper.id + 1}/versions", data=given("o.pdf")).status_code == 403
    assert sign_in(bob).post(f"/papers/{paper.id + 1}/removal").location.endswith(f"?paper={paper.id + 1}")
    assert "Undo" in sign_in(bob).get(f"/meetings/{meeting.id}/agenda?paper={paper.id + 1}").text
    assert sign_in(bob).post(f"/papers/{paper.id + 1}/restoration").status_code == 303


def test_a_refused_upload_says_so_beside_its_field_even_if_it_is_too_large_to_read(
    sign_in, alice, rita, meeting, paper
):
    browser = sign_in(alice)
    for address in (f"/meetings/{meeting.id}/papers", f"/papers/{paper.id}/versions"):
        bad = browser.post(address, data=given("a.exe", b"MZ"), headers=HTMX)
        assert (bad.status_code, 'id="file-error"' in bad.text) == (422, True)
        refused = browser.post(address, **large(21), headers=HTMX)
        assert (refused.status_code, 'id="file-error">A file has 20 MB at most.' in refused.text) == (413, True)
        assert refused.headers["HX-Retarget"] == "#dialog"
        assert browser.post(address, data=given("a.pdf"), csrf=False).status_code == 400
    assert browser.post(f"/meetings/{meeting.id}/papers", **large(3)).status_code == 303
    stranger = sign_in(rita).post(f"/meetings/{meeting.id}/papers", **large(21))
    assert (stranger.status_code, "Planning" in stranger.text) == (404, False)
    assert browser.post(f"/meetings/{meeting.id}/agenda/lines", **large(3)).status_code == 413

"""Minutes as PDF and as plain text, and how they are handed out as files."""

import io
from urllib.parse import unquote

import pypdfium2
import pytest
from docx import Document

from portal.core.i18n import LOCALES, speaking_to
from portal.core.pdf import typeface
from portal.meetings.models import Confidentiality
from portal.minutes import pdf, plain
from portal.minutes.phrases import part_number, section_number
from portal.minutes.reviewing import add_addendum
from portal.minutes.sheet import sheet_of
from tests.conftest import SHANGHAI
from tests.minutes.content import content
from tests.minutes.test_docx import squeezed, texts


def read(document: bytes) -> str:
    pages = pypdfium2.PdfDocument(document)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in pages)
    finally:
        pages.close()


@pytest.mark.parametrize("language", LOCALES)
def test_pdf_and_text_say_all_of_it_in_every_language(language: str) -> None:
    with speaking_to(language, SHANGHAI):
        sheet = sheet_of(content(), (), ["办公室"])
        papers = (read(pdf.written(sheet, typeface(language))), plain.written(sheet).decode("utf-8-sig"))
    for paper in papers:
        found = squeezed(paper)
        assert [text for text in texts(sheet) if squeezed(text) not in found] == []


def test_headings_are_counted_as_each_language_does() -> None:
    counted = (1, 10, 11, 20, 21, 100, 101, 110, 115)
    with speaking_to("zh_Hans", SHANGHAI):
        assert "".join(section_number(number) for number in counted) == (
            "一、十、十一、二十、二十一、一百、一百零一、一百一十、一百一十五、"
        )
        assert part_number(2) == "（二）"
    with speaking_to("en", SHANGHAI):
        assert (section_number(2), part_number(2)) == ("2. ", "(2) ")


def test_a_secret_vote_and_one_without_a_quorum_say_so() -> None:
    line = content()["lines"][0]
    vote = {**line["votes"][0], "is_secret": True, "had_quorum": False, "names": "", "is_adopted": False}
    line = {**line, "votes": [vote]}
    with speaking_to("en", SHANGHAI):
        said = "\n".join(block.text for block in sheet_of(content(lines=[line])).body)
    assert "not adopted: 9 for, 1 against, 0 abstained, of 10 entitled; secret vote; without a quorum" in said


def test_times_are_on_the_meetings_own_clock_which_is_named_elsewhere() -> None:
    with speaking_to("en", SHANGHAI):
        here, there = sheet_of(content()), sheet_of(content(zone="Europe/Paris", is_elsewhere=True))
    assert dict(here.facts)["Time"] == "Monday, November 23, 2026 09:00–11:30"
    assert dict(there.facts)["Time"] == "Monday, November 23, 2026 02:00–04:30 (Central European Standard Time)"


def test_files_go_to_whoever_may_read_the_minutes(sign_in, rosa, tom, bob, minutes, lines, write, finish):
    write(lines[0], discussion="Tom reports.")
    address = f"/meetings/{minutes.meeting_id}/minutes"
    for form, media_type in (("docx", "wordprocessingml"), ("pdf", "application/pdf"), ("txt", "text/plain")):
        answers = [sign_in(one).get(f"{address}.{form}") for one in (rosa, tom, bob)]
        assert [answer.status_code for answer in answers] == [200, 404, 404]
        assert media_type in answers[0].content_type
        assert f"Minutes Hall review.{form}" in unquote(answers[0].headers["Content-Disposition"])
    assert "Draft" in sign_in(rosa).get(f"{address}.txt").text
    minutes.meeting.confidentiality = Confidentiality.SECRET
    finish(minutes)
    answer = sign_in(tom).get(f"{address}.docx")
    assert "Hall review" not in unquote(answer.headers["Content-Disposition"])
    said = [one.text for one in Document(io.BytesIO(answer.data)).paragraphs]
    assert ("Hall review" in said, any("Tom reports." in one for one in said)) == (True, True)
    assert sign_in(rosa).get(f"{address}.exe").status_code == 404


def test_an_addendum_stands_below_what_was_frozen(sign_in, rosa, tom, minutes, finish):
    finish(minutes)
    add_addendum(rosa, minutes, "The hall has two doors.")
    text = sign_in(tom).get(f"/meetings/{minutes.meeting_id}/minutes.txt").text
    assert "Addendum 1, Nov 23, 2026, Rosa: The hall has two doors." in text

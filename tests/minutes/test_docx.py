"""Minutes as a Word document: the official layout, and that LibreOffice shows all of it in every language."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from portal.core import clock
from portal.core.i18n import LOCALES, speaking_to
from portal.minutes import docx
from portal.minutes.sheet import Sheet, sheet_of
from tests import office
from tests.conftest import NOW, SHANGHAI
from tests.minutes.content import content

# What stands at the foot of each page, in the middle of a paragraph that runs over it.
FOOT = re.compile(r"—\d+—")


def sheet_in(language: str, **more: object) -> Sheet:
    with speaking_to(language, SHANGHAI):
        return sheet_of(content(**more), (), ["办公室", "财务处"])


def written(language: str, **more: object) -> bytes:
    with speaking_to(language, SHANGHAI), clock.standing_at(NOW):
        return docx.written(sheet_of(content(**more), (), ["办公室", "财务处"]))


def texts(sheet: Sheet) -> Iterator[str]:
    """Everything that the document must say."""
    yield from (sheet.organisation, sheet.name, sheet.title, sheet.number, sheet.day)
    yield from (block.text for block in sheet.body)
    for label, value in (*sheet.facts, *sheet.attendance, *sheet.sending):
        yield from (label, value)


def squeezed(text: str) -> str:
    """Without the spaces and line ends that setting makes; a hyphen at the end of a line is read as another sign."""
    return FOOT.sub("", re.sub(r"\s+", "", re.sub("[\x02\ufffe]", "-", text)))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What LibreOffice shows of the document in each language: all of them in one run, for it starts slowly."""
    folder = tmp_path_factory.mktemp("office")
    documents = [folder / f"{language}.docx" for language in LOCALES]
    for document in documents:
        document.write_bytes(written(document.stem))
    return {file.stem: text_of(file) for file in office.to_pdf(documents, folder)}


def text_of(file: Path) -> str:
    document = pypdfium2.PdfDocument(file)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


@pytest.mark.xdist_group("office")
@pytest.mark.parametrize("language", LOCALES)
def test_libreoffice_shows_every_line_resolution_and_name(language: str, shown: dict[str, str]) -> None:
    found = squeezed(shown[language])
    lacking = [text for text in texts(sheet_in(language)) if squeezed(text) not in found]
    assert lacking == []


def test_the_page_is_that_of_official_documents() -> None:
    document = Document(io.BytesIO(written("zh_Hans")))
    page = document.sections[0]
    assert [round(side.mm) for side in (page.page_width, page.page_height)] == [210, 297]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    body = document.styles["Normal"]
    assert (body.font.size, body.paragraph_format.line_spacing) == (Pt(16), Pt(28))
    heading = next(one for one in document.paragraphs if one.text.startswith("一、"))
    assert heading.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    assert heading.paragraph_format.first_line_indent == Pt(32)
    assert document.core_properties.author == "滨海市城市建设集团"
    assert document.core_properties.title.endswith("2026年第十一次办公会议")


@pytest.mark.parametrize(
    ("language", "tag", "body"), [("zh_Hans", "zh-CN", "仿宋"), ("zh_Hant", "zh-TW", "標楷體"), ("en", "zh-CN", "宋体")]
)
def test_chinese_is_set_in_the_readers_script(language: str, tag: str, body: str) -> None:
    with zipfile.ZipFile(io.BytesIO(written(language))) as archive:
        styles, fonts = (archive.read(f"word/{name}.xml").decode() for name in ("styles", "fontTable"))
    assert f'w:eastAsia="{tag}"' in styles
    assert f'<w:font w:name="{body}"><w:altName' in fonts


def test_a_draft_says_so_on_every_page_and_a_secret_one_keeps_its_subject_out_of_its_name() -> None:
    draft = sheet_in("en", number="", final_at="", confidentiality="secret")
    document = Document(io.BytesIO(written("en", number="", final_at="", confidentiality="secret")))
    page = document.sections[0]
    assert [part.paragraphs[0].text for part in (page.header, page.even_page_header)] == ["Secret · Draft"] * 2
    assert (draft.file_title, document.core_properties.title) == ("Minutes", "Minutes")
    assert not any("Issued" in one.text for one in document.paragraphs)


def test_what_xml_has_no_place_for_is_left_out() -> None:
    document = Document(io.BytesIO(written("en", opening="a\x0bb\ud800c\ufffed")))
    assert any(one.text in {"abcd", "a"} for one in document.paragraphs)

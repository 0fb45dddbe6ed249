"""What is put on paper can be read, by people and by machines."""

import io
import logging
from typing import Any

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from portal.core import pdf
from portal.core.settings import BadSetting, from_environment

# Common and rare surnames in both scripts, with some outside Unicode's first plane, and names in other letters.
NAMES = (
    "张伟 欧阳修 諸葛亮 司马迁 龔自珍 鄺麗貞 䶮 㛃 𠮷田 邝 覃 仝 兀 亓官 尉迟 万俟 澹臺 𨙸 𫖯 "
    "Łukasz Żółć Nguyễn Þórr Жуков Παπαδόπουλος O’Brien"
)


def document(language: str = "zh-Hans", locale: str = "zh_Hans") -> pdf.Document:
    return pdf.Document("Sign-in sheet", language, pdf.typeface(locale))


def opened(content: bytes) -> Any:
    return pypdfium2.PdfDocument(content)


def text_of(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in opened(content))


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant"])
def test_every_name_has_its_glyphs_and_is_found_again(locale: str) -> None:
    sheet = document(locale=locale)
    page = sheet.page(pdf.A4)
    for place, name in enumerate(NAMES.split()):
        sheet.words(name, page._replace(y=10 * place, height=9), 14)
    content = sheet.finish()
    assert text_of(content).split() == NAMES.split()
    assert pdf.lacking(pdf.typeface(locale), NAMES.split()) == {}
    assert len(content) < 60_000


def test_simplified_and_traditional_chinese_write_the_same_character_differently() -> None:
    def glyph(locale: str) -> str:
        face = pdf.typeface(locale)
        with TTFont(face.file, fontNumber=face.face, lazy=True) as font:
            return font.getBestCmap()[ord("骨")]

    assert glyph("zh_Hans") != glyph("zh_Hant")


def test_a_character_without_glyph_leaves_a_mark_and_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    sheet = document()
    with caplog.at_level(logging.DEBUG):
        sheet.words("王😀 \x07李", sheet.page(pdf.A5), 20)
        assert text_of(sheet.finish()).split() == ["王〓", "李"]
    assert pdf.lacking(pdf.typeface("zh_Hans"), ["李", "王😀"]) == {"😀": "王😀"}
    assert "😀" not in caplog.text


def test_long_words_shrink_break_and_are_cut_at_last() -> None:
    sheet = document()
    page = sheet.page(pdf.A4)
    box = pdf.Box(50, 50, 60, 30)
    long = "关于召开二〇二六年度安全生产工作会议的通知（第二次）"
    sheet.words(long, box, 20)
    sheet.words(long, box._replace(y=100), 24, smallest=8, lines=3, align="centre")
    sheet.words("Donaudampfschifffahrtsgesellschaft" * 5, box._replace(y=200), 20, smallest=8, lines=2, align="right")
    content = sheet.finish()
    for rect in rects_of(content):
        assert 49.9 < rect[0] < rect[2] < 110.1
    text = text_of(content).split()
    assert text[0] == long
    assert "".join(text[1:]).startswith(long)
    assert text[-1].endswith("…")
    assert not any(line.startswith(("，", "）", "。")) for line in text)
    assert page == pdf.Box(0, 0, 210, 297)


def rects_of(content: bytes) -> list[tuple[float, float, float, float]]:
    """Where text stands on the first page: left, bottom, right, top in millimetres."""
    page = opened(content)[0].get_textpage()
    return [tuple(side * pdf.POINT for side in page.get_rect(place)) for place in range(page.count_rects())]


def test_a_document_says_its_title_and_language_and_embeds_little_type() -> None:
    sheet = document("zh-Hant", "zh_Hant")
    page = sheet.page(pdf.A5)
    sheet.code("7.key", page)
    with sheet.upside_down(page):
        sheet.words("席卡", page, 90, bold=True)
    content = sheet.finish()
    found = opened(content)
    assert found.get_metadata_dict()["Title"] == "Sign-in sheet"
    assert b"/Lang (zh-Hant)" in content
    assert b"/DisplayDocTitle true" in content
    assert len(content) < 12_000
    picture = io.BytesIO()
    found[0].render(scale=1).to_pil().save(picture, "PNG")
    assert picture.tell() > 1000


def test_the_house_may_have_a_typeface_of_its_own() -> None:
    settings = from_environment({"PORTAL_PRINT_FONT": str(pdf.OTHER_LETTERS)})
    face = pdf.typeface("zh_Hans", settings.print_font)
    assert face == pdf.Typeface(pdf.OTHER_LETTERS, 0)
    assert set(pdf.lacking(face, ["Łukasz", "张"])) == {"张"}
    with pytest.raises(BadSetting, match="PORTAL_PRINT_FONT"):
        from_environment({"PORTAL_PRINT_FONT": "/nowhere.ttf"})

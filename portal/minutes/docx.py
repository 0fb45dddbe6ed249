"""Minutes as a Word document in the official layout (会议纪要).

After GB/T 9704-2012: A4 with margins of 37, 35, 28 and 26 mm, a red head with a red rule, 28 points from line to line,
body of size 3 (16 points) in 仿宋, headings in 黑体 and 楷体, the title of size 2 (22 points) in 小标宋, page numbers
outside at the foot as “— 1 —”. Each typeface names others that stand in for it where it is not installed.
"""

import io
import re
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import language_tag, pgettext, reader
from portal.minutes.sheet import Block, Sheet, Sort
from portal.minutes.typefaces import FACES, add_stand_ins

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RED = RGBColor(0xE6, 0, 0)
BODY, TITLE, SMALL = 16.0, 22.0, 14.0
PITCH = 28.0
WIDTH = Mm(210 - 28 - 26)
# As many letters as the red head has in its full size.
HEAD_SIZE, HEAD_LETTERS = 40.0, 10


def written(sheet: Sheet) -> bytes:
    """The document as a file, in the reader's language."""
    return _Writer(sheet).file()


class _Writer:
    """Puts one document together."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.faces = FACES[reader().locale]
        self.is_chinese = reader().locale != "en"
        self.document: Any = Document()

    def file(self) -> bytes:
        self._prepare()
        self._head()
        self._title()
        self._facts()
        for block in self.sheet.body:
            self._block(block)
        self._attendance()
        self._more()
        self._sending()
        held = io.BytesIO()
        self.document.save(held)
        return held.getvalue()

    # --- The page ---

    def _prepare(self) -> None:
        document, sheet, now = self.document, self.sheet, clock.now().replace(tzinfo=None)
        about = document.core_properties
        about.title, about.author, about.last_modified_by = sheet.file_title, sheet.organisation, sheet.organisation
        about.language, about.created, about.modified, about.comments = language_tag(), now, now, ""
        self._set_style()
        add_stand_ins(document)
        section = document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(15), Mm(25)
        document.settings.odd_and_even_pages_header_footer = True
        for header, footer, side in (
            (section.header, section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_header, section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            self._mark(header.paragraphs[0])
            self._number(footer.paragraphs[0], side)

    def _set_style(self) -> None:
        style = self.document.styles["Normal"]
        style.font.size, style.font.name = Pt(BODY), self.faces.latin
        properties = style.element.get_or_add_rPr()
        properties.rFonts.set(qn("w:eastAsia"), self.faces.body)
        properties.append(parse_xml(
            f'<w:lang {nsdecls("w")} w:val="en-GB" w:eastAsia="{self.faces.language}"/>'
        ))
        shape = style.paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(PITCH)
        shape.space_before = shape.space_after = Pt(0)
        shape.widow_control = True

    def _mark(self, header: Paragraph) -> None:
        """On every page: that it is secret, that it is a draft."""
        if self.sheet.marks:
            self._run(header, " · ".join(self.sheet.marks), self.faces.section, BODY, bold=not self.is_chinese)

    def _number(self, footer: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
        footer.alignment = side
        footer.paragraph_format.left_indent = footer.paragraph_format.right_indent = Pt(SMALL)
        self._run(footer, "— ", self.faces.body, SMALL)
        field = parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="28"/></w:rPr>'
            "<w:t>1</w:t></w:r></w:fldSimple>"
        )
        footer._p.append(field)
        self._run(footer, " —", self.faces.body, SMALL)

    # --- The parts ---

    def _head(self) -> None:
        """The red head, then number and day over the red rule."""
        names = [name for name in (self.sheet.organisation, self.sheet.name) if name]
        rows = ["".join(names)] if self.is_chinese else names
        size = min(HEAD_SIZE, HEAD_SIZE * HEAD_LETTERS / max(map(_ems, rows)))
        head = self._paragraph(align=WD_ALIGN_PARAGRAPH.CENTER)
        head.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        head.paragraph_format.space_after = Pt(PITCH / 2)
        self._run(head, "\n".join(rows), self.faces.title, max(size, TITLE), bold=not self.is_chinese, colour=RED)
        line = self._paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        self._run(line, f"{self.sheet.number}\t{self.sheet.day}", self.faces.body, BODY)
        _rule(line, "bottom", "E60000", 18)

    def _title(self) -> None:
        title = self._paragraph(align=WD_ALIGN_PARAGRAPH.CENTER)
        title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(PITCH)
        title.paragraph_format.line_spacing = Pt(PITCH + 6)
        self._run(title, self.sheet.title, self.faces.title, TITLE, bold=not self.is_chinese)

    def _facts(self) -> None:
        self._labelled(self.sheet.facts, indent=0)
        for note in self.sheet.notes:
            self._block(Block(Sort.TEXT, note))
        self._paragraph()

    def _block(self, block: Block) -> None:
        face = {Sort.SECTION: self.faces.section, Sort.PART: self.faces.part}.get(block.sort, self.faces.body)
        paragraph = self._paragraph(first=2 * BODY)
        is_heading = block.sort in {Sort.SECTION, Sort.PART}
        paragraph.paragraph_format.keep_with_next = is_heading
        if is_heading:
            _outline(paragraph, 0 if block.sort == Sort.SECTION else 1)
        bold = is_heading and not self.is_chinese and block.sort == Sort.SECTION
        self._run(paragraph, block.text, face, BODY, bold=bold)

    def _attendance(self) -> None:
        if self.sheet.attendance:
            self._paragraph()
        self._labelled(self.sheet.attendance, indent=2 * BODY)

    def _more(self) -> None:
        if self.sheet.addenda:
            self._paragraph()
            self._block(Block(Sort.SECTION, _("Added since they became final")))
        for block in self.sheet.addenda:
            self._block(block)

    def _sending(self) -> None:
        """The last lines (版记): to whom it goes; who gives it out, and when."""
        if self.sheet.is_draft:
            return
        gap = self._paragraph()
        for label, names in self.sheet.sending:
            line = self._paragraph(left=BODY)
            self._run(line, _("%(label)s: %(value)s", label=label, value=names), self.faces.body, SMALL)
            _rule(line, "top", "000000", 8)
        last = self._paragraph(left=BODY)
        last.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        issued = pgettext("minutes", "Issued %(day)s", day=self.sheet.day)
        self._run(last, f"{self.sheet.organisation}\t{issued}", self.faces.body, SMALL)
        _rule(last, "top", "000000", 8)
        _rule(last, "bottom", "000000", 8)
        gap.paragraph_format.keep_with_next = True

    # --- Paragraphs and runs ---

    def _labelled(self, rows: Sequence[tuple[str, str]], *, indent: float) -> None:
        """Each with its label in 黑体; what runs on stands below the first letter after it."""
        labels = [_("%(label)s: %(value)s", label=label, value="").strip() for label, _value in rows]
        widths = [BODY * _ems(label) for label in labels]
        for label, width, (_label, value) in zip(labels, widths, rows, strict=True):
            # Latin labels stand over one another, and so do the words beside them.
            room = width if self.is_chinese else max(widths) + BODY / 2
            paragraph = self._paragraph(left=indent + room, first=-room)
            if not self.is_chinese:
                paragraph.paragraph_format.tab_stops.add_tab_stop(Pt(indent + room))
            glue = "" if self.is_chinese else "\t"
            self._run(paragraph, label + glue, self.faces.section, BODY, bold=not self.is_chinese)
            self._run(paragraph, value, self.faces.body, BODY)

    def _paragraph(
        self, *, left: float = 0, first: float = 0, align: WD_ALIGN_PARAGRAPH | None = None
    ) -> Paragraph:
        paragraph: Paragraph = self.document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.left_indent, shape.first_line_indent = Pt(left), Pt(first)
        # Not justified: LibreOffice then loses a Chinese mark that hangs over the margin after Latin letters.
        paragraph.alignment = align or WD_ALIGN_PARAGRAPH.LEFT
        return paragraph

    def _run(
        self, paragraph: Paragraph, text: str, face: str, size: float, *, bold: bool = False,
        colour: RGBColor | None = None,
    ) -> None:
        run = paragraph.add_run(printable(text))
        run.font.name, run.font.size, run.font.bold = self.faces.latin, Pt(size), bold
        fonts: Any = run._r.get_or_add_rPr().rFonts
        fonts.set(qn("w:eastAsia"), face)
        # Quotation marks and dashes stand in both scripts: here they are Chinese.
        if self.is_chinese:
            fonts.set(qn("w:hint"), "eastAsia")
        if colour is not None:
            run.font.color.rgb = colour


def _ems(text: str) -> float:
    """About how wide the text is, in letters of Chinese."""
    return sum(1.0 if letter >= "\u2e80" else 0.58 for letter in text)


def printable(text: str) -> str:
    """Without what XML 1.0 (§2.2) has no place for."""
    return NO_XML.sub("", text)


def _rule(paragraph: Paragraph, side: str, colour: str, eighths: int) -> None:
    """A line along the paragraph, so many eighths of a point wide."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = parse_xml(f"<w:pBdr {nsdecls('w')}/>")
        # The order of elements is fixed (§17.3.1.26): borders stand before spacing and all that follows.
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
            "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid",
            "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc",
            "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle",
            "w:rPr", "w:sectPr", "w:pPrChange",
        )
    borders.append(parse_xml(
        f'<w:{side} {nsdecls("w")} w:val="single" w:sz="{eighths}" w:space="4" w:color="{colour}"/>'
    ))


def _outline(paragraph: Paragraph, level: int) -> None:
    """Let it be a heading for those who jump from one to the next; its look is its own."""
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>'))

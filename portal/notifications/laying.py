"""How the words of a formal notice are laid out: title, salutation, text, signature. Pages and mails show the same."""

import re
from collections.abc import Sequence
from typing import NamedTuple

# Chinese sets no space around an address, and no language means the full stop that ends its sentence.
ADDRESS = re.compile(r"(https?://[^\s<>\"'，。；：！？、（）《》“”]*[^\s<>\"'，。；：！？、（）《》“”.,;:!?)])")
# Each layout with its sheets, one after the other.
LAYOUTS = {"formal": ("formal",), "english": ("english",), "bilingual": ("formal", "english")}
BETWEEN_SHEETS = "\n\n" + "—" * 12 + "\n\n"
SALUTES = ("：", ":", ",", "，")

# Of the pieces of a line, every second is an address.
Line = list[str]


class Sheet(NamedTuple):
    """One page of a notice. `style` is formal (Chinese) or english."""

    style: str
    title: str
    salutation: str
    paragraphs: Sequence[Sequence[Line]]
    signature: Sequence[str]


def sheets(layout: str, body: str) -> list[Sheet]:
    """The sheets of a notice: its first paragraph is the title, its last the signature.

    What stands alone after the title and ends as one addresses somebody is the salutation.
    """
    styles = LAYOUTS[layout]
    texts = body.split(BETWEEN_SHEETS, len(styles) - 1)
    return [_sheet(style, text) for style, text in zip(styles, texts, strict=False)]


def _sheet(style: str, text: str) -> Sheet:
    title, *blocks = [block for block in text.split("\n\n") if block.strip()] or [""]
    has_salutation = bool(blocks) and "\n" not in blocks[0] and blocks[0].rstrip().endswith(SALUTES)
    salutation = blocks.pop(0) if has_salutation else ""
    signature = blocks.pop().splitlines() if len(blocks) > 1 else []
    paragraphs = [[ADDRESS.split(line) for line in block.splitlines()] for block in blocks]
    return Sheet(style, title, salutation, paragraphs, signature)


def before_signature(text: str, note: str) -> str:
    """The text of one sheet with a paragraph more, above its signature."""
    head, between, signature = text.rpartition("\n\n")
    return f"{head}\n\n{note}\n\n{signature}" if between and note else text


def plain_paragraphs(body: str) -> list[list[Line]]:
    """Words without a layout, as paragraphs of lines."""
    return [[ADDRESS.split(line) for line in part.splitlines()] for part in body.split("\n\n")]

"""Minutes as plain text in UTF-8: for mails, and for programs that take nothing else."""

from portal.core.i18n import gettext as _
from portal.minutes.sheet import Block, Sheet, Sort

RULE = "-" * 40
INDENT = "    "


def written(sheet: Sheet) -> bytes:
    """The document with the line ends that every editor knows; it begins with the mark of its coding."""
    head = filter(None, (" · ".join(sheet.marks), f"{sheet.organisation} {sheet.name}".strip(), _number(sheet)))
    parts = [
        [*head, RULE, sheet.title], [_labelled(*fact) for fact in sheet.facts], list(sheet.notes),
        [line for block in sheet.body for line in _lines(block)], [_labelled(*row) for row in sheet.attendance],
    ]
    if sheet.addenda:
        parts.append([_("Added since they became final"), *(block.text for block in sheet.addenda)])
    parts.append([_labelled(*row) for row in sheet.sending])
    text = "\n\n".join("\n".join(part) for part in parts if part) + "\n"
    return text.replace("\n", "\r\n").encode("utf-8-sig", "replace")


def _number(sheet: Sheet) -> str:
    return " · ".join(filter(None, (sheet.number, sheet.day)))


def _labelled(label: str, value: str) -> str:
    return _("%(label)s: %(value)s", label=label, value=value)


def _lines(block: Block) -> list[str]:
    """A section has a free line before it; what stands below a heading is set in."""
    if block.sort == Sort.SECTION:
        return ["", block.text]
    return [block.text if block.sort == Sort.PART else INDENT + block.text]

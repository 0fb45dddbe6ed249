"""The gettext catalogs: `python -m tests.catalogs update` brings them up to date, `check` says what is missing.

English is a catalog like the others, filled with the messages themselves, so that one rule holds for all three.
"""

import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal.core.i18n import CATALOGS, LOCALES
from portal.core.settings import ROOT

KEYWORDS = {
    "_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}
METHODS = [("portal/**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.do", "trimmed": "true", "silent": "false"}}
HEADER = r"""msgid ""
msgstr ""
"Language: {locale}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plural_forms}\n"

"""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
LETTER = re.compile("[A-Za-z]")


def extracted() -> Catalog:
    """Every message in code and templates."""
    catalog = Catalog(project="meeting-portal", charset="utf-8")
    for file, line, message, comments, context in extract_from_dir(
        str(ROOT), METHODS, OPTIONS, KEYWORDS, ("Translators:",), directory_filter=_ours
    ):
        catalog.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return catalog


def _ours(folder: str) -> bool:
    return not any(part in folder for part in ("/.venv", "/tests", "/instance", "/.git", "/migrations"))


def stored(locale: str) -> Catalog:
    with (CATALOGS / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def update() -> None:
    """Add new messages to each catalog, drop those gone, and fill in the English."""
    for locale in LOCALES:
        catalog = stored(locale)
        # Of its own: a new message becomes part of the catalog, and English must not show up in the others.
        catalog.update(extracted(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        for message in catalog:
            if locale == "en" and message.id:
                message.string = message.id
        write(locale, catalog)


def write(locale: str, catalog: Catalog) -> None:
    """Keep the catalog, with a header that is always the same: one with a date would clash in every merge."""
    with (CATALOGS / locale / "LC_MESSAGES" / "messages.po").open("wb") as file:
        file.write(HEADER.format(locale=locale, plural_forms=catalog.plural_forms).encode())
        write_po(file, catalog, width=110, no_location=True, sort_output=True, omit_header=True)


def faults() -> Iterator[str]:
    """A sentence for each message that a catalog lacks, has no longer, or translates with other placeholders."""
    template = extracted()
    for locale in LOCALES:
        catalog = stored(locale)
        for wanted in template:
            if wanted.id:
                yield from _faults_of(locale, wanted, catalog.get(wanted.id, wanted.context))
        for message in catalog:
            if message.id and template.get(message.id, message.context) is None:
                yield f"{locale}: no longer used: {message.id!r}"


def _faults_of(locale: str, wanted: Message, found: Message | None) -> Iterator[str]:
    where = ", ".join(f"{file}:{line}" for file, line in wanted.locations[:2])
    texts = () if found is None else (found.string if isinstance(found.string, tuple) else (found.string,))
    if not texts or not all(texts) or found.fuzzy:
        yield f"{locale}: not translated: {wanted.id!r} ({where})"
        return
    ids = wanted.id if isinstance(wanted.id, tuple) else (wanted.id,)
    if locale != "en" and texts[0] == ids[0] and LETTER.search(PLACEHOLDER.sub("", ids[0])):
        yield f"{locale}: still English: {wanted.id!r} ({where})"
    allowed = set(PLACEHOLDER.findall(" ".join(ids)))
    for text in texts:
        names = set(PLACEHOLDER.findall(text))
        if not names <= allowed or (len(ids) == 1 and names != allowed):
            yield f"{locale}: placeholders differ: {wanted.id!r} → {text!r} ({where})"


def main(action: str) -> int:
    if action == "update":
        update()
        return 0
    found = list(faults())
    print("\n".join(found) or f"{len(extracted())} messages, complete in {', '.join(LOCALES)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

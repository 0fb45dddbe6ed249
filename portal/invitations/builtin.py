"""The wording that every portal has for each layout of a notice, without a row in the database."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app

from portal.core.i18n import lazy_gettext as _l
from portal.core.settings import Settings
from portal.invitations.models import Layout

LAYOUTS = (
    (Layout.FORMAL.value, _l("Formal notice in Chinese")),
    (Layout.ENGLISH.value, _l("English")),
    (Layout.BILINGUAL.value, _l("Chinese and English")),
)
CHINESE = ("zh_Hans", "zh_Hant")


class Wording(NamedTuple):
    """The words of a notice with their fields; the English ones are the second half of a bilingual notice."""

    layout: Layout
    subject: str
    body: str
    english_subject: str = ""
    english_body: str = ""


def wording(layout: Layout) -> Wording:
    """The portal's own words in that layout."""
    texts = _texts()
    english, chinese = texts["english"], texts["formal"][chinese_locale()]
    if layout == Layout.ENGLISH:
        return Wording(layout, english["subject"], english["body"].strip())
    if layout == Layout.FORMAL:
        return Wording(layout, chinese["subject"], chinese["body"].strip())
    return Wording(
        layout, chinese["subject"], chinese["body"].strip(), english["subject"], english["body"].strip()
    )


def chinese_locale() -> str:
    """In which Chinese the organisation writes: one notice has one script, whoever reads it."""
    settings: Settings = current_app.config["PORTAL"]
    return settings.locale if settings.locale in CHINESE else CHINESE[0]


@lru_cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "notices.toml").read_text("utf-8"))

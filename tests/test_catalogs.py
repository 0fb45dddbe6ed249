"""Every message is there in every language."""

from datetime import date

import pytest

from portal.core import i18n
from tests import catalogs


def test_no_message_is_missing_in_any_catalog():
    assert list(catalogs.faults()) == []


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_each_language_writes_days_its_own_way(locale):
    with i18n.speaking_to(locale, i18n.reader().zone):
        written = i18n.long_day(date(2026, 11, 21))
    assert written == {
        "en": "Saturday, November 21, 2026", "zh_Hans": "2026年11月21日星期六", "zh_Hant": "2026年11月21日 星期六",
    }[locale]

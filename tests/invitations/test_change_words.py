"""What people are told when a meeting changes: each change in its own words, with what is new and what was."""

import pytest

from portal.core.i18n import speaking_to
from portal.meetings import words
from portal.meetings.models import Part
from portal.meetings.words import Role, Where
from tests.conftest import SHANGHAI, at

NOW_AT = "Tue, Nov 24 14:00–15:00"
MOVED = Where(at(9, days=1), at(10, days=1), "E101")
CHANGES = {
    "moved": (lambda m: words.moved(m, MOVED), "Moved: ", [NOW_AT, "Before, it was: Tue, Nov 24 09:00–10:00"]),
    "elsewhere": (
        lambda m: words.moved(m, Where(m.starts_at, m.ends_at, "E102")), "Another place: ",
        ["Where: E101", "Before, it was in: E102"],
    ),
    "both": (
        lambda m: words.moved(m, MOVED._replace(location="E102")), "Moved: ",
        ["Before, it was: Tue, Nov 24 09:00", "Before, it was in: E102"],
    ),
    "link": (
        lambda m: words.link_changed(m, "https://old.example.org/1"), "Another online address: ",
        ["Online: https://new.example.org/2", "Before: https://old.example.org/1"],
    ),
    "part": (
        lambda m: words.part_changed(m, Role(Part.REQUIRED), Role(Part.STAFF, "doors")), "Your part: ",
        ["Your part: Staff (doors)", "Before: Required"],
    ),
    "cancelled": (words.cancelled, "Cancelled: ", ["Reason: storm"]),
    "postponed": (words.postponed, "Postponed: ", ["Reason: storm", f"It was to be: {NOW_AT}"]),
    "restored": (words.restored, "On again: ", [NOW_AT]),
    "added": (words.added, "Added to a meeting: ", ["Alice has added you", NOW_AT]),
    "withdrawn": (words.withdrawn, "No longer needed: ", [NOW_AT]),
    "urged": (words.urged, "Please answer: ", ["Please answer by Mon, Nov 23 18:00."]),
}


@pytest.fixture
def meeting(gather):
    return gather(online_url="https://new.example.org/2", off_reason="storm", answer_by=at(18))


def test_each_change_says_what_is_new_and_what_was(meeting):
    for name, (say, title, says) in CHANGES.items():
        subject, body = say(meeting)
        assert subject.startswith(f"{title}Planning, "), name
        assert [part for part in says if part not in body] == [], name


def test_each_change_can_be_said_in_every_language(meeting):
    for locale in ("en", "zh_Hans", "zh_Hant"):
        with speaking_to(locale, SHANGHAI):
            subjects = {say(meeting)[0] for say, _title, _says in CHANGES.values()}
        assert len(subjects) == len(CHANGES) - 1  # a move to another time says so, whatever else it does

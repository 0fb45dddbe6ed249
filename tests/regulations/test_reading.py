"""What is wrong with a profile is said exactly, all at once, and nothing unsound is let through."""

import tomllib

import pytest

from portal.core.i18n import speaking_to
from portal.regulations.checking import checked
from portal.regulations.profiles import BASE, PROFILES
from portal.regulations.queries import packaged_clauses, packaged_source
from portal.regulations.reading import BadProfile
from tests.conftest import SHANGHAI
from tests.regulations.conftest import PACKAGED


def faults(source, key="agency"):
    with pytest.raises(BadProfile) as refusal:
        checked(key, source, 2)
    return refusal.value.faults


@pytest.mark.parametrize("key", [BASE, *PROFILES])
def test_what_comes_with_the_package_is_sound(app, key):
    assert checked(key, packaged_source(key), 1).key == key


def test_all_431_clauses_are_there(app):
    assert len(packaged_clauses()) == 431


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('key = "agency"', 'key = "foreign"', "At the top: “key” has to be “agency”."),
        ("dated = 2026-11-21\n", "", "At the top: “dated” is missing."),
        ('seats = ["head"]', 'seats = ["body:choir"]', "step 1: “body:choir” is not known as “seats”"),
        ('seats = ["head"]', "seats = []", "step 1: it needs at least one of “seats”."),
        ('rule = "all"', 'rule = "most"', "step 1: “most” is not known as “rule”; known: all, any"),
        ('when = "is_sensitive"', 'when = "is_cold"', "step 4: “is_cold” is not known as “when”"),
        ('clause = "AGY-2.1"', 'clause = "AGY-99"', "step 1: there is no clause “AGY-99”."),
        ('name = "theme"', 'name = "smell"', "“smell” is not known as “field”"),
        ('name = "theme"', 'name = "circle"', "There are several of “field” with the key “circle”."),
        ('key = "submission"', 'key = "lunch"', "“lunch” is not known as “requirement”"),
        ('key = "room"', 'key = "submission"', "several of “requirement” with the key “submission”"),
        ('needs = ["agency_papers"]', 'needs = ["nothing"]', "task “agency_pack”: there is no task “nothing”."),
        ('needs = ["agency_papers"]', 'needs = ["agency_pack"]', "task “agency_pack” waits for itself"),
        ('key = "equipment_test"', 'key = "venue_acceptance"', "“venue_acceptance”: no “form_line” stands"),
        ('owner = "organizer"', 'owner = "cook"', "task “agency_papers”: “cook” is not known as “owner”"),
        ('proof = "file"', 'proof = "song"', "task “agency_papers”: “song” is not known as “proof”"),
        ("days = -3", "days = -400", "task “agency_papers”: “days” has to be from -365 to 365."),
        ("days = -3", 'days = "soon"', "task “agency_papers”: “days” is not of the right kind; expected: a whole"),
        ("days = -3", "dayz = -3", "task “agency_papers”: “dayz” is not known here."),
        ('id = "AGY-2.1"', 'id = "AGY-2.2"', "There are several of “clause” with the key “AGY-2.2”."),
        ('dated = 2026', "figures = 3\ndated = 2026", "At the top: “figures” is not of the right kind"),
        ('dated = 2026', "figures = {luck = 3}\ndated = 2026", "figures: “luck” is not known as “figures”"),
        ('dated = 2026', "figures = {review_months = 0}\ndated = 2026", "“review_months” has to be from 1 to 120."),
        ('dated = 2026', "sight = [1]\ndated = 2026", "At the top: “sight” is not of the right kind"),
        ('dated = 2026', 'dated = "2026', "This is no TOML"),
        ('dated = 2026', "x = " + "[" * 9999 + "\ndated = 2026", "This is no TOML"),
        ('dated = 2026', "x = " + "9" * 5000 + "\ndated = 2026", "This is no TOML"),
    ],
)
def test_a_fault_is_named_with_its_place(app, old, new, fault):
    assert old in PACKAGED
    assert any(fault in one for one in faults(PACKAGED.replace(old, new, 1)))


def test_all_faults_come_at_once_and_in_the_readers_language(app):
    broken = PACKAGED.replace("days = -3", 'days = "soon"', 1).replace('seats = ["head"]', 'seats = ["body:choir"]')
    assert len(faults(broken)) >= 2
    with speaking_to("zh_Hans", SHANGHAI):
        assert len(faults(broken)) >= 2


def test_a_regulation_needs_a_step_that_always_counts(app):
    tables = PACKAGED.replace('rule = "all"', 'rule = "all"\nwhen = "has_guests"')
    tables = tables.replace('when = "has_guests"\ndays = 3\nwhen = "is_sensitive"', 'days = 3\nwhen = "is_sensitive"')
    assert len(tomllib.loads(tables)["step"]) == 4
    assert any("nobody would have to approve" in fault for fault in faults(tables))


@pytest.mark.parametrize(
    "source", ["", "chapter = [[1]]", "chapter = [{number = 1, clause = [2]}]", "task = [{key = [1]}]"]
)
def test_whatever_is_typed_gets_sentences(app, source):
    assert all(isinstance(fault, str) for fault in faults(source))

"""A profile as a page shows it: only the clauses that were looked for, chapter by chapter."""

from collections.abc import Sequence
from typing import NamedTuple

from portal.regulations.labels import RECORDS
from portal.regulations.profiles import Chapter, Clause, Phase, Profile


class Wanted(NamedTuple):
    """What a reader looks for; empty is everything."""

    words: str = ""
    phase: str = ""
    record: str = ""

    @property
    def is_all(self) -> bool:
        return not any(self)


def found_in(profile: Profile, wanted: Wanted) -> list[tuple[Chapter, list[Clause]]]:
    """The chapters that hold something that is wanted, each with those clauses."""
    found = [(chapter, [one for one in chapter.clauses if _fits(one, wanted)]) for chapter in profile.chapters]
    return [(chapter, clauses) for chapter, clauses in found if clauses]


def _fits(clause: Clause, wanted: Wanted) -> bool:
    if wanted.phase and clause.phase != wanted.phase:
        return False
    if wanted.record and clause.record != wanted.record:
        return False
    texts = [clause.id, *clause.title.by_locale.values(), *clause.demand.by_locale.values()]
    said = "\n".join(texts).lower()
    return all(word in said for word in wanted.words.lower().split())


def phases_in(profile: Profile) -> Sequence[Phase]:
    """The phases that its clauses are about, in order."""
    there = {clause.phase for clause in profile.clauses}
    return [phase for phase in Phase if phase in there]


def records_in(profile: Profile) -> list[tuple[str, str]]:
    """The kinds of record that its clauses ask for, with what they are called, by name."""
    there = {clause.record for clause in profile.clauses}
    return sorted(((record, str(RECORDS.get(record, record))) for record in there), key=lambda pair: pair[1])

"""The machine checks by name, as the clauses of the profiles name them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from portal.compliance.dossier import Batch, Dossier
from portal.compliance.verdicts import Verdict
from portal.regulations.profiles import Clause, Profile

OfMeeting = Callable[[Dossier, Clause], Verdict]
OfHouse = Callable[[Batch, Profile, Clause], Verdict]


class Check(NamedTuple):
    """What a check looks at, in words for a reader, and the function that looks."""

    name: str
    label: Any
    of_meeting: OfMeeting | None = None
    of_house: OfHouse | None = None


_checks: dict[str, Check] = {}


def check_for(name: str, label: Any) -> Check:
    """What was registered under the name: one check may answer for a meeting and for the organisation."""
    return _checks.get(name) or Check(name, label)


def checks(name: str, label: Any) -> Callable[[OfMeeting], OfMeeting]:
    """Register a check of one meeting; `clause.arg` holds what the profile adds to it."""
    def register(function: OfMeeting) -> OfMeeting:
        _checks[name] = check_for(name, label)._replace(of_meeting=function)
        return function
    return register


def checks_house(name: str, label: Any) -> Callable[[OfHouse], OfHouse]:
    """Register a check whose answer is the same for all meetings of a profile."""
    def register(function: OfHouse) -> OfHouse:
        _checks[name] = check_for(name, label)._replace(of_house=function)
        return function
    return register


def check_named(name: str) -> Check | None:
    return _checks.get(name)


def all_checks() -> dict[str, Check]:
    return dict(_checks)

"""The lines of an inspection's form: the clauses that its scope looks at (AGY-10.2)."""

from portal.inspections.models import Inspection, InspectionLine, Scope
from portal.regulations.profiles import PROFILES, Clause, Phase
from portal.regulations.queries import profiles_in_force

PHASES = {
    Scope.PREPARATION: {Phase.PLAN, Phase.PREPARE},
    Scope.RUNNING: {Phase.RUN},
    Scope.WRAP_UP: {Phase.FOLLOW_UP},
    Scope.COMPLIANCE: {Phase.GOVERN, Phase.IMPROVE},
    Scope.ARCHIVE: {Phase.ARCHIVE},
}
COSTS = {"budget", "expense"}


def is_looked_at(clause: Clause, scope: Scope) -> bool:
    """Whether an inspection of that scope asks for the clause."""
    return clause.record in COSTS if scope == Scope.COSTS else clause.phase in PHASES[scope]


def clauses_of(scope: Scope, profile: str) -> list[Clause]:
    """What an inspection of that scope asks for, by that regulation or, if empty, by all. One statement."""
    profiles = profiles_in_force([profile] if profile else PROFILES)
    return [clause for one in profiles.values() for clause in one.clauses if is_looked_at(clause, scope)]


def lay(inspection: Inspection) -> None:
    """Fill the form of a new inspection from the regulation as it holds today."""
    inspection.lines = [
        InspectionLine(position=position, titles=clause.title.by_locale, clause=clause.id)
        for position, clause in enumerate(clauses_of(inspection.scope, inspection.profile))
    ]

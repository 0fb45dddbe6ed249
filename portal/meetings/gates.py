"""What may refuse to let a meeting go on: slices above know more rules than this one, and name them here."""

from collections.abc import Callable

from portal.accounts.models import Person
from portal.meetings.models import Meeting
from portal.regulations.profiles import Act

Gate = Callable[[Person, Meeting, Act], None]
_gates: dict[str, Gate] = {}


def add_gate(name: str, gate: Gate) -> None:
    """Let `gate(actor, meeting, act)` raise DomainError if the meeting must not be submitted, announced, started or
    closed yet, or any more."""
    _gates[name] = gate


def pass_gates(actor: Person, meeting: Meeting, act: Act) -> None:
    """Go on only if no gate refuses."""
    for gate in _gates.values():
        gate(actor, meeting, act)

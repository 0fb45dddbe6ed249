"""What may refuse to let a meeting go on: slices above know more rules than this one, and name them here."""

from collections.abc import Callable, Mapping, Sequence

from portal.accounts.models import Person
from portal.core.errors import DomainError
from portal.core.i18n import pgettext
from portal.meetings.models import Meeting
from portal.regulations.profiles import Act

Gate = Callable[[Person, Meeting, Act], None]
ManyGate = Callable[[Person, Sequence[Meeting], Act], Mapping[int, str]]
_gates: dict[str, Gate] = {}
_many: dict[str, ManyGate] = {}


def add_gate(name: str, gate: Gate, many: ManyGate | None = None) -> None:
    """Let `gate(actor, meeting, act)` raise DomainError if the meeting must not be submitted, announced, started or
    closed yet, or any more. `many` answers the same words for several meetings at once, by their ids."""
    _gates[name] = gate
    _many[name] = many or _one_by_one(gate)


def _one_by_one(gate: Gate) -> ManyGate:
    def many(actor: Person, meetings: Sequence[Meeting], act: Act) -> Mapping[int, str]:
        refused = {}
        for meeting in meetings:
            try:
                gate(actor, meeting, act)
            except DomainError as refusal:
                refused[meeting.id] = str(refusal)
        return refused

    return many


def pass_gates(actor: Person, meeting: Meeting, act: Act) -> None:
    """Go on only if no gate refuses."""
    for gate in _gates.values():
        gate(actor, meeting, act)


def refused(actor: Person, meetings: Sequence[Meeting], act: Act) -> dict[int, str]:
    """What the gates would say, by meeting, for those that one of them refuses."""
    said: dict[int, list[str]] = {}
    for many in _many.values():
        for meeting_id, words in many(actor, meetings, act).items():
            said.setdefault(meeting_id, []).append(words)
    return {meeting_id: pgettext("between sentences", " ").join(words) for meeting_id, words in said.items()}

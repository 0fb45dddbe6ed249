"""Who was there, who was not and why: what the minutes say of it by themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.answers.models import LeaveRequest
from portal.answers.queries import on_leave
from portal.answers.quorum import VOTING, Quorum
from portal.attendance.models import AbsenceNote
from portal.attendance.queries import Line, counts_in, lines_of, notes_in
from portal.attendance.standing import HERE, State
from portal.meetings.models import Answer, Attendee, Meeting, Part


@dataclass(frozen=True)
class One:
    """One of the meeting's people as the minutes name them."""

    attendee_id: int
    name: str
    unit: str
    post: str
    part: str
    # Why they were late or absent.
    reason: str = ""
    # In whose place they came, or who came in theirs.
    instead_of: str = ""
    replaced_by: str = ""
    is_guest: bool = False

    @property
    def sat_in(self) -> bool:
        """Came without having a vote (列席)."""
        return self.is_guest or self.part not in VOTING


@dataclass(frozen=True)
class Presence:
    """Who was there and who was not, each in the order of parts and names."""

    chair: str
    recorder: str
    present: Sequence[One]
    late: Sequence[One]
    excused: Sequence[One]
    absent: Sequence[One]
    quorum: Quorum | None
    # Nobody was marked: then whoever said that they would come counts as present.
    is_marked: bool

    @property
    def here(self) -> list[One]:
        """All who came, in time or late."""
        return [*self.present, *self.late]

    @property
    def voting(self) -> int:
        """How many came who have a vote."""
        return sum(not one.sat_in for one in self.here)


def of_meeting(meeting: Meeting) -> Presence:
    """As marks, answers, leave and notes have it now. Three statements."""
    lines, notes, leave = lines_of(meeting), notes_in(meeting.id), on_leave(meeting.id)
    is_marked = any(line.mark for line in lines)
    stays = {line.attendee.id: _state(line, is_marked) for line in lines}
    replaced = {
        line.attendee.substitutes_id: line.attendee.name for line in lines if line.attendee.substitutes_id is not None
    }

    def those(state: State) -> list[One]:
        return [
            _one(line.attendee, notes.get(line.attendee.id), leave.get(line.attendee.id), replaced, state in HERE)
            for line in lines if stays[line.attendee.id] == state
        ]

    return Presence(
        _who(lines, Part.CHAIR, stays.get), _who(lines, Part.RECORDER, stays.get), those(State.PRESENT),
        those(State.LATE), those(State.EXCUSED), those(State.ABSENT) if is_marked else [],
        counts_in(meeting, lines).quorum if is_marked else None, is_marked,
    )


def _state(line: Line, is_marked: bool) -> State:
    came = not is_marked and line.attendee.answer == Answer.ACCEPTED
    return State.PRESENT if came else line.state


def _one(
    attendee: Attendee, note: AbsenceNote | None, leave: LeaveRequest | None, replaced: dict[int, str], came: bool
) -> One:
    """Somebody with what is known of why; what they said when they declined is no reason once they came."""
    said = attendee.comment if attendee.answer == Answer.DECLINED and not came else ""
    return One(
        attendee.id, attendee.name, attendee.unit, attendee.post, str(attendee.part),
        reason=(note.reason if note else "") or (leave.reason if leave and not came else "") or said,
        instead_of=attendee.substitutes.name if attendee.substitutes else "",
        replaced_by=replaced.get(attendee.id, ""), is_guest=attendee.guest_id is not None,
    )


def _who(lines: Sequence[Line], part: Part, state_of: Callable[[int], State | None]) -> str:
    """Who had that part: whoever of them came, else whoever was to; a substitute has the part of whom they come for."""
    having = [line.attendee for line in lines if line.attendee.part == part]
    having.sort(key=lambda one: (state_of(one.id) not in HERE, one.answer == Answer.DELEGATED))
    return having[0].name if having else ""

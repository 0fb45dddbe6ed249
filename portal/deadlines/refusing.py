"""What refuses to let a meeting under a regulation go on, and what its page says is missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from flask import url_for

from portal.accounts.models import Person
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.deadlines import words
from portal.deadlines.calendar import Line, calendars
from portal.meetings.kinds import is_regulated
from portal.meetings.missing import Lack
from portal.meetings.models import Meeting, Phase
from portal.meetings.queries import Tally
from portal.regulations.profiles import Act

# Which acts lead out of a phase.
NEXT: Mapping[Phase, tuple[Act, ...]] = {
    Phase.DRAFT: (Act.SUBMIT, Act.ANNOUNCE), Phase.APPROVED: (Act.ANNOUNCE,), Phase.ANNOUNCED: (Act.START,),
    Phase.RUNNING: (Act.START,), Phase.HELD: (Act.CLOSE,),
}


def refusing(meetings: Iterable[Meeting], act: Act) -> dict[int, list[Line]]:
    """What refuses the act, by meeting, for those of which something does."""
    found = {
        meeting_id: [line for line in lines if line.refuses(act)]
        for meeting_id, lines in calendars(meetings, [act]).items()
    }
    return {meeting_id: lines for meeting_id, lines in found.items() if lines}


def gate(_actor: Person, meeting: Meeting, act: Act) -> None:
    """Raise DomainError with all that is missing or too late, each with its clause and who may waive it.

    No statement for a meeting without a profile.
    """
    if lines := refusing([meeting], act).get(meeting.id):
        raise DomainError(words.refusals(lines, act))


def gate_many(_actor: Person, meetings: Sequence[Meeting], act: Act) -> dict[int, str]:
    """The same words for several meetings, in as many statements as for one."""
    return {meeting_id: words.refusals(lines, act) for meeting_id, lines in refusing(meetings, act).items()}


def lacks_of(phase: Phase) -> Callable[[Meeting, Tally], Iterable[Lack]]:
    """What the stepper shows as missing in that phase."""
    def check(meeting: Meeting, _tally: Tally) -> Iterable[Lack]:
        if not is_regulated(meeting):
            return
        acts = [act for act in NEXT[phase] if not _is_done(meeting, act)]
        lines = calendars([meeting], acts).get(meeting.id, []) if acts else []
        address = url_for("deadlines.timetable", meeting_id=meeting.id)
        for line in lines:
            if act := next((act for act in acts if line.refuses(act)), None):
                yield Lack(words.refusal(line, act), address, _("Timetable"), topic=line.requirement.key)

    return check


def _is_done(meeting: Meeting, act: Act) -> bool:
    if act == Act.SUBMIT:
        return meeting.submitted_at is not None
    return act == Act.START and meeting.started_at is not None

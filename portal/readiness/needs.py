"""What people need in order to take part becomes tasks, each owned and due before the meeting (AGY-3.9, FOR-8.9.b)."""

from functools import partial

from portal.accounts.models import Person
from portal.answers.forms import NEEDS
from portal.answers.queries import with_needs
from portal.audit.commands import record
from portal.core.access import allow
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy as meetings
from portal.meetings.changing import insist_not_over, insist_standing, insist_timed, lock
from portal.meetings.kinds import is_regulated, kind_of
from portal.meetings.models import Answer, Attendee, Meeting, Need
from portal.readiness.laying import KIND, undo
from portal.readiness.owners import Holders
from portal.readiness.sheets import due_before
from portal.tasks import laying
from portal.tasks.laying import Line
from portal.tasks.models import Proof, Task
from portal.tasks.names import said_in_all

CLAUSES = {"agency": ("AGY-3.9",), "foreign": ("FOR-8.9.b",)}
ABSENT = (Answer.DECLINED, Answer.DELEGATED)


def without_task(meeting: Meeting) -> list[tuple[Attendee, Need]]:
    """The needs of those who may come that are no task yet. Three statements."""
    there = {task.key for task in laying.tasks_of(KIND, meeting.id)}
    return [
        (attendee, need) for attendee in with_needs(meeting.id) if attendee.answer not in ABSENT
        for need in attendee.needs if _key(attendee, need) not in there
    ]


def make_tasks(actor: Person, meeting: Meeting) -> list[Task]:
    """Make a task of each need that is none yet. Raises NotAllowed, or DomainError if there is none."""
    allow(is_regulated(meeting) and meetings.may_arrange(actor, meeting))
    lock(meeting)
    insist_standing(meeting)
    insist_timed(meeting)
    insist_not_over(meeting)
    holders, due_at = Holders(meeting), due_before(meeting.starts_at)
    lines = [
        Line(
            _key(attendee, need), said_in_all(partial(_title, attendee)), due_at, holders.of("office"), "office",
            CLAUSES.get(kind_of(meeting).profile, ()), Proof.WORDS, words=f"{NEEDS[need.kind]}: {need.words}",
        )
        for attendee, need in without_task(meeting)
    ]
    if not lines:
        raise DomainError(_("Each need is a task already."))
    made = laying.lay(actor, KIND, meeting.id, lines)
    # Neither whose it is nor what: the log has more readers.
    record(actor, "meeting.needs_made_tasks", meeting, tasks=len(made))
    undo(meeting)
    return made


def _key(attendee: Attendee, need: Need) -> str:
    return f"need-{attendee.id}-{need.kind}"


def _title(attendee: Attendee) -> str:
    """Not what they need, which only those read who do it or arrange the meeting."""
    return _("Assistance: %(name)s", name=attendee.name)

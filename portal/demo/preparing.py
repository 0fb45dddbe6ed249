"""Getting meetings under a regulation ready: tasks with their proofs, forms on the spot, names put to clauses."""

from base64 import b64decode
from collections.abc import Collection, Sequence
from datetime import timedelta
from decimal import Decimal

from portal.accounts.models import Person, Role
from portal.compliance import commands as compliance
from portal.core import clock
from portal.core.uploads import Upload
from portal.demo.words import RegulatedWords, Words
from portal.meetings.models import Meeting
from portal.proposals.records import profile_for, proposal_of
from portal.readiness import sheets, signing
from portal.readiness.checklist import FORM_KEYS
from portal.readiness.models import Condition, Form
from portal.readiness.sheets import Found
from portal.regulations.profiles import Phase
from portal.tasks import proving
from portal.tasks.laying import tasks_of
from portal.tasks.models import Proof, Task
from portal.tasks.proving import Given

HOUR = timedelta(hours=1)
# One grey point: that a photo was taken is all that it shows.
POINT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")


def do_tasks(meeting: Meeting, words: Words, signers: Sequence[Person]) -> None:
    """What was due until now was done a few hours before; what somebody has to confirm was confirmed by a signer."""
    due = [task for task in tasks_of("meeting", meeting.id) if task.due_at <= clock.now() and task.done_at is None]
    ready = {task.key for task in due}
    for task in due:
        if task.owner is None or not ready.issuperset(need.key for need in task.needs):
            continue
        with clock.standing_at(max(task.due_at - 5 * HOUR, task.created_at)):
            if not task.blockers and task.key not in FORM_KEYS.values():
                _do(task, task.owner, words, signers)


def _do(task: Task, owner: Person, words: Words, signers: Sequence[Person]) -> None:
    name, text = words.papers[0]
    given = Given(
        words=words.regulated.proof, number=Decimal(12),
        upload=Upload("photo.png", POINT) if task.proof == Proof.PHOTO else Upload(f"{name}.txt", text.encode()),
        signer=next(one for one in signers if one is not owner),
    )
    proving.do(owner, task, given)
    if task.proof == Proof.SIGNATURE and given.signer is not None:
        proving.confirm(given.signer, task)


def fill_forms(meeting: Meeting, keeper: Person) -> None:
    """Equipment and venue were looked at the evening before, and all was as it should be."""
    with clock.standing_at(meeting.starts_at - 20 * HOUR):
        for form in (Form.EQUIPMENT_TEST, Form.VENUE_ACCEPTANCE):
            if any(line.form == form for line in profile_for(meeting, proposal_of(meeting)).form_lines):
                sheet = sheets.open_sheet(keeper, meeting, form)
                sheets.fill(keeper, sheet, {line.key: Found(Condition.OK, "") for line in sheet.lines})
                sheets.sign(keeper, sheet)


def sign_readiness(meeting: Meeting) -> None:
    """The organizer signs an hour before the meeting."""
    with clock.standing_at(meeting.starts_at - HOUR):
        signing.sign_off(meeting.organizer, meeting)


def sign_clauses(meeting: Meeting, said: RegulatedWords, people: Sequence[Person], phases: Collection[Phase]) -> None:
    """Each puts their name to what only they can say was kept in these parts of the meeting's life."""
    profile = profile_for(meeting, proposal_of(meeting))
    roles = {"office": Role.MEETING_OFFICE, "leader": Role.LEADER}
    for clause in profile.clauses:
        role = roles.get(clause.sign_off)
        signer = next((person for person in people if role is not None and person.has_role(role)), None)
        if clause.is_of_house or clause.phase not in phases or signer is None:
            continue
        compliance.sign(signer, clause.id, meeting, said.proof)

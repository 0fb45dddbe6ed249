"""Every change to tasks but how they are proved: added, handed over, moved, dropped, taken up again, urged."""

from collections.abc import Collection
from datetime import datetime

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.notifications.commands import tell
from portal.tasks import policy, words
from portal.tasks.models import Proof, Task
from portal.tasks.names import in_all_languages, title_of
from portal.tasks.signals import task_reopened
from portal.tasks.subjects import record_of, subject_of

LONGEST_TITLE, LONGEST_WORDS, LONGEST_REASON = 200, 2000, 500


def add_task(
    actor: Person, record_kind: str, record_id: int, *, title: str, owner: Person | None, due_at: datetime,
    proof: Proof = Proof.NONE, words_of_it: str = "", clauses: Collection[str] = (), key: str | None = None,
) -> Task:
    """Let somebody do something about a record, and tell them.

    Raises NotAllowed, Missing for a record that is not there, or DomainError: without a title, or due in the past.
    """
    allow(policy.may_add(actor, record_kind, record_id))
    of = record_of(record_kind, record_id)
    db.session.refresh(of, with_for_update={"key_share": True})
    subject_of(record_kind).insist_open(of)
    title = " ".join(title.split())
    if not title:
        raise DomainError(_("Please say what is to be done."), "title")
    _insist_ahead(due_at)
    task = Task(
        record_kind=record_kind, record_id=record_id, key=key, titles=in_all_languages(title[:LONGEST_TITLE]),
        words=words_of_it.strip()[:LONGEST_WORDS], clauses=list(clauses), due_at=due_at, proof=proof,
        created_at=clock.now(), created_by=actor,
    )
    _give_to(task, owner)
    db.session.add(task)
    db.session.flush()
    record(actor, "task.added", task, title=title_of(task), owner=owner.name if owner else "", due_at=due_at)
    _tell_owner(actor, task, "task.assigned", "")
    task_reopened.send(task)
    return task


def reassign(actor: Person, task: Task, owner: Person, said: str = "") -> None:
    """Give the task to another, who is told, as is whoever had it. Raises NotAllowed, or DomainError once it ended."""
    allow(policy.may_reassign(actor, task))
    take_open(task)
    if not owner.is_active:
        raise DomainError(_("%(name)s does not work here any more.", name=owner.name), "owner")
    if owner.id == task.owner_id:
        raise DomainError(_("It belongs to %(name)s already.", name=owner.name), "owner")
    before = task.owner
    _give_to(task, owner)
    task.reminded_at = task.urged_at = None
    task.proofs = [one for one in task.proofs if one.signed_at is not None]
    db.session.flush()
    record(actor, "task.reassigned", task, title=title_of(task), owner=owner.name, reason=said)
    _tell_owner(actor, task, "task.assigned", said)
    if before is not None and before.id != actor.id:
        tell([before], "task.taken_over", "task", task, lambda: words.taken_over(task, owner.name))
    task_reopened.send(task)


def move_due(actor: Person, task: Task, due_at: datetime, said: str) -> None:
    """Let the task be due at another time, and say why. Raises NotAllowed, or DomainError for a time that is past."""
    allow(policy.may_manage(actor, task))
    take_open(task)
    _insist_ahead(due_at)
    reason = insist_reason(said)
    before, task.due_at = task.due_at, due_at
    task.reminded_at = task.urged_at = None
    db.session.flush()
    record(actor, "task.moved", task, title=title_of(task), before_at=before, due_at=due_at, reason=reason)
    _tell_owner(actor, task, "task.moved", reason)


def drop(actor: Person, task: Task, said: str) -> None:
    """Say that the task is not needed, and why. Raises NotAllowed, or DomainError without a reason or once it ended."""
    allow(policy.may_manage(actor, task))
    take_open(task)
    task.drop_reason = insist_reason(said)
    task.dropped_at = clock.now()
    db.session.flush()
    record(actor, "task.dropped", task, title=title_of(task), reason=task.drop_reason)
    _tell_owner(actor, task, "task.dropped", task.drop_reason)


def reopen(actor: Person, task: Task) -> None:
    """Take back that the task was done, with its proof, or that it was dropped.

    Raises NotAllowed, also for whoever did it once a day has passed, or DomainError if it is open.
    """
    take(task)
    if task.is_open:
        raise DomainError(_("This task is open."))
    allow(policy.may_reopen(actor, task))
    subject_of(task.record_kind).insist_open(record_of(task.record_kind, task.record_id))
    was = "done" if task.done_at is not None else "dropped"
    proofs = [one.file_name or one.words for one in task.proofs]
    task.done_at = task.done_by = task.dropped_at = None
    task.drop_reason, task.proofs = "", []
    db.session.flush()
    record(actor, "task.reopened", task, title=title_of(task), was=was, proofs=proofs)
    _tell_owner(actor, task, "task.reopened", "")
    task_reopened.send(task)


def urge(actor: Person, task: Task, said: str) -> None:
    """Urge the owner, or whoever is asked to confirm it, with words. Raises NotAllowed, or DomainError without any."""
    allow(policy.may_urge(actor, task))
    take_open(task)
    reason = insist_reason(said)
    asked = policy.waiting(task)
    person = asked.signed_by if asked is not None and asked.signed_by is not None else task.owner
    assert person is not None, "the policy asks for an owner"
    task.urged_at = clock.now()
    db.session.flush()
    record(actor, "task.urged", task, title=title_of(task), person=person.name, reason=reason)
    tell([person], "task.urged", "task", task, lambda: words.urged(task, actor.name, reason))


# --- What they share ---


def take(task: Task) -> None:
    """Read the task anew and keep others from changing it until the end of this transaction."""
    # Of the task alone: it may have been loaded along with its owner, whom PostgreSQL does not lock so.
    db.session.refresh(task, with_for_update={"key_share": True, "of": Task})
    db.session.expire(task, ["proofs", "needs"])


def take_open(task: Task) -> None:
    """As `take`; raises DomainError for a task that was done or dropped."""
    take(task)
    if task.done_at is not None:
        raise DomainError(_("This task is done already."))
    if task.dropped_at is not None:
        raise DomainError(_("This task is not needed any more."))


def insist_reason(said: str) -> str:
    """The words without what surrounds them; raises DomainError for none, or too many."""
    if not said.strip():
        raise DomainError(_("Please say why."), "words")
    if len(said.strip()) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "words")
    return said.strip()


def _insist_ahead(due_at: datetime) -> None:
    if due_at <= clock.now():
        raise DomainError(_("That time is past."), "due_at")


def _give_to(task: Task, owner: Person | None) -> None:
    task.owner = owner
    task.department_id = owner.department_id if owner is not None else None


def _tell_owner(actor: Person, task: Task, kind: str, said: str) -> None:
    if task.owner is not None and task.owner.id != actor.id:
        tell([task.owner], kind, "task", task, lambda: words.of_one(kind, task, actor.name, said))

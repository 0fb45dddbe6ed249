"""Who may do what to tasks. Whose record it is decides with whoever owns the task."""

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.core import clock
from portal.tasks.models import Proof, Task, TaskProof
from portal.tasks.subjects import about_all, record_of, subject_of


def may_add(actor: Person, record_kind: str, record_id: int) -> bool:
    """Whoever looks after the record."""
    return subject_of(record_kind).may_manage(actor, record_of(record_kind, record_id))


def may_manage(actor: Person, task: Task) -> bool:
    """Another owner, another time, or not at all: whoever looks after the record, and the head of the department."""
    return may_add(actor, task.record_kind, task.record_id) or heads(actor, task)


def may_reassign(actor: Person, task: Task) -> bool:
    """Who may manage it, and whoever owns it."""
    return may_manage(actor, task) or actor.id == task.owner_id


def heads(actor: Person, task: Task) -> bool:
    """Whether the actor heads the department of the task, and may know what it is about."""
    is_head = actor.has_role(Role.DEPARTMENT_HEAD) and actor.department_id is not None
    return is_head and actor.department_id == task.department_id and knows(actor, task)


def knows(actor: Person, task: Task) -> bool:
    """Whether the actor may know of the record that it is about."""
    return (task.record_kind, task.record_id) in about_all(actor, [task])


def may_do(actor: Person, task: Task) -> bool:
    """Its owner, who decides for the owner today, and who may manage it."""
    return actor.id == task.owner_id or may_manage(actor, task) or stands_in(actor, task)


def stands_in(actor: Person, task: Task) -> bool:
    """Whether the actor decides for the owner today. One statement at most, and those of the record."""
    if task.owner_id is None:
        return False
    return task.owner_id in accounts.principals_of(actor, accounts.house_today()) and knows(actor, task)


def may_confirm(actor: Person, task: Task) -> bool:
    """Whoever was asked to confirm it by name: nobody else, and never who did it."""
    asked = waiting(task)
    return asked is not None and asked.signed_by_id == actor.id and asked.by_id != actor.id


def waiting(task: Task) -> TaskProof | None:
    """The confirmation that somebody was asked for and has not given."""
    if task.proof != Proof.SIGNATURE or not task.is_open:
        return None
    return next((one for one in reversed(task.proofs) if one.signed_at is None), None)


def may_reopen(actor: Person, task: Task) -> bool:
    """Whoever did it, within a day; and who may manage it."""
    if task.done_by_id == actor.id and task.is_undoable_at(clock.now()):
        return True
    return may_manage(actor, task)


def may_see(actor: Person, task: Task) -> bool:
    """Whoever has to do with it, and who may look at what is done for the record."""
    if actor.id in {task.owner_id, task.done_by_id} or any(one.signed_by_id == actor.id for one in task.proofs):
        return True
    return may_look(actor, task) or may_do(actor, task)


def may_look(actor: Person, task: Task) -> bool:
    return subject_of(task.record_kind).may_look(actor, record_of(task.record_kind, task.record_id))


def may_urge(actor: Person, task: Task) -> bool:
    """Who may manage it, but nobody oneself."""
    return task.is_open and task.owner_id not in {None, actor.id} and may_manage(actor, task)


def may_read_words(actor: Person, task: Task) -> bool:
    """What was written for whoever does it, such as what somebody needs, is not for those who only watch."""
    return actor.id == task.owner_id or may_confirm(actor, task) or may_do(actor, task)

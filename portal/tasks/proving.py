"""Tasks are done, with the proof that each asks for; a confirmation is given by somebody else, by their name."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock, files
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.file_types import TYPES
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.core.uploads import Upload, checked
from portal.notifications.commands import tell
from portal.tasks import policy, words
from portal.tasks.commands import insist_reason, take_open
from portal.tasks.models import Proof, Task, TaskProof, task_dependency
from portal.tasks.names import title_of
from portal.tasks.subjects import subject_of

PHOTOS = {ending: kind for ending, kind in TYPES.items() if kind.media_type.startswith("image/") and ending != "gif"}
LONGEST_PROOF = 1000


@dataclass(frozen=True)
class Given:
    """What somebody gives to show that a task was done; which of it counts, the task says."""

    words: str = ""
    number: Decimal | None = None
    upload: Upload | None = None
    signer: Person | None = None


def do(actor: Person, task: Task, given: Given) -> None:
    """Say that the task is done, and prove it; one that is to be confirmed waits for whom the actor names.

    Raises NotAllowed, or DomainError: once it ended, while it waits for another, or without the proof it asks for.
    """
    allow(policy.may_do(actor, task))
    take_open(task)
    if task.blockers:
        names = pgettext("between names", ", ").join(title_of(need) for need in task.blockers)
        raise DomainError(_("This has to be done first: %(tasks)s.", tasks=names))
    subject_of(task.record_kind).insist_doable(task)
    proof = _proof(actor, task, given)
    if proof is not None:
        task.proofs = [one for one in task.proofs if one.signed_at is not None] + [proof]
    if task.proof == Proof.SIGNATURE:
        _ask(actor, task, given)
    else:
        finish(actor, task, proof.file_name or proof.words if proof is not None else "")


def finish(actor: Person, task: Task, proof: str = "") -> None:
    """Let an open, locked task count as done by the actor; for commands that know by themselves that it is."""
    task.done_at, task.done_by = clock.now(), actor
    db.session.flush()
    record(actor, "task.done", task, title=title_of(task), proof=proof)
    for other in _that_waited(task):
        if other.owner is not None and other.owner.id != actor.id and not other.blockers:
            tell([other.owner], "task.ready", "task", other, partial(words.ready, other))


def confirm(actor: Person, task: Task) -> None:
    """Confirm by one's name that the task was done. Raises NotAllowed for everybody but whom the doer asked."""
    take_open(task)
    allow(policy.may_confirm(actor, task))
    asked = policy.waiting(task)
    assert asked is not None, "the policy asks for one"
    asked.signed_at = clock.now()
    finish(asked.by, task, asked.words)
    record(actor, "task.confirmed", task, title=title_of(task), person=asked.by.name)
    tell([asked.by], "task.confirmed", "task", task, lambda: words.answered(task, actor.name, ""))


def decline(actor: Person, task: Task, said: str) -> None:
    """Do not confirm it, and say why: the task is still to be done. Raises NotAllowed, or DomainError without words."""
    take_open(task)
    allow(policy.may_confirm(actor, task))
    reason = insist_reason(said)
    asked = policy.waiting(task)
    assert asked is not None, "the policy asks for one"
    doer = asked.by
    task.proofs.remove(asked)
    db.session.flush()
    record(actor, "task.not_confirmed", task, title=title_of(task), person=doer.name, reason=reason)
    tell([doer], "task.not_confirmed", "task", task, lambda: words.answered(task, actor.name, reason))


def _ask(actor: Person, task: Task, given: Given) -> None:
    signer = given.signer
    assert signer is not None, "checked as its proof was made"
    db.session.flush()
    record(actor, "task.to_confirm", task, title=title_of(task), person=signer.name, proof=given.words)
    tell([signer], "task.to_confirm", "task", task, lambda: words.asked(task, actor.name, given.words))


def _that_waited(task: Task) -> list[Task]:
    """The open tasks that need this one. One statement."""
    waited = select(task_dependency.c.task_id).where(task_dependency.c.needs_id == task.id)
    return list(
        db.session.scalars(
            select(Task).where(Task.id.in_(waited), Task.done_at.is_(None), Task.dropped_at.is_(None)).order_by(Task.id)
        )
    )


# --- What proves it ---


def _proof(actor: Person, task: Task, given: Given) -> TaskProof | None:
    said = given.words.strip()
    if len(said) > LONGEST_PROOF:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_PROOF), "words")
    made = TaskProof(words=said, size=0, by=actor, at=clock.now())
    if task.proof in {Proof.PHOTO, Proof.FILE}:
        _attach(made, task, given.upload)
    elif task.proof == Proof.NUMBER:
        made.words = _counted(given.number, said)
    elif task.proof == Proof.SIGNATURE:
        made.signed_by = _signer(actor, task, given.signer)
    elif not said:
        if task.proof == Proof.NONE:
            return None
        raise DomainError(_("Please say what was done."), "words")
    return made


def _counted(number: Decimal | None, of_what: str) -> str:
    if number is None:
        raise DomainError(_("Please give the number."), "number")
    if not of_what:
        raise DomainError(_("Please say what was counted."), "words")
    return f"{number:f} {of_what}"


def _signer(actor: Person, task: Task, signer: Person | None) -> Person:
    if signer is None:
        raise DomainError(_("Please say who confirms it."), "signer")
    if signer.id in {actor.id, task.owner_id}:
        raise DomainError(_("Somebody else has to confirm it."), "signer")
    if not signer.is_active:
        raise DomainError(_("%(name)s does not work here any more.", name=signer.name), "signer")
    return signer


def _attach(proof: TaskProof, task: Task, upload: Upload | None) -> None:
    is_photo = task.proof == Proof.PHOTO
    if upload is None or not upload.name:
        raise DomainError(_("Please add a photo.") if is_photo else _("Please add a file."), "file")
    if is_photo and upload.name.rpartition(".")[2].lower() not in PHOTOS:
        raise DomainError(_("A photo is a file of one of these kinds: JPG, PNG, WEBP."), "file")
    proof.file_name, proof.media_type = checked(upload)
    proof.size, proof.content_hash = len(upload.content), files.keep(upload.content)

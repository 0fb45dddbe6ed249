"""One task: what it is, its proof, and everything that can be done to it."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.file_types import ENDINGS
from portal.core.i18n import gettext as _
from portal.core.records import kind_of, load
from portal.core.uploads import LARGEST, MEGABYTE
from portal.notifications.commands import mark_read
from portal.regulations.labels import PROOFS
from portal.regulations.queries import packaged_clauses
from portal.tasks import commands, policy, proving, queries
from portal.tasks.forms import Bare, DeclineForm, DropForm, DueForm, Fold, OwnerForm, ProofForm, TaskForm, UrgeForm
from portal.tasks.models import Proof, Task, TaskProof
from portal.tasks.names import owner_name, reason_of, title_of
from portal.tasks.subjects import about_all, record_of, subject_of
from portal.tasks.views import bp
from portal.web import errors
from portal.web.files import file_response
from portal.web.fragments import announce, carry_out, go, page, wants_fragment

# The form around the file needs some room too.
MOST_SENT = LARGEST + MEGABYTE
PHOTO_TYPES = "image/jpeg,image/png,image/webp"


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Any) -> None:
    """Only where a proof is given may a request be that large. It runs before anything reads the request."""
    if endpoint == "tasks.do":
        request.max_content_length = MOST_SENT


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """The browser refuses large files before they travel, so that nothing typed is lost; nothing was read of this."""
    return errors.answer(413, _("A file has %(count)s MB at most.", count=LARGEST // MEGABYTE))


@bp.get("/tasks/<int:task_id>")
def task(task_id: int) -> Response:
    """What is to be done, by whom and when, and the form for its proof."""
    return _page(_seen(task_id))


def _seen(task_id: int) -> Task:
    found: Task = load("task", task_id, me(), *queries.with_facts())
    return found


def _page(found: Task, refused: Fold | None = None) -> Response:
    of, about = record_of(found.record_kind, found.record_id), about_all(me(), [found])
    kind = kind_of(found.record_kind)
    status = 422 if refused is not None and (refused.errors or refused.form_errors) else None
    clauses = packaged_clauses()
    return page(
        "tasks/task.html", block="task", status=status, task=found, standing=queries.standing_of(found, clock.now()),
        about=about.get((found.record_kind, found.record_id)), kind=kind,
        address=kind.address(of) if kind.may_see(me(), of) else "", record=of,
        clauses=[clauses[one] for one in found.clauses if one in clauses], waiting=policy.waiting(found),
        proof_name=str(PROOFS[found.proof]), owner_name=owner_name(found), reason=reason_of(found),
        endings=PHOTO_TYPES if found.proof == Proof.PHOTO else ENDINGS, largest=LARGEST,
        may_read_words=policy.may_read_words(me(), found), may_confirm=policy.may_confirm(me(), found),
        may_reopen=not found.is_open and policy.may_reopen(me(), found),
        refused=refused if refused is not None and refused.is_bare else None, **_forms(found, refused),
    )


def _forms(found: Task, refused: Fold | None) -> dict[str, Any]:
    """The forms that the reader may send; the one that was refused with what was typed and said of it."""
    rights: dict[str, tuple[type[Fold], bool]] = {
        "proof_form": (ProofForm, found.is_open and policy.may_do(me(), found)),
        "owner_form": (OwnerForm, found.is_open and policy.may_reassign(me(), found)),
        "due_form": (DueForm, found.is_open and policy.may_manage(me(), found)),
        "drop_form": (DropForm, found.is_open and policy.may_manage(me(), found)),
        "urge_form": (UrgeForm, policy.may_urge(me(), found)),
        "decline_form": (DeclineForm, policy.may_confirm(me(), found)),
    }
    forms: dict[str, Any] = {
        name: (kind(formdata=None, due_at=found.due_at) if kind is DueForm else kind(formdata=None)) if may else None
        for name, (kind, may) in rights.items()
    }
    for name, (kind, _may) in rights.items():
        if isinstance(refused, kind):
            forms[name] = refused
    if forms["proof_form"] is not None:
        forms["proof_form"].asks_for(found.proof)
    return forms


# --- Doing something to it ---


@bp.post("/tasks/<int:task_id>/proof")
def do(task_id: int) -> Response:
    """It is done, and this proves it."""
    found, form = _seen(task_id), ProofForm()
    words = _("It is done.") if found.proof != Proof.SIGNATURE else _("You are told once it is confirmed.")
    return _step(found, form, lambda: proving.do(me(), found, form.given()), words)


@bp.post("/tasks/<int:task_id>/confirmation")
def confirm(task_id: int) -> Response:
    """Confirm by one's name that it was done."""
    found = _seen(task_id)
    return _step(found, Bare(), lambda: proving.confirm(me(), found), _("You have confirmed it."))


@bp.post("/tasks/<int:task_id>/refusal")
def decline(task_id: int) -> Response:
    """Do not confirm it, and say why."""
    found, form = _seen(task_id), DeclineForm()
    return _step(found, form, lambda: proving.decline(me(), found, form.words.data), _("It is still to be done."))


@bp.post("/tasks/<int:task_id>/reopening")
def reopen(task_id: int) -> Response:
    """It is to be done after all, or again."""
    found = _seen(task_id)
    return _step(found, Bare(), lambda: commands.reopen(me(), found), _("The task is open again."))


@bp.post("/tasks/<int:task_id>/owner")
def reassign(task_id: int) -> Response:
    """Give it to another."""
    found, form = _seen(task_id), OwnerForm()
    return _step(
        found, form, lambda: commands.reassign(me(), found, form.person(), form.words.data),
        _("The task is handed over."),
    )


@bp.post("/tasks/<int:task_id>/due")
def move_due(task_id: int) -> Response:
    """Let it be due at another time."""
    found, form = _seen(task_id), DueForm()
    return _step(found, form, lambda: _move_due(found, form), _("The task is due at another time."))


def _move_due(found: Task, form: DueForm) -> None:
    assert form.due_at.data is not None, "the field is required"
    commands.move_due(me(), found, form.due_at.data, form.words.data)


@bp.post("/tasks/<int:task_id>/drop")
def drop(task_id: int) -> Response:
    """It is not needed."""
    found, form = _seen(task_id), DropForm()
    return _step(found, form, lambda: commands.drop(me(), found, form.words.data), _("The task is dropped."))


@bp.post("/tasks/<int:task_id>/urging")
def urge(task_id: int) -> Response:
    """Urge whose turn it is."""
    found, form = _seen(task_id), UrgeForm()
    return _step(found, form, lambda: commands.urge(me(), found, form.words.data), _("The owner is told."))


def _step(found: Task, form: Fold, command: Callable[[], Any], words: str) -> Response:
    """Run a command on the task, if what was typed makes sense, and show it as it stands then."""

    def run() -> bool:
        command()
        mark_read(me(), "task", found.id)
        return True

    if (form.is_bare or form.validate()) and carry_out(form, run):
        return _done(found, words)
    return _page(found, form)


def _done(found: Task, words: str) -> Response:
    if not wants_fragment():
        return go(words, url_for(".task", task_id=found.id) if policy.may_see(me(), found) else url_for(".mine"))
    if not policy.may_see(me(), found):
        return go(words, url_for(".mine"))
    return announce(_page(found), words, focus="task-title")


@bp.get("/tasks/<int:task_id>/proofs/<int:proof_id>")
def proof_file(task_id: int, proof_id: int) -> Response:
    """The file of a proof, for those who may see the task."""
    found = _seen(task_id)
    proof = db.session.get(TaskProof, proof_id)
    if proof is None or proof.task_id != found.id or proof.content_hash is None:
        abort(404)
    return file_response(proof.content_hash, proof.file_name, proof.media_type, proof.at)


# --- A new one ---


@bp.route("/tasks/new/<kind>/<int:record_id>", methods=["GET", "POST"])
def new(kind: str, record_id: int) -> Response:
    """A task that the reader types, about a record that they look after."""
    of = load(kind, record_id, me())
    allow(policy.may_add(me(), kind, record_id))
    form = TaskForm()
    if form.validate_on_submit():
        made = carry_out(form, lambda: commands.add_task(me(), kind, record_id, **form.values()))
        if made is not None:
            return go(_("“%(task)s” is added.", task=title_of(made)), url_for(".task", task_id=made.id))
    return page(
        "tasks/new.html", block="form", form=form, title=subject_of(kind).about(me(), [record_id])[record_id].title,
        action=url_for(".new", kind=kind, record_id=record_id), back=kind_of(kind).address(of),
    )

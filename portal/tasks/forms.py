"""Forms around tasks. Several stand on one page, so that each gives its fields ids of its own."""

from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import DecimalField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.accounts.models import Person
from portal.accounts.naming import person_meant
from portal.core.i18n import lazy_gettext as _l
from portal.core.uploads import Upload
from portal.regulations.labels import PROOFS
from portal.tasks.models import Proof
from portal.tasks.proving import LONGEST_PROOF, Given
from portal.web.forms import Form, InstantField, many_lines, one_line, required

LONGEST_NAME = 200


class Fold(Form):
    """A form among others of its page; `of` tells its fields' ids from theirs."""

    of = "task"
    is_bare = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"{self.of}-{field.id}"


class Bare(Fold):
    """A button without fields."""

    is_bare = True


class ProofForm(Fold):
    """What shows that the task was done; the task says which of it counts."""

    of = "proof"
    words = many_lines(_l("What was done"), LONGEST_PROOF, render_kw={"rows": 3})
    number = DecimalField(_l("Number"), [Optional(), NumberRange(0, 10**9)], render_kw={"inputmode": "decimal"})
    file = FileField(_l("File"))
    signer = one_line(_l("Who confirms it"), LONGEST_NAME, render_kw={"list": "task-people"})

    def asks_for(self, proof: Proof) -> "ProofForm":
        """Mark what a task with that proof cannot do without."""
        wanted = {Proof.WORDS: self.words, Proof.NUMBER: self.number, Proof.SIGNATURE: self.signer}
        if proof in wanted:
            wanted[proof].flags.required = True
        return self

    def given(self) -> Given:
        """Raises DomainError for a name that does not mean exactly one person."""
        sent = request.files.get("file")
        upload = Upload(sent.filename or "", sent.read()) if sent and sent.filename else None
        return Given(self.words.data, self.number.data, upload, person_meant(self.signer.data or "", "signer"))


class OwnerForm(Fold):
    """Who does it from now on."""

    of = "owner"
    owner = one_line(_l("Who does it"), LONGEST_NAME, required(), render_kw={"list": "task-people"})
    words = many_lines(_l("Words"), 500, render_kw={"rows": 2})

    def person(self) -> Person:
        found = person_meant(self.owner.data, "owner")
        assert found is not None, "the field is required"
        return found


class DueForm(Fold):
    """By when it is due from now on, and why."""

    of = "due"
    due_at = InstantField(_l("Due"), [required()])
    words = many_lines(_l("Why"), 500, required(), render_kw={"rows": 2})


class DropForm(Fold):
    of = "drop"
    words = many_lines(_l("Why it is not needed"), 500, required(), render_kw={"rows": 2})


class UrgeForm(Fold):
    of = "urge"
    words = many_lines(_l("Words"), 500, required(), render_kw={"rows": 2})


class DeclineForm(Fold):
    of = "decline"
    words = many_lines(_l("What is still to be done"), 500, required(), render_kw={"rows": 2})


class TaskForm(Fold):
    """A task that somebody types."""

    of = "new"
    title = one_line(_l("What is to be done"), 200, required())
    owner = one_line(_l("Who does it"), LONGEST_NAME, required(), render_kw={"list": "task-people"})
    due_at = InstantField(_l("Due"), [required()])
    proof = SelectField(
        _l("What proves it"), [InputRequired()], choices=[SelectChoice(one.value, PROOFS[one.value]) for one in Proof]
    )
    words = many_lines(_l("Words"), 2000, render_kw={"rows": 3})

    def values(self) -> dict[str, Any]:
        """Raises DomainError for a name that does not mean exactly one person."""
        return {
            "title": self.title.data, "owner": person_meant(self.owner.data, "owner"), "due_at": self.due_at.data,
            "proof": Proof(self.proof.data), "words_of_it": self.words.data,
        }

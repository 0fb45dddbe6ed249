"""The fields of its own that the office puts on a meeting's registration page."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.registration.models import Registration

LONGEST_LABEL = 100
MOST_FIELDS = 20
MOST_CHOICES = 30


class FieldKind(StrEnum):
    """How a field is answered."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"


KINDS = ((FieldKind.LINE.value, _l("One line")), (FieldKind.TEXT.value, _l("Several lines")),
         (FieldKind.CHOICE.value, _l("One of several choices")))
LONGEST_VALUE = {FieldKind.LINE: 200, FieldKind.TEXT: 2000, FieldKind.CHOICE: LONGEST_LABEL}


@dataclass(frozen=True)
class OwnField:
    """One field; its key stays the same when it is called otherwise, and names what was answered."""

    key: str
    label: str
    kind: FieldKind = FieldKind.LINE
    choices: tuple[str, ...] = ()
    required: bool = False
    removed: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """As the registration keeps it."""
        return {**asdict(self), "kind": self.kind.value, "choices": list(self.choices)}


def fields_of(registration: Registration | None) -> list[OwnField]:
    """All fields, also those that were removed, in their order."""
    return [
        OwnField(**{**one, "kind": FieldKind(one["kind"]), "choices": tuple(one["choices"])})
        for one in (registration.fields or [] if registration else [])
    ]


def asked_by(registration: Registration | None) -> list[OwnField]:
    """The fields that the page shows."""
    return [one for one in fields_of(registration) if not one.removed]


def answered_in(registration: Registration | None, answers: Iterable[Mapping[str, str]]) -> list[OwnField]:
    """The fields of a list of answers: those that the page shows, and removed ones that somebody had answered."""
    given = {key for values in answers for key, value in values.items() if value}
    return [one for one in fields_of(registration) if not one.removed or one.key in given]


def fitting_values(registration: Registration, typed: Mapping[str, str]) -> dict[str, str]:
    """What was answered, as it is kept; raises DomainError for the field `own_<key>` that cannot be."""
    return {one.key: _fitting(one, typed.get(one.key, "")) for one in asked_by(registration)}


def _fitting(field: OwnField, typed: str) -> str:
    value, name = typed.strip(), f"own_{field.key}"
    if field.required and not value:
        raise DomainError(_("Please fill this in."), name)
    if len(value) > LONGEST_VALUE[field.kind]:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_VALUE[field.kind]), name)
    if field.kind == FieldKind.CHOICE and value and value not in field.choices:
        raise DomainError(_("Not a valid choice."), name)
    return value

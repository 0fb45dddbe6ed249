"""Which records are approved: each slice registers its kind once, and the engine knows no more of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.accounts.models import Person, Role
from portal.approvals.models import ApprovalCase, ApprovalStep, Rule
from portal.core.errors import Missing
from portal.core.i18n import gettext as _


@dataclass(frozen=True)
class SeatPlan:
    """One voice: `holder` is a person, a body or a role (by `key`), or whoever may decide on the record."""

    holder: str
    key: str = ""
    person: Person | None = None


def of_person(person: Person) -> SeatPlan:
    return SeatPlan("person", person=person)


def of_body(key: str) -> SeatPlan:
    return SeatPlan("body", key)


def of_role(role: Role) -> SeatPlan:
    return SeatPlan("role", role.value)


OF_RECORD = SeatPlan("record")


@dataclass(frozen=True)
class StepPlan:
    """One stage: its names by language, whether all or any of its seats have to agree, and how long it may take.

    `days` are working days; `clause` is the clause that asks for the step, if one does.
    """

    names: Mapping[str, str]
    seats: tuple[SeatPlan, ...]
    rule: Rule = Rule.ALL
    days: int | None = None
    clause: str = ""


# Where nothing asks for more: one of those who may decide on the record.
PLAIN = (StepPlan({"en": "Approval", "zh_Hans": "审批", "zh_Hant": "審批"}, (OF_RECORD,), Rule.ANY),)

# What people are told of a case.
ASKED, RETURNED, EFFECTIVE, WITHDRAWN, LAPSED = "asked", "returned", "effective", "withdrawn", "lapsed"
ALL_EVENTS = frozenset({ASKED, RETURNED, EFFECTIVE, WITHDRAWN, LAPSED})


def _nothing(*_args: Any) -> None:
    return None


@dataclass(frozen=True)
class Subject:
    """A kind of record that goes through approval.

    `contents` answers what is signed: `{"title": …, "facts": [[name, value], …]}`, fit for JSON; a value is text, a
    number, a yes or no, or one of `{"at": iso}`, `{"span": [iso, iso]}`, `{"money": "1.00"}`, `{"term": name}`,
    `{"list": […]}`, `{"table": [[…], …], "head": [name, …]}`. `labels` names facts and heads of tables, `terms` what
    stands for a word. `lock` is called before all else of a decision, so that the record does not change under it, and
    `check` raises DomainError if nothing can be decided of it now. `opened` hears of each step that people are asked
    in; `effective`, `returned` and `withdrawn` carry out what follows, in the same transaction. They get the actor, the
    record, the case and, besides, the step or the words.
    """

    kind: str
    contents: Callable[[Any], dict[str, Any]]
    labels: Mapping[str, Any]
    may_look: Callable[[Person, Any], bool]
    # Who may fill a seat `OF_RECORD`, and who is asked to.
    may_decide: Callable[[Person, Any], bool] = lambda person, record: False
    asked: Callable[[Any], Iterable[Person]] = lambda record: ()
    # Bars people from every seat, such as those who may not know of what is secret.
    is_barred: Callable[[Person, Any], bool] = lambda person, record: False
    # Hides what it says from those who read all, but not from whoever submitted it, was asked or may decide.
    is_hidden: Callable[[Person, Any], bool] = lambda person, record: False
    # Whose own it is, besides whoever submitted it: they fill no seat where two have to see it, nor stand in anywhere.
    is_own: Callable[[Person, Any], bool] = lambda person, record: False
    lock: Callable[[Any], None] = _nothing
    check: Callable[[Any], None] = _nothing
    opened: Callable[[Person, Any, ApprovalCase, ApprovalStep], None] = _nothing
    effective: Callable[[Person, Any, ApprovalCase], None] = _nothing
    returned: Callable[[Person, Any, ApprovalCase, str], None] = _nothing
    withdrawn: Callable[[Person, Any, ApprovalCase], None] = _nothing
    # Whether its case is withdrawn on its own page; else the record itself is taken back, and its case with it.
    is_withdrawn_alone: bool = True
    # By which steps it is submitted anew, by whoever submitted it, when somebody decides on what it has become since;
    # without, the slice itself lets the case lapse when the record changes.
    renews: tuple[StepPlan, ...] = ()
    # Of which events the slice itself tells those who decide, and whoever submitted it, in words of its own.
    tells_itself: frozenset[str] = frozenset()
    # What may be typed along with a decision belongs to the field of that name in the slice's own form.
    words_field: str = "comment"
    terms: Mapping[str, Any] = field(default_factory=dict)


_subjects: dict[str, Subject] = {}


def add_subject(subject: Subject) -> None:
    _subjects[subject.kind] = subject


def subject_of(kind: str) -> Subject:
    """What was registered for that kind; raises Missing if nothing was."""
    if kind not in _subjects:
        raise Missing(_("There is no such record."))
    return _subjects[kind]

"""What people are told of inspections, findings and violations. Meetings are not named: one of them may be secret."""

from collections.abc import Sequence

from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.inspections.models import Finding, Inspection, Violation
from portal.inspections.names import SANCTIONS, SCOPES
from portal.notifications.words import shorten
from portal.web.addresses import absolute_address

LONGEST_TITLE = 100


def title_of(inspection: Inspection) -> str:
    return f"{inspection.number} · {inspection.title}"


def finding_title(finding: Finding) -> str:
    """What lists call it: the first line of its words, cut to fit."""
    return shorten(finding.words.partition("\n")[0], LONGEST_TITLE)


def violation_title(violation: Violation) -> str:
    return f"{violation.number} · {violation.clause}"


def _address(inspection: Inspection) -> str:
    return absolute_address("inspections.inspection", inspection_id=inspection.id)


def _facts(inspection: Inspection) -> str:
    return _(
        "%(scope)s, %(first)s – %(last)s. It is to be held until %(due)s.",
        scope=SCOPES[inspection.scope], first=plain_day(inspection.starts_on), last=plain_day(inspection.ends_on),
        due=plain_day(inspection.due_on),
    )


def assigned(inspection: Inspection) -> tuple[str, str]:
    return (
        _("You are to inspect: %(title)s", title=inspection.title),
        _(
            "You are asked to hold inspection %(number)s, “%(title)s”.\n\n%(facts)s\n\nIts form is here: %(address)s",
            number=inspection.number, title=inspection.title, facts=_facts(inspection), address=_address(inspection),
        ),
    )


def due(inspection: Inspection, is_late: bool) -> tuple[str, str]:
    subject = (
        _("Inspection overdue: %(title)s", title=inspection.title) if is_late
        else _("Inspection due on %(day)s: %(title)s", day=plain_day(inspection.due_on), title=inspection.title)
    )
    return subject, f"{_facts(inspection)}\n\n{_address(inspection)}"


def found(finding: Finding) -> tuple[str, str]:
    return (
        _("Found by an inspection: %(department)s", department=finding.department.name),
        _(
            "Inspection %(number)s found in %(department)s:\n\n%(words)s\n\nSay what caused it here: %(address)s",
            number=finding.inspection.number, department=finding.department.name, words=finding.words,
            address=absolute_address("inspections.finding", finding_id=finding.id),
        ),
    )


def _about(violation: Violation) -> str:
    return absolute_address("inspections.violation", violation_id=violation.id)


def to_decide(violation: Violation) -> tuple[str, str]:
    return (
        _("Violation %(number)s of %(clause)s to be decided", number=violation.number, clause=violation.clause),
        _(
            "%(name)s wrote down that %(clause)s was broken in %(department)s.\n\nDecide what follows from it: "
            "%(address)s",
            name=violation.recorded_by.name, clause=violation.clause, department=violation.department.name,
            address=_about(violation),
        ),
    )


def decided(violation: Violation) -> tuple[str, str]:
    assert violation.sanction is not None, "told once it is decided"
    return (
        _("Violation %(number)s: %(sanction)s", number=violation.number, sanction=SANCTIONS[violation.sanction]),
        _(
            "That %(clause)s was broken has this consequence: %(sanction)s.\n\n%(words)s\n\n%(address)s",
            clause=violation.clause, sanction=SANCTIONS[violation.sanction], words=violation.sanction_words,
            address=_about(violation),
        ),
    )


def closed(violation: Violation) -> tuple[str, str]:
    return (
        _("Violation %(number)s is closed", number=violation.number),
        _(
            "Violation %(number)s of %(clause)s is closed.\n\n%(words)s\n\n%(address)s", number=violation.number,
            clause=violation.clause, words=violation.closing_words, address=_about(violation),
        ),
    )


def as_agenda(findings: Sequence[Finding]) -> list[str]:
    """The lines by which findings are put on an agenda."""
    return [_("Finding of %(number)s: %(title)s", number=one.inspection.number, title=finding_title(one))
            for one in findings]

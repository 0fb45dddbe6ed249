"""What people are told of cases: each answers subject and body in the language it is called in."""

from portal.accounts.models import Person
from portal.approvals.models import ApprovalCase, ApprovalStep
from portal.core.i18n import day_and_time, reader
from portal.core.i18n import gettext as _
from portal.web.addresses import absolute_address


def name_of(step: ApprovalStep) -> str:
    """What a reader calls the step."""
    return step.names.get(reader().locale) or step.names.get("en", "")


def _address(case: ApprovalCase) -> str:
    return absolute_address("approvals.case", case_id=case.id)


def asked(case: ApprovalCase, step: ApprovalStep) -> tuple[str, str]:
    """For whoever is to decide."""
    due = _("Please decide by %(time)s.", time=day_and_time(step.due_at)) if step.due_at else ""
    again = _("It is approved once more: %(reason)s", reason=case.reason) if case.round > 1 else ""
    parts = (
        _("%(name)s submitted “%(title)s”. Step: %(step)s.", name=case.submitted_by.name,
          title=case.snapshot["title"], step=name_of(step)),
        again, due, _("See the whole case and decide: %(address)s", address=_address(case)),
    )
    return _("For your approval: %(title)s", title=case.snapshot["title"]), "\n\n".join(filter(None, parts))


def returned(case: ApprovalCase, actor: Person) -> tuple[str, str]:
    """For whoever submitted it."""
    said = next(seat.comment for step in case.steps for seat in step.seats if seat.decided_by_id == actor.id)
    return (
        _("To be changed: %(title)s", title=case.snapshot["title"]),
        _("%(name)s gave it back: %(words)s\n\n%(address)s", name=actor.name, words=said, address=_address(case)),
    )


def effective(case: ApprovalCase, actor: Person) -> tuple[str, str]:
    """For whoever submitted it."""
    return (
        _("Approved: %(title)s", title=case.snapshot["title"]),
        _("All steps have agreed; %(name)s was the last. It is in force now.\n\n%(address)s", name=actor.name,
          address=_address(case)),
    )


def withdrawn(case: ApprovalCase, actor: Person) -> tuple[str, str]:
    """For those who were to decide."""
    return (
        _("Withdrawn: %(title)s", title=case.snapshot["title"]),
        _("%(name)s took it back; you need not decide any more.", name=actor.name),
    )


def lapsed(case: ApprovalCase, actor: Person) -> tuple[str, str]:
    """For whoever submitted it, and those who were to decide."""
    return (
        _("To be approved again: %(title)s", title=case.snapshot["title"]),
        _("%(name)s changed what was submitted: %(reason)s\n\n%(address)s", name=actor.name, reason=case.lapse_words,
          address=_address(case)),
    )


def escalated(case: ApprovalCase, step: ApprovalStep) -> tuple[str, str]:
    """For those who let the day pass, and the leaders, who may decide in their place now."""
    return (
        _("Not decided in time: %(title)s", title=case.snapshot["title"]),
        _("The step “%(step)s” was due at %(time)s. Leaders may decide in it now.\n\n%(address)s",
          step=name_of(step), time=day_and_time(step.due_at) if step.due_at else "", address=_address(case)),
    )

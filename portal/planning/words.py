"""What people are told of the annual plan."""

from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.planning.models import AnnualPlan, PlanVersion
from portal.web.addresses import absolute_address


def plan_title(plan: AnnualPlan) -> str:
    return _("Annual plan %(year)s", year=plan.year)


def version_title(version: PlanVersion) -> str:
    return _("Annual plan %(year)s, version %(number)s", year=version.plan.year, number=version.number)


def _address(plan: AnnualPlan) -> str:
    return absolute_address("planning.year", year=plan.year)


def opened(plan: AnnualPlan) -> tuple[str, str]:
    """For the heads of departments."""
    until = _("Please enter until %(day)s which meetings your department plans.",
              day=plain_day(plan.entries_by)) if plan.entries_by else _(
              "Please enter which meetings your department plans.")
    return plan_title(plan), f"{until}\n\n{_address(plan)}"


def in_force(version: PlanVersion) -> tuple[str, str]:
    """For the heads of departments."""
    said = _("It is in force now. A meeting that it does not have needs a reason of its own.")
    return version_title(version), f"{said}\n\n{_address(version.plan)}"

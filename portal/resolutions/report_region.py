"""What the page of a resolution shows of its reports, and to whom."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.file_types import ENDINGS
from portal.core.uploads import LARGEST
from portal.resolutions import policy
from portal.resolutions.models import ProgressReport, ReportState, Resolution
from portal.resolutions.report_forms import ReportForm, values_of
from portal.resolutions.report_versions import version_of


def reports_of(actor: Person, resolution: Resolution) -> list[ProgressReport]:
    """How it went, the newest report first, with who wrote and signed it and its files. Two statements.

    What waits for its signature or was given back is only for those who report.
    """
    found = db.session.scalars(
        select(ProgressReport)
        .options(
            joinedload(ProgressReport.reporter, innerjoin=True), joinedload(ProgressReport.signed_by),
            selectinload(ProgressReport.files),
        )
        .where(ProgressReport.resolution_id == resolution.id)
        .order_by(ProgressReport.id.desc())
    ).all()
    return [one for one in found if may_read(actor, one)]


def may_read(actor: Person, report: ProgressReport) -> bool:
    """A signed report is for whoever may see its resolution."""
    return report.state == ReportState.SIGNED or policy.may_report(actor, report.resolution)


def report_region(actor: Person, resolution: Resolution, form: ReportForm | None = None) -> dict[str, Any]:
    """What `_reports.html` and `_report_form.html` show: with a form as it stands now, if none is given."""
    reports = reports_of(actor, resolution)
    may_report = resolution.issued_at is not None and policy.may_report(actor, resolution)
    waiting = reports[0] if reports and reports[0].state == ReportState.DRAFTED else None
    return {
        "form": _form(resolution, reports, waiting, form), "reports": reports, "waiting": waiting,
        "may_report": may_report, "may_sign": waiting is not None and policy.may_sign(actor, waiting),
        "seen": version_of(reports[0] if reports else None), "endings": ENDINGS, "largest": LARGEST,
    }


def _form(
    resolution: Resolution, reports: Sequence[ProgressReport], waiting: ProgressReport | None, form: ReportForm | None
) -> ReportForm:
    if form is None:
        usual = {"percent": resolution.percent}
        form = ReportForm(formdata=None, **(values_of(waiting) if waiting else usual))
        form.reached.data = [one.id for one in resolution.milestones if one.reached_at]
    # What was typed may be sent again by whoever has seen what stands there now.
    form.seen.data = version_of(reports[0] if reports else None)
    form.offer(resolution.milestones, waiting.files if waiting else ())
    return form

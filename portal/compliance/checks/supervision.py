"""Checks of how the organisation supervises what was resolved: figures and bulletins."""

from datetime import timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select

from portal.accounts.queries import house_today
from portal.compliance.checks.helping import is_past, page, supervisor
from portal.compliance.dossier import Batch, loads_of_house
from portal.compliance.registry import checks_house
from portal.compliance.verdicts import Verdict, due, met, not_applicable
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.regulations.profiles import Clause, Profile
from portal.resolutions.models import Resolution
from portal.supervision.models import Bulletin
from portal.supervision.periods import Period

# The organisation's own choice: working days after the end of a month until its bulletin.
BULLETIN_DAYS = 10


class Month(NamedTuple):
    """The last month that has ended: what fell due in it, and how many bulletins cover its end."""

    period: Period
    due: int
    bulletins: int


@loads_of_house("last_month")
def _last_month(batch: Batch) -> Month:
    first = house_today().replace(day=1)
    period = Period(first - relativedelta(months=1), first - timedelta(days=1))
    fell_due = select(func.count()).select_from(Resolution).where(
        Resolution.issued_at.is_not(None), Resolution.withdrawn_at.is_(None), Resolution.due_on.between(*period)
    )
    issued = select(func.count()).select_from(Bulletin).where(
        Bulletin.starts_on <= period.last, Bulletin.ends_on >= period.last
    )
    row = db.session.execute(select(fell_due.scalar_subquery(), issued.scalar_subquery())).one()
    return Month(period, *row)


@checks_house("resolutions.figures", _l("Figures of the last month by department and person"))
def figures(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    month: Month = batch.house("last_month")
    if not month.due:
        return not_applicable(_("Nothing that was resolved fell due in the last month."))
    shown = page(_("Figures"), "supervision.figure_page",
                 **{"from": str(month.period.first), "until": str(month.period.last)})
    words = ngettext("%(num)s resolution of the last month is counted, on time, late or overdue.",
                     "%(num)s resolutions of the last month are counted, on time, late or overdue.", month.due)
    return met(words, shown)


@checks_house("resolutions.bulletin", _l("The bulletin of the last month"))
def bulletin(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    month: Month = batch.house("last_month")
    bulletins = page(_("Bulletins"), "supervision.bulletin_list")
    if month.bulletins:
        return met(_("A bulletin covers the last month."), bulletins)
    if not month.due:
        return not_applicable(_("Nothing that was resolved fell due in the last month."))
    words = _("No bulletin covers the last month.")
    return due(is_past(month.period.last, BULLETIN_DAYS), words, supervisor(), bulletins)

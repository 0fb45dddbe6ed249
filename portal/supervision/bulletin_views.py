"""Pages of bulletins (督办通报), and their files."""

from typing import Any

from flask import Response, request, url_for

from portal.accounts.models import Department
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import language_tag, reader
from portal.core.records import load
from portal.resolutions.today import today
from portal.supervision import bulletin_book, bulletin_sheet, bulletins, figures, periods
from portal.supervision.bulletin_forms import BulletinForm
from portal.supervision.bulletin_words import day_of, last_report, period_of, title_of, whose
from portal.supervision.figure_policy import may_issue, may_read_figures
from portal.supervision.figure_words import BASES, HOW_COUNTED
from portal.supervision.models import Bulletin
from portal.supervision.periods import Period
from portal.supervision.views import bp
from portal.web.addresses import record_number
from portal.web.documents import PDF, attachment, face_for
from portal.web.fragments import carry_out, go, page
from portal.web.paging import leaf
from portal.web.tables import XLSX


@bp.get("/resolutions/bulletins")
def bulletin_list() -> Response:
    """The bulletins that I may read."""
    allow(may_read_figures(me()))
    found = leaf(bulletins.issued_for(me()), request.args.get("page", 1, type=int))
    return page("supervision/bulletins.html", block="bulletins", leaf=found, whose=whose, may_issue=may_issue(me()))


@bp.get("/resolutions/bulletins/new")
def new_bulletin() -> Response:
    """What a bulletin would say now: `?from=…&until=…&department=…`."""
    return _preview(BulletinForm(formdata=None))


@bp.post("/resolutions/bulletins/new")
def issue_bulletin() -> Response:
    """Issue what the preview shows."""
    allow(may_issue(me()))
    form = BulletinForm()
    period, department_id = _asked_for()
    if form.validate():
        made = carry_out(
            form, bulletins.issue, me(), period, department_id=department_id, words=form.words.data,
            as_seen=form.seen.data,
        )
        if made is not None:
            words = _("Bulletin %(number)s is issued.", number=made.number)
            return go(words, url_for(".bulletin", bulletin_id=made.id))
    return _preview(form)


def _asked_for() -> tuple[Period, int | None]:
    return periods.asked_for(request.args, today()), request.args.get("department", type=record_number)


def _preview(form: BulletinForm) -> Response:
    allow(may_issue(me()))
    period, department_id = _asked_for()
    department = db.get_or_404(Department, department_id) if department_id else None
    content = bulletins.compose(period, department_id)
    form.seen.data = bulletins.seen(content)
    return page(
        "supervision/bulletin_new.html", block="bulletin", form=form, period=period, late=content["late"],
        whose=department.name if department else _("All departments"), presets=periods.presets(today()),
        query={"from": period.first.isoformat(), "until": period.last.isoformat(), "department": department_id},
        has_begun=period.first <= today(), **_said(content),
    )


def _said(content: dict[str, Any]) -> dict[str, Any]:
    """What `_bulletin.html` shows of the content."""
    lines = figures.lines_of(content["lines"])
    return {
        "lines": lines, "total": figures.total(lines, _("All departments")), "content": content, "bases": BASES,
        "how": HOW_COUNTED, "day_of": day_of, "last_report": last_report,
    }


def _seen(bulletin_id: int) -> Bulletin:
    found: Bulletin = load("bulletin", bulletin_id, me())
    return found


@bp.get("/resolutions/bulletins/<int:bulletin_id>")
def bulletin(bulletin_id: int) -> Response:
    """One bulletin as it was issued."""
    found = _seen(bulletin_id)
    return page(
        "supervision/bulletin.html", block="bulletin", bulletin=found, period=period_of(found), whose=whose(found),
        late=bulletins.late_items(found, me()), **_said(found.content),
    )


@bp.get("/resolutions/bulletins/<int:bulletin_id>.pdf")
def bulletin_sheet_file(bulletin_id: int) -> Response:
    """The same on paper."""
    found = _seen(bulletin_id)
    content = bulletin_sheet.draw(
        found, bulletins.late_items(found, me()), language_tag(), face_for(reader().locale)
    )
    return attachment(content, PDF, f"{title_of(found)}.pdf")


@bp.get("/resolutions/bulletins/<int:bulletin_id>.xlsx")
def bulletin_book_file(bulletin_id: int) -> Response:
    """The same as a spreadsheet with its figures, its chart and what was late."""
    found = _seen(bulletin_id)
    content = bulletin_book.write(found, bulletins.late_items(found, me()))
    return attachment(content, XLSX, f"{title_of(found)}.xlsx")

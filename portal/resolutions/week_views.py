"""The page on which a head of department, or an owner, updates all that is due this week."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from flask import Response, url_for

from portal.accounts.session import me
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.resolutions import week
from portal.resolutions.today import today
from portal.resolutions.views import bp
from portal.resolutions.week import Row
from portal.resolutions.week_forms import RowForm, sent_ids
from portal.resolutions.weekly import RowsRefused, hand_in
from portal.web.forms import Form
from portal.web.fragments import announce, carry_out, go, page, wants_fragment


@bp.get("/resolutions/week", endpoint="week")
def show_week() -> Response:
    """What I have to report on and to sign by the end of the week, in one form."""
    return _week()


@bp.post("/resolutions/week")
def update_week() -> Response:
    """Hand in every row that was filled in; if one is refused, none is kept and all stays as it was typed."""
    forms = {number: RowForm.typed(number) for number in sent_ids()}
    rows = week.rows_named(me(), list(forms))
    touched = [(row, forms[row.resolution.id]) for row in rows if forms[row.resolution.id].is_touched]
    sheet = Form()
    if _makes_sense(sheet, touched, _lost(rows, forms)):
        count = carry_out(sheet, hand_in, me(), [form.update(row) for row, form in touched])
        if count:
            return _done(ngettext("One report is kept.", "%(num)s reports are kept.", count))
    return _again(sheet, forms)


def _lost(rows: list[Row], forms: dict[int, RowForm]) -> dict[int, RowForm]:
    """What was typed of resolutions that are not the reader's to report on, as when one was handed over meanwhile."""
    known = {row.resolution.id for row in rows}
    return {number: form for number, form in forms.items() if number not in known and form.is_touched}


def _makes_sense(sheet: Form, touched: list[tuple[Row, RowForm]], lost: Collection[int]) -> bool:
    """Whether each row does; every one is looked at, so that all words come at once."""
    bad = {row.resolution.id: DomainError("") for row, form in touched if not form.makes_sense(row)}
    bad.update({number: DomainError("") for number in lost})
    if bad:
        sheet.refuse(RowsRefused(bad))
    elif not touched:
        sheet.refuse(DomainError(_("No row is filled in, so there is nothing to keep.")))
    return not sheet.form_errors


def _again(sheet: Form, typed: dict[int, RowForm]) -> Response:
    """The same rows as they stand now, with what was typed and what was said of it."""
    errors = sheet.refusal.errors if isinstance(sheet.refusal, RowsRefused) else {}
    rows, forms = week.rows_named(me(), list(typed)), {}
    for row in rows:
        form, error = typed[row.resolution.id], errors.get(row.resolution.id)
        forms[row.resolution.id] = again = form.after(row, error)
        if again is form and error is not None and str(error):
            again.refuse(error)
    return _page(sheet, rows, forms, _lost(rows, typed))


def _week() -> Response:
    rows = week.rows_for(me())
    return _page(Form(formdata=None), rows, {row.resolution.id: RowForm.new(row) for row in rows})


def _page(
    sheet: Form, rows: list[Row], forms: dict[int, RowForm], lost: Mapping[int, RowForm] = MappingProxyType({})
) -> Response:
    context: dict[str, Any] = {
        "rows": rows, "forms": forms, "today": today(), "until": week.last_day(today()), "lost": lost,
        "headings": week.headings_of(me(), lost),
    }
    return page("resolutions/week.html", block="week", form=sheet, **context)


def _done(words: str) -> Response:
    if not wants_fragment():
        return go(words, url_for(".week"))
    return announce(_week(), words, focus="week-title")

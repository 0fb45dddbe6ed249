"""The rows of the week's page as they are typed."""

from flask import request
from wtforms import BooleanField, HiddenField

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.resolutions.report_forms import LONGEST, TEXTS, percent_field, values_of
from portal.resolutions.report_versions import fingerprint, version_of
from portal.resolutions.reporting import ReportedMeanwhile
from portal.resolutions.week import Row
from portal.resolutions.weekly import Update, What
from portal.web.addresses import record_number
from portal.web.forms import Form, many_lines, required

# Typed alone into the line: as before.
SAME = {"=", "\uff1d"}
MOST_SENT = 200


class RowForm(Form):
    """One resolution. `was` is the fingerprint of what it held at first, `seen` the version of the last report."""

    class Meta(Form.Meta):
        # The page's form has the token.
        csrf = False

    percent = percent_field(_l("Done so far, in percent"), required())
    done = many_lines(_l("What was done"), LONGEST)
    problems = many_lines(_l("What hinders"), LONGEST)
    next_step = many_lines(_l("What is next"), LONGEST)
    nothing_new = BooleanField(_l("Nothing has changed"))
    sign = BooleanField(_l("Sign it"))
    seen = HiddenField()
    was = HiddenField()

    @classmethod
    def typed(cls, resolution_id: int) -> "RowForm":
        """As it was sent."""
        form = cls(prefix=_prefix(resolution_id))
        if form.done.data in SAME:
            form.done.data, form.nothing_new.data = "", True
        return form

    @classmethod
    def new(cls, row: Row) -> "RowForm":
        """With the draft that waits, or with how far it has come."""
        values = values_of(row.draft) if row.draft else {"percent": row.resolution.percent}
        form = cls(formdata=None, prefix=_prefix(row.resolution.id), seen=version_of(row.newest), **values)
        form.was.data = form.content
        return form

    @property
    def content(self) -> str:
        return fingerprint(self.percent.data, *(self[name].data or "" for name in TEXTS))

    @property
    def is_edited(self) -> bool:
        return bool(self.content != self.was.data)

    @property
    def is_touched(self) -> bool:
        return self.is_edited or bool(self.nothing_new.data) or bool(self.sign.data)

    def makes_sense(self, row: Row) -> bool:
        """Whether it says one thing; if not, words beside the field say what is missing."""
        valid = self.validate()
        if self.nothing_new.data and self.is_edited:
            self._refuse("nothing_new", _("You ticked that nothing has changed, but wrote something."))
        elif row.signs and self.is_edited and not self.sign.data and self.seen.data == version_of(row.newest):
            self._refuse("sign", _("Tick this if the changed report is to count."))
        elif self.is_edited and not self.done.data:
            self._refuse("done", _("Please say what was done."))
        return bool(valid) and not self.errors

    def _refuse(self, name: str, words: str) -> None:
        self[name].errors = [*self[name].errors, words]

    def update(self, row: Row) -> Update:
        """What it asks for."""
        what = What.SIGN if self.sign.data and not self.is_edited else What.REPORT
        if self.nothing_new.data:
            what = What.NOTHING_NEW
        values = {name: self[name].data for name in ("percent", *TEXTS)} if what == What.REPORT else {}
        return Update(row.resolution, what, self.seen.data or "", values)

    def after(self, row: Row, error: Exception | None) -> "RowForm":
        """The form once more. Who was told of another report has seen it; an unread draft is not signed unseen."""
        if not isinstance(error, ReportedMeanwhile):
            return self
        if self.sign.data and not self.is_edited:
            again = RowForm.new(row)
            again.form_errors.append(str(error))
            return again
        self.seen.data, self.sign.data = version_of(row.newest), row.signs
        return self


def _prefix(resolution_id: int) -> str:
    return f"row{resolution_id}-"


def sent_ids() -> set[int]:
    """Of which resolutions the page held a row."""
    return set(request.form.getlist("row", type=record_number)[:MOST_SENT])

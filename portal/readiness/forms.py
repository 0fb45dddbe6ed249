"""Forms of readiness."""

from collections.abc import Mapping

from flask import request

from portal.core.errors import DomainError
from portal.core.i18n import lazy_gettext as _l
from portal.readiness.models import Condition, Sheet
from portal.readiness.sheets import LONGEST_REMARKS, BadLines, Found
from portal.web.forms import Form, many_lines


class SheetForm(Form):
    """A condition and words for each line of a sheet, and remarks on the whole."""

    remarks = many_lines(_l("Remarks"), LONGEST_REMARKS, render_kw={"rows": 2})

    def __init__(self, sheet: Sheet, *, sent: bool) -> None:
        super().__init__(**({} if sent else {"formdata": None, "remarks": sheet.remarks}))
        stored = {line.key: Found(line.condition, line.words) for line in sheet.lines}
        self.lines = self._typed(sheet) if sent else stored
        self.faults: Mapping[str, str] = {}

    @staticmethod
    def _typed(sheet: Sheet) -> dict[str, Found]:
        """What was sent of each line; a condition that there is not says nothing."""
        known = set(Condition)
        return {
            line.key: Found(
                Condition(said) if (said := request.form.get(f"condition-{line.key}", "")) in known else None,
                request.form.get(f"words-{line.key}", "").replace("\0", ""),
            )
            for line in sheet.lines
        }

    def refuse(self, error: DomainError) -> None:
        super().refuse(error)
        if isinstance(error, BadLines):
            self.faults = error.faults

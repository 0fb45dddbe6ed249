"""The shape of a report as it is typed."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, IntegerField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from portal.core.i18n import lazy_gettext as _l
from portal.core.uploads import Upload
from portal.resolutions.models import Milestone, ProgressReport, ReportFile
from portal.resolutions.reporting import Marks
from portal.web.forms import Form, many_lines, required

LONGEST = 4000
# Steps of the number field; what is typed may lie between them.
STEP = 5
TEXTS = ("done", "problems", "next_step")


class Ticks(SelectMultipleField):
    """Check boxes of what was offered; what is gone meanwhile is passed over."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, coerce=int, choices=[], validate_choice=False, **kwargs)


def percent_field(label: Any, *validators: Any) -> IntegerField:
    return IntegerField(
        label, [*validators, NumberRange(0, 100, _l("Please give a number from 0 to 100."))],
        render_kw={"min": 0, "max": 100, "inputmode": "numeric"},
    )


class ReportForm(Form):
    """How far it has come. `seen` is the version of the last report that the form knew of."""

    percent = percent_field(_l("Done so far, in percent"), required())
    done = many_lines(_l("What was done"), LONGEST, required())
    problems = many_lines(_l("What hinders"), LONGEST)
    next_step = many_lines(_l("What is next"), LONGEST)
    reached = Ticks(_l("Milestones reached"))
    shown = Ticks("")
    file = MultipleFileField(_l("Files"))
    dropped = Ticks(_l("Take these files off"))
    seen = HiddenField()

    def offer(self, milestones: Iterable[Milestone], files: Iterable[ReportFile]) -> None:
        """Let the reader tick these milestones, and take these files off."""
        self.reached.choices = [SelectChoice(one.id, one.title) for one in milestones]
        self.dropped.choices = [SelectChoice(one.id, one.file_name) for one in files]

    def values(self) -> dict[str, Any]:
        """What `reporting.report` takes."""
        uploads = [Upload(one.filename, one.read()) for one in self.file.data or () if one and one.filename]
        return {
            "percent": self.percent.data, **{name: self[name].data for name in TEXTS}, "seen": self.seen.data,
            "uploads": uploads, "dropped": self.dropped.data or (),
            "marks": Marks(self.shown.data or (), self.reached.data or ()),
        }


class ReturnForm(Form):
    """Why a report is given back."""

    words = many_lines(_l("What is missing"), 500, required(_l("Please say why.")))


class VersionForm(Form):
    """Which report was seen by whoever does something by one button."""

    seen = HiddenField()


def values_of(report: ProgressReport) -> dict[str, Any]:
    """What a form holds that changes this report."""
    return {"percent": report.percent, **{name: getattr(report, name) for name in TEXTS}}

"""Shape of what is typed on the day."""

from datetime import datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, Email, Optional, ValidationError

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext, local
from portal.meetings.models import Meeting
from portal.web.addresses import record_number
from portal.web.forms import Form, InstantField, instant_from, many_lines, one_line, required

A_DAY = timedelta(days=1)


class MarkForm(Form):
    """Since when somebody is there."""

    time = InstantField(_l("Since when"), [required(_l("Please give a time."))])


class CorrectionForm(Form):
    """Why a mark is wrong, and when somebody came if they came. `seen` is the mark that was looked at."""

    act = StringField(validators=[AnyOf(["void", "move"], message=_l("Not a valid choice."))])
    seen = HiddenField()
    reason = one_line(_l("Why the mark is wrong"), 300, required())
    time = InstantField(_l("Was there since"))

    def validate_time(self, field: Any) -> None:
        if self.act.data == "move" and field.data is None and not field.process_errors:
            raise ValidationError(_("Please give a time."))

    @property
    def mark_id(self) -> int:
        """The mark that was looked at; 0, which none has, for what is no number."""
        return number_in(self.seen.data)


class ReasonForm(Form):
    reason = many_lines(_l("Why you were not there"), 500, required(), render_kw={"rows": 3})


class FollowUpForm(Form):
    reason = one_line(_l("Reason"), 500)
    done = one_line(_l("Follow-up"), 500)


class ProofForm(Form):
    """What shows that somebody stands before the wall; a guest may say by which e-mail address they are known."""

    proof = HiddenField()
    email = one_line(_l("E-mail address"), 254, Optional(), Email(_l("This is no address.")))


class CodeForm(Form):
    code = one_line(_l("Code"), 20, required())


class PersonForm(Form):
    person = one_line(lazy_pgettext("somebody", "Name"), 200, required(), render_kw={"list": "colleagues"})


def number_in(text: str | None) -> int:
    """The record's number that was sent; 0, which no record has, for what is none."""
    try:
        return record_number(text or "")
    except ValueError:
        return 0


class Paper:
    """A paper list as it was typed: who was there, and since when if it says so."""

    def __init__(self, sent: MultiDict[str, str], meeting: Meeting, now: datetime) -> None:
        self.here = {number_in(text) for text in sent.getlist("here")} - {0}
        self.times = {one: sent.get(f"time-{one}", "")[:8] for one in self.here}
        self.errors: dict[int, str] = {}
        self.arrivals: dict[int, datetime] = {}
        for one, text in self.times.items():
            try:
                self.arrivals[one] = _time_near(text, meeting.starts_at) if text else min(meeting.starts_at, now)
            except ValueError:
                self.errors[one] = _("This is not a time, such as 09:30.")


def _time_near(text: str, start: datetime) -> datetime:
    """The instant at which the reader's clock shows that time, as near to the start as can be."""
    time = datetime.strptime(text[:5], "%H:%M").time()  # noqa: DTZ007  (a time of day has no zone)
    day = local(start).date()
    around = (day - A_DAY, day, day + A_DAY)
    return min((instant_from(datetime.combine(each, time)) for each in around), key=lambda at: abs(at - start))


"""The settings of a kind of meeting as they are typed."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Field, IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.kind_commands import LONGEST_NAME, LONGEST_PREFIX, RANGES, Settings
from portal.meetings.models import Confidentiality
from portal.meetings.names import CONFIDENTIALITIES
from portal.regulations.profiles import PROFILES
from portal.regulations.queries import packaged_profile
from portal.web.forms import Form, one_line, required


def whole_number(label: Any, name: str, usual: int | None = None) -> IntegerField:
    """A whole number within the range of that setting, or nothing."""
    least, most = RANGES[name]
    in_range = NumberRange(least, most, _l("Please give a number from %(least)s to %(most)s.", least=least, most=most))
    return IntegerField(
        label, [Optional(), in_range], default=usual, render_kw={"min": least, "max": most, "inputmode": "numeric"}
    )


class KindForm(Form):
    """Every setting of a kind, in groups."""

    name = one_line(_l("Kind name"), LONGEST_NAME, required())
    prefix = one_line(_l("Numbers begin with"), LONGEST_PREFIX, required())
    confidentiality = SelectField(_l("Confidentiality"), default=Confidentiality.INVITED.value)
    profile = SelectField(_l("Regulation"), default="")
    needs_approval = BooleanField(_l("A leader or the office approves before the notice goes out"))
    lead_days = whole_number(_l("Working days from notice to meeting"), "lead_days", 0)
    answer_days = whole_number(_l("Answers due, days before"), "answer_days")
    urge_days = one_line(_l("Urge the silent, days before answers are due"), 40)
    leave_needs_approval = BooleanField(_l("Who cannot come asks for leave, and the chair or office decides"))
    substitute_needs_approval = BooleanField(_l("The chair or office decides on substitutes"))
    quorum_percent = whole_number(_l("Quorum in percent of those who vote"), "quorum_percent")
    check_in_minutes = whole_number(_l("Check-in opens, minutes before"), "check_in_minutes", 60)
    late_minutes = whole_number(_l("Late after so many minutes"), "late_minutes", 10)
    has_check_out = BooleanField(_l("People check out when they leave"))
    has_votes = BooleanField(_l("The minutes keep votes"))
    resolutions_need_approval = BooleanField(_l("A leader or the chair approves resolutions before they are issued"))
    delay_needs_leader = BooleanField(_l("A leader decides at last on later days for resolutions"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.confidentiality.choices = list(CONFIDENTIALITIES)
        self.profile.choices = [("", _("None")), *((key, str(packaged_profile(key).title)) for key in PROFILES)]

    def groups(self) -> list[tuple[str, Sequence[Field], Sequence[Field]]]:
        """Headings with their fields, and what is only ticked."""
        return [
            (_("Name and number"), (self.name, self.prefix, self.confidentiality, self.profile), ()),
            (_("Before the meeting"), (self.lead_days, self.answer_days, self.urge_days), (self.needs_approval,)),
            (_("Who cannot come"), (), (self.leave_needs_approval, self.substitute_needs_approval)),
            (
                _("On the day"), (self.quorum_percent, self.check_in_minutes, self.late_minutes),
                (self.has_check_out,),
            ),
            (
                _("After the meeting"), (),
                (self.has_votes, self.resolutions_need_approval, self.delay_needs_leader),
            ),
        ]

    def hint_of(self, name: str) -> str:
        """What a setting means, where its name does not say it all."""
        return {
            "prefix": _("As in %(example)s: beginning, year and number.", example="B2026-001"),
            "profile": _("Under a regulation, each meeting is approved by its steps; that cannot be switched off."),
            "confidentiality": _("Of a new meeting; whoever makes it may choose another."),
            "answer_days": _("Empty: until the meeting begins."),
            "urge_days": _("Such as “3, 1”. Empty: never by itself."),
            "quorum_percent": _("Empty: none is needed."),
            "lead_days": _("Who sends it later says why."),
        }.get(name, "")

    def settings(self) -> Settings:
        """What the commands take; a number that is left empty is as usual."""
        values = {name: self[name].data for name in Settings._fields}
        usual = Settings._field_defaults
        for name in ("lead_days", "check_in_minutes", "late_minutes"):
            values[name] = usual[name] if values[name] is None else values[name]
        return Settings(**{**values, "confidentiality": Confidentiality(values["confidentiality"])})

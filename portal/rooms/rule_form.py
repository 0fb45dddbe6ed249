"""The form of the rules that bookings of an area, or of a single room, keep to."""

from typing import Any

from wtforms import Field, SelectField

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.rooms.manager_forms import whole_number
from portal.rooms.models import BookingPolicy
from portal.rooms.rule_words import LABELS
from portal.rooms.rules import NONE, Rules
from portal.web.forms import Form

# Under which headings the form shows them.
GROUPS = (
    (_l("Length"), ("shortest_minutes", "longest_minutes", "slot_minutes", "within_hours")),
    (_l("How early and how late"), ("days_ahead", "lead_minutes")),
    (_l("How many"), ("most_ahead", "most_at_once", "week_minutes_person", "week_minutes_department")),
    (_l("Series"), ("allows_series", "longest_series")),
    (_l("Approval and check-in"), ("needs_approval", "decide_minutes", "check_in_minutes")),
)
ANSWERS = {"yes": True, "no": False, "": None}


def _number(name: str, least: int, most: int) -> Field:
    return whole_number(LABELS[name], least, most)


def _choice(name: str) -> SelectField:
    return SelectField(LABELS[name], filters=[lambda answer: answer or ""])


class RuleForm(Form):
    """What bookings keep to. An empty field of a room is as its area says; one of an area is no limit."""

    shortest_minutes = _number("shortest_minutes", 1, 1440)
    longest_minutes = _number("longest_minutes", 1, 1440)
    slot_minutes = _number("slot_minutes", 5, 60)
    within_hours = _choice("within_hours")
    days_ahead = _number("days_ahead", 0, 3650)
    lead_minutes = _number("lead_minutes", 0, 43_200)
    most_ahead = _number("most_ahead", 1, 1000)
    most_at_once = _number("most_at_once", 1, 100)
    week_minutes_person = _number("week_minutes_person", 1, 10_080)
    week_minutes_department = _number("week_minutes_department", 1, 100_800)
    allows_series = _choice("allows_series")
    longest_series = _number("longest_series", 1, 366)
    needs_approval = _choice("needs_approval")
    decide_minutes = _number("decide_minutes", 5, 43_200)
    check_in_minutes = _number("check_in_minutes", 5, 120)

    @classmethod
    def of(cls, own: BookingPolicy | None) -> "RuleForm":
        """The form as these rules fill it."""
        values = {name: getattr(own, name) for name in Rules._fields} if own else {}
        return cls(**{name: _typed(value) for name, value in values.items()})

    def beneath(self, shared: Rules | None) -> None:
        """Show what holds where nothing is chosen: what the area says, or for an area itself nothing."""
        for name in Rules._fields:
            field, said = self[name], getattr(shared or NONE, name)
            if isinstance(field, SelectField):
                unset = _unset(said, is_area=shared is None, name=name)
                field.choices = [("", unset), ("yes", _("Yes")), ("no", _("No"))]
            elif said is not None:
                field.render_kw = {**(field.render_kw or {}), "placeholder": _("%(value)s, as the area", value=said)}

    def limits(self) -> dict[str, Any]:
        """What `set_policy` takes."""
        return {
            name: ANSWERS[self[name].data] if isinstance(self[name], SelectField) else self[name].data
            for name in Rules._fields
        }

    def groups(self) -> list[tuple[str, list[Field]]]:
        """The fields under their headings."""
        return [(str(heading), [self[name] for name in names]) for heading, names in GROUPS]


def _typed(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _unset(said: bool | None, *, is_area: bool, name: str) -> str:
    usual = name == "allows_series" if said is None else said
    answer = _("Yes") if usual else _("No")
    return _("As usual: %(answer)s", answer=answer) if is_area else _("As the area: %(answer)s", answer=answer)

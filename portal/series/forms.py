"""The shape of a series as it is typed, and of what is chosen for its dates."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.rooms.choices import Choice as Resource
from portal.rooms.choices import grouped
from portal.rooms.models import LONGEST_TITLE, Sort, Visibility
from portal.series.commands import Scope
from portal.series.planning import KEEP, SKIP, Choice, Way
from portal.series.recurrence import MOST_DATES, Frequency, Rule, end_of
from portal.series.words import weekday_names
from portal.web.addresses import LARGEST_ID, own_address
from portal.web.forms import Form, InstantField, one_line, required

FREQUENCIES = (
    (Frequency.DAILY, _l("Days")), (Frequency.WEEKLY, _l("Weeks")), (Frequency.MONTHLY, _l("Months")),
    (Frequency.YEARLY, _l("Years")),
)
MONTHLY = (
    ("date", _l("On the date of the first day")), ("nth", _l("On its weekday, such as the second Monday")),
    ("last", _l("On the last such weekday of the month")), ("last_day", _l("On the last day of the month")),
)
ENDS = (("count", _l("After a number of dates")), ("until", _l("On a date")))
SCOPES = ((Scope.FOLLOWING.value, _l("This one and all that follow")), (Scope.ALL.value, _l("All that are to come")))


def _number(label: Any, most: int) -> IntegerField:
    in_range = NumberRange(1, most, _l("Please give a number from %(least)s to %(most)s.", least=1, most=most))
    return IntegerField(label, [Optional(), in_range], render_kw={"min": 1, "max": most, "inputmode": "numeric"})


def _choices(named: Sequence[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in named]


class SeriesForm(Form):
    """What a booking has, and how it is repeated. Times are on the reader's clock, days on that of the room."""

    title = one_line(_l("What for"), LONGEST_TITLE, required())
    room_id = SelectField(_l("Room"), [required(_l("Please choose a room."))], coerce=int)
    starts_at = InstantField(_l("First time from"), [required(_l("Please give a date and time."))])
    ends_at = InstantField(_l("Until"), [required(_l("Please give a date and time."))])
    interval = _number(_l("Every"), 99)
    frequency = SelectField(_l("Days, weeks, months or years"), choices=_choices(FREQUENCIES), default=Frequency.WEEKLY)
    weekdays = SelectMultipleField(
        _l("On"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    monthly = SelectField(_l("In each month"), choices=_choices(MONTHLY), default="date")
    count = _number(_l("Number of dates"), MOST_DATES)
    until = DateField(_l("Last day"), [Optional()])
    # After these two: it says which of them must be given.
    ends = RadioField(_l("Ends"), choices=_choices(ENDS), default="count")
    for_whom = one_line(_l("For"), 200, render_kw={"list": "colleagues"})
    private = BooleanField(_l("Private: others only see that the room is booked"))
    scope = RadioField(_l("What is changed"), choices=_choices(SCOPES), default=Scope.FOLLOWING.value)
    back = HiddenField()
    # Which version of the series is being changed, and what the dates on the page were made of.
    seen = HiddenField()
    shown = HiddenField()

    def offer(self, everything: Sequence[Resource]) -> None:
        """Let the reader choose among these: rooms, and the rest only if such a one is chosen already."""
        kinds = {resource.id: resource.kind for resource in everything}
        short = kinds.get(self.room_id.data or 0, Sort.ROOM) == Sort.ROOM
        offered = [resource for resource in everything if resource.kind == Sort.ROOM or not short]
        self.room_id.choices = {
            heading: [(resource.id, resource.name) for resource in group]
            for heading, group in grouped(offered).items()
        }
        self.weekdays.choices = list(enumerate(weekday_names()))

    def validate_ends(self, field: Any) -> None:
        """The end that is chosen must be given."""
        if field.data == "until" and self.until.data is None and not self.until.errors:
            self.until.errors = [_("Please give the last day.")]
            raise ValidationError("")
        if field.data == "count" and self.count.data is None and not self.count.errors:
            self.count.errors = [_("Please say how many.")]
            raise ValidationError("")

    def validate_until(self, field: Any) -> None:
        if field.data is not None and not 1970 < field.data.year < 2200:
            raise ValidationError(_("Not a valid date value."))

    @property
    def visibility(self) -> Visibility:
        return Visibility.PRIVATE if self.private.data else Visibility.HOUSE

    @property
    def says_more(self) -> bool:
        """Whether something behind "More" is filled in, or was refused."""
        whom = self.for_whom if "for_whom" in self else None
        return bool(self.private.data or (whom is not None and (whom.data or whom.errors)))

    @property
    def way_back(self) -> str:
        """The page of ours that the reader came from, if it is known."""
        return own_address(self.back.data, "")

    def span(self) -> tuple[datetime, datetime]:
        """Start and end of the first booking (instants in UTC)."""
        starts_at, ends_at = self.starts_at.data, self.ends_at.data
        assert starts_at is not None, "asked for after validation only"
        assert ends_at is not None, "asked for after validation only"
        return starts_at, ends_at

    def rule(self, zone: ZoneInfo) -> Rule:
        """The rule for a room in that zone."""
        first = self.span()[0].astimezone(zone)
        frequency = Frequency(self.frequency.data)
        is_until = self.ends.data == "until"
        return Rule(
            frequency, self.interval.data or 1, **self._days(frequency, first),
            count=None if is_until else self.count.data, until=end_of(self.until.data, zone) if is_until else None,
        )

    def _days(self, frequency: Frequency, first: datetime) -> dict[str, Any]:
        if frequency == Frequency.WEEKLY:
            return {"weekdays": tuple(sorted(self.weekdays.data)) or (first.weekday(),)}
        if frequency != Frequency.MONTHLY:
            return {}
        if self.monthly.data in {"nth", "last"}:
            nth = -1 if self.monthly.data == "last" else (first.day - 1) // 7 + 1
            return {"weekdays": (first.weekday(),), "nth": nth}
        return {"month_day": -1 if self.monthly.data == "last_day" else first.day}

    def fingerprint(self, zone: ZoneInfo) -> str:
        """What the dates follow from: if it differs from what was shown, other dates would be saved than were seen."""
        starts_at, ends_at = self.span()
        scope = self.scope.data if "scope" in self else ""
        return f"{self.room_id.data}/{starts_at:%Y%m%dT%H%M}/{ends_at:%Y%m%dT%H%M}/{self.rule(zone)}/{scope}"


def filled_from(rule: Rule, zone: ZoneInfo) -> dict[str, Any]:
    """What the form holds for a rule."""
    monthly = {None: "last_day" if rule.month_day == -1 else "date", -1: "last"}.get(rule.nth, "nth")
    return {
        "frequency": rule.frequency, "interval": rule.interval, "weekdays": list(rule.weekdays), "monthly": monthly,
        "ends": "until" if rule.until else "count", "count": rule.count,
        "until": rule.until.astimezone(zone).date() if rule.until else None,
    }


def choices_in(sent: MultiDict[str, str]) -> dict[date, Choice]:
    """What is to become of each date, from fields such as `on-2026-11-30=room/12`; what says nothing is left out."""
    found = {}
    for name, value in sent.items():
        kind, _dash, day = name.partition("-")
        choice = _choice(value) if kind == "on" else None
        if choice is not None:
            try:
                found[date.fromisoformat(day)] = choice
            except ValueError:
                continue
    return found


def _choice(text: str) -> Choice | None:
    way, _slash, value = text.partition("/")
    plain: Mapping[str, Choice] = {Way.KEEP: KEEP, Way.SKIP: SKIP}
    if way in plain:
        return plain[way]
    if way == Way.ROOM and value.isascii() and value.isdigit() and 0 < int(value[:11]) <= LARGEST_ID:
        return Choice(Way.ROOM, int(value[:11]))
    if way == Way.TIME:
        try:
            return Choice(Way.TIME, at=time.fromisoformat(value[:5]))
        except ValueError:
            return None
    return None

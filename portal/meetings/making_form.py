"""The shape of a meeting as it is typed: when it is made, changed, moved or taken up again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from flask import request
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from portal.accounts.models import Department
from portal.accounts.naming import LONGEST, person_meant
from portal.bodies.models import Body
from portal.bodies.names import name_of
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.details import LONGEST_LINK, LONGEST_VENUE, MOST_PEOPLE, Details
from portal.meetings.models import Confidentiality, MeetingKind
from portal.meetings.names import CONFIDENTIALITIES
from portal.rooms.models import Booking
from portal.web.addresses import record_number
from portal.web.forms import Form, InstantField, many_lines, one_line, required


def id_or_none(text: Any) -> int | None:
    return record_number(str(text)) if text not in (None, "") else None


def count_field(label: Any) -> IntegerField:
    return IntegerField(
        label, [Optional(), NumberRange(1, MOST_PEOPLE, _l("Please give a number above 0."))],
        render_kw={"min": 1, "max": MOST_PEOPLE, "inputmode": "numeric"},
    )


def choice_of_id(label: Any) -> SelectField:
    return SelectField(label, [Optional()], coerce=id_or_none)


def link_field() -> StringField:
    return one_line(_l("Online link"), LONGEST_LINK, render_kw={"inputmode": "url", "placeholder": "https://"})


def colleague_field(label: Any) -> StringField:
    return one_line(label, LONGEST, render_kw={"list": "colleagues"})


class ChangeForm(Form):
    """What a meeting is about, who may know of it, and what few meetings say behind "More"."""

    subject = one_line(_l("Subject"), 200, required())
    kind_id = choice_of_id(_l("Kind"))
    confidentiality = SelectField(_l("Confidentiality"), [Optional()], default="")
    purpose = many_lines(_l("Purpose"), 5000, render_kw={"rows": 3})
    outcome = many_lines(_l("Expected outcome"), 5000, render_kw={"rows": 2})
    department_id = choice_of_id(_l("Department"))
    body_id = choice_of_id(_l("Body that meets"))
    venue = one_line(_l("Place outside"), LONGEST_VENUE)
    online_url = link_field()
    capacity = count_field(_l("Places for people"))
    quorum = count_field(_l("Quorum"))
    answer_by = InstantField(_l("Answers due"), [Optional()])
    timezone = one_line(_l("Time zone"), 60, render_kw={"list": "zones"})
    # Which version of the words is being changed.
    seen = HiddenField()

    def offer(
        self, kinds: Sequence[MeetingKind], departments: Sequence[Department], bodies: Sequence[Body], *,
        is_new: bool = False,
    ) -> None:
        """Let the reader choose among these."""
        self.kind_id.choices = [("", _("Ordinary meeting")), *((kind.id, kind.name) for kind in kinds)]
        self.department_id.choices = [
            ("", _("The organizer’s")), *((department.id, department.name) for department in departments)
        ]
        self.body_id.choices = [("", _("None")), *((body.id, name_of(body)) for body in bodies)]
        as_usual = [("", _("As its kind says"))] if is_new else []
        self.confidentiality.choices = [*as_usual, *CONFIDENTIALITIES]

    @property
    def says_more(self) -> bool:
        """Whether something behind "More" is filled in or was refused."""
        fields = [self[name] for name in self.more if name in self]
        return any(field.data or field.errors for field in fields)

    more: tuple[str, ...] = (
        "purpose", "outcome", "department_id", "body_id", "online_url", "capacity", "quorum", "timezone",
    )

    def words(self) -> dict[str, Any]:
        """Subject and purpose, as the commands take them."""
        return {"subject": self.subject.data, "purpose": self.purpose.data}

    def details(self) -> Details:
        """What else it says. Raises DomainError for a name that means nobody, or several."""
        return Details(
            kind_id=self.kind_id.data,
            confidentiality=Confidentiality(self.confidentiality.data) if self.confidentiality.data else None,
            department_id=self.department_id.data, body_id=self.body_id.data, outcome=self.outcome.data,
            venue=self.venue.data if "venue" in self else "", online_url=self.online_url.data,
            timezone=(self.timezone.data or None) if "timezone" in self else None,
            capacity=self.capacity.data, quorum=self.quorum.data, answer_by=self.answer_by.data,
        )


class MakeForm(ChangeForm):
    """A new meeting: besides, who chairs and keeps the record, and the agenda as lines."""

    chair = colleague_field(_l("Chair"))
    recorder = colleague_field(_l("Recorder"))
    agenda = many_lines(_l("Agenda"), 10_000, render_kw={"rows": 5})
    # Of a booking of a series: each of its coming dates.
    all_dates = BooleanField(_l("Make every coming date of the series a meeting"))
    # What it begins with: `meeting-7` or `template-3`.
    source = HiddenField()

    more = (*ChangeForm.more, "recorder", "agenda")

    def words(self) -> dict[str, Any]:
        return {**super().words(), "agenda": self.agenda.data.splitlines()}

    def details(self) -> Details:
        return super().details()._replace(
            chair=person_meant(self.chair.data, "chair"), recorder=person_meant(self.recorder.data, "recorder")
        )


class TimesForm(Form):
    """When and where a meeting is that needs no room of the house."""

    starts_at = InstantField(_l("From"), [required(_l("Please give a date and time."))])
    ends_at = InstantField(_l("Until"), [required(_l("Please give a date and time."))])

    def span(self) -> tuple[datetime, datetime]:
        """Start and end (instants in UTC)."""
        starts_at, ends_at = self.starts_at.data, self.ends_at.data
        assert starts_at is not None, "asked for after validation only"
        assert ends_at is not None, "asked for after validation only"
        return starts_at, ends_at


class MakeElsewhereForm(TimesForm, MakeForm):
    """A new meeting with a time and place of its own."""

    more = tuple(name for name in MakeForm.more if name != "online_url")


class MoveForm(TimesForm):
    """Another time or place of a meeting that has no booking."""

    venue = one_line(_l("Place outside"), LONGEST_VENUE)
    online_url = link_field()
    # The SEQUENCE of the meeting as it was shown.
    seen = IntegerField(validators=[Optional()])


class ResumeForm(Form):
    """A new time for what was postponed: that of a booking, or one of its own with a place."""

    booking_id = choice_of_id(_l("My booking"))
    starts_at = InstantField(_l("From"), [Optional()])
    ends_at = InstantField(_l("Until"), [Optional()])
    venue = one_line(_l("Place outside"), LONGEST_VENUE)
    online_url = link_field()

    def offer(self, bookings: Sequence[tuple[Booking, str]]) -> None:
        """Let the reader choose among these bookings, each with its words."""
        self.booking_id.choices = [
            ("", _("None: a time and place of its own")), *((booking.id, words) for booking, words in bookings)
        ]


class ReasonForm(Form):
    """Why, in a few words that people are told."""

    reason = many_lines(_l("Reason"), 500, render_kw={"rows": 3})


class NameForm(Form):
    """What a template is called."""

    name = one_line(_l("Template name"), 100, required())


def zone_names() -> list[str]:
    """The zones that have a city, for the list below the field."""
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))


def typed_zone(default: str | None) -> str:
    """The zone that a form was sent with, or is filled with."""
    return request.form.get("timezone", default or "").strip()

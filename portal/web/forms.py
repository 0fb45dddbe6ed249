"""Form fields that speak the reader's language and zone. Shape and range only; rules stand in commands."""

import re
from datetime import UTC, datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

from portal.core.errors import DomainError
from portal.core.i18n import catalog, gettext, local, reader
from portal.core.i18n import lazy_gettext as _l


class _Words:
    """Gives WTForms' own messages to our catalogs."""

    gettext = staticmethod(gettext)

    @staticmethod
    def ngettext(singular: str, plural: str, num: int) -> str:
        # Not our own `ngettext`: WTForms fills in what the message names by itself.
        return catalog(reader().locale).ngettext(singular, plural, num)


# What WTForms says by itself; named here so that the catalogs have it.
WTFORMS_SAYS = (
    _l("Not a valid choice."),
    _l("Invalid Choice: could not coerce."),
    _l("Not a valid integer value."),
    _l("Not a valid date value."),
)


class Form(FlaskForm):
    """A form that can show what a command said of it."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _Words:
            return _Words()

    refusal: DomainError | None = None

    def refuse(self, error: DomainError) -> None:
        """Put the words of a refusal beside the field that they belong to, or above the form."""
        self.refusal = error
        if error.field and error.field in self:
            field = self[error.field]
            field.errors = [*field.errors, str(error)]
        else:
            self.form_errors.append(str(error))


class _Filled(InputRequired):
    """WTForms takes spaces for an input; they are stripped later, so nothing would be left of it."""

    def __call__(self, form: Any, field: Any) -> None:
        if not (field.raw_data and str(field.raw_data[0]).strip()):
            field.errors[:] = []
            raise StopValidation(self.message)


def required(message: Any = None) -> InputRequired:
    return _Filled(message or _l("Please fill this in."))


def at_most(length: int) -> Length:
    return Length(max=length, message=_l("At most %(count)s characters, please.", count=length))


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def one_line(label: Any, length: int, *validators: Any, **kwargs: Any) -> StringField:
    """A text field of one line, stripped, of at most `length` characters."""
    return StringField(label, [*validators, at_most(length), printable], filters=[_stripped], **kwargs)


def many_lines(label: Any, length: int, *validators: Any, **kwargs: Any) -> TextAreaField:
    """A text field of several lines, stripped, of at most `length` characters."""
    return TextAreaField(label, [*validators, at_most(length), printable], filters=[_stripped], **kwargs)


UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(form: Any, field: Any) -> None:
    """Refuse control characters: they break mails, calendars and PostgreSQL (which takes no NUL).

    Those that turn the direction of writing would let a title say another thing than it shows.
    """
    if UNPRINTABLE.search(field.data or ""):
        raise ValidationError(str(_l("This holds characters that cannot be shown.")))


class InstantField(DateTimeLocalField):
    """A date and time on the reader's clock, as `YYYY-MM-DDTHH:MM`; `data` is the instant in UTC."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return local(self.data).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0]:
            return
        try:
            self.data = instant_from(datetime.strptime(valuelist[0][:16], "%Y-%m-%dT%H:%M"))  # noqa: DTZ007
        except (ValueError, OverflowError):
            raise ValueError(str(_l("This is not a date and time, such as 2026-11-21 09:30."))) from None


def instant_from(wall_time: datetime) -> datetime:
    """The UTC instant of a time on the reader's clock; of one that comes twice (clocks set back) the first.

    Raises ValueError for a time that the clocks skip, or in a year that no calendar of ours shows.
    """
    if not 1970 < wall_time.year < 2200:
        raise ValueError("not in our time")
    instant = wall_time.replace(tzinfo=reader().zone).astimezone(UTC)
    if local(instant).replace(tzinfo=None) != wall_time:
        raise ValueError("skipped by the clocks")
    return instant

"""What a subscription is of and holds, as its forms ask it. Programs differ, and so does what is offered for each."""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal.accounts.models import Person
from portal.accounts.queries import departments
from portal.accounts.session import me
from portal.calendars.commands import USUAL, Choice
from portal.calendars.models import Client, DutiesAs, Feed, Shows
from portal.calendars.programs import PROGRAMS, Program, duties_for, guessed
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.kinds import kind_name
from portal.meetings.queries import kinds_in_use
from portal.rooms.choices import choices as rooms_in_use
from portal.rooms.choices import grouped
from portal.rooms.words import lasting
from portal.web.addresses import record_number
from portal.web.forms import Form, one_line

SHOWS = {
    Shows.MINE: _l("My meetings and bookings"),
    Shows.ROOM: _l("A room, or something else to book"),
    Shows.DEPARTMENT: _l("The meetings of a department"),
    Shows.KIND: _l("The meetings of one kind"),
    Shows.DUTIES: _l("My resolutions"),
    Shows.DEPARTMENT_DUTIES: _l("The resolutions of a department"),
}
ABOUT = {
    Shows.MINE: _l("What you were invited to, what you organize, and what you booked"),
    Shows.ROOM: _l("Whatever it is booked for; “Busy” where you may not know more"),
    Shows.DEPARTMENT: _l("As far as you may know of them"),
    Shows.KIND: _l("As far as you may know of them"),
    Shows.DUTIES: _l("What you have to do, and by when"),
    Shows.DEPARTMENT_DUTIES: _l("As far as you may know of them"),
}
DUTIES_AS = {
    DutiesAs.DAYS: _l("As a day: each stands on its due day"),
    DutiesAs.TASKS: _l("As to-dos"),
    DutiesAs.NONE: _l("Not at all"),
}
# Which field says what a subscription is of.
SUBJECTS = {
    Shows.ROOM: "room", Shows.DEPARTMENT: "department", Shows.DEPARTMENT_DUTIES: "department", Shows.KIND: "kind",
}
# What is asked of which; the rest has nothing to choose.
OFFERED = {
    "with_bookings": {Shows.MINE},
    "with_declined": {Shows.MINE},
    "with_cancelled": {Shows.MINE, Shows.DEPARTMENT, Shows.KIND},
    "duties_as": {Shows.MINE, Shows.DUTIES, Shows.DEPARTMENT_DUTIES},
    "alarm_minutes": {Shows.MINE},
}
ALARMS = (5, 10, 15, 30, 60, 120, 1440)


def _number(text: Any) -> int | None:
    return int(text) if text not in (None, "") else None


def _record(text: Any) -> int | None:
    return record_number(str(text)) if text not in (None, "") else None


def _choices(named: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in named.items()]


def _alarms() -> list[SelectChoice]:
    before = {minutes: _("%(length)s before", length=lasting(minutes)) for minutes in ALARMS}
    return _choices({"": _("No reminder"), 0: _("At the start"), **before})


class OptionsForm(Form):
    """Which program asks, what its owner calls it, and what it holds."""

    client = RadioField(
        _l("Which program asks for it?"),
        choices=_choices({client.value: program.name for client, program in PROGRAMS.items()}),
    )
    label = one_line(_l("Label"), 100)
    # For what and for which program the options were shown that are sent.
    shown_for = HiddenField()
    duties_as = RadioField(_l("Resolutions"))
    with_bookings = BooleanField(_l("My bookings that are no meetings"))
    with_declined = BooleanField(_l("Meetings that I declined"))
    with_cancelled = BooleanField(_l("Cancelled meetings, marked as such, for 30 days"))
    alarm_minutes = SelectField(_l("Reminder"), coerce=_number)
    # What was sent was chosen for another program or calendar, and is shown once more as it suits this one.
    is_to_look_over = False

    @classmethod
    def of(cls, feed: Feed) -> "OptionsForm":
        """What the feed holds; an address with what was chosen meanwhile shows what suits another program."""
        if request.method == "GET" and request.args.get("client") in set(Client) and "shown_for" in request.args:
            form = cls(request.args)
            form.offer(feed.shows)
            form.suit()
        else:
            form = cls(obj=feed)
            form.offer(feed.shows)
        return form

    def offer(self, shows: Shows) -> None:
        """Ask only what there is to choose of such a calendar."""
        self.of_what = shows
        for name, whose in OFFERED.items():
            if shows not in whose:
                del self[name]
        if "duties_as" in self:
            none = DutiesAs.NONE if shows != Shows.MINE else None
            self.duties_as.choices = _choices({one.value: words for one, words in DUTIES_AS.items() if one != none})
        if "alarm_minutes" in self:
            self.alarm_minutes.choices = _alarms()

    @property
    def chosen_client(self) -> Client:
        return Client(self.client.data) if self.client.data in set(Client) else Client.OTHER

    @property
    def program(self) -> Program:
        return PROGRAMS[self.chosen_client]

    @property
    def shown(self) -> str:
        """What `shown_for` has to say if the options that were sent are those of what is chosen."""
        return f"{self.of_what}-{self.chosen_client}"

    def fits(self) -> bool:
        """Whether the options were shown for this program; if not, they become what suits it, to be looked over."""
        if self.shown_for.data == self.shown:
            return True
        self.suit()
        self.is_to_look_over = True
        return False

    def suit(self) -> None:
        """Let resolutions come as they suit the program, and all that was not asked before be as usual."""
        asked_of = (self.shown_for.data or "").partition("-")[0]
        for name in ("with_bookings", "with_declined", "with_cancelled"):
            if name in self and asked_of not in OFFERED[name]:
                self[name].data = getattr(USUAL, name)
        if "duties_as" in self:
            self.duties_as.data = duties_for(self.of_what, self.chosen_client).value

    def choice(self) -> Choice:
        """What was chosen; as usual where there was nothing to choose."""
        named = {name: self[name].data if name in self else getattr(USUAL, name) for name in OFFERED}
        named["duties_as"] = DutiesAs(named["duties_as"])
        return Choice(label=self.label.data or "", client=Client(self.client.data), **named)


class SubscriptionForm(OptionsForm):
    """A new subscription: besides, what it is of."""

    shows = RadioField(_l("What do you want in your calendar?"), choices=_choices(SHOWS))
    room = SelectField(_l("Which one?"), coerce=_record)
    department = SelectField(_l("Which department?"), coerce=_record)
    kind = SelectField(_l("Which kind?"), coerce=_record)

    @classmethod
    def asked(cls) -> "SubscriptionForm":
        """The form that was sent, or that of an address such as `?shows=room&room=7`, with what is usual."""
        form = cls() if request.method == "POST" else cls(_usual(request.args, me()))
        form.offer(Shows(form.shows.data) if form.shows.data in set(Shows) else Shows.MINE)
        if request.method == "GET":
            form.suit()
        rooms = grouped(rooms_in_use())
        none_yet = SelectChoice("", _("Choose…"))
        form.room.choices = [
            none_yet,
            *(
                SelectChoice(one.id, one.name, optgroup=heading)
                for heading, several in rooms.items() for one in several
            ),
        ]
        form.department.choices = [none_yet, *_choices({one.id: one.name for one in departments()})]
        form.kind.choices = _choices({"": kind_name(None), **{one.id: one.name for one in kinds_in_use()}})
        return form

    @property
    def subject_id(self) -> int | None:
        """The id of what it is of, if it is of something."""
        name = SUBJECTS.get(self.of_what)
        return self[name].data if name else None

    def validate_room(self, field: Field) -> None:
        self._insist(field, Shows.ROOM)

    def validate_department(self, field: Field) -> None:
        self._insist(field, Shows.DEPARTMENT, Shows.DEPARTMENT_DUTIES)

    def _insist(self, field: Field, *whose: Shows) -> None:
        if self.of_what in whose and not field.data:
            raise ValidationError(_("Please choose one."))

    def refuse(self, error: DomainError) -> None:
        """What a command says of the subject stands beside the field that names it."""
        name = SUBJECTS.get(self.of_what) if error.field == "subject" else error.field
        super().refuse(DomainError(str(error), name))


def _usual(asked: MultiDict[str, str], person: Person) -> MultiDict[str, str]:
    """What an address asks for, with what it does not say: the reader's department, and what their browser suggests."""
    shows, client = asked.get("shows"), asked.get("client")
    return MultiDict({
        "department": str(person.department_id or ""), **asked.to_dict(),
        "shows": shows if shows in set(Shows) else Shows.MINE,
        "client": client if client in set(Client) else guessed(request.user_agent.string),
    })

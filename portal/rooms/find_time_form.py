"""The question that finds a time, as an address asks it."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, ValidationError

from portal.accounts.models import Person
from portal.accounts.naming import person_meant
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import local
from portal.rooms.choices import HEADINGS
from portal.rooms.find_form import LENGTHS, USUAL_LENGTH, Suiting, whole
from portal.rooms.forms import ExtrasField
from portal.rooms.models import Resource, Sort
from portal.rooms.time_search import Wish
from portal.rooms.words import lasting
from portal.web.addresses import LARGEST_ID
from portal.web.forms import one_line, required

USUAL_DAYS = 10
MOST_DAYS = 30
MOST_PEOPLE = 100
LAST_YEAR = 2198
ANY_ROOM, NO_ROOM = "any", "none"
BETWEEN_NAMES = re.compile(r"[,;，；、\n]")


class FindTimeForm(Suiting):
    """Who, how long, within which days, in what room and with what."""

    who = SelectMultipleField(_l("Who has to be there"), coerce=whole, validate_choice=False)
    maybe = SelectMultipleField(_l("Who may be there"), coerce=whole, validate_choice=False)
    add_who = one_line(_l("Add somebody who has to be there"), 500, render_kw={"list": "colleagues"})
    add_maybe = one_line(_l("Add somebody who may be there"), 500, render_kw={"list": "colleagues"})
    length = SelectField(_l("How long"), coerce=whole)
    day = DateField(_l("From day"), [required(_l("Please give a date."))])
    days = IntegerField(
        _l("Working days"), [NumberRange(1, MOST_DAYS, _l("Between 1 and 30 working days, please."))],
        render_kw={"min": 1, "max": MOST_DAYS, "inputmode": "numeric"},
    )
    room = SelectField(_l("Room"), default=ANY_ROOM)
    extras = ExtrasField(_l("Also needed"))

    @classmethod
    def asked(cls, asked: MultiDict[str, str], resources: Sequence[Resource], me: Person) -> "FindTimeForm":
        """The form of an address; what that does not say is an hour of the reader's own time from today on."""
        today = local(clock.now()).date().isoformat()
        usual = {"day": today, "days": str(USUAL_DAYS), "length": str(USUAL_LENGTH), "room": ANY_ROOM}
        if "day" not in asked:
            usual["who"] = str(me.id)
        form = cls(MultiDict([*asked.items(multi=True), *((name, usual[name]) for name in usual if name not in asked)]))
        form.offer_all(resources)
        return form

    def offer_all(self, resources: Sequence[Resource]) -> None:
        """Let the reader choose among these."""
        rooms = [resource for resource in resources if resource.kind == Sort.ROOM]
        self.offer(rooms)
        self.length.choices = [(minutes, lasting(minutes)) for minutes in LENGTHS]
        by_area: dict[str, list[tuple[str, str]]] = {}
        for room in rooms:
            by_area.setdefault(room.area.name, []).append((str(room.id), room.name))
        self.room.choices = {"": [(ANY_ROOM, _("Any that suits")), (NO_ROOM, _("None"))], **by_area}
        self.others: dict[str, list[Resource]] = {}
        for kind, heading in HEADINGS.items():
            if of_kind := [resource for resource in resources if resource.kind == kind]:
                self.others[str(heading)] = of_kind

    def validate_extras(self, field: Field) -> None:
        if not field.data.keys() <= {resource.id for group in self.others.values() for resource in group}:
            raise ValidationError(_("Something that is no longer there was chosen. Look at the numbers again."))

    def validate_day(self, field: Field) -> None:
        if field.data and field.data < local(clock.now()).date():
            raise ValidationError(_("That time is past."))
        if field.data and field.data.year > LAST_YEAR:
            raise ValidationError(_("This is not a date and time, such as 2026-11-21 09:30."))

    def validate_who(self, field: Field) -> None:
        if len(field.data) + len(self.maybe.data) > MOST_PEOPLE:
            raise ValidationError(_("At most %(count)s people, please.", count=MOST_PEOPLE))

    def ids(self) -> set[int]:
        """Of everybody who was chosen before."""
        return {number for number in (*self.who.data, *self.maybe.data) if 0 < number <= LARGEST_ID}

    def take_people(self, known: Iterable[Person]) -> tuple[list[Person], list[Person]]:
        """Who has to and who may be there: those chosen before, whom `known` holds, and those whose names are typed.

        Whoever has to be there is not counted again among the others. A name that does not mean exactly one person
        stays in its field, with a sentence beside it.
        """
        by_id = {person.id: person for person in known}
        musts = self._chosen(self.who.data, by_id, "add_who")
        others = self._chosen(self.maybe.data, by_id, "add_maybe")
        return list(musts.values()), [person for number, person in others.items() if number not in musts]

    def _chosen(self, numbers: Iterable[int], known: dict[int, Person], field: str) -> dict[int, Person]:
        chosen = {number: known[number] for number in numbers if number in known}
        left = []
        for words in BETWEEN_NAMES.split(self[field].data):
            try:
                person = person_meant(words, field)
            except DomainError as error:
                self.refuse(error)
                left.append(words.strip())
            else:
                chosen |= {person.id: person} if person else {}
        self[field].data = ", ".join(left)
        return chosen

    def wish(self, required: Sequence[Person], optional: Sequence[Person]) -> Wish:
        """What is asked for, by these people."""
        count = len(required) + len(optional)
        assert self.day.data is not None, "asked for after validation only"
        return Wish(
            [person.id for person in required], [person.id for person in optional],
            timedelta(minutes=self.length.data), self.day.data, self.days.data or USUAL_DAYS,
            needs_room=self.room.data != NO_ROOM,
            room_id=int(self.room.data) if self.room.data not in (ANY_ROOM, NO_ROOM) else None,
            people=self.people.data or (count if count > 1 else 0), features=self.feature.data or (),
            area_id=self.area.data or None, extras=self.extras.data,
        )

    def booking_details(self, wish: Wish) -> dict[str, Any]:
        """What the booking form is to be filled with besides room and time, as its address says it."""
        extras = {f"{ExtrasField.prefix}{resource_id}": count for resource_id, count in wish.extras.items()}
        return {"people": wish.people or None, **extras}

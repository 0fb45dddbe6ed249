"""Writing a meeting's notice in its own words: what all recipients share once, the rest for each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from flask import current_app

from portal.agenda.queries import lines_of
from portal.core import clock
from portal.core.i18n import clock_time, local, long_day, pgettext, plain_day, reader, speaking_to, zone_name
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.invitations.builtin import chinese_locale
from portal.invitations.fields import Line, compiled, finished, prepared
from portal.invitations.models import Layout
from portal.meetings.kinds import kind_name
from portal.meetings.models import AgendaItem, Attendee, Meeting, Part
from portal.meetings.words import Role
from portal.notifications.laying import BETWEEN_SHEETS, before_signature

MOST_NAMES = 30
# Fields that the office may fill in itself, such as "heads of all departments" instead of 300 names.
OWN_FIELDS = ("contact", "people")


class Words(Protocol):
    """Subject and body with fields, in a layout: of a template, or of one meeting."""

    @property
    def layout(self) -> Layout: ...
    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def english_subject(self) -> str: ...
    @property
    def english_body(self) -> str: ...


class _Half(NamedTuple):
    """One sheet as far as all recipients of a language and zone share it."""

    locale: str
    title: list[str | Line]
    text: list[str | Line]
    values: Mapping[str, str]


class Writer:
    """Writes one notice to many, for whoever is spoken to. `own` are the values that the office filled in itself."""

    def __init__(
        self, meeting: Meeting, people: Sequence[Attendee], words: Words, own: Mapping[str, str],
        note: Callable[[Meeting], str] = lambda meeting: "",
    ) -> None:
        self._meeting, self._people, self._words = meeting, people, words
        self._own = {name: value for name, value in own.items() if name in OWN_FIELDS and value}
        # What is said besides above the signature.
        self._note = note
        self._agenda = lines_of(meeting.id)
        self._halves: dict[str, list[_Half]] = {}

    def for_attendee(self, attendee: Attendee) -> tuple[str, str]:
        """Subject and body for one of the meeting's people, on the clock of whoever is spoken to."""
        zone = reader().zone.key
        if zone not in self._halves:
            self._halves[zone] = [self._half(*half) for half in self._texts()]
        titles, sheets = [], []
        for half in self._halves[zone]:
            values = {**half.values, **_personal(attendee, half.locale)}
            with speaking_to(half.locale, reader().zone):
                note = self._note(self._meeting)
            titles.append(" ".join(finished(half.title, values).split()))
            sheets.append(f"{titles[-1]}\n\n{before_signature(finished(half.text, values), note)}")
        return " / ".join(titles), BETWEEN_SHEETS.join(sheets)

    def _texts(self) -> list[tuple[str, str, str]]:
        """Language, subject and text of each sheet."""
        words = self._words
        if words.layout == Layout.ENGLISH:
            return [("en", words.subject, words.body)]
        chinese = (chinese_locale(), words.subject, words.body)
        if words.layout == Layout.FORMAL:
            return [chinese]
        return [chinese, ("en", words.english_subject, words.english_body)]

    def _half(self, locale: str, subject: str, body: str) -> _Half:
        with speaking_to(locale, reader().zone):
            values = {**self._shared(), **self._own}
        return _Half(locale, prepared(compiled(subject), values), prepared(compiled(body), values), values)

    def _shared(self) -> dict[str, str]:
        meeting = self._meeting
        settings: Settings = current_app.config["PORTAL"]
        department = meeting.department or meeting.organizer.department
        return {
            "subject": meeting.subject, "number": meeting.number or "", "kind": kind_name(meeting.kind),
            "time": _span(meeting), "start": _instant(meeting.starts_at), "end": _instant(meeting.ends_at),
            "zone": zone_name(meeting.starts_at), "place": meeting.location, "online": meeting.online_url,
            "organizer": meeting.organizer.name, "department": department.name if department else "",
            "chair": self._names(Part.CHAIR), "recorder": self._names(Part.RECORDER), "agenda": self._lines(),
            "people": self._participants(), "purpose": meeting.purpose, "outcome": meeting.outcome,
            "answer_by": _instant(meeting.answer_by) if meeting.answer_by else "", "contact": meeting.organizer.name,
            "today": plain_day(local(clock.now()).date()), "organisation": settings.organisation,
        }

    def _names(self, part: Part) -> str:
        return _joined(attendee.name for attendee in self._people if attendee.part == part)

    def _participants(self) -> str:
        names = [attendee.name for attendee in self._people if attendee.part != Part.STAFF]
        more = len(names) - MOST_NAMES
        listed = _joined(names[:MOST_NAMES])
        return _("%(names)s and %(count)s more", names=listed, count=more) if more > 0 else listed

    def _lines(self) -> str:
        return "\n".join(_line(number, item) for number, item in enumerate(self._agenda, 1))


def _personal(attendee: Attendee, locale: str) -> dict[str, str]:
    with speaking_to(locale, reader().zone):
        part = Role(Part(attendee.part), attendee.duty).name
    return {"name": attendee.name, "post": attendee.post, "unit": attendee.unit, "part": part}


def _line(number: int, item: AgendaItem) -> str:
    presenter = item.presenter.name if item.presenter else item.presenter_name
    words = f"{number}. {item.title}"
    return _("%(line)s (%(presenter)s)", line=words, presenter=presenter) if presenter else words


def _joined(names: Iterable[str]) -> str:
    return pgettext("between names", ", ").join(names)


def _instant(at: datetime) -> str:
    return f"{long_day(local(at).date())} {clock_time(at)}"


def _span(meeting: Meeting) -> str:
    is_one_day = local(meeting.starts_at).date() == local(meeting.ends_at).date()
    end = clock_time(meeting.ends_at) if is_one_day else _instant(meeting.ends_at)
    return f"{_instant(meeting.starts_at)}–{end}"

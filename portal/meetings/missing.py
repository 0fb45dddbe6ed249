"""What is missing before a meeting can go on to its next phase: each slice names what it knows of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import url_for

from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.meetings.kinds import kind_of
from portal.meetings.models import Meeting, Part, Phase
from portal.meetings.phases import open_lines
from portal.meetings.queries import Tally


@dataclass(frozen=True)
class Lack:
    """One thing that is missing, where to mend it, and whether the meeting cannot go on without it.

    Of several on one `topic` only the last is shown that stops the meeting: a regulation says more than advice does.
    """

    words: str
    address: str = ""
    link: str = ""
    stops: bool = True
    topic: str = ""


Check = Callable[[Meeting, Tally], Iterable[Lack]]
_checks: dict[tuple[Phase, str], Check] = {}


def add_requirement(phase: Phase, name: str, check: Check) -> None:
    """Ask `check(meeting, tally)` what is missing to leave that phase; a constant number of statements, whatever
    the meeting; none for one that the check is not about."""
    _checks[phase, name] = check


def missing(meeting: Meeting, tally: Tally, phase: Phase) -> list[Lack]:
    """What is missing to leave the phase that the meeting is in, what stops it first."""
    found = [lack for (at, _name), check in _checks.items() if at == phase for lack in check(meeting, tally)]
    stopping = {lack.topic: lack for lack in found if lack.topic and lack.stops}
    once = [lack for lack in found if stopping.get(lack.topic, lack) is lack]
    return sorted(once, key=lambda lack: not lack.stops)


def _people(meeting: Meeting, tally: Tally) -> Iterable[Lack]:
    address = url_for("invitations.people", meeting_id=meeting.id)
    if not tally.people:
        yield Lack(_("Nobody is invited yet."), address, _("Add people"))
    elif not tally.parts.get(Part.CHAIR):
        yield Lack(_("Nobody chairs it yet."), address, _("Choose a chair"), stops=False, topic="chair")


def _agenda(meeting: Meeting, _tally: Tally) -> Iterable[Lack]:
    if not meeting.agenda:
        address = url_for("agenda.agenda", meeting_id=meeting.id)
        yield Lack(_("It has no agenda yet."), address, _("Write one"), stops=False, topic="agenda")


def _approval(meeting: Meeting, _tally: Tally) -> Iterable[Lack]:
    if not kind_of(meeting).needs_approval or meeting.approved_at is not None:
        return
    if meeting.submitted_at is None:
        yield Lack(_("Its kind has to be approved before the notice goes out."), topic="approval")
    else:
        yield Lack(_("A leader or the meeting office has to approve it."), topic="approval")


def _untold(_meeting: Meeting, tally: Tally) -> Iterable[Lack]:
    if tally.untold:
        yield Lack(ngettext("%(num)s person has not been told yet.", "%(num)s people have not been told yet.",
                            tally.untold))


def _open_lines(meeting: Meeting, _tally: Tally) -> Iterable[Lack]:
    if count := open_lines(meeting):
        yield Lack(
            ngettext("%(num)s line of the agenda was not dealt with; say why when you close it.",
                     "%(num)s lines of the agenda were not dealt with; say why when you close it.", count)
        )


def _new_time(_meeting: Meeting, _tally: Tally) -> Iterable[Lack]:
    yield Lack(_("It has no new time yet."))


for _phase in (Phase.DRAFT, Phase.APPROVED):
    add_requirement(_phase, "people", _people)
    add_requirement(_phase, "agenda", _agenda)
add_requirement(Phase.DRAFT, "approval", _approval)
for _phase in (Phase.APPROVED, Phase.ANNOUNCED):
    add_requirement(_phase, "untold", _untold)
add_requirement(Phase.HELD, "lines", _open_lines)
add_requirement(Phase.POSTPONED, "time", _new_time)

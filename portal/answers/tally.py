"""Counting answers, by department and altogether."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.answers.seats import WITHOUT_SEAT
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Answer, Attendee, NeedKind

WORDS = {
    Answer.ACCEPTED: _l("Accepted"), Answer.WAITING: _l("Waiting list"), Answer.TENTATIVE: _l("Tentative"),
    Answer.DECLINED: _l("Declined"), Answer.DELEGATED: _l("Substitute"), Answer.NONE: _l("No answer"),
}


@dataclass
class Row:
    """How the people of one unit have answered; who was not told is in `untold`."""

    unit: str
    people: int = 0
    untold: int = 0
    counts: Counter[Answer] = field(default_factory=Counter)

    def add(self, attendee: Attendee) -> None:
        self.people += 1
        if attendee.invited_at is None:
            self.untold += 1
        else:
            self.counts[attendee.answer] += 1


def by_unit(attendees: Iterable[Attendee]) -> tuple[list[Row], Row]:
    """A row for each department, the largest first, those from outside last; and one for all."""
    rows: dict[tuple[bool, str], Row] = {}
    whole = Row(_("Everybody"))
    for attendee in attendees:
        outside = attendee.guest_id is not None
        unit = _("From outside") if outside else attendee.unit or _("No department")
        rows.setdefault((outside, unit), Row(unit)).add(attendee)
        whole.add(attendee)
    ranked = sorted(rows.items(), key=lambda item: (item[0][0], -item[1].people, item[0][1]))
    return [row for _key, row in ranked], whole


def seats_taken(attendees: Iterable[Attendee]) -> int:
    """How many of the meeting's seats are taken."""
    return sum(1 for one in attendees if one.answer == Answer.ACCEPTED and one.part not in WITHOUT_SEAT)


def of_needs(attendees: Sequence[Attendee]) -> list[tuple[NeedKind, int]]:
    """How many need each kind of thing, of those who have not said that they stay away."""
    away = {Answer.DECLINED, Answer.DELEGATED}
    counts = Counter(need.kind for one in attendees if one.answer not in away for need in one.needs)
    return [(kind, counts[kind]) for kind in NeedKind if counts[kind]]

"""Sending the notice of all dates of a recurring meeting at once: one mail to each person, with all their dates."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import day_and_time, ngettext, pgettext
from portal.core.i18n import gettext as _
from portal.invitations import lead_time, series_words
from portal.invitations.sending import announce, checked_reason
from portal.meetings import policy
from portal.meetings.changing import revise_series
from portal.meetings.gates import refused
from portal.meetings.models import Attendee, Confidentiality, Meeting, MeetingSeries
from portal.meetings.phases import insist_approved
from portal.meetings.telling import people_by_id, zone_of
from portal.notifications.commands import tell
from portal.notifications.outside import Outsider, tell_outside
from portal.notifications.words import Enclosed
from portal.regulations.profiles import Act

MOST_NAMED = 5


class Date(NamedTuple):
    """A date that is ahead and stands, who is in it, and who of them has not been told."""

    meeting: Meeting
    people: Sequence[Attendee]

    @property
    def untold(self) -> list[Attendee]:
        return [one for one in self.people if one.invited_at is None]

    @property
    def is_late(self) -> bool:
        return lead_time.is_late(self.meeting)

    def lack(self) -> str:
        """What of its own keeps its notice back, in words, or nothing."""
        if not self.people:
            return _("Nobody is invited yet.")
        try:
            insist_approved(self.meeting)
        except DomainError as refusal:
            return str(refusal)
        return ""


def lacks_of(actor: Person, dates: Sequence[Date]) -> dict[int, str]:
    """What keeps the notices of these dates back, by meeting: their own lack, or what a gate refuses."""
    own = {date.meeting.id: lack for date in dates if (lack := date.lack())}
    first = [date.meeting for date in dates if date.meeting.id not in own and date.meeting.announced_at is None]
    return {**own, **(refused(actor, first, Act.ANNOUNCE) if first else {})}


def dates_to_tell(series: MeetingSeries, *, lock: bool = False) -> list[Date]:
    """The dates that are ahead and of which somebody is still to be told, or nobody is invited, by time.

    Two statements. `lock` keeps others from changing any of them, in the order of ids.
    """
    query = select(Meeting).where(
        Meeting.series_id == series.id, Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None),
        Meeting.ended_at.is_(None), Meeting.ends_at > clock.now(),
    )
    if lock:
        query = query.with_for_update(key_share=True, of=Meeting)
    found = db.session.scalars(query.order_by(Meeting.id).execution_options(populate_existing=True)).all()
    people = _people_in([meeting.id for meeting in found])
    dates = [Date(meeting, people.get(meeting.id, ())) for meeting in found]
    return sorted(
        (date for date in dates if date.untold or not date.people), key=lambda date: date.meeting.starts_at
    )


def _people_in(meeting_ids: Sequence[int]) -> Mapping[int, list[Attendee]]:
    query = (
        select(Attendee)
        .where(Attendee.meeting_id.in_(meeting_ids))
        .options(joinedload(Attendee.person), joinedload(Attendee.guest), joinedload(Attendee.meeting))
        .order_by(Attendee.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[Attendee]] = defaultdict(list)
    for attendee in db.session.scalars(query):
        found[attendee.meeting_id].append(attendee)
    return found


def may_tell(actor: Person, series: MeetingSeries) -> bool:
    """Whoever may edit one of its dates; of which dates that is decided for each."""
    dates = db.session.scalars(select(Meeting).where(Meeting.series_id == series.id)).all()
    return any(policy.may_edit(actor, meeting) for meeting in dates)


def send_series_notice(actor: Person, series: MeetingSeries, *, reason: str = "") -> int:
    """Announce every date that is ahead to those who have not been told of it; answers how many people that were.

    Each gets one notice of all their dates. All that the actor may edit are announced or none: raises NotAllowed, or
    DomainError that names the dates that are not ready, or if notices go out later than their kind wants and no
    `reason` says why.
    """
    allow(may_tell(actor, series))
    dates = [date for date in dates_to_tell(series, lock=True) if policy.may_edit(actor, date.meeting)]
    _insist_ready(actor, dates)
    if not dates:
        return 0
    reasons = [checked_reason(date.meeting, reason) for date in dates]
    told = [(date.meeting, date.untold) for date in dates]
    is_first = all(date.meeting.announced_at is None for date in dates)
    revision = revise_series(dates[0].meeting)
    for (meeting, untold), why in zip(told, reasons, strict=True):
        announce(actor, meeting, untold, why, revision=revision)
    return _tell(series, [one for _meeting, untold in told for one in untold], is_first=is_first)


def _insist_ready(actor: Person, dates: Sequence[Date]) -> None:
    lacks = lacks_of(actor, dates)
    lacking = [(date.meeting, lacks[date.meeting.id]) for date in dates if date.meeting.id in lacks]
    if not lacking:
        return
    named = [
        _("%(time)s: %(what)s", time=day_and_time(meeting.starts_at), what=lack)
        for meeting, lack in lacking[:MOST_NAMED]
    ]
    said = ngettext(
        "One date is not ready. %(dates)s", "%(num)s dates are not ready. %(dates)s", len(lacking),
        dates=pgettext("between sentences", " ").join(named),
    )
    raise DomainError(said)


def _tell(series: MeetingSeries, untold: Sequence[Attendee], *, is_first: bool) -> int:
    """One notice to each person, and one mail to each address of guests; robots hear of the first only."""
    of_person, of_guest = defaultdict[int, list[Attendee]](list), defaultdict[str, list[Attendee]](list)
    for attendee in untold:
        if attendee.person_id is not None:
            of_person[attendee.person_id].append(attendee)
        elif attendee.guest is not None and attendee.guest.email:
            of_guest[attendee.guest.email].append(attendee)
    return _tell_persons(series, untold, of_person, is_first=is_first) + _tell_guests(series, of_guest)


def _tell_persons(
    series: MeetingSeries, untold: Sequence[Attendee], of_person: Mapping[int, Sequence[Attendee]], *, is_first: bool
) -> int:
    open_to_all = all(one.meeting.confidentiality == Confidentiality.INTERNAL for one in untold)
    one_of_each = list({one.meeting_id: one for one in untold}.values())
    return tell(
        people_by_id(set(of_person)), "meeting_series.invitation", "meeting_series", series,
        lambda: series_words.invitation(series, one_of_each), public=is_first and open_to_all,
        starts_at=min(one.meeting.starts_at for one in untold),
        personal=lambda person: series_words.invitation(series, of_person[person.id]),
        enclosed=Enclosed(links=lambda _reader: [[_("Open the dates"), series_words.page_of(series)]]),
    )


def _tell_guests(series: MeetingSeries, of_guest: Mapping[str, Sequence[Attendee]]) -> int:
    """Guests are known to one meeting each; those with one address are one. The first of their parts stands for all."""
    parts = {own[0].id: own for own in of_guest.values()}
    if not parts:
        return 0
    outsiders = [
        Outsider(own[0].id, own[0].name, address, own[0].guest.locale)
        for address, own in of_guest.items() if own[0].guest
    ]
    first = next(iter(parts.values()))[0].meeting
    return tell_outside(
        outsiders, "meeting_series.invitation", "meeting_series", series,
        lambda outsider: series_words.invitation(series, parts[outsider.party_id]), zone=zone_of(first),
    )

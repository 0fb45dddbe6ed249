"""What people are told of several dates of a recurring meeting at once."""

from collections.abc import Sequence

from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext, reader, span
from portal.meetings.links import answer_address
from portal.meetings.models import Attendee, MeetingSeries
from portal.web.addresses import absolute_address


def invitation(series: MeetingSeries, own: Sequence[Attendee]) -> tuple[str, str]:
    """Subject and body that invite to the dates that these parts of one person are in."""
    own = sorted(own, key=lambda one: one.meeting.starts_at)
    first = own[0].meeting
    times = span(first.starts_at, first.ends_at)
    subject = ngettext(
        "Invitation: %(subject)s, %(num)s date, %(time)s", "Invitation: %(subject)s, %(num)s dates from %(time)s",
        len(own), subject=first.subject, time=times,
    )
    invites = ngettext(
        "%(organizer)s invites you to “%(subject)s” on %(num)s date.",
        "%(organizer)s invites you to “%(subject)s” on %(num)s dates.",
        len(own), organizer=first.organizer.name, subject=first.subject,
    )
    zone = _("Times are those of %(zone)s.", zone=reader().zone.key)
    dates = [_date(one, first.subject) for one in own]
    purpose = first.purpose if all(one.meeting.purpose == first.purpose for one in own) else ""
    is_guest = own[0].guest_id is not None
    answer = _("Say for each date whether you come.") if is_guest else _(
        "Say for each date whether you come: %(address)s", address=page_of(series)
    )
    return subject, "\n\n".join(part for part in (invites, *dates, zone, purpose, answer) if part)


def _date(one: Attendee, usual: str) -> str:
    """When, where and by which page; under its own name if that is another than the first date's."""
    meeting = one.meeting
    address = answer_address(one) if one.guest_id else absolute_address("meetings.meeting", meeting_id=meeting.id)
    named = meeting.subject if meeting.subject != usual else ""
    when = " · ".join(part for part in (span(meeting.starts_at, meeting.ends_at), meeting.location, named) if part)
    online = _("Online: %(address)s", address=meeting.online_url) if meeting.online_url else ""
    return "\n".join(part for part in (when, online, address) if part)


def page_of(series: MeetingSeries) -> str:
    """Where those of the house find the dates."""
    return absolute_address("invitations.series", series_id=series.id)

"""What those who registered are told, in their language and on the meeting's clock.

Before an address is confirmed a mail holds nothing that was typed into the page: others may have typed it.
"""

from portal.core.i18n import gettext as _
from portal.core.i18n import reader, span
from portal.meetings.models import Meeting
from portal.meetings.words import page_of
from portal.registration.models import Decision, Registrant

Told = tuple[str, str]


def confirm(meeting: Meeting, address: str) -> Told:
    """For the address that somebody typed in."""
    title = _("Please confirm your registration: %(subject)s", subject=meeting.subject)
    says = _("Somebody registered for “%(subject)s” with this address.", subject=meeting.subject)
    link = _("If it was you, please confirm it within a week: %(address)s", address=address)
    not_you = _("If it was not you, do nothing: without your confirmation the registration does not count.")
    return title, _paragraphs(says, _when_and_where(meeting), link, not_you)


def known(meeting: Meeting, registrant: Registrant) -> Told:
    """For somebody whose address was typed in again after they had confirmed it."""
    title = _("You are registered already: %(subject)s", subject=meeting.subject)
    says = _("Somebody registered for “%(subject)s” with this address again. Nothing was changed.",
             subject=meeting.subject)
    stands = {
        None: _("Your registration is confirmed and waits for a decision. You will be told by mail."),
        Decision.ACCEPTED: _("Your registration is accepted. Look for the mail with the link to your own page."),
        Decision.DECLINED: _("Your registration could not be accepted."),
    }[registrant.decision]
    ask = _("To change something, please write to %(organizer)s: %(email)s", organizer=meeting.organizer.name,
            email=meeting.organizer.email)
    return title, _paragraphs(says, stands, ask)


def accepted(meeting: Meeting) -> Told:
    """For somebody who comes; `page_of` is their own page."""
    title = _("You are registered: %(subject)s, %(time)s", subject=meeting.subject, time=_time(meeting))
    says = _("Your registration for “%(subject)s” is accepted. We expect you.", subject=meeting.subject)
    return title, _paragraphs(says, _when_and_where(meeting), _own_page(meeting))


def waits(meeting: Meeting) -> Told:
    """For somebody who is accepted, but for whom there is no seat now."""
    title = _("On the waiting list: %(subject)s, %(time)s", subject=meeting.subject, time=_time(meeting))
    says = _("Your registration for “%(subject)s” is accepted, but all seats are taken. You are on the waiting list "
             "and will be told when you have a seat.", subject=meeting.subject)
    return title, _paragraphs(says, _when_and_where(meeting), _own_page(meeting))


def declined(meeting: Meeting, said: str) -> Told:
    """For somebody who was not accepted, with what the office says to it."""
    title = _("Your registration could not be accepted: %(subject)s", subject=meeting.subject)
    says = _("Thank you for registering for “%(subject)s”. We are sorry that your registration could not be accepted.",
             subject=meeting.subject)
    return title, _paragraphs(says, said)


def _own_page(meeting: Meeting) -> str:
    return _("If you cannot come, or need something in order to take part, please say so: %(address)s",
             address=page_of(meeting))


def _when_and_where(meeting: Meeting) -> str:
    when = _("When: %(time)s (%(zone)s)", time=_time(meeting), zone=reader().zone.key)
    place = meeting.location or meeting.venue
    return "\n".join([when, *([_("Where: %(place)s", place=place)] if place else [])])


def _time(meeting: Meeting) -> str:
    return span(meeting.starts_at, meeting.ends_at)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)

"""What people are told of answers, leave and substitutes, in the language and on the clock of whoever reads it."""

from portal.core.i18n import gettext as _
from portal.core.i18n import reader, span
from portal.meetings.models import Meeting
from portal.web.addresses import absolute_address

Told = tuple[str, str]


def moved_up(meeting: Meeting) -> Told:
    """For somebody who waited and has a seat now."""
    title = _("You have a seat: %(subject)s, %(time)s", subject=meeting.subject, time=_time(meeting))
    says = _("A seat has become free. You are on the list of “%(subject)s”.", subject=meeting.subject)
    still = _("If you cannot come any more, please say so, for others wait: %(address)s", address=_address(meeting))
    return title, _paragraphs(says, _when_and_where(meeting), still)


def substitute(meeting: Meeting, absent: str) -> Told:
    """For whoever goes in somebody's place, with what the notice said."""
    title = _("In place of %(absent)s: %(subject)s, %(time)s", absent=absent, subject=meeting.subject,
              time=_time(meeting))
    says = _("%(absent)s cannot come to “%(subject)s” and asks you to go instead. This holds for this meeting only.",
             absent=absent, subject=meeting.subject)
    papers = _("The papers are on the meeting’s page, where you also say whether you come: %(address)s",
               address=_address(meeting))
    return title, _paragraphs(says, _when_and_where(meeting), meeting.purpose, _agenda(meeting), papers)


def replaced(meeting: Meeting, substitute: str) -> Told:
    """For the absent one, when somebody else is on the list in their place."""
    title = _("%(person)s goes in your place: %(subject)s", person=substitute, subject=meeting.subject)
    says = _("%(person)s is on the list of “%(subject)s” in your place and has been told.", person=substitute,
             subject=meeting.subject)
    back = _("Until the meeting begins you can take it back: %(address)s", address=_address(meeting))
    return title, _paragraphs(says, _when_and_where(meeting), back)


def not_needed(meeting: Meeting, absent: str) -> Told:
    """For a substitute whose principal comes after all or sends somebody else."""
    title = _("No longer needed: %(subject)s, %(time)s", subject=meeting.subject, time=_time(meeting))
    says = _("You need not go to “%(subject)s” in place of %(absent)s any more.", absent=absent,
             subject=meeting.subject)
    return title, _paragraphs(says, _when_and_where(meeting))


def substitute_declined(meeting: Meeting, substitute: str, comment: str) -> Told:
    """For the absent one, whose substitute cannot come either."""
    title = _("%(person)s cannot go in your place: %(subject)s", person=substitute, subject=meeting.subject)
    says = _("%(person)s has declined to go to “%(subject)s” in your place.", person=substitute,
             subject=meeting.subject)
    again = _("You can ask somebody else: %(address)s", address=_address(meeting))
    return title, _paragraphs(says, comment, _when_and_where(meeting), again)


def substitute_gone(meeting: Meeting) -> Told:
    """For the absent one, whose substitute was taken off the list by somebody else."""
    title = _("Nobody goes in your place any more: %(subject)s", subject=meeting.subject)
    says = _("Whoever was to go to “%(subject)s” in your place is no longer on the list.", subject=meeting.subject)
    again = _("Please say again whether you come: %(address)s", address=_address(meeting))
    return title, _paragraphs(says, _when_and_where(meeting), again)


def leave_asked(meeting: Meeting, absent: str, reason: str, substitute: str, address: str) -> Told:
    """For those who decide on it."""
    title = _("%(person)s asks for leave: %(subject)s, %(time)s", person=absent, subject=meeting.subject,
              time=_time(meeting))
    says = _("%(person)s cannot come to “%(subject)s”.", person=absent, subject=meeting.subject)
    goes = _("In their place: %(person)s", person=substitute) if substitute else ""
    why = _("Reason: %(reason)s", reason=reason) if reason else ""
    decide = _("Please decide: %(address)s", address=address)
    return title, _paragraphs(says, why, goes, _when_and_where(meeting), decide)


def leave_withdrawn(meeting: Meeting, absent: str) -> Told:
    """For those who had to decide on it."""
    title = _("%(person)s no longer asks for leave: %(subject)s", person=absent, subject=meeting.subject)
    return title, _("There is nothing left for you to decide.")


def leave_granted(meeting: Meeting, by: str, said: str) -> Told:
    """For the absent one."""
    title = _("Leave granted: %(subject)s, %(time)s", subject=meeting.subject, time=_time(meeting))
    says = _("%(person)s has granted your leave from “%(subject)s”.", person=by, subject=meeting.subject)
    return title, _paragraphs(says, said, _when_and_where(meeting))


def leave_refused(meeting: Meeting, by: str, said: str) -> Told:
    """For the one who is expected after all, and asked again."""
    title = _("Leave not granted: %(subject)s, %(time)s", subject=meeting.subject, time=_time(meeting))
    says = _("%(person)s has not granted your leave from “%(subject)s”.", person=by, subject=meeting.subject)
    again = _("Please say again whether you come: %(address)s", address=_address(meeting))
    return title, _paragraphs(says, said, _when_and_where(meeting), again)


def _when_and_where(meeting: Meeting) -> str:
    when = _("When: %(time)s (%(zone)s)", time=_time(meeting), zone=reader().zone.key)
    places = [place for place in (meeting.location or meeting.venue, meeting.online_url) if place]
    return "\n".join([when, *(_("Where: %(place)s", place=place) for place in places)])


def _agenda(meeting: Meeting) -> str:
    items = [f"{number}. {item.title}" for number, item in enumerate(meeting.agenda, 1)]
    return "\n".join([_("Agenda:"), *items]) if items else ""


def _time(meeting: Meeting) -> str:
    return span(meeting.starts_at, meeting.ends_at)


def _address(meeting: Meeting) -> str:
    return absolute_address("meetings.meeting", meeting_id=meeting.id)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)

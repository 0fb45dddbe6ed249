"""What people are told of minutes that are handed out: subject and body in the language they are called in."""

from portal.accounts.models import Person
from portal.core.i18n import gettext as _
from portal.core.i18n import span
from portal.minutes.models import Minutes
from portal.minutes.words import address_of


def handed_out(minutes: Minutes, by: Person) -> tuple[str, str]:
    meeting = minutes.meeting
    return (
        _("Minutes of “%(subject)s”", subject=meeting.subject),
        _(
            "%(person)s gives you the minutes %(number)s of “%(subject)s”, %(time)s.\n\nRead them here: %(address)s",
            person=by.name, number=minutes.number or "", subject=meeting.subject,
            time=span(meeting.starts_at, meeting.ends_at), address=address_of(minutes),
        ),
    )


def reminded(minutes: Minutes) -> tuple[str, str]:
    return (
        _("Please read: minutes of “%(subject)s”", subject=minutes.meeting.subject),
        _(
            "The minutes %(number)s of “%(subject)s” wait for you to read them.\n\nRead them here: %(address)s",
            number=minutes.number or "", subject=minutes.meeting.subject, address=address_of(minutes),
        ),
    )

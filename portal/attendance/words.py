"""What is said of marks and absences."""

from portal.attendance.models import Way
from portal.attendance.standing import State
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext, span
from portal.meetings.models import Meeting
from portal.web.addresses import absolute_address

WAYS = {
    Way.CODE.value: _l("By the code on the wall"),
    Way.LINK.value: _l("On the guest's own page"),
    Way.DESK.value: _l("At the desk"),
    Way.BADGE.value: _l("By the badge"),
    Way.PAPER.value: _l("As on the paper list"),
    Way.OWN.value: _l("On the meeting's page"),
}
STATES = {
    State.PRESENT: lazy_pgettext("attendance", "Present"),
    State.LATE: lazy_pgettext("attendance", "Late"),
    State.EXPECTED: lazy_pgettext("attendance", "Expected"),
    State.EXCUSED: _l("Absent with leave"),
    State.ABSENT: _l("Absent without leave"),
    State.SPARED: _l("Did not have to come"),
}
# A state is told by word and sign, not by colour alone.
SIGNS = {
    State.PRESENT: "check", State.LATE: "clock", State.EXPECTED: "question", State.EXCUSED: "light-grey",
    State.ABSENT: "cross", State.SPARED: "light-grey",
}


def missed(meeting: Meeting) -> tuple[str, str]:
    """Subject and body that ask somebody why they were not there."""
    title = _("You were missed: %(subject)s", subject=meeting.subject)
    time = span(meeting.starts_at, meeting.ends_at)
    says = _("“%(subject)s” (%(time)s) took place without you, and no leave is known.", subject=meeting.subject,
             time=time)
    address = absolute_address("attendance.explanation", meeting_id=meeting.id)
    asks = _("Please say why you were not there: %(address)s", address=address)
    return title, f"{says}\n\n{asks}"

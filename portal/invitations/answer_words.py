"""What answers are called in lists of people."""

from portal.core.i18n import lazy_gettext as _l
from portal.invitations.people_list import UNTOLD
from portal.meetings.models import Answer, Attendee

WORDS = {
    Answer.NONE.value: _l("No answer"), Answer.ACCEPTED.value: _l("Accepted"), Answer.DECLINED.value: _l("Declined"),
    Answer.TENTATIVE.value: _l("Tentative"), Answer.DELEGATED.value: _l("Substitute"),
    Answer.WAITING.value: _l("Waiting list"), UNTOLD: _l("Not told yet"),
}


def answer_word(attendee: Attendee) -> str:
    """What the attendee said, or that nobody has told them."""
    return str(WORDS[attendee.answer if attendee.invited_at else UNTOLD])

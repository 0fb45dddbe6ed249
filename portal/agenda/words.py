"""What people are told of topics, in the language of whoever reads it, and what lines and states are called."""

from collections.abc import Callable

from portal.agenda.models import Topic, TopicState
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_pgettext as _pl
from portal.core.i18n import span
from portal.meetings.models import ItemKind, Meeting
from portal.web.addresses import absolute_address

Words = Callable[[], tuple[str, str]]

KINDS = (
    (ItemKind.REPORT.value, _pl("line of an agenda", "Report")),
    (ItemKind.DISCUSSION.value, _pl("line of an agenda", "Discussion")),
    (ItemKind.DECISION.value, _pl("line of an agenda", "Decision")),
)
STATES = {
    TopicState.OPEN.value: _pl("topic", "Waiting"),
    TopicState.TAKEN.value: _pl("topic", "Taken onto an agenda"),
    TopicState.DECLINED.value: _pl("topic", "Declined"),
    TopicState.WITHDRAWN.value: _pl("topic", "Withdrawn"),
}


def proposed(topic: Topic) -> tuple[str, str]:
    """Subject and body for those who decide, and for the head of the department."""
    says = _(
        "%(person)s of %(department)s proposes “%(title)s”.", person=topic.proposed_by.name,
        department=topic.department.name, title=topic.title,
    )
    return _("Topic proposed: %(title)s", title=topic.title), _paragraphs(says, topic.reason, _address(topic))


def taken(topic: Topic, meeting: Meeting | None) -> tuple[str, str]:
    """Subject and body that say it is on an agenda; of which meeting only to those who may see that."""
    says = _("“%(title)s” is on an agenda now.", title=topic.title)
    if meeting is not None:
        time = span(meeting.starts_at, meeting.ends_at)
        says = _("“%(title)s” is on the agenda of “%(subject)s”, %(time)s.", title=topic.title,
                 subject=meeting.subject, time=time)
    return _("Topic taken: %(title)s", title=topic.title), _paragraphs(says, _address(topic))


def declined(topic: Topic) -> tuple[str, str]:
    says = _("“%(title)s” is not taken onto an agenda: %(words)s", title=topic.title, words=topic.decision_words)
    return _("Topic declined: %(title)s", title=topic.title), _paragraphs(says, _address(topic))


def withdrawn(topic: Topic) -> tuple[str, str]:
    says = _("“%(title)s” is withdrawn and needs no decision any more.", title=topic.title)
    return _("Topic withdrawn: %(title)s", title=topic.title), _paragraphs(says, _address(topic))


def _address(topic: Topic) -> str:
    return absolute_address("agenda.topic", topic_id=topic.id)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)

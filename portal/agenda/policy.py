"""Who may read and add papers, run a meeting line by line, and deal with topics."""

from portal.accounts.models import Person, Role
from portal.agenda.models import Paper, Topic, TopicState
from portal.meetings import policy as meetings
from portal.meetings.models import AgendaItem, Confidentiality, Meeting

OPEN_TO_READERS = (Confidentiality.INTERNAL, Confidentiality.DEPARTMENT)


def may_read_papers(actor: Person, meeting: Meeting) -> bool:
    """Editors, whoever was told, who approves it now; of a meeting open to house or department all who see it."""
    if meetings.may_edit(actor, meeting) or meetings.told_part(actor, meeting) is not None:
        return True
    waits = meeting.submitted_at is not None and meeting.approved_at is None
    if waits and meetings.may_decide(actor, meeting):
        return True
    return meeting.confidentiality in OPEN_TO_READERS and meetings.may_see(actor, meeting)


def may_add_paper(actor: Person, meeting: Meeting, item: AgendaItem | None) -> bool:
    """Editors; and to their own line those who present it."""
    if meetings.may_edit(actor, meeting):
        return True
    presents = item is not None and item.presenter_id == actor.id
    return presents and meetings.told_part(actor, meeting) is not None


def may_change_paper(actor: Person, paper: Paper) -> bool:
    """Replace or remove it: whoever may add one there."""
    return may_add_paper(actor, paper.meeting, paper.item)


def may_run(actor: Person, meeting: Meeting) -> bool:
    """Take the meeting from line to line: whoever runs the day."""
    return meetings.may_arrange(actor, meeting)


# --- Topics ---


def may_propose(actor: Person) -> bool:
    """Everybody who belongs to a department, for that department."""
    return actor.is_active and actor.department_id is not None


def may_see_topic(actor: Person, topic: Topic) -> bool:
    """Who proposed it, the head of its department, the office, and the organizer of the meeting it is for.

    Of one for a secret meeting nobody else hears who does not see the meeting.
    """
    if topic.proposed_by_id == actor.id:
        return True
    if topic.meeting is not None:
        if topic.meeting.organizer_id == actor.id:
            return True
        if topic.meeting.is_secret and not meetings.may_see(actor, topic.meeting):
            return False
    return actor.has_role(Role.MEETING_OFFICE) or heads(actor, topic)


def may_decide_topic(actor: Person, topic: Topic) -> bool:
    """Take it or decline it: the office, and whoever may change the meeting that it is for."""
    if topic.meeting is not None and meetings.may_edit(actor, topic.meeting):
        return True
    return actor.has_role(Role.MEETING_OFFICE) and may_see_topic(actor, topic)


def may_withdraw(actor: Person, topic: Topic) -> bool:
    """Who proposed it, and the head of the department it was proposed for, until it is decided."""
    mine = topic.proposed_by_id == actor.id or (heads(actor, topic) and may_see_topic(actor, topic))
    return mine and topic.state == TopicState.OPEN


def heads(actor: Person, topic: Topic) -> bool:
    """Whether the actor heads the department that it was proposed for."""
    return actor.has_role(Role.DEPARTMENT_HEAD) and actor.department_id == topic.department_id

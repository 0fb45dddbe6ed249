"""Everything that can be done to topics: proposed by departments, then taken onto an agenda, declined or withdrawn."""

from collections.abc import Iterable

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.agenda import policy, words
from portal.agenda.lines import MOST_LINES, take_lines
from portal.agenda.models import Topic, TopicState
from portal.agenda.typed import Line, check, presenters
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings import policy as meetings
from portal.meetings.approving import lapse
from portal.meetings.changing import changed, one_line
from portal.meetings.models import AgendaItem, Meeting
from portal.notifications.commands import mark_read, tell

LONGEST_REASON = 5000
LONGEST_WORDS = 500


def propose(actor: Person, line: Line, *, reason: str = "", meeting: Meeting | None = None) -> Topic:
    """Propose a topic for the actor's department, for a meeting that they see or for whichever the office chooses.

    Raises NotAllowed for whoever belongs to no department, Missing for a meeting that they may not see, or DomainError.
    """
    allow(policy.may_propose(actor))
    if meeting is not None:
        _insist_takes_topics(actor, meeting)
    check(line)
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")
    topic = Topic(
        department_id=actor.department_id, meeting=meeting, title=one_line(line.title), reason=reason, kind=line.kind,
        minutes=line.minutes, presenter=_presenter(line), proposed_by=actor, proposed_at=clock.now(),
    )
    db.session.add(topic)
    db.session.flush()
    record(actor, "topic.proposed", topic, title=topic.title)
    _tell(actor, topic, "topic.proposed", [*_deciders(topic), *_heads(topic)])
    return topic


def take(actor: Person, topic: Topic, meeting: Meeting) -> AgendaItem:
    """Put the topic at the end of the meeting's agenda. Raises NotAllowed, or DomainError if it waits no more."""
    allow(policy.may_decide_topic(actor, topic))
    items = take_lines(actor, meeting)
    _insist_open(topic)
    if len(items) >= MOST_LINES:
        raise DomainError(_("An agenda has at most %(count)s items.", count=MOST_LINES))
    item = AgendaItem(
        meeting_id=meeting.id, position=len(items), title=topic.title, kind=topic.kind, minutes=topic.minutes,
        presenter=topic.presenter,
    )
    db.session.add(item)
    db.session.flush()
    topic.item, topic.decided_at, topic.decided_by = item, clock.now(), actor
    db.session.expire(meeting, ["agenda"])
    lapse(actor, meeting)
    changed(meeting)
    record(actor, "topic.taken", topic, title=topic.title)
    record(actor, "meeting.topic_taken", meeting, line=item.title)
    _tell_taken(actor, topic, meeting)
    return item


def decline(actor: Person, topic: Topic, said: str) -> None:
    """Decline the topic with these words, which its department reads."""
    allow(policy.may_decide_topic(actor, topic))
    _insist_open(topic)
    said = said.strip()
    if not said:
        raise DomainError(_("Please say why."), "words")
    if len(said) > LONGEST_WORDS:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_WORDS), "words")
    topic.decided_at, topic.decided_by, topic.decision_words = clock.now(), actor, said
    db.session.flush()
    record(actor, "topic.declined", topic, title=topic.title, words=said)
    _tell(actor, topic, "topic.declined", _department(topic))
    mark_read(actor, "topic", topic.id)


def withdraw(actor: Person, topic: Topic) -> None:
    """Take the proposal back before it is decided."""
    _insist_open(topic)
    allow(policy.may_withdraw(actor, topic))
    topic.withdrawn_at = clock.now()
    db.session.flush()
    record(actor, "topic.withdrawn", topic, title=topic.title)
    _tell(actor, topic, "topic.withdrawn", [*_deciders(topic), *_department(topic)])


def _insist_takes_topics(actor: Person, meeting: Meeting) -> None:
    if not meetings.may_see(actor, meeting):
        raise Missing(_("There is no such meeting."))
    if meeting.cancelled_at or meeting.closed_at or meeting.ends_at <= clock.now():
        raise DomainError(_("This meeting takes no topics any more."), "meeting_id")


def _insist_open(topic: Topic) -> None:
    """Lock the topic; raise DomainError if somebody has dealt with it."""
    db.session.refresh(topic, with_for_update={"of": Topic, "key_share": True})
    if topic.state != TopicState.OPEN:
        raise DomainError(_("Somebody has dealt with this topic already: %(state)s.",
                            state=str(words.STATES[topic.state.value]).lower()))


def _presenter(line: Line) -> Person | None:
    """Who presents it: of a topic somebody of the house."""
    found = presenters([line.presenter], "presenter").get(line.presenter)
    if found is not None and found.person is None:
        raise DomainError(_("Nobody here is called that."), "presenter")
    return found.person if found else None


def _deciders(topic: Topic) -> list[Person]:
    """Who is asked: the organizer of its meeting, else the office."""
    return [topic.meeting.organizer] if topic.meeting else list(accounts.with_role(Role.MEETING_OFFICE))


def _heads(topic: Topic) -> list[Person]:
    return [head for head in accounts.heads_of(topic.department_id) if policy.may_see_topic(head, topic)]


def _department(topic: Topic) -> list[Person]:
    """Who is told of the answer: whoever proposed it, and the head of the department."""
    return [topic.proposed_by, *_heads(topic)]


def _tell(actor: Person, topic: Topic, kind: str, people: Iterable[Person]) -> None:
    said = {"topic.proposed": words.proposed, "topic.declined": words.declined, "topic.withdrawn": words.withdrawn}
    tell([person for person in people if person.id != actor.id], kind, "topic", topic, lambda: said[kind](topic))


def _tell_taken(actor: Person, topic: Topic, meeting: Meeting) -> None:
    told = {person.id: person for person in _department(topic) if person.id != actor.id}.values()
    knowing = [person for person in told if meetings.may_see(person, meeting)]
    tell(knowing, "topic.taken", "topic", topic, lambda: words.taken(topic, meeting))
    others = [person for person in told if person not in knowing]
    tell(others, "topic.taken", "topic", topic, lambda: words.taken(topic, None))
    mark_read(actor, "topic", topic.id)

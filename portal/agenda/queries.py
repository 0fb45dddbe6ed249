"""Reading agendas, papers and topics. Each function takes the same number of statements whatever it finds."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.accounts.models import Person, Role
from portal.accounts.queries import active_people
from portal.agenda.models import Paper, Topic
from portal.core.db import db
from portal.meetings.models import AgendaItem, Attendee, Confidentiality, Meeting
from portal.meetings.seeing import seen_by

MOST_MEETINGS = 200


# --- Lines ---


def _lines(meeting_id: int) -> Select[AgendaItem]:
    return (
        select(AgendaItem)
        .options(joinedload(AgendaItem.presenter).joinedload(Person.department))
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.id)
    )


def lines_of(meeting_id: int) -> Sequence[AgendaItem]:
    """The lines that stand, in order, with their presenters. One statement."""
    return db.session.scalars(_lines(meeting_id)).all()


def lines_anew(meeting_id: int) -> list[AgendaItem]:
    """The same as they are in the database now, for whoever holds the meeting's lock."""
    return list(db.session.scalars(_lines(meeting_id).execution_options(populate_existing=True)))


def people_called(words: Iterable[str]) -> Sequence[Person]:
    """Active people whose name or login is one of these words. One statement."""
    names = sorted(set(words))
    lower = [name.lower() for name in names]
    return db.session.scalars(
        active_people()
        .where(or_(Person.login.in_(lower), Person.name.in_(names), func.lower(Person.name).in_(lower)))
        .order_by(Person.id)
    ).all()


def people_ids_in(meeting_id: int) -> set[int]:
    """Who of the house is in the meeting. One statement."""
    mine = select(Attendee.person_id).where(Attendee.meeting_id == meeting_id, Attendee.person_id.is_not(None))
    return {person_id for person_id in db.session.scalars(mine) if person_id}


# --- Papers ---


def papers_of(meeting_id: int) -> Sequence[Paper]:
    """All versions of the meeting's papers that stand, oldest first. One statement."""
    return db.session.scalars(
        select(Paper)
        .options(joinedload(Paper.added_by))
        .where(Paper.meeting_id == meeting_id, _stands())
        .order_by(Paper.id)
    ).all()


def notice_papers(meeting_id: int) -> Sequence[Paper]:
    """The newest versions of the papers that go with the meeting's notice. One statement."""
    return db.session.scalars(
        select(Paper)
        .where(Paper.meeting_id == meeting_id, _stands(), Paper.goes_with_notice.is_(True), ~_is_replaced())
        .order_by(Paper.id)
    ).all()


def _stands() -> ColumnElement[bool]:
    """That neither the paper nor its line was removed."""
    gone = select(AgendaItem.id).where(AgendaItem.id == Paper.agenda_item_id, AgendaItem.removed_at.is_not(None))
    return and_(Paper.removed_at.is_(None), ~gone.exists())


def _is_replaced() -> ColumnElement[bool]:
    later = aliased(Paper)
    return select(later.id).where(later.replaces_id == Paper.id).exists()


def newest_of(paper: Paper) -> bool:
    """Whether no later version replaces it. One statement."""
    return db.session.scalars(select(Paper.id).where(Paper.replaces_id == paper.id)).first() is None


def versions_of(paper: Paper) -> list[Paper]:
    """This version and all before it, as they are now, newest first. One statement."""
    of_meeting = select(Paper).where(Paper.meeting_id == paper.meeting_id).execution_options(populate_existing=True)
    by_id = {one.id: one for one in db.session.scalars(of_meeting)}
    chain, at = [], by_id.get(paper.id)
    while at is not None:
        chain.append(at)
        at = by_id.get(at.replaces_id) if at.replaces_id else None
    return chain


# --- Topics ---


def topics_seen_by(person: Person) -> Select[Topic]:
    """What `policy.may_see_topic` lets the person see, newest first, with all that a row shows."""
    no_secret = or_(Topic.meeting_id.is_(None), Meeting.confidentiality != Confidentiality.SECRET, seen_by(person))
    ways = [Topic.proposed_by_id == person.id, Meeting.organizer_id == person.id]
    if person.has_role(Role.MEETING_OFFICE):
        ways.append(no_secret)
    elif person.has_role(Role.DEPARTMENT_HEAD):
        ways.append(and_(Topic.department_id == person.department_id, no_secret))
    return (
        select(Topic)
        .outerjoin(Topic.meeting)
        .options(
            contains_eager(Topic.meeting), joinedload(Topic.department), joinedload(Topic.proposed_by),
            joinedload(Topic.presenter), joinedload(Topic.item).joinedload(AgendaItem.meeting),
        )
        .where(or_(*ways))
        .order_by(Topic.id.desc())
    )


def is_open() -> ColumnElement[bool]:
    """The condition that a topic waits."""
    return and_(Topic.decided_at.is_(None), Topic.withdrawn_at.is_(None))


def waiting_for(meeting_id: int, *, with_free: bool) -> Sequence[Topic]:
    """Topics that wait for this meeting, and `with_free` those for no meeting in particular. One statement."""
    wanted = Topic.meeting_id == meeting_id
    return db.session.scalars(
        select(Topic)
        .options(joinedload(Topic.department), joinedload(Topic.proposed_by), joinedload(Topic.presenter))
        .where(is_open(), or_(wanted, Topic.meeting_id.is_(None)) if with_free else wanted)
        .order_by(Topic.meeting_id.is_(None), Topic.id)
        .limit(50)
    ).all()


def hidden_topics(person: Person, topic_ids: Iterable[int]) -> set[int]:
    """Which of these topics are for a secret meeting that the person may not know of. One statement."""
    return set(db.session.scalars(
        select(Topic.id)
        .join(Topic.meeting)
        .where(
            Topic.id.in_(list(topic_ids)), Meeting.confidentiality == Confidentiality.SECRET,
            Topic.proposed_by_id != person.id, not_(seen_by(person)),
        )
    ))


def topics_for(meeting_id: int) -> Sequence[Topic]:
    """All topics ever proposed for the meeting."""
    return db.session.scalars(select(Topic).where(Topic.meeting_id == meeting_id)).all()


def meetings_ahead(person: Person, now: datetime) -> Sequence[Meeting]:
    """Meetings that have not ended and that the person may see, soonest first. One statement."""
    return db.session.scalars(_ahead(now).where(seen_by(person))).all()


def meetings_to_fill(person: Person, now: datetime) -> Sequence[Meeting]:
    """Meetings that have not ended and that the person may change, soonest first. One statement."""
    ways = [Meeting.organizer_id == person.id]
    if person.has_role(Role.MEETING_OFFICE):
        named = select(Attendee.meeting_id).where(Attendee.person_id == person.id)
        ways.append(or_(Meeting.confidentiality != Confidentiality.SECRET, Meeting.id.in_(named)))
    return db.session.scalars(_ahead(now).where(or_(*ways))).all()


def _ahead(now: datetime) -> Select[Meeting]:
    standing = (Meeting.cancelled_at.is_(None), Meeting.closed_at.is_(None), Meeting.ends_at > now)
    return select(Meeting).where(*standing).order_by(Meeting.starts_at, Meeting.id).limit(MOST_MEETINGS)

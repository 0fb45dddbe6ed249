"""Reading minutes. Each question takes the same number of statements however long the meeting was."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, not_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings.models import AgendaItem, Confidentiality, Meeting
from portal.meetings.seeing import seen_by
from portal.minutes.models import Minutes, MinutesComment, MinutesLine
from portal.resolutions.models import Event, Node, Resolution, Step


def minutes_of(meeting_id: int) -> Minutes | None:
    """The minutes of that meeting, with the meeting and who did what to them last. One statement."""
    return db.session.scalars(
        select(Minutes)
        .options(
            # Without its kind: the meeting is locked later, which PostgreSQL refuses for what is joined from outside.
            joinedload(Minutes.meeting, innerjoin=True), joinedload(Minutes.submitted_by),
            joinedload(Minutes.final_by), joinedload(Minutes.changed_by, innerjoin=True),
        )
        .where(Minutes.meeting_id == meeting_id)
    ).one_or_none()


def is_final(meeting_id: int) -> bool | None:
    """Whether the meeting's minutes are final; None if they have not been opened. One statement."""
    row = db.session.execute(select(Minutes.final_at).where(Minutes.meeting_id == meeting_id)).one_or_none()
    return None if row is None else row.final_at is not None


def lines_of(minutes_id: int, *, anew: bool = False) -> Sequence[MinutesLine]:
    """The lines in order, with presenters, votes, and who changed them last. Two statements.

    `anew` is for whoever holds the lock: as they are in the database now.
    """
    return db.session.scalars(
        select(MinutesLine)
        .options(
            joinedload(MinutesLine.item).joinedload(AgendaItem.presenter), joinedload(MinutesLine.changed_by),
            selectinload(MinutesLine.votes),
        )
        .where(MinutesLine.minutes_id == minutes_id)
        .order_by(MinutesLine.position, MinutesLine.id)
        .execution_options(populate_existing=anew)
    ).all()


def comments_of(minutes_id: int) -> Sequence[MinutesComment]:
    """What reviewers say, in the order of saying. One statement."""
    return db.session.scalars(
        select(MinutesComment)
        .options(joinedload(MinutesComment.by, innerjoin=True), joinedload(MinutesComment.settled_by))
        .where(MinutesComment.minutes_id == minutes_id)
        .order_by(MinutesComment.id)
    ).all()


def open_comments(minutes_id: int) -> int:
    """How many comments nobody has settled."""
    waiting = MinutesComment.minutes_id == minutes_id, MinutesComment.settled_at.is_(None)
    return db.session.scalars(select(func.count()).select_from(MinutesComment).where(*waiting)).one()


def unissued(meeting_id: int) -> Sequence[Resolution]:
    """What the meeting resolved and nobody was given yet, in the order of writing. One statement.

    What somebody gave back is no part of it: whoever entered it looks at that first.
    """
    given_back = select(Step.resolution_id).where(Step.event == Event.REFUSED)
    return db.session.scalars(
        select(Resolution)
        .where(
            Resolution.meeting_id == meeting_id, Resolution.node.in_([Node.REGISTERED, Node.APPROVED]),
            Resolution.stands(), Resolution.id.not_in(given_back),
        )
        .order_by(Resolution.id)
    ).all()


def line_of_item(agenda_item_id: int) -> MinutesLine | None:
    """What the minutes say of that line of the agenda, with votes and minutes. Two statements."""
    return db.session.scalars(
        select(MinutesLine)
        .join(MinutesLine.minutes)
        .options(contains_eager(MinutesLine.minutes).joinedload(Minutes.meeting), selectinload(MinutesLine.votes))
        .where(MinutesLine.agenda_item_id == agenda_item_id)
    ).one_or_none()


def hidden_from(person: Person, minutes_ids: Iterable[int]) -> set[int]:
    """Which of these are minutes of a secret meeting that the person may not know of. One statement."""
    return set(db.session.scalars(
        select(Minutes.id)
        .join(Minutes.meeting)
        .where(
            Minutes.id.in_(list(minutes_ids)), Meeting.confidentiality == Confidentiality.SECRET, not_(seen_by(person))
        )
    ))

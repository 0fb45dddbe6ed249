"""Reading requests for a later day: those of one resolution, and those that wait for a person."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from portal.accounts.models import Person, Role, RoleGrant
from portal.core.db import db
from portal.meetings.models import Attendee, Meeting, Part
from portal.resolutions import policy as resolutions
from portal.resolutions.models import Resolution
from portal.resolutions.queries import is_secret, seen_by
from portal.supervision.models import DelayDecision, DelayRequest, Stage


def requests_of(resolution_id: int) -> Sequence[DelayRequest]:
    """What was asked for and how it was decided, the newest first. Two statements."""
    return db.session.scalars(
        select(DelayRequest)
        .options(
            joinedload(DelayRequest.asked_by, innerjoin=True),
            selectinload(DelayRequest.decisions).joinedload(DelayDecision.decided_by, innerjoin=True),
        )
        .where(DelayRequest.resolution_id == resolution_id)
        .order_by(DelayRequest.id.desc())
    ).all()


def to_decide(actor: Person) -> Select[DelayRequest]:
    """`delay_policy.may_decide` in SQL: what waits for the actor, oldest first, with all that a list names of it."""
    return (
        select(DelayRequest)
        .join(DelayRequest.resolution)
        .options(
            contains_eager(DelayRequest.resolution).options(
                joinedload(Resolution.department, innerjoin=True), joinedload(Resolution.owner, innerjoin=True),
                joinedload(Resolution.meeting),
            ),
            joinedload(DelayRequest.asked_by, innerjoin=True),
        )
        .where(
            DelayRequest.outcome.is_(None), DelayRequest.asked_by_id != actor.id, Resolution.stands(),
            or_(_as_head(actor), and_(Resolution.owner_id != actor.id, or_(_as_supervisor(actor), _as_leader(actor)))),
        )
        .order_by(DelayRequest.asked_at, DelayRequest.id)
    )


def _as_head(actor: Person) -> ColumnElement[bool]:
    headed = resolutions.headed_by(actor)
    return and_(_is_at(Stage.HEAD), Resolution.department_id.in_(headed)) if headed else false()


def _is_at(stage: Stage) -> ColumnElement[bool]:
    """`delay_policy.stage_of` in SQL."""
    head = aliased(Person)
    has_heads = exists().where(
        head.department_id == Resolution.department_id, head.left_at.is_(None), head.id != DelayRequest.asked_by_id,
        RoleGrant.person_id == head.id, RoleGrant.role == Role.DEPARTMENT_HEAD,
    )
    if stage == Stage.HEAD:
        return and_(DelayRequest.stage == Stage.HEAD, has_heads)
    if stage == Stage.SUPERVISOR:
        return or_(DelayRequest.stage == Stage.SUPERVISOR, and_(DelayRequest.stage == Stage.HEAD, ~has_heads))
    return DelayRequest.stage == stage


def _as_supervisor(actor: Person) -> ColumnElement[bool]:
    is_kept = and_(is_secret(), _meeting_in(actor, Part.CHAIR, Part.RECORDER, edits=True))
    if actor.has_role(Role.SUPERVISOR):
        may: ColumnElement[bool] = true()
    else:
        may = or_(is_kept, ~_has_supervisor()) if actor.has_role(Role.LEADER) else is_kept
    return and_(_is_at(Stage.SUPERVISOR), seen_by(actor), may)


def _has_supervisor() -> ColumnElement[bool]:
    one = aliased(Person)
    return exists().where(
        one.left_at.is_(None), RoleGrant.person_id == one.id, RoleGrant.role == Role.SUPERVISOR,
        one.id != DelayRequest.asked_by_id, one.id != Resolution.owner_id,
    )


def _as_leader(actor: Person) -> ColumnElement[bool]:
    is_theirs = or_(
        Resolution.instructed_by_id == actor.id, and_(is_secret(), _meeting_in(actor, Part.CHAIR)),
        *([seen_by(actor)] if actor.has_role(Role.LEADER) else []),
    )
    return and_(_is_at(Stage.LEADER), is_theirs)


def _meeting_in(actor: Person, *parts: Part, edits: bool = False) -> ColumnElement[bool]:
    """Resolved by a meeting in which the actor was told of one of these parts, or that the actor edits.

    Of a secret meeting only: those of the meeting office edit it who are named in it.
    """
    mine = Attendee.person_id == actor.id
    found = [select(Attendee.meeting_id).where(mine, Attendee.part.in_(parts), Attendee.invited_at.is_not(None))]
    if edits:
        found.append(select(Meeting.id).where(Meeting.organizer_id == actor.id))
    if edits and actor.has_role(Role.MEETING_OFFICE):
        found.append(select(Attendee.meeting_id).where(mine))
    return or_(*(Resolution.meeting_id.in_(one) for one in found))

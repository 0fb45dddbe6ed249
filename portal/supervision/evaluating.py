"""Looking, some time after the closing, what has come of it."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person, Role
from portal.audit.commands import record
from portal.audit.models import AuditEntry
from portal.core import clock, workdays
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.notifications.commands import tell
from portal.resolutions import policy
from portal.resolutions.commands import insist_words, lock, note, people_of
from portal.resolutions.models import Event, Resolution
from portal.resolutions.queries import seen_by
from portal.resolutions.today import today
from portal.supervision import evaluation_words as words
from portal.supervision.models import Effect, Evaluation
from portal.supervision.owing import claimed, tell_lists, who_watch

LONGEST_WORDS = 2000
MOST = 500  # in one round; what is left comes in the next


def evaluate(actor: Person, resolution: Resolution, effect: Effect, said: str) -> Evaluation:
    """Say whether what was done had the effect that was meant; those who did it are told.

    Raises NotAllowed, or DomainError before the day has come, without words, or when it was said since the closing.
    """
    allow(policy.may_close(actor, resolution))
    lock(resolution)
    _insist_due(resolution)
    said = insist_words(said)
    made = Evaluation(resolution=resolution, effect=effect, words=said, by_id=actor.id, at=clock.now())
    db.session.add(made)
    note(actor, resolution, Event.EVALUATED, said)
    record(actor, "resolution.evaluated", resolution, effect=effect, words=said)
    tell(people_of(resolution, actor), "resolution.evaluated", "resolution", resolution,
         partial(words.evaluated, resolution, effect, said))
    return made


def _insist_due(resolution: Resolution) -> None:
    if resolution.closed_at is None or resolution.evaluate_on is None:
        raise DomainError(_("This resolution is not closed."))
    if today() < resolution.evaluate_on:
        raise DomainError(_("Its effect can be seen from %(day)s on.", day=plain_day(resolution.evaluate_on)))
    if last_evaluation(resolution) is not None:
        raise DomainError(_("Its effect has been evaluated already."))


def last_evaluation(resolution: Resolution) -> Evaluation | None:
    """What was found since it was closed, if anything. One statement."""
    return db.session.scalars(
        select(Evaluation)
        .options(joinedload(Evaluation.by, innerjoin=True))
        .where(Evaluation.resolution_id == resolution.id, Evaluation.at >= resolution.closed_at)
        .limit(1)
    ).first()


def to_evaluate(actor: Person) -> Select[Resolution]:
    """What the actor may see of what is to be evaluated, the longest awaited first."""
    return _awaited().where(seen_by(actor), Resolution.owner_id != actor.id).order_by(
        Resolution.evaluate_on, Resolution.id
    )


def _awaited() -> Select[Resolution]:
    return (
        select(Resolution)
        .options(
            joinedload(Resolution.owner, innerjoin=True), joinedload(Resolution.department, innerjoin=True),
            joinedload(Resolution.meeting),
        )
        .where(_is_awaited())
    )


def _is_awaited() -> ColumnElement[bool]:
    """Its day has come, and nobody has looked since it was closed."""
    looked = exists().where(Evaluation.resolution_id == Resolution.id, Evaluation.at >= Resolution.closed_at)
    return and_(Resolution.closed_at.is_not(None), Resolution.evaluate_on <= today(), ~looked)


# --- By the clock ---


def announce_due() -> None:
    """Tell the supervisors once, by one mail each, what is to be evaluated; nothing at times without work.

    One statement while there is nothing new. Several workers may do it at once.
    """
    if workdays.is_quiet():
        return
    was_said = exists().where(
        AuditEntry.record_kind == "resolution", AuditEntry.record_id == Resolution.id,
        AuditEntry.action == "resolution.evaluation_due", AuditEntry.at >= Resolution.closed_at,
    )
    found = claimed(_awaited().where(~was_said).limit(MOST))
    if not found:
        return
    watchers = who_watch([Role.SUPERVISOR], found)
    for resolution in found:
        record(None, "resolution.evaluation_due", resolution)
    tell_lists([(one, _others(one, watchers[one.id])) for one in found], "evaluation.due", words.due)


def _others(resolution: Resolution, people: Sequence[Person]) -> list[Person]:
    """Nobody evaluates what they own."""
    return [person for person in people if person.id != resolution.owner_id]

"""Bulletins (督办通报): how departments stood, as it was when it was issued. What is confidential is not in them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.accounts import queries as accounts
from portal.accounts.models import Department, Person, Role
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.numbers import number_in
from portal.notifications.commands import tell
from portal.resolutions import policy as resolutions
from portal.resolutions import queries
from portal.resolutions.models import Resolution
from portal.resolutions.today import today
from portal.supervision import bulletin_words, figures
from portal.supervision.figure_policy import may_issue
from portal.supervision.figures import Basis, Scope, What
from portal.supervision.models import Bulletin
from portal.supervision.periods import Period

NUMBERS = "DB-"
MOST_LATE = 500


def compose(period: Period, department_id: int | None) -> dict[str, Any]:
    """What a bulletin would say now, as plain values: figures, what is late, and whether something is left out."""
    scope = figures.public_scope(period, department_id)
    late, count = _late(scope)
    return {
        "as_of": scope.today.isoformat(),
        "lines": figures.plain_of(figures.lines(scope)),
        "late": late,
        "more_late": count - len(late),
        "leaves_out": figures.leaves_out(period, department_id),
    }


def _late(scope: Scope) -> tuple[list[dict[str, Any]], int]:
    """What is late by the date that counts, longest first, and how much there is of it. Three statements."""
    by = Basis.EXTENDED
    conditions = [scope.condition(what, by) for what in (What.OVERDUE, What.LATE)]
    query = select(Resolution).where(conditions[0] | conditions[1])
    count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(
        query.options(joinedload(Resolution.department, innerjoin=True), joinedload(Resolution.owner, innerjoin=True))
        .order_by(scope.days_late(by).desc(), Resolution.id)
        .limit(MOST_LATE)
    ).all()
    reported = queries.last_reports([one.id for one in rows])
    return [_late_item(one, reported.get(one.id), scope.today) for one in rows], count


def _late_item(resolution: Resolution, reported_at: datetime | None, day: date) -> dict[str, Any]:
    return {
        "id": resolution.id,
        "number": resolution.number,
        "heading": resolution.heading,
        "department": resolution.department.name,
        "owner": resolution.owner.name,
        "original_due_on": resolution.original_due_on.isoformat(),
        "due_on": resolution.due_on.isoformat(),
        "days_late": figures.days_late_of(resolution, Basis.EXTENDED, day),
        "is_done": resolution.closed_at is not None,
        "last_report_at": reported_at.isoformat() if reported_at else None,
    }


def seen(content: Mapping[str, Any]) -> str:
    """Another one as soon as anything in it is another: whoever issues it has read what they issue."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def issue(
    actor: Person, period: Period, *, department_id: int | None = None, words: str = "", as_seen: str | None = None
) -> Bulletin:
    """Issue the bulletin of a period, and tell leaders and heads; what it says is never changed afterwards.

    Raises NotAllowed, or DomainError for a period that has not begun, and if the figures are no longer those that the
    actor has seen (`as_seen`, by `seen`).
    """
    allow(may_issue(actor))
    if period.first > today():
        raise DomainError(_("This period has not begun yet."))
    if department_id is not None and db.session.get(Department, department_id) is None:
        raise DomainError(_("There is no such department."))
    content = compose(period, department_id)
    if as_seen is not None and as_seen != seen(content):
        raise DomainError(_("The figures have changed since you read them. Read them again, then issue the bulletin."))
    made = Bulletin(
        number=number_in(NUMBERS, today().year), starts_on=period.first, ends_on=period.last,
        department_id=department_id, words=words, content=content, issued_by=actor, issued_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    record(actor, "bulletin.issued", made, number=made.number, period=f"{period.first} – {period.last}")
    tell(_readers(made, actor), "bulletin.issued", "bulletin", made, partial(bulletin_words.issued, made))
    return made


def _readers(bulletin: Bulletin, actor: Person) -> Sequence[Person]:
    """Leaders, and the heads of the departments that it is about."""
    people = accounts.with_role(Role.LEADER, Role.DEPARTMENT_HEAD)
    return [
        one for one in people
        if one.id != actor.id and (
            one.has_role(Role.LEADER) or bulletin.department_id in (None, one.department_id)
        )
    ]


# --- Reading ---


def issued_for(actor: Person) -> Select[Bulletin]:
    """The bulletins that the actor may read, the newest first."""
    query = (
        select(Bulletin)
        .options(joinedload(Bulletin.department), joinedload(Bulletin.issued_by, innerjoin=True))
        .order_by(Bulletin.id.desc())
    )
    if resolutions.may_see_all(actor):
        return query
    headed = resolutions.headed_by(actor)
    return query.where(Bulletin.department_id.is_(None) | Bulletin.department_id.in_(headed))


def late_items(bulletin: Bulletin, actor: Person) -> list[dict[str, Any]]:
    """What was late, without the words of what has become confidential since and is not for the actor.

    One statement. What the bulletin keeps stays as it was issued.
    """
    items: list[dict[str, Any]] = bulletin.content["late"]
    hidden = queries.hidden_from(actor, [item["id"] for item in items]) if items else set()
    return [{**item, "heading": None} if item["id"] in hidden else item for item in items]

"""Keeping the whole of the minutes as they are at a moment."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.minutes import policy
from portal.minutes.contents import Content, contents_of
from portal.minutes.models import Minutes, MinutesVersion, Why

# Why a version was kept, in the words of lists and logs.
WHY = {
    Why.KEPT.value: _l("Kept on purpose"),
    Why.SUBMITTED.value: _l("Given to be reviewed"),
    Why.RETURNED.value: _l("Given back"),
    Why.FINAL.value: lazy_pgettext("minutes", "Final"),
}


def keep(actor: Person, minutes: Minutes) -> MinutesVersion:
    """Keep a version because the actor wants one. Raises NotAllowed, or DomainError if nothing has changed."""
    allow(policy.may_keep(actor, minutes.meeting))
    lock(minutes)
    if minutes.final_at is not None:
        raise DomainError(_("These minutes are final: they do not change any more."))
    newest = next(iter(versions_of(minutes.id)), None)
    content = contents_of(minutes)
    if newest is not None and newest.content == content:
        raise DomainError(_("Nothing has changed since version %(number)s.", number=newest.number))
    return _add(actor, minutes, Why.KEPT, content)


def keep_version(actor: Person, minutes: Minutes, why: Why) -> MinutesVersion:
    """Keep what the minutes say now; for commands, which have checked the right and hold the lock."""
    db.session.flush()
    return _add(actor, minutes, why, contents_of(minutes))


def lock(minutes: Minutes) -> None:
    """Read the minutes anew and keep others from changing them until the end of this transaction."""
    db.session.refresh(minutes, with_for_update={"key_share": True, "of": Minutes})


def _add(actor: Person, minutes: Minutes, why: Why, content: Content) -> MinutesVersion:
    last = db.session.scalar(select(func.max(MinutesVersion.number)).where(MinutesVersion.minutes_id == minutes.id))
    version = MinutesVersion(
        minutes_id=minutes.id, number=(last or 0) + 1, why=why, content=content, made_by=actor, made_at=clock.now()
    )
    db.session.add(version)
    db.session.flush()
    record(actor, "minutes.version_kept", minutes, version=version.number, why=str(why))
    return version


def versions_of(minutes_id: int) -> Sequence[MinutesVersion]:
    """All that were kept, the newest first, with who kept them. One statement."""
    return db.session.scalars(
        select(MinutesVersion)
        .options(joinedload(MinutesVersion.made_by, innerjoin=True))
        .where(MinutesVersion.minutes_id == minutes_id)
        .order_by(MinutesVersion.number.desc())
    ).all()

"""Saved views of the board: a query by a name, each person's own. They change nothing but what its owner sees, so
that the log does not tell of them."""

from collections.abc import Sequence

from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.resolutions.board_models import SavedView

MOST = 20
LONGEST_NAME, LONGEST_QUERY = 60, 500


def save_view(actor: Person, name: str, query: str) -> SavedView:
    """Keep the query by that name; one of the same name is replaced. Raises DomainError naming the field."""
    name = _checked(name)
    if len(query) > LONGEST_QUERY:
        raise DomainError(_("This is too much to be saved. Leave out some of the columns or words."), "name")
    view = _named(actor, name)
    if view is None:
        _insist_room(actor)
        view = SavedView(person_id=actor.id, name=name)
        db.session.add(view)
    view.query = query
    db.session.flush()
    return view


def rename_view(view: SavedView, name: str) -> None:
    """Raises DomainError naming the field if there is another of that name."""
    name = _checked(name)
    other = _named(view.person, name)
    if other is not None and other.id != view.id:
        raise DomainError(_("You have another view of this name."), "name")
    view.name = name
    db.session.flush()


def remove_view(view: SavedView) -> None:
    db.session.delete(view)
    db.session.flush()


def views_of(actor: Person) -> Sequence[SavedView]:
    """By name. One statement."""
    return db.session.scalars(
        select(SavedView).where(SavedView.person_id == actor.id).order_by(SavedView.name)
    ).all()


def _named(actor: Person, name: str) -> SavedView | None:
    return db.session.scalars(
        select(SavedView).where(SavedView.person_id == actor.id, SavedView.name == name)
    ).one_or_none()


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise DomainError(_("Please give it a name."), "name")
    if len(name) > LONGEST_NAME:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_NAME), "name")
    return name


def _insist_room(actor: Person) -> None:
    kept = select(func.count()).select_from(SavedView).where(SavedView.person_id == actor.id)
    if (db.session.scalar(kept) or 0) >= MOST:
        raise DomainError(_("You have %(count)s views already. Remove one first.", count=MOST), "name")

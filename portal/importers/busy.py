"""Where calendars that people brought along are shown: to others as busy, to themselves with titles."""

from collections.abc import Collection, Iterable
from datetime import datetime, time

from portal.calendars.entries import Entry
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import local
from portal.importers.overlays import AHEAD, TOUCHED


def brought_along(
    person_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> Iterable[tuple[int, datetime, datetime, str | None]]:
    """When these people are busy by calendars of theirs. One statement."""
    found = {"person_ids": list(person_ids), "starts_at": starts_at, "ends_at": ends_at}
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(TOUCHED, found)]


def entries(person_id: int, starts_at: datetime, ends_at: datetime | None, most: int) -> list[Entry]:
    """The same for the calendar pages of the person. One statement."""
    if ends_at is None:
        rows = db.session.execute(AHEAD, {"person_id": person_id, "starts_at": starts_at, "most": most}).all()
    else:
        within = {"person_ids": [person_id], "starts_at": starts_at, "ends_at": ends_at}
        rows = db.session.execute(TOUCHED.limit(most), within).all()
    return [_entry(title, first, last) for _person_id, first, last, title in rows]


def _entry(title: str, starts_at: datetime, ends_at: datetime) -> Entry:
    midnights = {local(at).time() for at in (starts_at, ends_at)} == {time()}
    return Entry("overlay booking", title, starts_at, ends_at, state=_("Elsewhere"), all_day=midnights)

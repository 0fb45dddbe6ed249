"""Telling people without an account, by mail."""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from portal.core import clock
from portal.core.db import Base, db
from portal.core.i18n import speaking_to
from portal.notifications.commands import new_mail_to
from portal.notifications.models import OutgoingMail, OutsideNotice
from portal.notifications.words import LONGEST_SUBJECT, NOTHING, Enclosed, shorten


class Outsider(NamedTuple):
    """Somebody to be written to. `party_id` is by what the record's slice knows them."""

    party_id: int
    name: str
    address: str
    locale: str


def tell_outside(
    people: Iterable[Outsider], kind: str, record_kind: str, subject_of: Base,
    words: Callable[[Outsider], tuple[str, str]], *, zone: ZoneInfo, enclosed: Enclosed = NOTHING,
) -> int:
    """Write to each of these who has an address, in the transaction of its cause; answers to how many.

    `words` answers subject and body for one of them, in whose language and on whose zone's clock it is called;
    `enclosed` goes with the mail and knows them by their `party_id`.
    """
    reached = [person for person in people if person.address]
    if not reached:
        return 0
    now, rows, columns = clock.now(), [], {}
    for person in reached:
        with speaking_to(person.locale, zone):
            subject, body = words(person)
            columns[person.party_id] = enclosed.columns_for(person.party_id)
        rows.append(
            {
                "kind": kind, "record_kind": record_kind, "record_id": subject_of.id,  # type: ignore[attr-defined]
                "party_id": person.party_id, "name": person.name, "address": person.address, "locale": person.locale,
                "subject": shorten(subject, LONGEST_SUBJECT), "body": body, "created_at": now,
            }
        )
    # Matched by party: ids in the order of the rows would cost SQLite a statement for each.
    returning = insert(OutsideNotice).returning(OutsideNotice.id, OutsideNotice.party_id)
    told = {party: notice for notice, party in db.session.execute(returning, rows)}
    db.session.execute(
        insert(OutgoingMail),
        [
            {"outside_notice_id": told[person.party_id], **columns[person.party_id], **new_mail_to(person.address, now)}
            for person in reached
        ],
    )
    return len(reached)

"""Telling people something, so that it is neither lost nor told before it is true."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, time
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import insert, select, update

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import Base, db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.notifications import policy
from portal.notifications.models import Group, Manner, Notice, NoticePreference, OutgoingMail, OutgoingPost
from portal.notifications.timing import Leaving, leaving, next_hour
from portal.notifications.webhooks import announce
from portal.notifications.words import LONGEST_SUBJECT, NOTHING, Enclosed, Words, shorten

Personal = Callable[[Person], tuple[str, str]]


def tell(
    people: Iterable[Person], kind: str, record_kind: str, subject_of: Base, words: Words, *, public: bool = False,
    starts_at: datetime | None = None, personal: Personal | None = None, enclosed: Enclosed = NOTHING,
) -> int:
    """Put a notice into each person's inbox, and on its way outside as each chose, in the transaction of its cause.

    `words` answers subject and body; it is called once for each language and zone among the people, in which it
    then speaks. `personal`, if given, says it to each person instead, once for each; whoever gives it keeps what is
    the same for all. `kind` is `record.event` (`meeting.invitation`), `subject_of` the record it is about; `starts_at`
    says when that begins if it has no such attribute, or was to begin sooner before: what is near does not wait for
    quiet hours or a digest. `public` says that the words are fit for anybody in the house, named people or not: only
    then do webhooks hear of it. `enclosed` goes with mails. Answers how many people were told: each once, and nobody
    who has left. The statements do not grow with the number of people, but for very many.
    """
    if public:
        announce(kind, record_kind, subject_of, words)
    active = {person.id: person for person in people if person.is_active}
    if not active:
        return 0
    about = {
        "kind": kind, "record_kind": record_kind, "record_id": subject_of.id,  # type: ignore[attr-defined]
        "created_at": clock.now(),
    }
    leavings = _leavings(active, kind, starts_at or getattr(subject_of, "starts_at", None))
    said = _say_to(active.values(), words, personal, enclosed)
    notices = [
        {
            "recipient_id": person_id, "subject": shorten(said[person_id].subject, LONGEST_SUBJECT),
            "body": said[person_id].body, "digest_due_at": leavings[person_id].digest_at, **about,
        }
        for person_id in active
    ]
    # Matched by recipient: ids in the order of the rows would cost SQLite a statement for each.
    told = {
        recipient: notice
        for notice, recipient in db.session.execute(insert(Notice).returning(Notice.id, Notice.recipient_id), notices)
    }
    mails = [
        {"notice_id": told[person_id], **said[person_id].columns, **new_mail(person, mail_at)}
        for person_id, person in active.items()
        if (mail_at := leavings[person_id].mail_at)
    ]
    if mails:
        db.session.execute(insert(OutgoingMail), mails)
    return len(notices)


def _leavings(people: Mapping[int, Person], kind: str, starts_at: datetime | None) -> dict[int, Leaving]:
    """How each person's notice leaves, by what they chose. One statement."""
    found = db.session.scalars(select(NoticePreference).where(NoticePreference.person_id.in_(people)))
    preferences = {preference.person_id: preference for preference in found}
    now, zone = clock.now(), _settings().timezone
    return {
        person_id: leaving(kind, preferences.get(person_id), person.zone_or(zone), now, starts_at)
        for person_id, person in people.items()
    }


class _Said(NamedTuple):
    """What one person is told, and what else the mail of it holds."""

    subject: str
    body: str
    columns: dict[str, object]


def _say_to(
    people: Collection[Person], words: Words, personal: Personal | None, enclosed: Enclosed
) -> dict[int, _Said]:
    """What each person is told: said once in each language and zone, or to each if it is personal."""
    settings = _settings()
    said = {} if personal else said_to(people, words)
    for_each = {}
    for person in people:
        with speaking_to(person.locale or settings.locale, person.zone_or(settings.timezone)):
            subject, body = personal(person) if personal else said[person.id]
            for_each[person.id] = _Said(subject, body, enclosed.columns_for(person.id))
    return for_each


def said_to(people: Iterable[Person], words: Words) -> dict[int, tuple[str, str]]:
    """Subject and body for each person, said once in each language and zone."""
    settings = _settings()
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for_each = {}
    for person in people:
        zone = person.zone_or(settings.timezone)
        language = (person.locale or settings.locale, zone.key)
        if language not in said:
            with speaking_to(language[0], zone):
                said[language] = words()
        for_each[person.id] = said[language]
    return for_each


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings


def new_mail(person: Person, due_at: datetime) -> dict[str, Any]:
    """The columns of a mail to the person that may be tried from `due_at` on; what it carries comes besides."""
    return new_mail_to(person.email, due_at)


def new_mail_to(address: str, due_at: datetime) -> dict[str, Any]:
    """The columns of a mail to that address that may be tried from `due_at` on."""
    host = _settings().mail_from.rpartition("@")[2]
    return {
        "address": address, "message_id": f"<{uuid.uuid4()}@{host}>", "due_at": due_at, "attempts": 0,
        "last_error": "",
    }


def choose(
    actor: Person, *, manners: Mapping[Group, Manner], digest_hour: int, quiet_from: time | None,
    quiet_until: time | None, urgent_hours: int,
) -> None:
    """Tell the actor in these manners from now on; hours are on the actor's clock.

    What already waits for a digest waits for the new hour. Raises DomainError for quiet hours that are none.
    """
    if (quiet_from is None) != (quiet_until is None):
        raise DomainError(
            _("Please give both, from when and until when, or neither."), "quiet_from" if quiet_until else "quiet_until"
        )
    if quiet_from is not None and quiet_from == quiet_until:
        raise DomainError(_("Quiet hours must end at another time than they begin."), "quiet_until")
    hours = {"digest_hour": digest_hour, "urgent_hours": urgent_hours}
    quiet = {"quiet_from": quiet_from, "quiet_until": quiet_until}
    columns = {group.value: manners[group] for group in Group}
    db.session.merge(NoticePreference(person_id=actor.id, **columns, **hours, **quiet))
    zone = actor.zone_or(_settings().timezone)
    db.session.execute(
        update(Notice)
        .where(Notice.recipient_id == actor.id, Notice.digest_due_at.is_not(None))
        .values(digest_due_at=next_hour(digest_hour, zone, clock.now()))
    )
    db.session.flush()
    record(
        actor, "person.notices", actor, **{f"told_of_{group}": manner for group, manner in columns.items()}, **hours,
        **{name: f"{value:%H:%M}" for name, value in quiet.items() if value},
    )


def open_notice(actor: Person, notice: Notice) -> None:
    """The actor has opened this notice; raises NotAllowed if it is somebody else's."""
    allow(policy.may_read(actor, notice))
    if notice.read_at is None:
        notice.read_at = clock.now()


def mark_read(actor: Person, record_kind: str, record_id: int) -> None:
    """The actor has dealt with this record: what was told of it counts as read."""
    db.session.execute(
        update(Notice)
        .where(
            Notice.recipient_id == actor.id, Notice.record_kind == record_kind, Notice.record_id == record_id,
            Notice.read_at.is_(None),
        )
        .values(read_at=clock.now())
    )


def mark_all_read(actor: Person, up_to: int) -> None:
    """The actor is done with all notices up to that id: with those that the page showed, not with later ones."""
    db.session.execute(
        update(Notice)
        .where(Notice.recipient_id == actor.id, Notice.id <= up_to, Notice.read_at.is_(None))
        .values(read_at=clock.now())
    )


def retry(actor: Person, going: OutgoingMail | OutgoingPost) -> None:
    """Try again what was given up; raises NotAllowed, or DomainError if it was not given up."""
    allow(policy.may_see_outbox(actor))
    send_anew(going)
    to = going.address if isinstance(going, OutgoingMail) else going.webhook.name
    record(actor, f"{going.__tablename__}.retried", going, address=to)


def send_anew(going: OutgoingMail | OutgoingPost, address: str = "") -> None:
    """Let what was given up be tried from the first, a mail to another address if one is given; for other commands.

    Raises DomainError if it was not given up.
    """
    if going.given_up_at is None:
        raise DomainError(_("This has not been given up."))
    going.given_up_at, going.due_at, going.attempts = None, clock.now(), 0
    if address and isinstance(going, OutgoingMail):
        going.address = address
    db.session.flush()


def retry_all(actor: Person) -> int:
    """Try all again that was given up, mails and posts, and answer how many; raises NotAllowed."""
    allow(policy.may_see_outbox(actor))
    again = {"given_up_at": None, "due_at": clock.now(), "attempts": 0}
    count = 0
    for kind in (OutgoingMail, OutgoingPost):
        ids = db.session.scalars(update(kind).where(kind.given_up_at.is_not(None)).values(again).returning(kind.id))
        count += len(ids.all())
    if count:
        record(actor, "person.retried_all", actor, count=count)
    return count

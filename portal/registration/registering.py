"""Registering on the public page, and confirming it by the link in the mail. Whoever asks has no account."""

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from sqlalchemy import delete, func, select, update

from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings.changing import lock
from portal.meetings.guests import Facts, fitting
from portal.meetings.telling import zone_of
from portal.notifications.models import OutsideNotice
from portal.notifications.outside import Outsider, tell_outside
from portal.registration import words
from portal.registration.fields import fitting_values
from portal.registration.joining import join
from portal.registration.links import HOLDS, confirmation_address
from portal.registration.models import Registrant, Registration
from portal.registration.queries import State, counts_of, is_full, page_with, state_of

# So that nobody can fill somebody's inbox, and one network not everybody's.
BETWEEN_MAILS = timedelta(minutes=10)
MOST_AN_HOUR = 30
NETWORKS_KEPT = timedelta(days=1)
CONFIRM = "registration.confirm"


class TooMany(DomainError):
    """So many came from one network that it has to wait (answered with 429)."""


class NotTaken(DomainError):
    """The page takes no registrations now; it says why."""


class Entry(NamedTuple):
    """What somebody wrote of themselves: the usual, and answers by the key of each own field."""

    facts: Facts
    values: Mapping[str, str] = {}


def register(key: str, entry: Entry, address: str) -> Registrant:
    """Take a registration that does not count yet, and write to its address for a confirmation.

    Whatever is known of the e-mail, the answer is the same. Once confirmed, nothing is changed; before, the newer
    entry counts. Raises Missing for no such page, NotTaken, TooMany, and DomainError for a field that does not fit.
    """
    registration = page_with(key)
    if registration is None or registration.meeting.is_secret:
        raise Missing(_("There is no such page."))
    lock(registration.meeting)
    db.session.refresh(registration)
    if state_of(registration, counts_of(registration.meeting_id)) != State.OPEN:
        raise NotTaken(_("Registrations are not taken now."))
    facts = fitting(entry.facts)
    if not facts.email:
        raise DomainError(_("Please fill this in."), "email")
    values = fitting_values(registration, entry.values)
    network = network_of(address)
    _insist_on_patience(network)
    registrant = _written(registration, facts, values, network)
    _write_to(registrant)
    return registrant


def network_of(address: str) -> str:
    """By what attempts are counted: the address, of IPv6 the part that one customer has (RFC 6177 §2)."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    return str(ip_network((known, 32 if known.version == 4 else 64), strict=False).network_address)


def _insist_on_patience(network: str) -> None:
    since = clock.now() - timedelta(hours=1)
    lately = select(func.count()).select_from(Registrant).where(
        Registrant.address == network, Registrant.registered_at > since
    )
    if network and db.session.scalars(lately).one() >= MOST_AN_HOUR:
        raise TooMany(_("Many registrations have come from your network. Please try again in an hour."))


def _written(registration: Registration, facts: Facts, values: dict[str, str], network: str) -> Registrant:
    """The entry of that address, new or as it is written now; a confirmed one stays as it was."""
    known = select(Registrant).where(
        Registrant.meeting_id == registration.meeting_id, Registrant.email == facts.email
    )
    registrant = db.session.scalars(known.execution_options(populate_existing=True)).one_or_none()
    if registrant is None:
        registrant = Registrant(registration=registration, email=facts.email)
        db.session.add(registrant)
    if registrant.confirmed_at is None:
        registrant.name, registrant.unit, registrant.post = facts.name, facts.unit, facts.post
        registrant.locale, registrant.values = facts.locale, values
        registrant.address, registrant.registered_at = network, clock.now()
    db.session.flush()
    return registrant


def _write_to(registrant: Registrant) -> None:
    """Write to the address, unless that was done a moment ago: the earlier mail's link shows the newer entry."""
    mailed = select(func.max(OutsideNotice.created_at)).where(
        OutsideNotice.record_kind == "registration", OutsideNotice.record_id == registrant.meeting_id,
        OutsideNotice.party_id == registrant.id, OutsideNotice.address == registrant.email,
        OutsideNotice.kind == CONFIRM,
    )
    last = db.session.scalars(mailed).one()
    if last is not None and last + BETWEEN_MAILS > clock.now():
        return
    meeting = registrant.registration.meeting
    if registrant.confirmed_at is None:
        record(None, "meeting.registered", meeting, person=registrant.name)

    def told(_outsider: Outsider) -> words.Told:
        if registrant.confirmed_at is not None:
            return words.known(meeting, registrant)
        return words.confirm(meeting, confirmation_address(registrant))

    reader = Outsider(registrant.id, registrant.name, registrant.email, registrant.locale)
    tell_outside([reader], CONFIRM, "registration", meeting, told, zone=zone_of(meeting))


# --- Confirming ---


def written_by(registrant: Registrant) -> str:
    """Another one when the entry changes: what is confirmed has to be what was seen."""
    entry = [registrant.name, registrant.unit, registrant.post, registrant.locale, registrant.values]
    return sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:16]


def can_confirm(registrant: Registrant) -> bool:
    """Whether it still counts: the page may have closed since, but there has to be a place and a meeting."""
    registration = registrant.registration
    counts = counts_of(registration.meeting_id)
    stands = state_of(registration, counts) in {State.OPEN, State.CLOSED}
    return stands and not is_full(registration, counts) and not registration.meeting.is_secret


def confirm(registrant: Registrant, seen: str) -> Registrant:
    """Let the registration count; where nobody vets, its author is in the meeting at once. Twice is once.

    Raises DomainError if it changed since it was seen, or if there is no place or no meeting any more.
    """
    lock(registrant.registration.meeting)
    db.session.refresh(registrant)
    db.session.refresh(registrant.registration)
    if registrant.confirmed_at is not None:
        return registrant
    if not can_confirm(registrant):
        raise NotTaken(_("This registration can no longer be confirmed: the meeting is full, off, or has begun."))
    if seen != written_by(registrant):
        raise DomainError(_("The registration was changed since you opened this page. Please look at it again."))
    registrant.confirmed_at = clock.now()
    db.session.flush()
    meeting = registrant.registration.meeting
    record(None, "meeting.registration_confirmed", meeting, person=registrant.name)
    if not registrant.registration.needs_vetting:
        _join_at_once(registrant)
    return registrant


def _join_at_once(registrant: Registrant) -> None:
    """Who cannot join by the rule, such as for want of eligibility, waits for the office."""
    try:
        with db.session.begin_nested():
            join(None, registrant.registration.meeting, [registrant])
    except DomainError:
        db.session.refresh(registrant)


def forget() -> None:
    """Drop what was never confirmed, and from which network the rest came (a clock's job). Commits."""
    now = clock.now()
    db.session.execute(
        delete(Registrant).where(Registrant.confirmed_at.is_(None), Registrant.registered_at < now - HOLDS)
    )
    db.session.execute(
        update(Registrant)
        .where(Registrant.address != "", Registrant.registered_at < now - NETWORKS_KEPT)
        .values(address="")
    )
    db.session.commit()

"""Regulations are changed by publishing another version; everybody is told, and who has read it is seen."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Person
from portal.accounts.queries import everybody, house_today
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.notifications.commands import tell
from portal.regulations import policy, words
from portal.regulations.checking import checked
from portal.regulations.models import RegulationVersion
from portal.regulations.profiles import BASE, PROFILES
from portal.regulations.queries import (
    PACKAGED,
    days_of_versions,
    latest_of,
    packaged_source,
    source_in_force,
    source_of,
)
from portal.regulations.readers import unread_of
from portal.regulations.reading import BadProfile, parse

LONGEST_REASON, LONGEST_APPROVER = 1000, 200
LONGEST_GROUND, MOST_GROUNDS = 500, 50


def publish(
    actor: Person | None, key: str, source: str, *, reason: str, approved_by: str, effective_on: date,
    based_on: int, grounds: Sequence[Sequence[str]] = (),
) -> RegulationVersion:
    """Let the text hold from that day on, and tell everybody; without an actor it is the command line.

    `based_on` is the number of the version that was changed, `grounds` are [words, address] of what brought it about.
    Raises NotAllowed, Missing, BadProfile with all that is wrong, or DomainError naming the field.
    """
    if actor is not None:
        allow(policy.may_publish(actor))
    packaged_source(key)
    latest = latest_of(key)
    _insist_follows(latest, based_on)
    reason, approved_by = _filled(reason, "reason"), _filled(approved_by, "approved_by")
    _insist_day(effective_on, latest)
    source = source.replace("\r\n", "\n").strip() + "\n"
    number = (latest.number if latest else PACKAGED) + 1
    _insist_sound(key, source, number)
    if parse(source) == parse(latest.source if latest else packaged_source(key)):
        raise DomainError(_("This says the same as version %(number)s.", number=number - 1), "source")
    version = RegulationVersion(
        profile=key, number=number, source=source, reason=reason, grounds=_fitting(grounds),
        effective_on=effective_on, made_at=clock.now(), made_by=actor or _first_publisher(), approved_by=approved_by,
    )
    _add(version)
    record(actor, "regulation_version.published", version, profile=key, number=number, reason=reason,
           approved_by=approved_by, effective_on=effective_on.isoformat())
    tell(everybody(), "regulation_version.published", "regulation_version", version,
         partial(words.published, version), public=True)
    return version


def remind_unread(actor: Person, version: RegulationVersion) -> int:
    """Tell those again who have not read it; answers how many. Raises NotAllowed, or DomainError if all have."""
    allow(policy.may_publish(actor))
    people = unread_of(version.id)
    if not people:
        raise DomainError(_("Everybody has read it."))
    record(actor, "regulation_version.reminded", version, count=len(people))
    return tell(people, "regulation_version.unread", "regulation_version", version, partial(words.unread, version))


def _insist_follows(latest: RegulationVersion | None, based_on: int) -> None:
    """Nobody writes over what somebody else has published meanwhile."""
    newest = latest.number if latest else PACKAGED
    if based_on != newest:
        raise DomainError(
            _("Version %(number)s has been published meanwhile. Take over what it changed before you go on.",
              number=newest), "source",
        )


def _insist_day(day: date, latest: RegulationVersion | None) -> None:
    if day < house_today():
        raise DomainError(_("A version cannot hold from a day that is past."), "effective_on")
    if latest is not None and day < latest.effective_on:
        raise DomainError(
            _("Version %(number)s holds from %(day)s on; the next one cannot hold sooner.", number=latest.number,
              day=plain_day(latest.effective_on)), "effective_on",
        )


def _filled(text: str, field: str) -> str:
    text = text.strip()
    longest = LONGEST_APPROVER if field == "approved_by" else LONGEST_REASON
    if not text:
        raise DomainError(_("Please fill this in."), field)
    if len(text) > longest:
        raise DomainError(_("At most %(count)s characters, please.", count=longest), field)
    return text


def _fitting(grounds: Sequence[Sequence[str]]) -> list[list[str]]:
    if len(grounds) > MOST_GROUNDS or any(len(part) > LONGEST_GROUND for ground in grounds for part in ground):
        raise DomainError(
            _("At most %(most)s lines of %(count)s characters, please.", most=MOST_GROUNDS, count=LONGEST_GROUND),
            "grounds",
        )
    return [list(ground) for ground in grounds]


def _insist_sound(key: str, source: str, number: int) -> None:
    """The text is sound, and if it is the base's, so is every profile over it that holds or will hold."""
    checked(key, source, number)
    if key != BASE:
        return
    faults: list[str] = []
    for profile, text in _over_the_base():
        try:
            checked(profile, text, number, source)
        except BadProfile as bad:
            faults += [f"{words.title_of(profile)}: {fault}" for fault in bad.faults]
    if faults:
        raise BadProfile(list(dict.fromkeys(faults)))


def _over_the_base() -> list[tuple[str, str]]:
    """The texts of the profiles as they hold today and will hold."""
    today = house_today()
    to_come = [(key, source_of(key, number)) for (key, number), day in days_of_versions().items()
               if day > today and key != BASE]
    return [*((key, source_in_force(key)) for key in PROFILES), *to_come]


def _add(version: RegulationVersion) -> None:
    taken = DomainError(_("Somebody else published a version at the same moment. Look at it first."), "source")
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError:
        raise taken from None


def _first_publisher() -> Person:
    """In whose name the command line publishes: the first administrator's."""
    found = next((person for person in everybody() if policy.may_publish(person)), None)
    if found is None:
        raise DomainError(_("There is no administrator in whose name it could be published."))
    return found

"""Keeping a meeting's registration page: its words and limits, whether it is open, and its own fields."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings import secrecy
from portal.meetings.changing import insist_not_over, insist_timed, one_line, take
from portal.meetings.models import Meeting
from portal.notifications.withholding import withhold
from portal.registration import policy
from portal.registration.fields import LONGEST_LABEL, MOST_CHOICES, MOST_FIELDS, FieldKind, OwnField, fields_of
from portal.registration.models import Registration

LONGEST_INTRO = 4000
MOST_REGISTRANTS = 10_000


def set_up(
    actor: Person, meeting: Meeting, *, intro: str = "", closes_at: datetime | None = None, most: int | None = None,
    needs_vetting: bool = True,
) -> Registration:
    """Say what the page says, until when and for how many it is open, and whether the office looks at each.

    Raises DomainError for a secret meeting, and for a closing time after the meeting begins.
    """
    registration = _taken(actor, meeting)
    if closes_at is not None and closes_at > meeting.starts_at:
        raise DomainError(_("Registration closes when the meeting begins, at the latest."), "closes_at")
    if len(intro) > LONGEST_INTRO:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_INTRO), "intro")
    if most is not None and not 0 < most <= MOST_REGISTRANTS:
        raise DomainError(_("Please give a number from 1 to %(most)s.", most=MOST_REGISTRANTS), "most")
    registration.intro, registration.closes_at = intro, closes_at
    registration.most, registration.needs_vetting = most, needs_vetting
    db.session.flush()
    record(
        actor, "meeting.registration_set", meeting, registration_closes_at=closes_at, most=most,
        needs_vetting=needs_vetting,
    )
    return registration


def open_page(actor: Person, meeting: Meeting) -> Registration:
    """Let people from outside register; what the page shows of the meeting is public from now on.

    Raises DomainError for a secret meeting, before its notice was sent, and after the closing time.
    """
    registration = _taken(actor, meeting)
    insist_timed(meeting)
    insist_not_over(meeting)
    if meeting.announced_at is None:
        raise DomainError(_("Send the notice first: the page tells everybody of the meeting."))
    if (registration.closes_at or meeting.starts_at) <= clock.now():
        raise DomainError(_("The closing time has passed. Give a later one first."), "closes_at")
    if registration.opened_at is None:
        registration.opened_at = clock.now()
        db.session.flush()
        record(actor, "meeting.registration_opened", meeting)
    return registration


def close_page(actor: Person, meeting: Meeting) -> Registration:
    """Take no more registrations; those who have not confirmed yet still may."""
    registration = _taken(actor, meeting)
    if registration.opened_at is not None:
        registration.opened_at = None
        db.session.flush()
        record(actor, "meeting.registration_closed", meeting)
    return registration


def shut(meeting: Meeting, **_more: object) -> None:
    """A meeting that has become secret has no public page any more (a signal's receiver)."""
    registration = db.session.get(Registration, meeting.id)
    if registration is not None and registration.opened_at is not None:
        registration.opened_at = None
        db.session.flush()
        record(None, "meeting.registration_closed", meeting)
    withhold("registration", [meeting.id], (), secrecy.withheld)


def _taken(actor: Person, meeting: Meeting) -> Registration:
    """The meeting's registration, made if it has none; the meeting is locked from here on."""
    allow(policy.may_keep(actor, meeting))
    take(actor, meeting)
    if meeting.is_secret:
        raise DomainError(_("A secret meeting has no registration page: nobody outside may know of it."))
    registration = db.session.get(Registration, meeting.id, populate_existing=True)
    if registration is None:
        registration = Registration(meeting=meeting, key=secrets.token_urlsafe(16), intro="", fields=[])
        db.session.add(registration)
        db.session.flush()
    return registration


# --- Its own fields ---


def add_field(
    actor: Person, meeting: Meeting, label: str, kind: FieldKind, *, choices: Sequence[str] = (),
    required: bool = False,
) -> OwnField:
    """Ask one thing more, last. Raises DomainError for a label that is missing or used, or choices that do not fit."""
    registration = _taken(actor, meeting)
    before = fields_of(registration)
    if len(before) >= MOST_FIELDS:
        raise DomainError(_("A page has at most %(count)s fields of its own.", count=MOST_FIELDS))
    field = OwnField(secrets.token_hex(4), *_fitting(before, label, kind, choices), required)
    _keep(actor, registration, [*before, field], "added", field)
    return field


def change_field(
    actor: Person, meeting: Meeting, key: str, label: str, kind: FieldKind, *, choices: Sequence[str] = (),
    required: bool = False,
) -> OwnField:
    """Ask it in other words; what was answered so far stays. Raises as `add_field`, and Missing for no such field."""
    registration = _taken(actor, meeting)
    before = fields_of(registration)
    place = _place(before, key)
    others = before[:place] + before[place + 1:]
    field = OwnField(key, *_fitting(others, label, kind, choices), required, before[place].removed)
    if field != before[place]:
        _keep(actor, registration, [*before[:place], field, *before[place + 1:]], "changed", field)
    return field


def move_field(actor: Person, meeting: Meeting, key: str, step: int) -> None:
    """Ask it one place earlier (-1) or later (1), among those that are asked."""
    registration = _taken(actor, meeting)
    fields = fields_of(registration)
    asked = [one for one in fields if not one.removed]
    place = _place(asked, key)
    if 0 <= place + step < len(asked):
        asked.insert(place + step, asked.pop(place))
        _keep(actor, registration, [*asked, *(one for one in fields if one.removed)], "moved", asked[place + step])


def remove_field(actor: Person, meeting: Meeting, key: str) -> OwnField:
    """Ask it no more; what was answered stays, and it can be put back."""
    return _replace(actor, meeting, key, lambda field: replace(field, removed=True), "removed")


def restore_field(actor: Person, meeting: Meeting, key: str) -> OwnField:
    """Ask it again."""
    return _replace(actor, meeting, key, lambda field: replace(field, removed=False), "restored")


def _replace(
    actor: Person, meeting: Meeting, key: str, other: Callable[[OwnField], OwnField], verb: str
) -> OwnField:
    registration = _taken(actor, meeting)
    fields = fields_of(registration)
    place = _place(fields, key)
    field = other(fields[place])
    if field != fields[place]:
        _keep(actor, registration, [*fields[:place], field, *fields[place + 1:]], verb, field)
    return field


def _place(fields: Sequence[OwnField], key: str) -> int:
    for place, field in enumerate(fields):
        if field.key == key:
            return place
    raise Missing(_("There is no such field."))


def _fitting(
    others: Sequence[OwnField], label: str, kind: FieldKind, choices: Sequence[str]
) -> tuple[str, FieldKind, tuple[str, ...]]:
    called, ways = one_line(label), tuple(dict.fromkeys(filter(None, map(one_line, choices))))
    if not called:
        raise DomainError(_("Please fill this in."), "label")
    if len(called) > LONGEST_LABEL:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_LABEL), "label")
    if any(one.label == called and not one.removed for one in others):
        raise DomainError(_("There is a field of that name already."), "label")
    if kind != FieldKind.CHOICE:
        return called, kind, ()
    if not 1 < len(ways) <= MOST_CHOICES or any(len(way) > LONGEST_LABEL for way in ways):
        raise DomainError(
            _("Please give 2 to %(most)s choices of at most %(count)s characters, one in each line.",
              most=MOST_CHOICES, count=LONGEST_LABEL), "choices",
        )
    return called, kind, ways


def _keep(
    actor: Person, registration: Registration, fields: Sequence[OwnField], verb: str, field: OwnField
) -> None:
    registration.fields = [one.data for one in fields]
    db.session.flush()
    record(actor, f"meeting.registration_field_{verb}", registration.meeting, field=field.label)

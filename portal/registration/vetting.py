"""The office looks at who registered, and accepts or declines them."""

from collections.abc import Sequence

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings.changing import insist_not_over, take
from portal.meetings.models import Attendee, Meeting
from portal.meetings.telling import zone_of
from portal.notifications.outside import Outsider, tell_outside
from portal.registration import policy, queries, words
from portal.registration.joining import join
from portal.registration.models import Decision, Registrant

LONGEST_WORDS = 500


def accept(actor: Person, meeting: Meeting, ids: Sequence[int]) -> list[Attendee]:
    """Let these come; who is accepted already stays so. Answers who joined, among them those who wait for a seat.

    Raises DomainError for somebody who has not confirmed, Missing for another meeting's, and what `join` raises.
    """
    chosen = [one for one in _taken(actor, meeting, ids) if one.decision != Decision.ACCEPTED or one.attendee is None]
    return join(actor, meeting, chosen) if chosen else []


def decline(actor: Person, meeting: Meeting, ids: Sequence[int], said: str = "") -> list[Registrant]:
    """Do not let these come, and tell them so with these words. Answers who was declined now.

    Raises as `accept`, and DomainError for somebody who is accepted: they are taken off the list of people.
    """
    said = said.strip()
    if len(said) > LONGEST_WORDS:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_WORDS), "words")
    chosen = [one for one in _taken(actor, meeting, ids) if one.decision != Decision.DECLINED]
    for registrant in chosen:
        if registrant.attendee is not None:
            raise DomainError(
                _("%(person)s is in the meeting already. Take them off its list of people instead.",
                  person=registrant.name)
            )
        registrant.decision, registrant.decided_at, registrant.words = Decision.DECLINED, clock.now(), said
        registrant.decided_by = actor
    if not chosen:
        return []
    db.session.flush()
    record(actor, "meeting.registrants_declined", meeting, people=[one.name for one in chosen], comment=said)
    _tell(meeting, chosen, said)
    return chosen


def _taken(actor: Person, meeting: Meeting, ids: Sequence[int]) -> list[Registrant]:
    """These, as they stand now; the meeting is locked from here on."""
    allow(policy.may_keep(actor, meeting))
    take(actor, meeting)
    insist_not_over(meeting)
    if meeting.is_secret:
        raise DomainError(_("A secret meeting has no registration page: nobody outside may know of it."))
    chosen = queries.those(meeting.id, list(ids))
    if not chosen:
        raise DomainError(_("Please choose somebody first."))
    if len(chosen) < len(set(ids)):
        raise Missing(_("There is no such registration."))
    unconfirmed = next((one for one in chosen if one.confirmed_at is None), None)
    if unconfirmed is not None:
        raise DomainError(_("%(person)s has not confirmed the address yet.", person=unconfirmed.name))
    return chosen


def _tell(meeting: Meeting, registrants: Sequence[Registrant], said: str) -> None:
    readers = [Outsider(one.id, one.name, one.email, one.locale) for one in registrants]
    tell_outside(
        readers, "registration.declined", "registration", meeting, lambda _one: words.declined(meeting, said),
        zone=zone_of(meeting),
    )

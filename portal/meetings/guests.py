"""People from outside in a meeting: added, changed. They are told by mail, with a link of their own."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import insert, select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings.changing import changed, insist_not_over, one_line, take
from portal.meetings.models import Answer, Attendee, Guest, Meeting, Part
from portal.meetings.people import fitting_duty, insist_one_chair

EMAIL = re.compile(r"[^@\s<>\"(),:;]+@[^@\s<>\"(),:;]+")
LONGEST = {"name": 100, "unit": 100, "post": 100, "email": 254}


class Facts(NamedTuple):
    """What is known of a guest; the e-mail may be missing, then nothing can be sent."""

    name: str
    unit: str = ""
    post: str = ""
    email: str = ""
    locale: str = "en"


class Visitor(NamedTuple):
    """Somebody from outside who is to have a part."""

    facts: Facts
    part: Part = Part.REQUIRED
    duty: str = ""


def add_guest(actor: Person, meeting: Meeting, facts: Facts, part: Part = Part.REQUIRED, duty: str = "") -> Attendee:
    """Add one guest; raises what `add_guests` raises."""
    return add_guests(actor, meeting, [Visitor(facts, part, duty)])[0]


def add_guests(actor: Person, meeting: Meeting, visitors: Sequence[Visitor]) -> list[Attendee]:
    """Add guests and answer them; the next notice tells them.

    Raises DomainError for a name that is missing, an e-mail that is none, is in the meeting already or belongs to
    somebody of the house, and for a second chair.
    """
    take(actor, meeting)
    return enter_guests(actor, meeting, visitors)


def enter_guests(actor: Person | None, meeting: Meeting, visitors: Sequence[Visitor]) -> list[Attendee]:
    """As `add_guests`, by a rule if by nobody. The caller has locked the meeting and asked for the right."""
    insist_not_over(meeting)
    new = [Visitor(fitting(one.facts), one.part, fitting_duty(one.part, one.duty)) for one in visitors]
    insist_one_chair(meeting, [one.facts.name for one in new if one.part == Part.CHAIR])
    _insist_new_addresses(meeting, [one.facts.email for one in new if one.facts.email])
    if not new:
        return []
    db.session.execute(insert(Attendee), _rows(meeting, new))
    db.session.expire(meeting, ["attendees"])
    before = len(meeting.attendees) - len(new)
    changed(meeting)
    by_part: dict[Part, list[str]] = defaultdict(list)
    for one in new:
        by_part[one.part].append(one.facts.name)
    for part, names in by_part.items():
        record(actor, "meeting.guests_added", meeting, people=names, part=part.value)
    return meeting.attendees[before:]


def _rows(meeting: Meeting, visitors: Iterable[Visitor]) -> list[dict[str, object]]:
    """Write the guests, and answer what their parts' rows hold; those of one description are one another's equals."""
    waiting: dict[Facts, list[Visitor]] = defaultdict(list)
    for one in visitors:
        waiting[one.facts].append(one)
    returning = insert(Guest).returning(Guest.id, Guest.name, Guest.unit, Guest.post, Guest.email, Guest.locale)
    made = db.session.execute(returning, [facts._asdict() for facts, same in waiting.items() for _one in same])
    rows: list[dict[str, object]] = []
    for row in sorted(made, key=lambda row: row.id):
        one = waiting[Facts(row.name, row.unit, row.post, row.email, row.locale)].pop()
        rows.append(
            {
                "meeting_id": meeting.id, "guest_id": row.id, "part": one.part, "duty": one.duty,
                "answer": Answer.NONE,
            }
        )
    return rows


def change_guest(actor: Person, meeting: Meeting, attendee: Attendee, facts: Facts) -> None:
    """Say other things of a guest. Another e-mail ends the links sent so far, and has not been told of the meeting."""
    take(actor, meeting)
    guest = attendee.guest
    if attendee.meeting_id != meeting.id or guest is None:
        raise Missing(_("There is no such person in this meeting."))
    new = fitting(facts)
    if new.email != guest.email:
        _insist_new_addresses(meeting, [new.email] if new.email else [])
        attendee.link_version += 1
        attendee.invited_at = None
    for name, value in new._asdict().items():
        setattr(guest, name, value)
    changed(meeting)
    record(actor, "meeting.guest_changed", meeting, person=new.name)


def fitting(facts: Facts) -> Facts:
    """The facts as they are kept; raises DomainError for the field that cannot be."""
    kept = Facts(
        one_line(facts.name), one_line(facts.unit), one_line(facts.post), facts.email.strip().lower(), facts.locale
    )
    if not kept.name:
        raise DomainError(_("Please fill this in."), "name")
    for name, length in LONGEST.items():
        if len(getattr(kept, name)) > length:
            raise DomainError(_("At most %(count)s characters, please.", count=length), name)
    if kept.email and not EMAIL.fullmatch(kept.email):
        raise DomainError(_("“%(email)s” is not an e-mail address.", email=kept.email), "email")
    return kept


def _insist_new_addresses(meeting: Meeting, emails: Sequence[str]) -> None:
    """Two statements at most, however many addresses."""
    if not emails:
        return
    twice = next((email for email, times in Counter(emails).items() if times > 1), None)
    there = select(Guest.email).join(Attendee, Attendee.guest_id == Guest.id).where(
        Attendee.meeting_id == meeting.id, Guest.email.in_(emails)
    )
    known = twice or db.session.scalars(there.limit(1)).first()
    if known:
        raise DomainError(_("Somebody with the e-mail “%(email)s” is in the meeting already.", email=known), "email")
    person = db.session.scalars(select(Person).where(Person.email.in_(emails), Person.left_at.is_(None)).limit(1))
    if ours := person.first():
        raise DomainError(
            _("“%(email)s” belongs to %(person)s, who has an account. Add that person instead.",
              email=ours.email, person=ours.name),
            "email",
        )

"""Checks of bodies and roles: who holds them, and that supervision is apart from what it supervises."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from portal.accounts.models import Person, Role, RoleGrant
from portal.accounts.queries import house_today
from portal.accounts.roles import role_name
from portal.bodies.models import Body, Membership, Part
from portal.bodies.names import KNOWN
from portal.compliance.checks.helping import body, named, page, role
from portal.compliance.dossier import Batch, loads_of_house
from portal.compliance.registry import checks_house
from portal.compliance.verdicts import Evidence, Verdict, late, met, open_
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Attendee, Meeting, MeetingKind
from portal.meetings.models import Part as MeetingPart
from portal.regulations.profiles import Clause, Profile


class Term(NamedTuple):
    """The term of a person in a body that stands."""

    key: str
    person_id: int
    name: str
    is_active: bool
    part: Part
    starts_on: date
    ends_on: date | None

    def runs_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@loads_of_house("terms")
def _terms(batch: Batch) -> list[Term]:
    rows = db.session.execute(
        select(
            Body.key, Person.id, Person.name, Person.left_at.is_(None), Membership.part, Membership.starts_on,
            Membership.ends_on,
        )
        .join(Membership, Membership.body_id == Body.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Body.retired_at.is_(None))
    )
    return [Term(row[0], row[1], row[2], bool(row[3]), *row[4:]) for row in rows]


@loads_of_house("role_holders")
def _role_holders(batch: Batch) -> dict[Role, set[int]]:
    """The people at work who hold each role."""
    found: dict[Role, set[int]] = {}
    rows = db.session.execute(
        select(RoleGrant.role, RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.left_at.is_(None))
    )
    for held, person_id in rows:
        found.setdefault(Role(held), set()).add(person_id)
    return found


@loads_of_house("runs_meetings")
def _runs_meetings(batch: Batch) -> set[tuple[str, int]]:
    """Profile and person of whoever of the supervisory body organizes or chairs a meeting that is still to come."""
    members = (
        select(Membership.person_id).join(Body, Body.id == Membership.body_id)
        .where(Body.key == "supervisory_body", Body.retired_at.is_(None), Membership.starts_on <= house_today(),
               Membership.ends_on.is_(None) | (Membership.ends_on >= house_today()))
    )
    ahead = Meeting.ends_at > clock.now(), Meeting.cancelled_at.is_(None), MeetingKind.profile != ""
    own = (
        select(MeetingKind.profile, Meeting.organizer_id).join(Meeting, Meeting.kind_id == MeetingKind.id)
        .where(*ahead, Meeting.organizer_id.in_(members))
    )
    chaired = (
        select(MeetingKind.profile, Attendee.person_id).join(Meeting, Meeting.kind_id == MeetingKind.id)
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .where(*ahead, Attendee.part == MeetingPart.CHAIR, Attendee.person_id.in_(members))
    )
    return {(row[0], row[1]) for row in db.session.execute(own.union(chaired))}


def serving(batch: Batch, key: str, day: date) -> list[Term]:
    """Who of the body serves on that day and has not left."""
    return [term for term in batch.house("terms") if term.key == key and term.is_active and term.runs_on(day)]


def serves(batch: Batch, key: str, person_id: int | None, day: date) -> bool:
    """Whether the person belonged to the body on that day, wherever they are by now."""
    return any(term.key == key and term.person_id == person_id and term.runs_on(day) for term in batch.house("terms"))


def _bodies_page() -> Evidence:
    return page(_("Bodies"), "bodies.bodies")


def needed_bodies(profile: Profile) -> list[str]:
    """The bodies that the profile names: in its route, its checklist and its sign-offs."""
    seats = [seat.removeprefix("body:") for step in profile.steps for seat in step.seats]
    named_by = {*seats, profile.submits.removeprefix("body:"), *(duty.owner for duty in profile.duties),
                *(clause.sign_off for clause in profile.clauses)}
    return [key for key in KNOWN if key in named_by]


@checks_house("access.roles_held", _l("Who holds each role of the portal, and each body that the regulation names"))
def roles_held(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    holders = batch.house("role_holders")
    empty = [role_name(one.value) for one in Role if one != Role.EMPLOYEE and not holders.get(one)]
    empty += [body(key) for key in needed_bodies(profile) if not serving(batch, key, house_today())]
    if empty:
        return open_(_("Held by nobody: %(names)s.", names=named(empty)), role(Role.ADMINISTRATOR), _bodies_page())
    return met(_("Each role and each body of this regulation is held by somebody."), _bodies_page())


@checks_house("bodies.appointed", _l("The body, its chair and its members in term"))
def appointed(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    members = serving(batch, clause.arg, house_today())
    chairs = [term for term in members if term.part == Part.CHAIR]
    others = {term.person_id for term in members} - {term.person_id for term in chairs}
    if not chairs or not others:
        words = _("%(body)s has no chair or no other member in term.", body=body(clause.arg))
        return open_(words, role(Role.ADMINISTRATOR), _bodies_page())
    return met(_("%(name)s chairs it; it has members in term.", name=chairs[0].name), _bodies_page())


@checks_house("bodies.supervision_independent",
              _l("The members of the supervisory body, and whether they run meetings"))
def supervision_independent(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    members, turn = serving(batch, "supervisory_body", house_today()), role(Role.ADMINISTRATOR)
    if not members:
        return open_(_("The supervisory body has no member in term."), turn, _bodies_page())
    runs = [one.name for one in members if (profile.key, one.person_id) in batch.house("runs_meetings")]
    if runs:
        words = _("Members run meetings that they are to supervise: %(names)s.", names=named(runs))
        return late(words, turn, _bodies_page())
    holders = batch.house("role_holders")
    reading = holders.get(Role.SUPERVISOR, set()) | holders.get(Role.AUDITOR, set())
    blind = [one.name for one in members if one.person_id not in reading]
    if blind:
        words = _("May not read everything, being neither supervisor nor auditor: %(names)s.", names=named(blind))
        return open_(words, turn, _bodies_page())
    return met(_("Its members may read everything and run no meeting under this regulation."), _bodies_page())

"""Who may look at how clauses were kept, and who may say so under their name."""

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from portal.accounts.models import Person, Role
from portal.compliance.holders import Hand, hand_of, of_house
from portal.compliance.models import SignOff
from portal.core.db import db, only_reads
from portal.meetings import policy as meetings
from portal.meetings.models import Confidentiality, Meeting, MeetingKind
from portal.meetings.seeing import NOBODYS, seen_by
from portal.regulations.profiles import Clause, Profile
from portal.regulations.queries import profiles_in_force
from portal.resolutions.policy import headed_by

SIGHT = "compliance"
# Who looks at the whole house, as far as each profile lets them.
READERS = (Role.MEETING_OFFICE, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR)
# Who may say that a clause does not apply, and take back what others signed.
OVERSEERS = (Role.MEETING_OFFICE, Role.SUPERVISOR)


def in_force() -> dict[str, Profile]:
    """The profiles as they hold today. One statement; while nothing is written they are read once."""
    if not only_reads():
        return profiles_in_force()
    known: dict[str, Profile] = db.session.info.setdefault("profiles in force", {})
    if not known:
        known.update(profiles_in_force())
    return known


def sight_of(profile: Profile) -> tuple[str, ...]:
    """By role, part and body, who sees how the clauses of the profile were kept."""
    return next((sight.seen_by for sight in profile.sights if sight.key == SIGHT), ())


def may_open(actor: Person, meeting: Meeting) -> bool:
    """Whoever the profile lets see it, and whoever has to put their name to one of its clauses.

    They need not be invited, unless the meeting is secret: from its submission on its rules are their business.
    """
    if meeting.kind is None or not meeting.kind.profile or meeting.kind.profile not in in_force():
        return False
    if not meetings.may_see(actor, meeting) and not _is_known_to_watchers(meeting):
        return False
    profile, hand = in_force()[meeting.kind.profile], hand_of(actor)
    return any(hand.holds(key, meeting) for key in dict.fromkeys((*sight_of(profile), *signers(profile))))


def _is_known_to_watchers(meeting: Meeting) -> bool:
    return not meeting.is_secret and (meeting.submitted_at is not None or meeting.announced_at is not None)


def signers(profile: Profile) -> list[str]:
    """The roles, parts and bodies that put their names to what the profile asks of each meeting."""
    return list(dict.fromkeys(one.sign_off for one in profile.clauses if one.sign_off and not one.is_of_house))


def may_sign(hand: Hand, clause: Clause, meeting: Meeting | None) -> bool:
    """Whoever holds the role, part or body that the clause names."""
    if not clause.sign_off or not hand.person.is_active or (meeting is None) != clause.is_of_house:
        return False
    return hand.holds(clause.sign_off if meeting is not None else of_house(clause.sign_off), meeting)


def may_set_aside(actor: Person, clause: Clause) -> bool:
    """Meeting office and supervisors, what people sign for a meeting; what records show speaks for itself."""
    return actor.is_active and actor.has_role(*OVERSEERS) and bool(clause.sign_off) and not clause.is_of_house


def may_revoke(actor: Person, signed: SignOff) -> bool:
    """Whoever said it; a sign-off of others too who may say that a clause does not apply."""
    return actor.is_active and (actor.id == signed.by_id or actor.has_role(*OVERSEERS))


def may_see_sign_off(actor: Person, signed: SignOff) -> bool:
    """Of a meeting who may open its page of compliance, of the organisation who may read the house's."""
    if signed.meeting is not None:
        return may_open(actor, signed.meeting)
    return may_open_house(actor) or actor.id == signed.by_id or _signs_for_house(actor, signed.clause)


def _signs_for_house(actor: Person, clause_id: str) -> bool:
    found = (profile.clause(clause_id) for profile in in_force().values())
    clause = next((clause for clause in found if clause is not None), None)
    return clause is not None and may_sign(hand_of(actor), clause, None)


# --- The whole house ---


def reads_whole_house(actor: Person) -> bool:
    return actor.has_role(*READERS)


def may_open_house(actor: Person) -> bool:
    """Readers of the whole house, heads of departments for their own, and who signs for the organisation."""
    return reads_whole_house(actor) or bool(headed_by(actor)) or signs_for_house(actor)


def signs_for_house(actor: Person) -> bool:
    """Whether some clause of the organisation waits for the actor's name, now or some day."""
    hand = hand_of(actor)
    return any(may_sign(hand, clause, None) for profile in in_force().values() for clause in profile.clauses)


def judged_for(actor: Person) -> ColumnElement[bool]:
    """Of all meetings, those under a profile of which the actor may see on the house's page how they were kept.

    `MeetingKind` is joined by the statement.
    """
    headed = department_of_meeting().in_(headed_by(actor))
    return and_(MeetingKind.profile.in_(list(in_force())), or_(_by_sight(actor), and_(headed, seen_by(actor))))


def department_of_meeting() -> ColumnElement[int]:
    """The department of a meeting in SQL, which is its organizer's if it has none itself; 0 is none."""
    organizers = select(Person.department_id).where(Person.id == Meeting.organizer_id).scalar_subquery()
    return func.coalesce(Meeting.department_id, organizers, NOBODYS)


def _by_sight(actor: Person) -> ColumnElement[bool]:
    """Readers see what the profile lets them see: all that is not secret from its submission on, and what they know."""
    hand = hand_of(actor)
    profiles = [
        profile.key for profile in in_force().values()
        if reads_whole_house(actor) and any(hand.holds(key) for key in sight_of(profile))
    ]
    if not profiles:
        return false()
    known = or_(Meeting.submitted_at.is_not(None), Meeting.announced_at.is_not(None))
    open_to_them = and_(Meeting.confidentiality != Confidentiality.SECRET, known)
    return and_(MeetingKind.profile.in_(profiles), or_(seen_by(actor), open_to_them))

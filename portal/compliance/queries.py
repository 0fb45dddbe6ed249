"""Reading meetings with what they are held to, and what people have put their names to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from portal.compliance.dossier import Batch, loads, loads_of_house
from portal.compliance.models import SignOff
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.deadlines.models import Waiver
from portal.deadlines.rules import profiles_of
from portal.meetings.models import Meeting
from portal.regulations.profiles import Clause
from portal.regulations.queries import profiles_in_force


def with_facts() -> tuple[ORMOption, ...]:
    """What is loaded of a meeting along with it, in the same statement, whoever judges it."""
    return (joinedload(Meeting.kind), joinedload(Meeting.organizer), joinedload(Meeting.department))


def batch_of(meetings: Sequence[Meeting]) -> Batch:
    """The meetings with the profiles that hold for them: three statements, and two for each former version among them.
    """
    return Batch(meetings, profiles_in_force(), profiles_of(meetings))


def clause_of(meeting: Meeting, clause_id: str) -> Clause:
    """The clause of the meeting's profile; raises Missing."""
    dossiers = batch_of([meeting]).dossiers()
    return _insist(dossiers[0].profile.clause(clause_id) if dossiers else None)


def house_clause(clause_id: str) -> Clause:
    """The clause of the organisation in a profile in force; raises Missing. One statement."""
    found = (profile.clause(clause_id) for profile in profiles_in_force().values())
    return _insist(next((clause for clause in found if clause is not None and clause.is_of_house), None))


def _insist(clause: Clause | None) -> Clause:
    if clause is None:
        raise Missing(_("There is no such clause."))
    return clause


@loads("sign_offs", dict)
def sign_offs(batch: Batch) -> Mapping[int, dict[str, SignOff]]:
    """What stands under somebody's name of each meeting, by clause."""
    found: dict[int, dict[str, SignOff]] = defaultdict(dict)
    for one in db.session.scalars(_standing().where(SignOff.meeting_id.in_(batch.ids))):
        assert one.meeting_id is not None
        found[one.meeting_id][one.clause] = one
    return found


@loads_of_house("sign_offs")
def house_sign_offs(_batch: Batch) -> dict[str, SignOff]:
    """What stands under somebody's name of the organisation, by clause."""
    return {one.clause: one for one in db.session.scalars(_standing().where(SignOff.meeting_id.is_(None)))}


def _standing() -> Select[SignOff]:
    return select(SignOff).options(joinedload(SignOff.by, innerjoin=True)).where(SignOff.revoked_at.is_(None))


def standing_or_none(meeting_id: int | None, clause_id: str) -> SignOff | None:
    """What stands under somebody's name of that clause, for the meeting or for the organisation. One statement."""
    return db.session.scalars(
        _standing().where(SignOff.meeting_id == meeting_id, SignOff.clause == clause_id)
    ).one_or_none()


def standing(meeting_id: int | None, clause_id: str) -> SignOff:
    """The same; raises Missing if nothing does."""
    found = standing_or_none(meeting_id, clause_id)
    if found is None:
        raise Missing(_("Nobody has put their name to this clause."))
    return found


@loads("waivers", dict)
def waivers(batch: Batch) -> Mapping[int, dict[str, list[Waiver]]]:
    """The waivers that stand for each meeting, by clause; that of the whole clause first."""
    found: dict[int, dict[str, list[Waiver]]] = defaultdict(lambda: defaultdict(list))
    rows = db.session.scalars(
        select(Waiver)
        .options(joinedload(Waiver.by, innerjoin=True))
        .where(Waiver.meeting_id.in_(batch.ids), Waiver.revoked_at.is_(None))
        .order_by(Waiver.demand, Waiver.id)
    )
    for one in rows:
        found[one.meeting_id][one.clause].append(one)
    return found

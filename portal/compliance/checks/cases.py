"""The approval cases of meetings, as the checks of proposals and of approvals read them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.approvals.models import ApprovalCase, ApprovalSeat, ApprovalStep, State
from portal.compliance.dossier import Batch, Dossier, loads
from portal.core.db import db


@loads("cases")
def _cases(batch: Batch) -> Mapping[int, list[ApprovalCase]]:
    """All rounds of each meeting, in order, with steps, seats and who filled them."""
    found: dict[int, list[ApprovalCase]] = {}
    seats = selectinload(ApprovalCase.steps).selectinload(ApprovalStep.seats)
    rounds = db.session.scalars(
        select(ApprovalCase)
        .options(joinedload(ApprovalCase.submitted_by), seats)
        .where(ApprovalCase.record_kind == "meeting", ApprovalCase.record_id.in_(batch.ids))
        .order_by(ApprovalCase.round)
    )
    for case in rounds:
        found.setdefault(case.record_id, []).append(case)
    return found


def last(dossier: Dossier) -> ApprovalCase | None:
    """The last round."""
    rounds: list[ApprovalCase] = dossier.get("cases")
    return rounds[-1] if rounds else None


def effective(dossier: Dossier) -> ApprovalCase | None:
    """The round that is in force."""
    return next((case for case in dossier.get("cases") if case.state == State.EFFECTIVE), None)


def effect_at(case: ApprovalCase) -> datetime | None:
    """When all steps had agreed, even if it lapsed later."""
    passed = [step.passed_at for step in case.steps]
    return max((at for at in passed if at), default=None) if passed and all(passed) else None


def first_effect_at(dossier: Dossier) -> datetime | None:
    """When the meeting was approved for the first time."""
    return min((at for case in dossier.get("cases") if (at := effect_at(case))), default=None)


def seats_of(case: ApprovalCase | None, key: str) -> list[ApprovalSeat]:
    """The seats of a body or a role in the case."""
    return [seat for step in case.steps for seat in step.seats if seat.key == key] if case else []

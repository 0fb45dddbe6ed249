"""The course of a resolution as its page tells it: the eight nodes, each with who reached it, and all that happened."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.resolutions.commands import needs_approval
from portal.resolutions.models import Event, Node, Resolution, Step


class Stop(NamedTuple):
    """One node on the way: behind, here, or ahead (`state`); `step` says who reached it, if it was reached."""

    node: Node
    state: str
    step: Step | None


def course_of(resolution_id: int) -> Sequence[Step]:
    """All that happened to it, in order, with who did it. One statement."""
    return db.session.scalars(
        select(Step)
        .options(joinedload(Step.by, innerjoin=True))
        .where(Step.resolution_id == resolution_id)
        .order_by(Step.id)
    ).all()


def stops_of(resolution: Resolution, course: Sequence[Step]) -> list[Stop]:
    """The nodes of its way; that of approval only where somebody approves. What was taken back lies ahead again."""
    latest = {step.event: step for step in course}
    way = [
        node for node in Node if node != Node.APPROVED or needs_approval(resolution) or Event.APPROVED in latest
    ]
    here = way.index(resolution.node)
    return [
        Stop(node, _state(place, here), latest.get(Event(node)) if place <= here else None)
        for place, node in enumerate(way)
    ]


def _state(place: int, here: int) -> str:
    return "here" if place == here else "past" if place < here else "ahead"

"""Who asks for a later day, whose turn it is to decide, and who may."""

from datetime import date

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.meetings.kinds import kind_of
from portal.resolutions import policy as resolutions
from portal.resolutions.models import Origin, Resolution
from portal.supervision.models import DelayRequest, Stage


def may_ask(actor: Person, resolution: Resolution) -> bool:
    """Who owes it: the owner, and the heads of the department or those who stand in for them."""
    return resolutions.may_report(actor, resolution)


def can_be_delayed(resolution: Resolution, today: date) -> bool:
    """While it runs, and before its day is past."""
    is_running = resolution.is_open and resolution.issued_at is not None and resolution.paused_at is None
    return is_running and today <= resolution.due_on


def may_decide_any(actor: Person) -> bool:
    """Whose work it is to decide on delays: the list of what waits for them is among their pages."""
    return actor.has_role(Role.SUPERVISOR, Role.LEADER) or bool(resolutions.headed_by(actor))


def may_withdraw(actor: Person, request: DelayRequest) -> bool:
    """Whoever asks."""
    return request.outcome is None and actor.id == request.asked_by_id


def needs_leader(resolution: Resolution) -> bool:
    """Whether a leader decides at last: as the kind of its meeting says, and what a leader instructed in any case."""
    if resolution.meeting is not None:
        return kind_of(resolution.meeting).delay_needs_leader
    return resolution.origin == Origin.INSTRUCTION


def first_stage(asker: Person, resolution: Resolution) -> Stage:
    """The heads decide first, unless one of them asks, or there are none."""
    if resolutions.heads(asker, resolution.department_id) or not _heads(resolution, asker.id):
        return Stage.SUPERVISOR
    return Stage.HEAD


def stage_of(request: DelayRequest) -> Stage:
    """Whose turn it is now: without a head, since the last one left, the supervisor's at once. One statement."""
    if request.stage == Stage.HEAD and not _heads(request.resolution, request.asked_by_id):
        return Stage.SUPERVISOR
    return request.stage


def _heads(resolution: Resolution, asker_id: int) -> list[Person]:
    return [head for head in accounts.heads_of(resolution.department_id) if head.id != asker_id]


def next_stage(resolution: Resolution, stage: Stage) -> Stage | None:
    """Who decides once it was granted at that stage; nobody after the last."""
    if stage == Stage.HEAD:
        return Stage.SUPERVISOR
    return Stage.LEADER if stage == Stage.SUPERVISOR and needs_leader(resolution) else None


def may_decide(actor: Person, request: DelayRequest) -> bool:
    """Those whose turn it is; nobody what they ask for themselves, nor after the heads what they own."""
    if request.outcome is not None or actor.id == request.asked_by_id or not request.resolution.is_open:
        return False
    stage = stage_of(request)
    if stage == Stage.HEAD:
        return resolutions.heads(actor, request.resolution.department_id)
    return _decides_as_supervisor(actor, request) if stage == Stage.SUPERVISOR else _decides_as_leader(actor, request)


def _decides_as_supervisor(actor: Person, request: DelayRequest) -> bool:
    """A supervisor; of a secret meeting, whoever keeps its record; a leader where there is no supervisor."""
    resolution = request.resolution
    if not resolutions.may_close(actor, resolution):
        return False
    if actor.has_role(Role.SUPERVISOR) or (resolution.is_secret and resolutions.may_record(actor, resolution)):
        return True
    concerned = (request.asked_by_id, resolution.owner_id)
    return all(one.id in concerned for one in accounts.with_role(Role.SUPERVISOR))


def _decides_as_leader(actor: Person, request: DelayRequest) -> bool:
    """Whoever instructed it, and any leader who may see it; of a secret meeting, its chair too."""
    resolution = request.resolution
    if actor.id == resolution.owner_id:
        return False
    if actor.id == resolution.instructed_by_id:
        return True
    if resolution.is_secret:
        return resolutions.may_approve(actor, resolution)
    return actor.has_role(Role.LEADER) and resolutions.may_see(actor, resolution)

"""What can be done next with a resolution, by whom: the one table behind buttons, forms and addresses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.accounts.models import Person
from portal.core.i18n import lazy_gettext as _l
from portal.resolutions import commands, nodes, policy
from portal.resolutions.models import Event, Node, ProgressReport, Resolution


class Words(StrEnum):
    """Whether a step takes words."""

    NONE = "none"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True)
class Way:
    """One step that a person can take. `is_aside` are those in the menu: nothing waits for them."""

    event: Event
    command: Callable[..., None]
    label: Any
    done: Any
    words: Words = Words.NONE
    is_aside: bool = False
    icon: str = ""

    def take(self, actor: Person, resolution: Resolution, said: str) -> bool:
        """Run its command. Raises what that raises."""
        if self.words == Words.NONE:
            self.command(actor, resolution)
        else:
            self.command(actor, resolution, said)
        return True


# In the order of their buttons: what leads on first.
WAYS = {
    way.event: way
    for way in (
        Way(Event.APPROVED, commands.approve, _l("Approve"), _l("The resolution is approved."), Words.MAY,
            icon="check"),
        Way(Event.ISSUED, commands.issue, _l("Issue"), _l("The resolution is issued."), icon="send"),
        Way(Event.SIGNED_FOR, nodes.sign_for, _l("Sign for it"), _l("You signed for the resolution."), icon="check"),
        Way(Event.REFUSED, nodes.refuse, _l("Give it back"), _l("The resolution went back to who issued it."),
            Words.MUST, icon="undo"),
        Way(Event.CLOSED, nodes.close, _l("Close the resolution"), _l("The resolution is closed."), Words.MAY,
            icon="check"),
        Way(Event.REVIEWED, nodes.review, _l("It is done"), _l("The resolution is reviewed."), Words.MAY,
            icon="check"),
        Way(Event.RETURNED, nodes.return_done, _l("Not done yet"), _l("The resolution went back to those who owe it."),
            Words.MUST, icon="undo"),
        Way(Event.RESUMED, nodes.resume, _l("Let it go on"), _l("The resolution goes on."), icon="play"),
        Way(Event.PAUSED, nodes.pause, _l("Pause"), _l("The resolution is paused."), Words.MUST, True),
        Way(Event.REOPENED, nodes.reopen, _l("Open again"), _l("The resolution is open again."), Words.MUST, True),
        Way(Event.WITHDRAWN, nodes.withdraw, _l("Withdraw"), _l("The resolution is withdrawn."), Words.MUST, True),
    )
}


def takes(resolution: Resolution, event: Event) -> bool:
    """Whether that may happen to it now, whoever does it."""
    node = resolution.node
    if event == Event.REOPENED:
        return resolution.closed_at is not None
    if not resolution.is_open:
        return False
    waits = node == Node.REGISTERED and commands.needs_approval(resolution)
    is_running, is_paused = resolution.issued_at is not None, resolution.paused_at is not None
    return {
        Event.APPROVED: waits,
        Event.ISSUED: not is_running and not waits,
        Event.SIGNED_FOR: node == Node.ISSUED,
        Event.REFUSED: node == Node.ISSUED,
        Event.REVIEWED: node == Node.REPORTED,
        Event.RETURNED: node in (Node.REPORTED, Node.REVIEWED),
        Event.CLOSED: node == Node.REVIEWED,
        Event.PAUSED: is_running and not is_paused,
        Event.RESUMED: is_paused,
        Event.WITHDRAWN: True,
        Event.HANDED_OVER: True,
        Event.SPLIT: is_running,
        Event.MERGED: True,
    }.get(event, False)


def may(actor: Person, resolution: Resolution, event: Event) -> bool:
    """Whether the actor can let that happen to it now."""
    return takes(resolution, event) and policy.may_take(actor, resolution, event)


def open_to(actor: Person, resolution: Resolution, reports: Iterable[ProgressReport]) -> list[Way]:
    """The steps that the actor can take now, in the order of their buttons; `reports` newest first."""
    last = next((report for report in reports if report.signed_at is not None), None)
    # Nobody reviews what they reported or signed themselves.
    is_own = last is not None and actor.id in (last.reporter_id, last.signed_by_id)
    found = [way for way in WAYS.values() if may(actor, resolution, way.event)]
    return [way for way in found if way.event != Event.REVIEWED or not is_own]

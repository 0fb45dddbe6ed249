"""When a clause applies: each condition that the profiles name, asked of one meeting."""

from collections.abc import Callable
from typing import Any, NamedTuple

from portal.compliance.dossier import Dossier
from portal.compliance.facts import Resolved
from portal.core.i18n import lazy_gettext as _l
from portal.proposals.conditions import is_on_site, is_planned, needs_room, spends
from portal.proposals.models import Heading


class Condition(NamedTuple):
    """`holds` answers nothing as long as it cannot be known; `otherwise` says why a clause does not apply."""

    holds: Callable[[Dossier], bool | None]
    otherwise: Any
    # What is waited for as long as nobody can know, and from whom.
    unknown: Any = ""
    turn: str = "organizer"


def _is_planned(heading: Heading) -> Callable[[Dossier], bool]:
    return lambda dossier: is_planned(dossier.get("when.budget"), heading)


def _has_guests(dossier: Dossier) -> bool:
    if dossier.get("when.guests"):
        return True
    planned: bool = dossier.get("when.budget").get(Heading.GUESTS, not dossier.has_begun)
    return planned


def _has_substitutes(dossier: Dossier) -> bool | None:
    return True if dossier.get("when.changes") else False if dossier.has_begun else None


def _has_resolutions(dossier: Dossier) -> bool | None:
    resolved: Resolved = dossier.get("when.resolved")
    return True if resolved.number else False if resolved.is_final else None


def _has_joint_resolutions(dossier: Dossier) -> bool | None:
    resolved: Resolved = dossier.get("when.resolved")
    return True if resolved.shared else False if resolved.is_final else None


_UNRESOLVED = _l("What was resolved is known once the minutes are final.")
CONDITIONS = {
    "notable_guests": Condition(
        lambda dossier: dossier.get("when.proposal").has_notable_guests,
        _l("The proposal names no guests of note."),
    ),
    "secret_matter": Condition(
        lambda dossier: dossier.get("when.proposal").is_sensitive or dossier.meeting.is_secret,
        _l("The matter is neither secret nor sensitive."),
    ),
    "has_guests": Condition(_has_guests, _l("No guest from outside is on the list.")),
    "has_room": Condition(
        lambda dossier: needs_room(dossier.meeting),
        _l("It needs no room of the house."),
    ),
    "is_on_site": Condition(
        lambda dossier: is_on_site(dossier.meeting),
        _l("It is held online only."),
    ),
    "has_budget": Condition(
        lambda dossier: spends(dossier.get("when.budget")), _l("The budget says that nothing is spent.")
    ),
    "has_catering": Condition(_is_planned(Heading.CATERING), _l("The budget says that there are no meals.")),
    "has_transport": Condition(_is_planned(Heading.TRANSPORT), _l("The budget says that nobody is driven.")),
    "has_lodging": Condition(_is_planned(Heading.LODGING), _l("The budget says that nobody stays overnight.")),
    "has_hire": Condition(_is_planned(Heading.EQUIPMENT), _l("The budget says that nothing is hired.")),
    "has_equipment": Condition(
        lambda dossier: dossier.get("when.equipment") or _is_planned(Heading.EQUIPMENT)(dossier),
        _l("No equipment is booked, and the budget says that nothing is hired."),
    ),
    "has_needs": Condition(lambda dossier: dossier.get("when.needs"), _l("Nobody has told of a need.")),
    "has_substitutes": Condition(
        _has_substitutes,
        _l("Nobody was replaced, added or taken off after the notice."),
        _l("Nobody was replaced, added or taken off after the notice so far."),
    ),
    "has_registration": Condition(
        lambda dossier: dossier.get("when.registration"),
        _l("There is no registration page."),
    ),
    "has_recording": Condition(lambda dossier: dossier.get("when.recording"), _l("No recording is attached.")),
    "has_papers": Condition(
        lambda dossier: dossier.get("when.papers"),
        _l("There is no paper, and no line of the agenda is a report."),
    ),
    "has_resolutions": Condition(
        _has_resolutions, _l("The minutes are final without a resolution."), _UNRESOLVED, "recorder"
    ),
    "has_joint_resolutions": Condition(
        _has_joint_resolutions, _l("No resolution is shared by several departments."), _UNRESOLVED, "recorder"
    ),
    "has_measures": Condition(
        lambda dossier: dossier.get("when.measures"),
        _l("No finding and no measure for improvement belongs to the meeting."),
    ),
}
